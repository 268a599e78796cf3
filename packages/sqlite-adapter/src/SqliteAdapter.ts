/**
 * A relationship store, its journal and its upkeep in one file, with the SQLite that Node brings along.
 *
 * What was acknowledged is on the disk. Commands that come at the same time share one transaction.
 * Several processes may have the same file open; they see each other's commands, and followers of the
 * log learn of them within a moment. A network file system will not do: SQLite's locks are not to be
 * relied upon there.
 *
 * @since 0.1.0
 */
import {
  Journal,
  Options as Checking,
  RelationshipStore,
  type StoreError,
  Upkeep,
} from "@kith/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { resolve } from "node:path"
import { backUp } from "./internal/backingUp.ts"
import { check } from "./internal/checking.ts"
import { CommandRecords } from "./internal/CommandRecords.ts"
import { Commits } from "./internal/Commits.ts"
import type { Connection } from "./internal/Connection.ts"
import { Entries } from "./internal/Entries.ts"
import { Erasing } from "./internal/erasing.ts"
import { toStoreError } from "./internal/errors.ts"
import { Lists } from "./internal/Lists.ts"
import { Loading } from "./internal/Loading.ts"
import { Log } from "./internal/Log.ts"
import { open, openBeside, type Opening } from "./internal/opening.ts"
import { Projection } from "./internal/Projection.ts"
import { rebuild } from "./internal/rebuilding.ts"
import { tell, tellBeside } from "./internal/steps.ts"
import { Turns } from "./internal/Turns.ts"
import { fromUser } from "./internal/values.ts"
import { Waiting } from "./internal/Waiting.ts"
import * as SqliteBackup from "./SqliteBackup.ts"

/**
 * - `file`: made unless it is there, and readable by nobody else. Beside it there are two more, with
 *   `-wal` and `-shm` at the end, as long as it is open.
 * - `busyTimeout`: milliseconds that a lock of another process is waited for; 5,000 unless told.
 * - `keepCommandIdsFor`: milliseconds that command ids are remembered at least; 7 days unless told.
 * - `maxBytes`: how large the file may become, as far as the disk allows unless told. A commit that
 *   would need more fails with `Full`.
 * - `readOnly`: opens the file for reading alone; writing fails with `ReadOnly`.
 *
 * A number that cannot be meant is a defect, and no file is made.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly file: string
  readonly busyTimeout?: number | undefined
  readonly keepCommandIdsFor?: number | undefined
  readonly maxBytes?: number | undefined
  readonly readOnly?: boolean | undefined
}

const ranges: Checking.Ranges<Options> = {
  // SQLite's own limit.
  busyTimeout: Checking.whole(0, 2 ** 31 - 1),
  keepCommandIdsFor: Checking.number(0),
  maxBytes: Checking.whole(1),
}

const defaultBusyTimeout = 5000
const defaultKeep = 7 * 24 * 60 * 60 * 1000

const make = (connection: Connection, opening: Opening, options: Options) => {
  const log = new Log(connection)
  const waiting = new Waiting(connection, log)
  const records = new CommandRecords(connection)
  const projection = new Projection(connection)
  const loading = new Loading(connection, records)
  const lists = new Lists(connection)
  const keepFor = options.keepCommandIdsFor ?? defaultKeep
  const commits = new Commits(connection, records, projection, keepFor)
  const entries = new Entries(connection)
  const turns = new Turns(connection, opening.patience, () => waiting.wake())

  const store = RelationshipStore.RelationshipStore.of({
    load: (reads) => turns.read(() => loading.load(reads)),
    commit: (changes) => turns.write(() => commits.apply(changes)),
    history: (edge) => turns.read(() => log.history(edge)),
    list: (list, user, limit, bound) => turns.read(() => lists.page(list, user, limit, bound)),
    counts: (user) => turns.read(() => projection.counts.of(fromUser(user))),
    log: (after, limit) => turns.read(() => log.after(after, limit)),
    awaitLog: (after) => waiting.await(after),
  })
  const journal = Journal.Journal.of({
    read: (keys) => turns.read(() => entries.read(keys)),
    write: (writes) => turns.write(() => entries.write(writes)),
    scan: (prefix, limit, after) => turns.read(() => entries.scan(prefix, limit, after)),
  })
  const beside = () => openBeside(opening)
  const erasing = new Erasing(connection, projection, Math.floor(Math.random() * 2 ** 48), () =>
    waiting.wake(),
  )
  const upkeep = Upkeep.Upkeep.of({
    check: tellBeside(turns, beside, check),
    rebuild: tellBeside(turns, beside, rebuild),
    erase: (user) => tell(turns, connection.file, () => erasing.erase(user)),
    forget: (before) =>
      Stream.runFold(
        tell(turns, connection.file, () => erasing.forget(before)),
        () => ({ commandIds: 0, tombstones: 0 }),
        (sum, { commandIds, tombstones }) => ({
          commandIds: sum.commandIds + commandIds,
          tombstones: sum.tombstones + tombstones,
        }),
      ),
    clear: turns.write(() => erasing.clear()),
  })
  const backup = SqliteBackup.SqliteBackup.of({
    to: (file) => backUp(beside, file),
  })
  const close = (): void => {
    turns.close()
    waiting.close()
  }
  return { backup, close, journal, store, upkeep }
}

const attempt = <A>(file: string, work: () => A): Effect.Effect<A, StoreError.StoreError> =>
  Effect.try({ try: work, catch: (error) => toStoreError(file, error) })

/**
 * Opens a file, and closes it with the layer.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Options,
): Layer.Layer<
  RelationshipStore.RelationshipStore | Journal.Journal | Upkeep.Upkeep | SqliteBackup.SqliteBackup,
  StoreError.StoreError
> =>
  Layer.effectContext(
    Effect.gen(function* () {
      yield* Checking.check(options, ranges)
      const opening = {
        file: resolve(options.file),
        readOnly: options.readOnly ?? false,
        maxBytes: options.maxBytes,
        patience: options.busyTimeout ?? defaultBusyTimeout,
      }
      const connection = yield* Effect.acquireRelease(
        attempt(opening.file, () => open(opening)),
        (opened) => Effect.sync(() => opened.close()),
      )
      const made = yield* Effect.acquireRelease(
        attempt(opening.file, () => make(connection, opening, options)),
        ({ close }) => Effect.sync(close),
      )
      return Context.make(RelationshipStore.RelationshipStore, made.store).pipe(
        Context.add(Journal.Journal, made.journal),
        Context.add(Upkeep.Upkeep, made.upkeep),
        Context.add(SqliteBackup.SqliteBackup, made.backup),
      )
    }),
  )
