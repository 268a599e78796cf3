/**
 * Looking after the store: checking, rebuilding, erasing, forgetting, clearing.
 */
import { EventId, type StoreError, type Upkeep, type UserId } from "@kith/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import { check } from "./checking.ts"
import type { Database } from "./Database.ts"
import { byTarget } from "./incoming.ts"
import { type Names, tallyLock } from "./names.ts"
import { rebuild } from "./rebuilding.ts"
import { type Kind, type Session, withSession } from "./Session.ts"
import { fromUserId, plainArray } from "./values.ts"

/** Edges or rows that are changed in one transaction. */
const bite = 200

const alone: Kind = { plans: "index", alone: true }

/** Erases edge by edge, from a list that is made at the beginning. */
async function* erase(
  { run }: Session,
  names: Names,
  partitions: number,
  user: string,
  nextId: () => string,
  onBite: () => void,
): AsyncGenerator<Upkeep.Progress, void, undefined> {
  const { schema } = names
  await run(
    "create temp table erasing (number bigserial primary key, source bigint, target bigint)",
  )
  const { count: total } = await run(
    `insert into erasing (source, target)
     select source, target from (
       select source, target from ${schema}.edges where source = $1::bigint
       union all
       select source, target from ${byTarget(names, partitions)} where target = $1::bigint) as e
     order by source, target`,
    [user],
  )
  let done = 0
  const progress = (): Upkeep.Progress => ({ _tag: "Progress", done, total })
  yield progress()
  while (done < total) {
    const { rows } = await run(
      "select source, target from erasing where number > $1::bigint order by number limit $2::bigint",
      [done, bite],
    )
    await run(`select ${schema}.erase_edges($1::bigint[], $2::bigint[], $3::uuid[])`, [
      plainArray(rows.map(([source]) => source ?? "")),
      plainArray(rows.map(([, target]) => target ?? "")),
      plainArray(rows.map(nextId)),
    ])
    onBite()
    done += rows.length
    yield progress()
  }
  for (const end of ["source", "target"]) {
    for (let left = bite; left === bite;) {
      const deleted = await run(
        `delete from ${schema}.commands where id = any(array(
           select id from ${schema}.commands where events = 0 and ${end} = $1::bigint limit ${bite}))`,
        [user],
      )
      left = deleted.count
    }
  }
  for (let left = bite; left === bite;) {
    const { rows } = await run(`select ${schema}.redact($1, ${bite})`, [user])
    left = Number(rows[0]?.[0])
  }
  yield progress()
}

async function* forget(
  { run }: Session,
  { schema }: Names,
  before: number,
): AsyncGenerator<Upkeep.Forgotten, void, undefined> {
  let commandIds = 0
  for (let left = bite; left === bite;) {
    const { count } = await run(
      `delete from ${schema}.commands where id = any(array(
         select id from ${schema}.commands where time < $1::bigint limit ${bite}))`,
      [before],
    )
    left = count
    commandIds += count
  }
  let tombstones = 0
  let after: string | null = "0"
  while (after !== null) {
    const { rows } = await run(
      `select until, forgotten from ${schema}.forget_tombstones($1::bigint, $2::bigint, ${bite})`,
      [after, before],
    )
    const [until = null, forgotten] = rows[0] ?? []
    after = until
    tombstones += Number(forgotten)
  }
  yield { commandIds, tombstones }
}

/** Removes everything at once, while nobody writes. The table by target, if any, follows that of edges. */
async function* clear(
  { run, soon }: Session,
  { locks, schema }: Names,
): AsyncGenerator<void, void, undefined> {
  const tables = ["events", "edges", "tallies", "commands"]
    .map((table) => `${schema}.${table}`)
    .join(", ")
  await soon(async () => {
    await run(`select pg_advisory_xact_lock(${locks}, ${tallyLock})`)
    await run(`lock table ${tables} in access exclusive mode`)
    await run(`truncate ${tables}`)
  })
  yield undefined
}

/**
 * @param written called when the log has changed
 * @internal
 */
export const make = Effect.fnUntraced(function* (
  database: Database,
  names: Names,
  partitions: number,
  written: () => void,
) {
  const idOf = EventId.generator(Math.floor((yield* Random.next) * 2 ** 48))
  const clock = yield* Clock.Clock
  const stream = <A>(
    kind: Kind,
    work: (session: Session) => AsyncIterable<A>,
  ): Stream.Stream<A, StoreError.StoreError> =>
    Stream.suspend(() =>
      Stream.fromAsyncIterable(withSession(database, names, kind, work), database.toStoreError),
    )
  const nothing: Upkeep.Forgotten = { commandIds: 0, tombstones: 0 }

  const upkeep: Upkeep.Upkeep["Service"] = {
    check: stream({ plans: "scan", alone: false }, (session) => check(session, names, partitions)),
    rebuild: stream({ plans: "scan", alone: true }, (session) =>
      rebuild(session, names, partitions),
    ),
    erase: (user: UserId.UserId) =>
      stream(alone, (session) =>
        erase(
          session,
          names,
          partitions,
          fromUserId(user),
          () => idOf(clock.currentTimeMillisUnsafe()),
          written,
        ),
      ),
    forget: (before) =>
      Stream.runFold(
        stream(alone, (session) => forget(session, names, before)),
        () => nothing,
        (_, forgotten) => forgotten,
      ),
    clear: Effect.uninterruptible(
      Effect.andThen(Stream.runDrain(stream(alone, (session) => clear(session, names))), () =>
        Effect.sync(written),
      ),
    ),
  }
  return upkeep
})
