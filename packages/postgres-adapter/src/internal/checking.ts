/**
 * Holding what is derived from the log against it, and the events of each edge against each other.
 *
 * All of it is one moment of the database, however long it takes, and holds nobody up. It goes through
 * the pieces of the tables one by one.
 */
import type { Upkeep } from "@kith/core"
import { byTarget } from "./incoming.ts"
import type { Names } from "./names.ts"
import { folded } from "./rebuilding.ts"
import { pieces } from "./pieces.ts"
import type { Session } from "./Session.ts"
import { toUserId } from "./values.ts"

type Told = Upkeep.Progress | Upkeep.Fault
type Where = Upkeep.Fault["where"]

const arrow = (source: string | null | undefined, target: string | null | undefined): string =>
  `${toUserId(source ?? "")}→${toUserId(target ?? "")}`

const fault = (where: Where, message: string): Upkeep.Fault => ({ _tag: "Fault", where, message })

/** Events of an edge that do not follow each other, or that nobody knows. */
const contradictions = (events: string): string => `
  select position::text, source::text, target::text from (
    select position, source, target, code, version, previous,
      lag(version) over edge as version_before, lag(position) over edge as position_before
    from ${events} window edge as (partition by source, target order by position)) as e
  where code not between 0 and 1023 or code & 31 > 17 or previous is distinct from position_before
    or version <> coalesce(version_before + 1, case code & 31 when 17 then version else 1 end)`

/** Edges that are not what their events lead to: the state or the version, or else the place alone. */
const differences = (schema: string, events: string, edges: string): string => `
  select coalesce(f.source, e.source)::text, coalesce(f.target, e.target)::text,
    coalesce(f.last = e.last and f.version = e.version and sign(f.place) = sign(e.place)
      and f.place & 3 = e.place & 3, false)
  from (${folded(schema, `select * from ${events}`)}) as f
  full join ${edges} as e on e.source = f.source and e.target = f.target
  where f.source is null or e.source is null
    or (f.place, f.last, f.version) is distinct from (e.place, e.last, e.version)`

/** Edges that do not stand in the table by target as they do in the one by source. */
const strays = (edges: string, incoming: string): string => `
  select source::text, target::text
  from ${edges} as e full join ${incoming} as i using (source, target)
  where e.place is distinct from i.place`

/** Tallies that are not the lengths of the lists. */
const miscounts = (schema: string, incoming: string): string => `
  select member::text from (
    select member, sum(following) as a, sum(followers) as b, sum(sent) as c, sum(received) as d
    from ${schema}.tallies group by member) as t
  left join (
    select source, count(*) filter (where place > 0) as a, count(*) filter (where place < 0) as c
    from ${schema}.edges where source in (select member from ${schema}.tallies)
    group by source) as s on s.source = member
  left join (
    select target, count(*) filter (where place > 0) as b, count(*) filter (where place < 0) as d
    from ${incoming} where target in (select member from ${schema}.tallies)
    group by target) as r on r.target = member
  where (t.a, t.b, t.c, t.d) is distinct from
    (coalesce(s.a, 0), coalesce(r.b, 0), coalesce(s.c, 0), coalesce(r.d, 0))`

/** @internal */
export async function* check(
  { run }: Session,
  names: Names,
  partitions: number,
): AsyncGenerator<Told, void, undefined> {
  const { schema } = names
  const edges = `${schema}.edges`
  const incoming = byTarget(names, partitions)
  const pairs =
    partitions === 1
      ? [[`${schema}.events`, edges] as const]
      : pieces(`${schema}.events`, partitions).map(
          (events, index) => [events, pieces(edges, partitions)[index] ?? ""] as const,
        )
  await run("begin isolation level repeatable read read only")
  // All tables are of one moment for as long as nobody makes one anew.
  await run(
    `lock table ${schema}.events, ${edges}, ${incoming}, ${schema}.tallies in access share mode`,
  )
  const total = pairs.length + 1
  for (const [index, [events, piece]] of pairs.entries()) {
    yield { _tag: "Progress", done: index, total }
    for (const [position, source, target] of (await run(contradictions(events))).rows) {
      yield fault(
        "log",
        `the event at ${position} does not follow the one before it on ${arrow(source, target)}`,
      )
    }
    for (const [source, target, isPlace] of (await run(differences(schema, events, piece))).rows) {
      yield isPlace === "t"
        ? fault(
            "lists",
            `${arrow(source, target)} is not where it belongs in the lists of its users`,
          )
        : fault("edges", `${arrow(source, target)} is not what its events lead to`)
    }
  }
  yield { _tag: "Progress", done: total - 1, total }
  for (const [source, target] of incoming === edges
    ? []
    : (await run(strays(edges, incoming))).rows) {
    yield fault(
      "lists",
      `${arrow(source, target)} stands otherwise in the lists of its target than in those of its source`,
    )
  }
  for (const [member] of (await run(miscounts(schema, incoming))).rows) {
    yield fault(
      "counts",
      `the counts of user ${toUserId(member ?? "")} are not the lengths of its lists`,
    )
  }
  await run("commit")
  yield { _tag: "Progress", done: total, total }
}
