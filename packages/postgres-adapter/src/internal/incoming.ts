/**
 * The edges once more, by target: `incoming`, which only a schema has whose tables are in pieces.
 *
 * There the pieces of `edges` go by the source, so that a list of followers would have to ask each of
 * them. The pieces of `incoming` go by the target: such a list is in one of them. Its rows are what
 * `edges` has, edges in no list included, and nobody writes them but triggers on `edges`: whoever
 * writes there need not know, and both are of one transaction. A row is only touched by who has
 * its edge's row locked, so nobody waits for it. One that is there by mistake stops no command.
 */
import type { Names } from "./names.ts"
import { spread } from "./pieces.ts"

/**
 * Where to look for edges by their target.
 *
 * @internal
 */
export const byTarget = ({ schema }: Names, partitions: number): string =>
  partitions === 1 ? `${schema}.edges` : `${schema}.incoming`

/** @internal */
export const incomingTable = (table: string, partitions: number): string =>
  spread(
    table,
    "target",
    "place bigint not null, source bigint not null, target bigint not null",
    partitions,
  )

/** @internal */
export const incomingIndexes = (table: string): string => `
alter table ${table} add primary key (target, place, source);`

/**
 * Fills a table from one of edges.
 *
 * @internal
 */
export const fillIncoming = (table: string, edges: string): string => `
insert into ${table} (place, source, target) select place, source, target from ${edges};`

/** @internal */
export const followEdges = ({ schema }: Names): string => `
create or replace function ${schema}.follow_edges() returns trigger language plpgsql as $kith$
begin
  if tg_op = 'TRUNCATE' then
    truncate ${schema}.incoming;
    return null;
  end if;
  if tg_op <> 'INSERT' then
    delete from ${schema}.incoming as i using gone as e
      where i.target = e.target and i.place = e.place and i.source = e.source;
  end if;
  if tg_op <> 'DELETE' then
    insert into ${schema}.incoming (place, source, target)
      select place, source, target from come on conflict do nothing;
  end if;
  return null;
end $kith$;`

/**
 * Lets `incoming` follow `edges` from here on: a statement at a time, which is quicker than by rows.
 *
 * @internal
 */
export const follow = ({ schema }: Names): string =>
  [
    ["insert", "referencing new table as come"],
    ["update", "referencing old table as gone new table as come"],
    ["delete", "referencing old table as gone"],
    ["truncate", ""],
  ]
    .map(
      ([what, told]) => `
create trigger follow_edges_${what} after ${what} on ${schema}.edges ${told}
  for each statement execute function ${schema}.follow_edges();`,
    )
    .join("")
