/**
 * Positions in the log: how writers take them, and how far readers may trust what is there.
 */
import { type Names, tallyLock } from "./names.ts"

/**
 * What every writer takes before its positions and keeps until what it wrote can be seen: a lock that
 * holds new tallies off, which may take a moment to get, and one that tells readers how far they may
 * trust the log (see `horizon`).
 *
 * @internal
 */
export const begin = ({ locks, sequence, writers }: Names): string => `
  perform pg_advisory_xact_lock_shared(${locks}, ${tallyLock}),
    pg_advisory_xact_lock_shared(${writers} | coalesce(pg_sequence_last_value(${sequence}), 0));`

/**
 * Positions in a row. Others take theirs at the same time, so it may take more than one try.
 *
 * @internal
 */
export const take = ({ schema, sequence }: Names): string => `
create or replace function ${schema}.take(size integer) returns bigint language plpgsql as $kith$
declare
  head bigint;
  tail bigint;
begin
  for attempt in 1..1000 loop
    select min(p), max(p) into head, tail
      from (select nextval(${sequence}) as p from generate_series(1, size)) as taken;
    if tail - head = size - 1 then return head; end if;
  end loop;
  raise exception using errcode = '40001', message = 'too many writers at once';
end $kith$;`

/**
 * How far the log may be read: no position up to there can still appear.
 *
 * Every writer holds a lock on the newest position of the moment before it took its own, until the rest
 * can see what it wrote. So the newest position is read first, then the locks, and only then, by
 * another statement that sees what was committed until then, the events. A writer that took a position
 * up to the newest either still holds its lock, which is on a smaller one, or can be seen.
 *
 * Transactions that are not ours hold no such lock, and nobody waits for them. A replica has no locks
 * of writers, and so the log is not to be had there: an event that is committed late would be missed.
 *
 * @internal
 */
export const horizon = ({ schema, sequence, writers }: Names): string => `
create or replace function ${schema}.horizon() returns bigint language plpgsql as $kith$
declare
  newest bigint := pg_sequence_last_value(${sequence});
  writing bigint;
begin
  if newest is null then
    -- Nothing was written yet; or the role may not know, and then this fails.
    perform last_value from ${schema}.positions;
    newest := 0;
  end if;
  if pg_is_in_recovery() then
    raise exception using errcode = 'KT002', message = 'the log of a replica has gaps';
  end if;
  select min(((classid::bigint & 2097151) << 32) | objid::bigint) into writing from pg_locks
    where locktype = 'advisory' and objsubid = 1 and classid::bigint >> 21 = ${writers} >> 53
      and database = (select oid from pg_database where datname = current_database());
  return least(newest, writing);
end $kith$;`
