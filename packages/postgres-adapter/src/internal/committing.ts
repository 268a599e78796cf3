/**
 * The function in the database that keeps a single change, in one round trip and one transaction.
 *
 * All that commit take their locks in the same order, so that no two ever wait for each other: command
 * ids first, then edges that are there, then edges that come to be, each sorted. Tallies never wait.
 *
 * Outcomes are positions; 0 where there were no events, -1 for a conflict, with the edge as it is, and
 * -2 for a command id that is remembered.
 */
import { type Names, tallyLock } from "./names.ts"

/**
 * One change. It is the call that most commands wait for, so it has as few expressions as can be: each
 * is prepared anew in every transaction.
 *
 * On an edge that is new its place is `a_sign * (position * 4 + a_rest)`. The answer is the outcome, and
 * for a conflict the edge's place and version as well.
 *
 * @internal
 */
export const commitOne = (names: Names): string => {
  const { locks, schema, sequence, writers } = names
  return `
create or replace function ${schema}.commit_one(
  a_source bigint, a_target bigint, a_expected integer, a_state integer, a_sign integer, a_rest integer,
  a_ids uuid[], a_codes smallint[], a_rests text[],
  a_time bigint, a_command text, a_fingerprint text, a_attempts integer
) returns bigint[] language plpgsql as $kith$
declare
  head bigint;
  size integer;
  was_place bigint;
  was_last bigint;
  was_version integer;
  now_place bigint;
begin
  -- The locks that every writer takes, as one expression with the position of a single event.
  head := case when pg_advisory_xact_lock_shared(${locks}, ${tallyLock}) is null
      or pg_advisory_xact_lock_shared(
        ${writers} | coalesce(pg_sequence_last_value(${sequence}), 0)) is null then null
    when cardinality(a_ids) = 1 then nextval(${sequence})
    when cardinality(a_ids) = 0 then 0 else ${schema}.take(cardinality(a_ids)) end;
  if a_command is not null then
    size := cardinality(a_ids);
    insert into ${schema}.commands values (a_command, a_source, a_target, head, a_time,
        a_expected + size, a_attempts, size, a_state, a_fingerprint)
      on conflict (id) do nothing;
    if not found then
      -- A row without attempts is one that commit_chain holds for this very transaction.
      update ${schema}.commands set source = a_source, target = a_target, position = head,
          time = a_time, version = a_expected + size, attempts = a_attempts,
          events = size, state = a_state, fingerprint = a_fingerprint
        where id = a_command and attempts = -1;
      if not found then return array[-2]; end if;
    end if;
  end if;
  if a_expected = 0 and head > 0 then
    insert into ${schema}.edges values (a_source, a_target, a_sign * (head * 4 + a_rest),
        head + cardinality(a_ids) - 1, cardinality(a_ids))
      on conflict (source, target) do nothing;
    if found then
      insert into ${schema}.events
        values (head, a_source, a_target, a_ids[1], 1, a_codes[1], a_rests[1], null);
      if a_ids[2] is not null then
        insert into ${schema}.events
          select head + n - 1, a_source, a_target, a_ids[n], n, a_codes[n], a_rests[n], head + n - 2
          from generate_series(2, cardinality(a_ids)) as n;
      end if;
      if exists (select from ${schema}.tallies where member in (a_source, a_target)) then
        perform ${schema}.tally_edge(a_source, a_target, 0, a_sign);
      end if;
      return array[head];
    end if;
  end if;
  size := cardinality(a_ids);
  select place, last, version into was_place, was_last, was_version from ${schema}.edges
    where source = a_source and target = a_target for update;
  if not found then
    -- It was there a moment ago, when it came into the way of the insert: its tombstone was forgotten.
    if a_expected = 0 and size > 0 then
      raise exception using errcode = '40001', message = 'the edge was forgotten meanwhile';
    end if;
    was_place := 0; was_last := 0; was_version := 0;
  end if;
  if was_version <> a_expected then
    delete from ${schema}.commands where id = a_command;
    return array[-1, was_place, was_version];
  end if;
  if size = 0 then return array[0]; end if;
  now_place := was_place;
  for n in 1..size loop
    now_place := ${schema}.evolve(now_place, a_codes[n], head + n - 1);
  end loop;
  update ${schema}.edges set place = now_place, last = head + size - 1, version = a_expected + size
    where source = a_source and target = a_target;
  insert into ${schema}.events
    select head + n - 1, a_source, a_target, a_ids[n], a_expected + n, a_codes[n], a_rests[n],
      case n when 1 then nullif(was_last, 0) else head + n - 2 end
    from generate_series(1, size) as n;
  if sign(now_place) <> sign(was_place)
    and exists (select from ${schema}.tallies where member in (a_source, a_target))
  then
    perform ${schema}.tally_edge(a_source, a_target, was_place, now_place);
  end if;
  return array[head];
end $kith$;`
}
