/**
 * The functions in the database that keep changes: one call is one transaction and one round trip.
 *
 * All of them take their locks in the same order, so that no two ever wait for each other: command ids
 * first, then edges that are there, then edges that come to be, each sorted. Tallies never wait.
 *
 * Outcomes are positions; 0 where there were no events, -1 for a conflict, with the edge as it is, and
 * -2 for a command id that is remembered.
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

/** Positions in a row. Others take theirs at the same time, so it may take more than one try. */
const take = ({ schema, sequence }: Names): string => `
create function ${schema}.take(size integer) returns bigint language plpgsql as $kith$
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

/** Adds to the lengths of a user's lists: to any row that nobody else is changing, else to a new one. */
const tally = ({ schema }: Names): string => `
create function ${schema}.tally(
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

create function ${schema}.tally_edge(
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
 * Where an edge stands in the lists after an event, which is `Decider.evolve` for places: an event that
 * does not fit the state changes nothing. The aggregate does so for events in their order.
 */
const evolve = ({ schema }: Names): string => `
create function ${schema}.evolve(a_place bigint, a_code smallint, a_position bigint) returns bigint
language plpgsql immutable parallel safe as $kith$
begin
  return case
    when a_code & 31 < 4 then
      case a_place when 0 then - (a_position * 4 + (a_code & 3)) else a_place end
    when a_code & 31 < 8 then
      case a_place when 0 then a_position * 4 + (a_code & 3) else a_place end
    when a_code & 31 = 8 then
      case when a_place < 0 then a_position * 4 + (- a_place & 3) else a_place end
    when a_code & 31 < 11 then greatest(a_place, 0)
    when a_code & 31 < 13 then least(a_place, 0)
    when a_code & 31 = 17 then 0
    when a_place = 0 then 0
    else (case when a_place < 0 then -1 else 1 end) * case a_code & 31
      when 13 then abs(a_place) | 1
      when 14 then abs(a_place) & -2
      when 15 then abs(a_place) | 2
      else abs(a_place) & -3 end
    end;
end $kith$;

create aggregate ${schema}.fold(smallint, bigint) (
  sfunc = ${schema}.evolve, stype = bigint, initcond = '0');`

/**
 * One change. It is the call that most commands wait for, so it has as few expressions as can be: each
 * is prepared anew in every transaction.
 *
 * On an edge that is new its place is `a_sign * (position * 4 + a_rest)`. The answer is the outcome, and
 * for a conflict the edge's place and version as well.
 */
const commitOne = (names: Names): string => {
  const { locks, schema, sequence, writers } = names
  return `
create function ${schema}.commit_one(
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

/** Changes of different edges under different command ids: a handful of statements for all of them. */
const commitMany = (names: Names): string => {
  const { schema, sequence } = names
  return `
create function ${schema}.commit_many(
  a_sources bigint[], a_targets bigint[], a_expected integer[], a_states integer[],
  a_signs integer[], a_adds integer[], a_firsts integer[], a_counts integer[], a_times bigint[],
  a_commands text[], a_fingerprints text[], a_attempts integer[],
  e_owners integer[], e_numbers integer[], e_ids uuid[], e_codes smallint[], e_rests text[],
  out outcomes bigint[], out places bigint[], out versions integer[]
) language plpgsql as $kith$
declare
  size constant integer := cardinality(a_sources);
  heads bigint[];
  fresh boolean[];
  won boolean[];
  lasts bigint[];
  afters bigint[];
  kept_ids text[];
  kept_sources bigint[];
  kept_targets bigint[];
  each record;
  there record;
begin${begin(names)}
  heads := array(select case c when 1 then nextval(${sequence}) when 0 then 0
    else ${schema}.take(c) end from unnest(a_counts) as c);
  if a_commands is null then
    fresh := array_fill(true, array[size]);
  else
    with kept as (
      insert into ${schema}.commands
        select c.id, a_sources[n], a_targets[n], heads[n], a_times[n], a_expected[n] + a_counts[n],
          a_attempts[n], a_counts[n], a_states[n], c.fingerprint
        from unnest(a_commands, a_fingerprints) with ordinality as c(id, fingerprint, n)
        where c.id is not null order by c.id
      on conflict (id) do nothing returning id)
    select coalesce(array_agg(id), '{}') into kept_ids from kept;
    fresh := case when cardinality(kept_ids) = size then array_fill(true, array[size])
      else array(select c is null or c = any(kept_ids) from unnest(a_commands) as c) end;
  end if;
  if 0 = all(a_expected) and 0 <> all(a_counts) then
    -- All of them are thought to be new, as most are in most batches: there is nothing to look at.
    places := array_fill(0::bigint, array[size]);
    lasts := places;
    versions := array_fill(0, array[size]);
    won := fresh;
    afters := array(select a_signs[n] * (heads[n] * 4 + a_adds[n]) from generate_series(1, size) as n);
  else
    select array_agg(coalesce(e.place, 0) order by n), array_agg(coalesce(e.last, 0) order by n),
        array_agg(coalesce(e.version, 0) order by n)
      into places, lasts, versions
      from (
        select n, a_sources[n] as source, a_targets[n] as target,
          a_expected[n] > 0 or a_counts[n] = 0 as asked
        from generate_series(1, size) as n order by source, target offset 0) as c
      left join lateral (
        select place, last, version from ${schema}.edges as e
        where c.asked and e.source = c.source and e.target = c.target for update) as e on true;
    won := array(select fresh[n] and versions[n] = a_expected[n] from generate_series(1, size) as n);
    afters := array(select case when a_counts[n] = 0 then places[n]
        when a_expected[n] = 0 then a_signs[n] * (heads[n] * 4 + a_adds[n])
        else ${schema}.evolve(places[n], e_codes[a_firsts[n]], heads[n]) end
      from generate_series(1, size) as n);
    for each in
      select n from generate_series(1, size) as n where a_counts[n] > 1 and a_expected[n] > 0
    loop
      for k in 2..a_counts[each.n] loop
        afters[each.n] := ${schema}.evolve(afters[each.n], e_codes[a_firsts[each.n] + k - 1],
          heads[each.n] + k - 1);
      end loop;
    end loop;
  end if;
  with kept as (
    insert into ${schema}.edges
      select a_sources[n], a_targets[n], afters[n], heads[n] + a_counts[n] - 1, a_counts[n]
      from generate_series(1, size) as n
      where won[n] and a_expected[n] = 0 and a_counts[n] > 0 order by 1, 2
    on conflict (source, target) do nothing returning source, target)
  select array_agg(source), array_agg(target) into kept_sources, kept_targets from kept;
  if coalesce(cardinality(kept_sources), 0) < (select count(*) from generate_series(1, size) as n
      where won[n] and a_expected[n] = 0 and a_counts[n] > 0) then
    for each in
      select n from generate_series(1, size) as n
      where won[n] and a_expected[n] = 0 and a_counts[n] > 0 and not exists (
        select from unnest(kept_sources, kept_targets) as k(source, target)
        where k.source = a_sources[n] and k.target = a_targets[n])
    loop
      won[each.n] := false;
      select place, version into there from ${schema}.edges
        where source = a_sources[each.n] and target = a_targets[each.n];
      if not found then
        raise exception using errcode = '40001', message = 'the edge was forgotten meanwhile';
      end if;
      places[each.n] := there.place;
      versions[each.n] := there.version;
    end loop;
  end if;
  insert into ${schema}.edges
    select a_sources[n], a_targets[n], afters[n], heads[n] + a_counts[n] - 1, a_expected[n] + a_counts[n]
    from generate_series(1, size) as n
    where won[n] and a_expected[n] > 0 and a_counts[n] > 0 order by 1, 2
    on conflict (source, target)
      do update set place = excluded.place, last = excluded.last, version = excluded.version;
  insert into ${schema}.events
    select heads[o] + n - 1, a_sources[o], a_targets[o], id, a_expected[o] + n, code, rest,
      case n when 1 then nullif(lasts[o], 0) else heads[o] + n - 2 end
    from unnest(e_owners, e_numbers, e_ids, e_codes, e_rests) as e(o, n, id, code, rest) where won[o];
  if false = any(won) then
    delete from ${schema}.commands where id = any(array(
      select c.id from unnest(a_commands) with ordinality as c(id, n)
      where c.id is not null and fresh[n] and not won[n]));
  end if;
  if exists (select from ${schema}.tallies) then
    for each in
      select member, sum(f)::integer as f, sum(g)::integer as g, sum(s)::integer as s, sum(r)::integer as r
      from (
        select a_sources[n] as member,
          (afters[n] > 0)::integer - (places[n] > 0)::integer as f, 0 as g,
          (afters[n] < 0)::integer - (places[n] < 0)::integer as s, 0 as r
          from generate_series(1, size) as n
          where won[n] and a_counts[n] > 0 and sign(afters[n]) <> sign(places[n])
        union all
        select a_targets[n], 0, (afters[n] > 0)::integer - (places[n] > 0)::integer,
          0, (afters[n] < 0)::integer - (places[n] < 0)::integer
          from generate_series(1, size) as n
          where won[n] and a_counts[n] > 0 and sign(afters[n]) <> sign(places[n])) as changed
      where exists (select from ${schema}.tallies as t where t.member = changed.member)
      group by member order by member
    loop
      perform ${schema}.tally(each.member, each.f, each.g, each.s, each.r);
    end loop;
  end if;
  outcomes := array(select case when won[n] then heads[n] when fresh[n] then -1 else -2 end
    from generate_series(1, size) as n);
end $kith$;`
}

/**
 * Changes of which several concern one edge or one command id: one after the other. What they will need
 * is locked beforehand, in order; what did not come to be is taken back at the end.
 */
const commitChain = (names: Names): string => {
  const { schema } = names
  return `
create function ${schema}.commit_chain(
  a_sources bigint[], a_targets bigint[], a_expected integer[], a_states integer[],
  a_signs integer[], a_adds integer[], a_firsts integer[], a_counts integer[], a_times bigint[],
  a_commands text[], a_fingerprints text[], a_attempts integer[],
  e_owners integer[], e_numbers integer[], e_ids uuid[], e_codes smallint[], e_rests text[],
  out outcomes bigint[], out places bigint[], out versions integer[]
) language plpgsql as $kith$
declare
  one bigint[];
begin${begin(names)}
  insert into ${schema}.commands
    select distinct c, 0, 0, 0, 0, 0, -1, 0, 0, '' from unnest(a_commands) as c
    where c is not null order by c on conflict (id) do nothing;
  perform from (
      select distinct s, t from unnest(a_sources, a_targets) as c(s, t) order by s, t offset 0) as c,
    lateral (select from ${schema}.edges as e where e.source = c.s and e.target = c.t for update) as e;
  insert into ${schema}.edges
    select distinct s, t, 0, 0, 0 from unnest(a_sources, a_targets, a_expected) as c(s, t, e)
    where e = 0 order by s, t on conflict (source, target) do nothing;
  for n in 1..cardinality(a_sources) loop
    -- No edge is new by now: what places new ones is not needed.
    one := ${schema}.commit_one(a_sources[n], a_targets[n], a_expected[n], a_states[n], 0, 0,
      e_ids[a_firsts[n] : a_firsts[n] + a_counts[n] - 1],
      e_codes[a_firsts[n] : a_firsts[n] + a_counts[n] - 1],
      e_rests[a_firsts[n] : a_firsts[n] + a_counts[n] - 1], a_times[n], a_commands[n], a_fingerprints[n], a_attempts[n]);
    outcomes[n] := one[1];
    places[n] := coalesce(one[2], 0);
    versions[n] := coalesce(one[3], 0);
  end loop;
  delete from ${schema}.commands where id = any(a_commands) and attempts = -1;
  delete from ${schema}.edges as e using unnest(a_sources, a_targets) as c(s, t)
    where e.source = c.s and e.target = c.t and e.version = 0;
end $kith$;`
}

/** @internal */
export const writers = (names: Names): string =>
  [take, tally, evolve, commitOne, commitMany, commitChain].map((make) => make(names)).join("\n")
