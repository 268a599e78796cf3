/**
 * The functions in the database that read events.
 */
import type { Names } from "./names.ts"

/** Columns of events as texts with a line for each, which is the fastest form to come by. */
const columns = (alias: string): string =>
  ["position", "source", "target", "version", "id", "code", "rest"]
    .map((name) => `string_agg(${alias}.${name}::text, E'\\n')`)
    .join(", ")

/**
 * What comes after a position, and where the end is.
 *
 * @internal
 */
export const log = ({ schema, sequence }: Names): string => `
create or replace function ${schema}.log_after(
  a_after bigint, a_limit integer,
  out positions text, out sources text, out targets text, out versions text,
  out ids text, out codes text, out rests text
) language plpgsql as $kith$
declare
  until constant bigint := ${schema}.horizon();
begin
  select ${columns("e")}
    into positions, sources, targets, versions, ids, codes, rests
    from (
      select * from ${schema}.events where position > a_after and position <= until
      order by position limit a_limit) as e;
end $kith$;

-- The newest event that readers may see, and whether there may be newer ones that they may not.
create or replace function ${schema}.tail(out newest bigint, out pending boolean) language plpgsql as $kith$
declare
  until constant bigint := ${schema}.horizon();
begin
  select position into newest from ${schema}.events where position <= until
    order by position desc limit 1;
  pending := until < coalesce(pg_sequence_last_value(${sequence}), 0);
end $kith$;`

/**
 * All events of an edge, from the newest back.
 *
 * @internal
 */
export const history = ({ schema }: Names): string => `
create or replace function ${schema}.history(
  a_source bigint, a_target bigint,
  out positions text, out sources text, out targets text, out versions text,
  out ids text, out codes text, out rests text
) language plpgsql stable as $kith$
begin
  with recursive chain as (
    select e.* from ${schema}.edges as g
      cross join lateral (
        select * from ${schema}.events as e where e.source = g.source and e.position = g.last offset 0) as e
      where g.source = a_source and g.target = a_target
    union all
    select e.* from chain as c
      cross join lateral (
        select * from ${schema}.events as e
        where e.source = a_source and e.position = c.previous offset 0) as e
      where c.previous > 0)
  select ${columns("e")}
    into positions, sources, targets, versions, ids, codes, rests
    from (select * from chain order by version) as e;
end $kith$;`
