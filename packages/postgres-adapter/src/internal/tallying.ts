/**
 * The functions in the database that keep the lengths of long lists, and count short ones.
 */
import { byTarget } from "./incoming.ts"
import { type Names, tallyLock } from "./names.ts"

/**
 * Adds to the lengths of a user's lists: to any row that nobody else is changing, else to a new one.
 *
 * @internal
 */
export const tally = ({ schema }: Names): string => `
create or replace function ${schema}.tally(
  a_member bigint, a_following integer, a_followers integer, a_sent integer, a_received integer
) returns void language plpgsql as $kith$
begin
  update ${schema}.tallies set following = following + a_following, followers = followers + a_followers,
      sent = sent + a_sent, received = received + a_received
    where member = a_member and shard = (
      select shard from ${schema}.tallies where member = a_member order by shard limit 1
      for update skip locked);
  if not found then
    insert into ${schema}.tallies values (a_member, pg_current_xact_id()::text::bigint,
      a_following, a_followers, a_sent, a_received);
  end if;
end $kith$;

create or replace function ${schema}.tally_edge(
  a_source bigint, a_target bigint, a_before bigint, a_after bigint
) returns void language plpgsql as $kith$
declare
  followers constant integer := (a_after > 0)::integer - (a_before > 0)::integer;
  requests constant integer := (a_after < 0)::integer - (a_before < 0)::integer;
begin
  if exists (select from ${schema}.tallies where member = a_source) then
    perform ${schema}.tally(a_source, followers, 0, requests, 0);
  end if;
  if exists (select from ${schema}.tallies where member = a_target) then
    perform ${schema}.tally(a_target, 0, followers, 0, requests);
  end if;
end $kith$;`

/**
 * The lengths of a user's lists. Without a tally they are counted, up to a limit for each; then
 * `whole` tells that no list has more than that.
 *
 * @internal
 */
export const counts = (names: Names, partitions: number): string => {
  const { schema } = names
  const incoming = byTarget(names, partitions)
  return `
create or replace function ${schema}.counts(
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
      select from ${incoming} where target = a_member and place > 0 limit a_limit + 1) as e),
    (select count(*) from (
      select from ${schema}.edges where source = a_member and place < 0 limit a_limit + 1) as e),
    (select count(*) from (
      select from ${incoming} where target = a_member and place < 0 limit a_limit + 1) as e)
    into following, followers, sent, received;
  whole := greatest(following, followers, sent, received) <= a_limit;
end $kith$;`
}

/**
 * Gives tallies to those of the users who have long lists. Writers are held off for the moment that
 * counting takes, since one that has not seen the tally would not bring it up to date.
 *
 * @internal
 */
export const promote = (names: Names, partitions: number): string => {
  const { locks, schema } = names
  const incoming = byTarget(names, partitions)
  return `
create or replace function ${schema}.promote(a_members bigint[], a_limit integer) returns integer
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
        (select count(*) from ${incoming} where target = each and place > 0),
        (select count(*) from ${schema}.edges where source = each and place < 0),
        (select count(*) from ${incoming} where target = each and place < 0)
      where not exists (select from ${schema}.tallies where member = each);
    promoted := promoted + 1;
  end loop;
  return promoted;
end $kith$;`
}
