/**
 * The functions in the database that read, and that look after the lengths of lists.
 */
import { type Names, tallyLock } from "./names.ts"

/**
 * How far the log may be read: no position up to there can still appear.
 *
 * Every writer holds a lock on the newest position of the moment before it took its own, until the rest
 * can see what it wrote. So the newest position is read first, then the locks, and only then, by
 * another statement that sees what was committed until then, the events. A writer that took a position
 * up to the newest either still holds its lock, which is on a smaller one, or can be seen.
 *
 * Transactions that are not ours hold no such lock, and nobody waits for them.
 */
const horizon = ({ schema, sequence, writers }: Names): string => `
create function ${schema}.horizon() returns bigint language plpgsql as $kith$
declare
  newest constant bigint := coalesce(pg_sequence_last_value(${sequence}), 0);
  writing bigint;
begin
  select min(((classid::bigint & 2097151) << 32) | objid::bigint) into writing from pg_locks
    where locktype = 'advisory' and objsubid = 1 and classid::bigint >> 21 = ${writers} >> 53
      and database = (select oid from pg_database where datname = current_database());
  return least(newest, writing);
end $kith$;`

/** Columns of events as texts with a line for each, which is the fastest form to come by. */
const columns = (alias: string): string =>
  ["position", "source", "target", "version", "id", "code", "rest"]
    .map((name) => `string_agg(${alias}.${name}::text, E'\\n')`)
    .join(", ")

const log = ({ schema, sequence }: Names): string => `
create function ${schema}.log_after(
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
create function ${schema}.tail(out newest bigint, out pending boolean) language plpgsql as $kith$
declare
  until constant bigint := ${schema}.horizon();
begin
  select position into newest from ${schema}.events where position <= until
    order by position desc limit 1;
  pending := until < coalesce(pg_sequence_last_value(${sequence}), 0);
end $kith$;`

const history = ({ schema }: Names): string => `
create function ${schema}.history(
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

/**
 * The lengths of a user's lists. Without a tally they are counted, up to a limit for each; then
 * `whole` tells that no list has more than that.
 */
const counts = ({ schema }: Names): string => `
create function ${schema}.counts(
  a_member bigint, a_limit integer,
  out following bigint, out followers bigint, out sent bigint, out received bigint, out whole boolean
) language plpgsql as $kith$
begin
  select sum(t.following), sum(t.followers), sum(t.sent), sum(t.received)
    into following, followers, sent, received from ${schema}.tallies as t where member = a_member;
  whole := true;
  if following is not null then return; end if;
  select
    (select count(*) from (
      select from ${schema}.edges where source = a_member and place > 0 limit a_limit + 1) as e),
    (select count(*) from (
      select from ${schema}.edges where target = a_member and place > 0 limit a_limit + 1) as e),
    (select count(*) from (
      select from ${schema}.edges where source = a_member and place < 0 limit a_limit + 1) as e),
    (select count(*) from (
      select from ${schema}.edges where target = a_member and place < 0 limit a_limit + 1) as e)
    into following, followers, sent, received;
  whole := greatest(following, followers, sent, received) <= a_limit;
end $kith$;`

/**
 * Gives tallies to those of the users who have long lists. Writers are held off for the moment that
 * counting takes, since one that has not seen the tally would not bring it up to date.
 */
const promote = ({ locks, schema }: Names): string => `
create function ${schema}.promote(a_members bigint[], a_limit integer) returns integer
language plpgsql as $kith$
declare
  each bigint;
  promoted integer := 0;
begin
  for each in select distinct m from unnest(a_members) as m
    where not exists (select from ${schema}.tallies where member = m) order by m
  loop
    if (select whole from ${schema}.counts(each, a_limit)) then continue; end if;
    perform set_config('lock_timeout', '200ms', true);
    perform pg_advisory_xact_lock(${locks}, ${tallyLock});
    insert into ${schema}.tallies
      select each, 0,
        (select count(*) from ${schema}.edges where source = each and place > 0),
        (select count(*) from ${schema}.edges where target = each and place > 0),
        (select count(*) from ${schema}.edges where source = each and place < 0),
        (select count(*) from ${schema}.edges where target = each and place < 0)
      where not exists (select from ${schema}.tallies where member = each);
    promoted := promoted + 1;
  end loop;
  return promoted;
end $kith$;`

/** The journal: all entries or none. Rows that are there are locked in the order of their keys. */
const entries = ({ entrySequence, schema }: Names): string => `
create function ${schema}.write_entries(a_keys text[], a_values bytea[], a_expected bigint[])
returns bigint[] language plpgsql as $kith$
declare
  found_keys integer;
  fit integer;
  added integer;
  given bigint[];
begin
  select count(*), count(*) filter (where e.version = c.expected) into found_keys, fit
    from (
      select k collate "C" as key, expected from unnest(a_keys, a_expected) as c(k, expected)
      order by 1 offset 0) as c,
    lateral (select version from ${schema}.entries as e where e.key = c.key for update) as e;
  if fit <> found_keys or found_keys <> (
    select count(*) from unnest(a_expected) as expected where expected <> 0) then
    return null;
  end if;
  given := array(select case when v is null then 0 else nextval(${entrySequence}) end
    from unnest(a_values) as v);
  insert into ${schema}.entries
    select c.key, given[n], c.value
    from unnest(a_keys, a_values) with ordinality as c(key, value, n)
    where a_expected[n] = 0 and c.value is not null order by c.key collate "C"
    on conflict (key) do nothing;
  get diagnostics added = row_count;
  if added <> (select count(*) from unnest(a_values) with ordinality as c(value, n)
    where a_expected[n] = 0 and c.value is not null) then
    raise exception using errcode = 'KT001', message = 'somebody else was faster';
  end if;
  update ${schema}.entries as e set version = given[n], value = c.value
    from unnest(a_keys, a_values) with ordinality as c(key, value, n)
    where e.key = c.key and a_expected[n] <> 0 and c.value is not null;
  delete from ${schema}.entries where key = any(array(
    select c.key from unnest(a_keys, a_values) with ordinality as c(key, value, n)
    where c.value is null));
  return given;
end $kith$;`

/** @internal */
export const readers = (names: Names): string =>
  [horizon, log, history, counts, promote, entries].map((make) => make(names)).join("\n")
