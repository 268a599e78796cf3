/**
 * The functions in the database that take something out of the log: erasing and forgetting, in bites.
 */
import type { Names } from "./names.ts"
import { begin } from "./positions.ts"

/**
 * Erases edges, each to a tombstone; one that is nothing but a tombstone stays as it is. The edges come
 * sorted, so that no command waits for what this waits for.
 *
 * @internal
 */
export const eraseEdges = (names: Names): string => {
  const { schema, sequence } = names
  return `
create or replace function ${schema}.erase_edges(a_sources bigint[], a_targets bigint[], a_ids uuid[])
returns integer language plpgsql as $kith$
declare
  s bigint;
  t bigint;
  was record;
  gone bigint[];
  words text[];
  head bigint;
  erased integer := 0;
begin${begin(names)}
  for n in 1..cardinality(a_sources) loop
    s := a_sources[n];
    t := a_targets[n];
    select place, last, version into was from ${schema}.edges
      where source = s and target = t for update;
    if not found then continue; end if;
    with recursive chain as (
      select e.* from ${schema}.events as e where e.source = s and e.position = was.last
      union all
      select e.* from chain as c cross join lateral (
        select * from ${schema}.events as e
        where e.source = s and e.position = c.previous offset 0) as e
      where c.previous > 0)
    select array_agg(position order by position),
        array_agg(case split_part(rest, ' ', 2) when '' then id::text else split_part(rest, ' ', 2) end)
      into gone, words from chain where not (code & 31 = 17 and position = was.last);
    if gone is null then continue; end if;
    delete from ${schema}.commands where id = any(words) and source = s and target = t;
    delete from ${schema}.events where source = s and position = any(gone || was.last);
    head := nextval(${sequence});
    insert into ${schema}.events values (head, s, t, a_ids[n], was.version + 1, 17, '', null);
    update ${schema}.edges set place = 0, last = head, version = was.version + 1
      where source = s and target = t;
    if was.place <> 0 then perform ${schema}.tally_edge(s, t, was.place, 0); end if;
    erased := erased + 1;
  end loop;
  return erased;
end $kith$;`
}

/**
 * Takes a user's name off what it did on edges of others.
 *
 * @internal
 */
export const redact = ({ schema }: Names): string => `
create or replace function ${schema}.redact(a_user text, a_limit integer) returns integer
language plpgsql as $kith$
declare
  redacted integer;
begin
  update ${schema}.events as e
    set code = code & ~384, rest = rtrim(' ' || substr(rest, length(a_user) + 2))
    from (
      select source, position from ${schema}.events
      where code & 384 = 384 and split_part(rest, ' ', 1) = a_user limit a_limit) as own
    where e.source = own.source and e.position = own.position;
  get diagnostics redacted = row_count;
  return redacted;
end $kith$;`

/** The time within a UUID of version 7. */
const timeOf = (id: string): string =>
  `('x' || left(translate(${id}::text, '-', ''), 12))::bit(48)::bigint`

/**
 * Forgets tombstones behind a position that are old enough and that nothing came after. Gives the
 * position to go on from, or nothing at the end. An edge that somebody is about to change is left out.
 *
 * @internal
 */
export const forgetTombstones = (names: Names): string => {
  const { schema } = names
  return `
create or replace function ${schema}.forget_tombstones(
  a_after bigint, a_before bigint, a_limit integer, out until bigint, out forgotten integer
) language plpgsql as $kith$
declare
  stone record;
begin${begin(names)}
  forgotten := 0;
  for stone in
    select position, source, target, ${timeOf("id")} as time from ${schema}.events
    where code & 31 = 17 and position > a_after order by position limit a_limit
  loop
    until := stone.position;
    if stone.time >= a_before then continue; end if;
    perform from ${schema}.edges
      where source = stone.source and target = stone.target and last = stone.position
      for update skip locked;
    if not found then continue; end if;
    delete from ${schema}.edges where source = stone.source and target = stone.target;
    delete from ${schema}.events where source = stone.source and position = stone.position;
    forgotten := forgotten + 1;
  end loop;
end $kith$;`
}
