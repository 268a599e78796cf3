/**
 * Making the edges and the tallies anew from the log, beside the ones in use, and putting the new in
 * their place at the end.
 *
 * Commands go on meanwhile: what they wrote is folded again from its history. The last of it, and the
 * exchange, take a moment in which commands wait.
 */
import type { Upkeep } from "@kith/core"
import { grantAlike } from "./grants.ts"
import { fillIncoming, follow, incomingIndexes, incomingTable } from "./incoming.ts"
import { literal, type Names, tallyLock } from "./names.ts"
import { pieces } from "./pieces.ts"
import { edgesIndexes, edgesTable } from "./schema.ts"
import type { Session } from "./Session.ts"

/**
 * Edges as events lead to them.
 *
 * @internal
 */
export const folded = (schema: string, events: string): string => `
  select source, target, ${schema}.fold(code, position order by position) as place,
    max(position) as last, max(version) as version
  from (${events}) as e group by source, target`

/** Lists of this length have a tally after a rebuild. */
const long = 1_000

/** So many edges may be left to fold again while commands wait. */
const few = 500

const next = (schema: string, table: string): string => `${schema}.${table}_next`

/**
 * Folds the edges anew that events behind a position belong to. `told` has what the places were and
 * are, for the tallies.
 */
const fold = (schema: string): string => `
  with recursive touched as (
    select source, target, max(position) as last from ${schema}.events
    where position > $1::bigint and position <= $2::bigint group by source, target),
  chain as (
    select e.* from touched as t cross join lateral (
      select * from ${schema}.events as e
      where e.source = t.source and e.position = t.last offset 0) as e
    union all
    select e.* from chain as c cross join lateral (
      select * from ${schema}.events as e
      where e.source = c.source and e.position = c.previous offset 0) as e
    where c.previous > 0)
  insert into told
    select f.source, f.target, coalesce(e.place, 0), f.place, f.last, f.version
    from (${folded(schema, "select * from chain")}) as f
    left join lateral (
      select place from ${next(schema, "edges")} as e
      where e.source = f.source and e.target = f.target offset 0) as e on true`

/** The same for the table by target, where there is one: before the edges, which tell what was there. */
const takeOverIncoming = (schema: string): string => `
  delete from ${next(schema, "incoming")} as i using told
    where i.target = told.target and i.place = told.before and i.source = told.source;
  insert into ${next(schema, "incoming")} (place, source, target)
    select after, source, target from told;`

const takeOver = (schema: string): string => `
  insert into ${next(schema, "edges")} select source, target, after, last, version from told
  on conflict (source, target)
    do update set place = excluded.place, last = excluded.last, version = excluded.version;
  update tallied as t set following = t.following + d.a, followers = t.followers + d.b,
      sent = t.sent + d.c, received = t.received + d.d
    from (
      select member, sum(a) as a, sum(b) as b, sum(c) as c, sum(d) as d from (
        select source as member, (after > 0)::integer - (before > 0)::integer as a, 0 as b,
          (after < 0)::integer - (before < 0)::integer as c, 0 as d from told
        union all
        select target, 0, (after > 0)::integer - (before > 0)::integer,
          0, (after < 0)::integer - (before < 0)::integer from told) as each
      group by member) as d
    where t.member = d.member;
  truncate told`

/** The tallies of long lists, and of those who have one already. */
const tally = (schema: string): string => `
  with outgoing as (
    select source as member, count(*) filter (where place > 0) as a,
      count(*) filter (where place < 0) as c
    from ${next(schema, "edges")} where place <> 0 group by source),
  incoming as (
    select target as member, count(*) filter (where place > 0) as b,
      count(*) filter (where place < 0) as d
    from ${next(schema, "edges")} where place <> 0 group by target)
  insert into tallied
    select member, coalesce(a, 0), coalesce(b, 0), coalesce(c, 0), coalesce(d, 0)
    from outgoing full join incoming using (member)
    where greatest(a, b, c, d) > ${long}
      or member in (select member from ${schema}.tallies)`

/** @internal */
export async function* rebuild(
  { run, soon }: Session,
  names: Names,
  partitions: number,
): AsyncGenerator<Upkeep.Progress, void, undefined> {
  const { locks, schema, sequence } = names
  const edges = next(schema, "edges")
  const incoming = next(schema, "incoming")
  const parts = (table: string) => (partitions === 1 ? [table] : [...pieces(table, partitions)])
  const position = async (sql: string) => (await run(`select ${sql}`)).rows[0]?.[0] ?? "0"
  const horizon = () => position(`${schema}.horizon()`)
  const newest = () => position(`coalesce(pg_sequence_last_value(${sequence}), 0)`)

  await run(`drop table if exists ${edges}, ${incoming}`)
  await run(edgesTable(edges, partitions))
  await run(
    "create temp table told (source bigint, target bigint, before bigint, after bigint, " +
      "last bigint, version integer)",
  )
  await run(
    "create temp table tallied (member bigint primary key, following integer, followers integer, " +
      "sent integer, received integer)",
  )
  // An estimate, as old as the last look of autovacuum at the table.
  const { rows } = await run(
    "select coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint::text from pg_class as c where c.oid in (" +
      `select relid from pg_partition_tree(${literal(`${schema}.edges`)}) where isleaf)`,
  )
  const estimate = Number(rows[0]?.[0] ?? 0)
  let done = 0
  const progress = (): Upkeep.Progress => ({
    _tag: "Progress",
    done,
    total: Math.max(estimate, done),
  })
  yield progress()

  let until = await horizon()
  for (const [index, piece] of parts(edges).entries()) {
    const events = parts(`${schema}.events`)[index] ?? ""
    const { count } = await run(
      `insert into ${piece} select source, target, place, last, version from (` +
        `${folded(schema, `select * from ${events} where position <= ${until}`)}) as f`,
    )
    done += count
    yield progress()
  }
  await run(edgesIndexes(edges, partitions))
  await run(`analyze ${edges}`)
  if (partitions > 1) {
    await run(incomingTable(incoming, partitions) + fillIncoming(incoming, edges))
    await run(incomingIndexes(incoming))
    await run(`analyze ${incoming}`)
  }
  await run(tally(schema))
  yield progress()

  // From here on edges are looked up one by one.
  await run("set enable_hashjoin = off; set enable_mergejoin = off; set enable_seqscan = off")
  const catchUp = async (to: () => Promise<string>): Promise<number> => {
    const from = until
    until = await to()
    const { count } = await run(fold(schema), [from, until])
    if (count > 0) {
      if (partitions > 1) await run(takeOverIncoming(schema))
      await run(takeOver(schema))
    }
    return count
  }
  while ((await catchUp(horizon)) > few) yield progress()

  const from = until
  await soon(async () => {
    until = from
    await run(`select pg_advisory_xact_lock(${locks}, ${tallyLock})`)
    await run(`lock table ${schema}.edges in access exclusive mode`)
    // Nobody writes now. But who has just committed gives locks back one by one, and may have the one left
    // that the horizon stops at.
    await catchUp(newest)
    await run(`delete from ${schema}.tallies`)
    await run(`insert into ${schema}.tallies
      select member, 0, following, followers, sent, received from tallied`)
    for (const table of partitions === 1 ? ["edges"] : ["edges", "incoming"]) {
      await run(grantAlike(next(schema, table), `${schema}.${table}`, partitions))
      await run(`drop table ${schema}.${table}`)
      await run(`alter table ${next(schema, table)} rename to ${table}`)
      for (const [index, piece] of pieces(next(schema, table), partitions).entries()) {
        await run(`alter table ${piece} rename to ${table}_${index}`)
      }
    }
    if (partitions > 1) await run(follow(names))
  })
  yield { _tag: "Progress", done, total: done }
}
