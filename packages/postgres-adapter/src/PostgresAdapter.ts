/**
 * A relationship store, its journal and its upkeep in a schema of a PostgreSQL database, for any number of
 * nodes.
 *
 * What was acknowledged is on the server's disk. A batch of changes is one round trip and one
 * transaction. Nodes need nothing of each other but the database: they see each other's commands at
 * once, and followers of the log learn of them within a moment.
 *
 * A connection needs a session of its own on the server: behind a pooler, use its session mode.
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
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { Scope } from "effect/Scope"
import * as Commits from "./internal/Commits.ts"
import * as Database from "./internal/Database.ts"
import * as Entries from "./internal/Entries.ts"
import { decodeColumns } from "./internal/eventRows.ts"
import * as Lists from "./internal/Lists.ts"
import { migrate } from "./internal/migrations.ts"
import * as Names from "./internal/names.ts"
import * as Records from "./internal/Records.ts"
import * as Tail from "./internal/Tail.ts"
import * as Tallies from "./internal/Tallies.ts"
import * as Upkeeping from "./internal/Upkeeping.ts"
import { fromUserId } from "./internal/values.ts"

/**
 * - `url`: `postgres://user:password@host:port/database?sslmode=…`. With any `sslmode` but `disable` and
 *   `no-verify` the server has to have a certificate of its name that can be verified. It is never
 *   part of a message; a plain text, as hosts without Effect have it, is redacted at once.
 * - `schema`: where the tables are; `kith` unless told.
 * - `create`: whether a schema that is missing is made, as it is unless told; else opening fails.
 * - `connections`: how many there are at most, beside one that listens; 8 unless told.
 * - `patience`: milliseconds that a statement may take, and that a connection is waited for; 10,000
 *   unless told. So long, at most, does a writer that hangs keep readers of the log from what others
 *   wrote after it.
 * - `keepCommandIdsFor`: milliseconds that command ids are remembered at least; 7 days unless told.
 * - `partitions`: of how many pieces each of the big tables of a new schema is: 1 to 256, 1 unless told.
 *   Where there are more, log and edges go by a hash of the source, and a table more serves lists by
 *   target. With 8 pieces the server takes about a third longer for a batch.
 *
 * A number that cannot be meant is a defect, and nothing is connected.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly url: Redacted.Redacted | string
  readonly schema?: string | undefined
  readonly create?: boolean | undefined
  readonly connections?: number | undefined
  readonly patience?: number | undefined
  readonly keepCommandIdsFor?: number | undefined
  readonly partitions?: number | undefined
}

const ranges: Checking.Ranges<Options> = {
  connections: Checking.whole(1),
  // PostgreSQL's own limit and a timer's, and five seconds less, for the server gives up first.
  patience: Checking.whole(1, 2 ** 31 - 1 - 5_000),
  keepCommandIdsFor: Checking.number(0),
  partitions: Checking.whole(1, 256),
}

const week = 7 * 24 * 60 * 60 * 1000

/** So many command ids are forgotten by one statement, so that none takes long. */
const bite = 1_000

/** Forgets command ids that are old enough, now and then. */
const forgetting = (
  database: Database.Database,
  { schema }: Names.Names,
  keepFor: number,
): Effect.Effect<void, never, Scope> => {
  if (!Number.isFinite(keepFor)) return Effect.void
  const statement = {
    name: "forget_commands",
    text:
      `delete from ${schema}.commands where id = any(array(select id from ${schema}.commands ` +
      `where time < $1::bigint order by time limit ${bite} for update skip locked)) returning 1`,
  }
  const once: Effect.Effect<void, StoreError.StoreError> = Effect.gen(function* () {
    const before = Math.floor((yield* Clock.currentTimeMillis) - keepFor)
    while ((yield* database.write(statement, [before])).length === bite) yield* Effect.yieldNow
  })
  const every = Math.min(Math.max(keepFor / 4, 100), 10 * 60 * 1000)
  return Effect.sleep(every).pipe(
    Effect.andThen(Effect.ignore(once)),
    Effect.forever,
    Effect.forkScoped,
    Effect.asVoid,
  )
}

const make = Effect.fnUntraced(function* (options: Options) {
  yield* Checking.check(options, ranges)
  const names = Names.make(options.schema ?? "kith")
  const database = yield* Database.make({
    url: typeof options.url === "string" ? Redacted.make(options.url) : options.url,
    schema: names.plain,
    connections: options.connections ?? 8,
    patience: options.patience ?? 10_000,
  })
  const partitions = yield* migrate(database, names, {
    create: options.create ?? true,
    partitions: options.partitions ?? 1,
  })
  const tail = yield* Tail.make(database, names)
  const tallies = yield* Tallies.make(database, names)
  const records = Records.make(database, names)
  const commit = Commits.make(database, names, records)
  yield* forgetting(database, names, options.keepCommandIdsFor ?? week)

  const columns = "positions, sources, targets, versions, ids, codes, rests"
  const log = {
    name: "log",
    text: `select ${columns} from ${names.schema}.log_after($1::bigint, $2::integer)`,
  }
  const history = {
    name: "history",
    text: `select ${columns} from ${names.schema}.history($1::bigint, $2::bigint)`,
  }
  const events = (rows: ReadonlyArray<Database.Row>) =>
    Effect.fromResult(decodeColumns(rows[0] ?? []))

  const store = RelationshipStore.RelationshipStore.of({
    load: records.load,
    commit: (changes) =>
      commit(changes).pipe(
        Effect.tap((outcomes) =>
          Effect.sync(() => {
            for (const [index, outcome] of outcomes.entries()) {
              const change = changes[index]
              if (change === undefined || outcome._tag !== "Committed") continue
              if (outcome.position > 0 && change.relationship._tag !== "None") {
                tallies.listed(change, outcome.position)
              }
            }
          }),
        ),
        Effect.ensuring(Effect.sync(tail.written)),
      ),
    history: (edge) =>
      Effect.flatMap(
        database.read(history, [fromUserId(edge.source), fromUserId(edge.target)]),
        events,
      ),
    list: Lists.make(database, names, partitions),
    counts: tallies.of,
    log: (after, limit) => Effect.flatMap(database.read(log, [after, limit]), events),
    awaitLog: tail.awaitLog,
  })
  const upkeep = yield* Upkeeping.make(database, names, partitions, tail.written)
  return { journal: Entries.make(database, names), store, upkeep }
})

/**
 * Connects to a database, brings its schema up to date, and lets go of both with the layer.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Options,
): Layer.Layer<
  RelationshipStore.RelationshipStore | Journal.Journal | Upkeep.Upkeep,
  StoreError.StoreError
> =>
  Layer.effectContext(
    Effect.map(make(options), ({ journal, store, upkeep }) =>
      Context.make(RelationshipStore.RelationshipStore, store).pipe(
        Context.add(Journal.Journal, journal),
        Context.add(Upkeep.Upkeep, upkeep),
      ),
    ),
  )
