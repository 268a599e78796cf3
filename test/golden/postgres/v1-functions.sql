create function "kith".take(size integer) returns bigint language plpgsql as $kith$
declare
  head bigint;
  tail bigint;
begin
  for attempt in 1..1000 loop
    select min(p), max(p) into head, tail
      from (select nextval('"kith".positions') as p from generate_series(1, size)) as taken;
    if tail - head = size - 1 then return head; end if;
  end loop;
  raise exception using errcode = '40001', message = 'too many writers at once';
end $kith$;

create function "kith".tally(
  a_member bigint, a_following integer, a_followers integer, a_sent integer, a_received integer
) returns void language plpgsql as $kith$
begin
  update "kith".tallies set following = following + a_following, followers = followers + a_followers,
      sent = sent + a_sent, received = received + a_received
    where member = a_member and shard = (
      select shard from "kith".tallies where member = a_member order by shard limit 1
      for update skip locked);
  if not found then
    insert into "kith".tallies values (a_member, pg_current_xact_id()::text::bigint,
      a_following, a_followers, a_sent, a_received);
  end if;
end $kith$;

create function "kith".tally_edge(
  a_source bigint, a_target bigint, a_before bigint, a_after bigint
) returns void language plpgsql as $kith$
declare
  followers constant integer := (a_after > 0)::integer - (a_before > 0)::integer;
  requests constant integer := (a_after < 0)::integer - (a_before < 0)::integer;
begin
  if exists (select from "kith".tallies where member = a_source) then
    perform "kith".tally(a_source, followers, 0, requests, 0);
  end if;
  if exists (select from "kith".tallies where member = a_target) then
    perform "kith".tally(a_target, 0, followers, 0, requests);
  end if;
end $kith$;

create function "kith".evolve(a_place bigint, a_code smallint, a_position bigint) returns bigint
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

create aggregate "kith".fold(smallint, bigint) (
  sfunc = "kith".evolve, stype = bigint, initcond = '0');

create function "kith".commit_one(
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
  head := case when pg_advisory_xact_lock_shared(1569553235, 1) is null
      or pg_advisory_xact_lock_shared(
        1270015094918479872 | coalesce(pg_sequence_last_value('"kith".positions'), 0)) is null then null
    when cardinality(a_ids) = 1 then nextval('"kith".positions')
    when cardinality(a_ids) = 0 then 0 else "kith".take(cardinality(a_ids)) end;
  if a_command is not null then
    size := cardinality(a_ids);
    insert into "kith".commands values (a_command, a_source, a_target, head, a_time,
        a_expected + size, a_attempts, size, a_state, a_fingerprint)
      on conflict (id) do nothing;
    if not found then
      -- A row without attempts is one that commit_chain holds for this very transaction.
      update "kith".commands set source = a_source, target = a_target, position = head,
          time = a_time, version = a_expected + size, attempts = a_attempts,
          events = size, state = a_state, fingerprint = a_fingerprint
        where id = a_command and attempts = -1;
      if not found then return array[-2]; end if;
    end if;
  end if;
  if a_expected = 0 and head > 0 then
    insert into "kith".edges values (a_source, a_target, a_sign * (head * 4 + a_rest),
        head + cardinality(a_ids) - 1, cardinality(a_ids))
      on conflict (source, target) do nothing;
    if found then
      insert into "kith".events
        values (head, a_source, a_target, a_ids[1], 1, a_codes[1], a_rests[1], null);
      if a_ids[2] is not null then
        insert into "kith".events
          select head + n - 1, a_source, a_target, a_ids[n], n, a_codes[n], a_rests[n], head + n - 2
          from generate_series(2, cardinality(a_ids)) as n;
      end if;
      if exists (select from "kith".tallies where member in (a_source, a_target)) then
        perform "kith".tally_edge(a_source, a_target, 0, a_sign);
      end if;
      return array[head];
    end if;
  end if;
  size := cardinality(a_ids);
  select place, last, version into was_place, was_last, was_version from "kith".edges
    where source = a_source and target = a_target for update;
  if not found then
    -- It was there a moment ago, when it came into the way of the insert: its tombstone was forgotten.
    if a_expected = 0 and size > 0 then
      raise exception using errcode = '40001', message = 'the edge was forgotten meanwhile';
    end if;
    was_place := 0; was_last := 0; was_version := 0;
  end if;
  if was_version <> a_expected then
    delete from "kith".commands where id = a_command;
    return array[-1, was_place, was_version];
  end if;
  if size = 0 then return array[0]; end if;
  now_place := was_place;
  for n in 1..size loop
    now_place := "kith".evolve(now_place, a_codes[n], head + n - 1);
  end loop;
  update "kith".edges set place = now_place, last = head + size - 1, version = a_expected + size
    where source = a_source and target = a_target;
  insert into "kith".events
    select head + n - 1, a_source, a_target, a_ids[n], a_expected + n, a_codes[n], a_rests[n],
      case n when 1 then nullif(was_last, 0) else head + n - 2 end
    from generate_series(1, size) as n;
  if sign(now_place) <> sign(was_place)
    and exists (select from "kith".tallies where member in (a_source, a_target))
  then
    perform "kith".tally_edge(a_source, a_target, was_place, now_place);
  end if;
  return array[head];
end $kith$;

create function "kith".commit_many(
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
begin
  perform pg_advisory_xact_lock_shared(1569553235, 1),
    pg_advisory_xact_lock_shared(1270015094918479872 | coalesce(pg_sequence_last_value('"kith".positions'), 0));
  heads := array(select case c when 1 then nextval('"kith".positions') when 0 then 0
    else "kith".take(c) end from unnest(a_counts) as c);
  if a_commands is null then
    fresh := array_fill(true, array[size]);
  else
    with kept as (
      insert into "kith".commands
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
        select place, last, version from "kith".edges as e
        where c.asked and e.source = c.source and e.target = c.target for update) as e on true;
    won := array(select fresh[n] and versions[n] = a_expected[n] from generate_series(1, size) as n);
    afters := array(select case when a_counts[n] = 0 then places[n]
        when a_expected[n] = 0 then a_signs[n] * (heads[n] * 4 + a_adds[n])
        else "kith".evolve(places[n], e_codes[a_firsts[n]], heads[n]) end
      from generate_series(1, size) as n);
    for each in
      select n from generate_series(1, size) as n where a_counts[n] > 1 and a_expected[n] > 0
    loop
      for k in 2..a_counts[each.n] loop
        afters[each.n] := "kith".evolve(afters[each.n], e_codes[a_firsts[each.n] + k - 1],
          heads[each.n] + k - 1);
      end loop;
    end loop;
  end if;
  with kept as (
    insert into "kith".edges
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
      select place, version into there from "kith".edges
        where source = a_sources[each.n] and target = a_targets[each.n];
      if not found then
        raise exception using errcode = '40001', message = 'the edge was forgotten meanwhile';
      end if;
      places[each.n] := there.place;
      versions[each.n] := there.version;
    end loop;
  end if;
  insert into "kith".edges
    select a_sources[n], a_targets[n], afters[n], heads[n] + a_counts[n] - 1, a_expected[n] + a_counts[n]
    from generate_series(1, size) as n
    where won[n] and a_expected[n] > 0 and a_counts[n] > 0 order by 1, 2
    on conflict (source, target)
      do update set place = excluded.place, last = excluded.last, version = excluded.version;
  insert into "kith".events
    select heads[o] + n - 1, a_sources[o], a_targets[o], id, a_expected[o] + n, code, rest,
      case n when 1 then nullif(lasts[o], 0) else heads[o] + n - 2 end
    from unnest(e_owners, e_numbers, e_ids, e_codes, e_rests) as e(o, n, id, code, rest) where won[o];
  if false = any(won) then
    delete from "kith".commands where id = any(array(
      select c.id from unnest(a_commands) with ordinality as c(id, n)
      where c.id is not null and fresh[n] and not won[n]));
  end if;
  if exists (select from "kith".tallies) then
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
      where exists (select from "kith".tallies as t where t.member = changed.member)
      group by member order by member
    loop
      perform "kith".tally(each.member, each.f, each.g, each.s, each.r);
    end loop;
  end if;
  outcomes := array(select case when won[n] then heads[n] when fresh[n] then -1 else -2 end
    from generate_series(1, size) as n);
end $kith$;

create function "kith".commit_chain(
  a_sources bigint[], a_targets bigint[], a_expected integer[], a_states integer[],
  a_signs integer[], a_adds integer[], a_firsts integer[], a_counts integer[], a_times bigint[],
  a_commands text[], a_fingerprints text[], a_attempts integer[],
  e_owners integer[], e_numbers integer[], e_ids uuid[], e_codes smallint[], e_rests text[],
  out outcomes bigint[], out places bigint[], out versions integer[]
) language plpgsql as $kith$
declare
  one bigint[];
begin
  perform pg_advisory_xact_lock_shared(1569553235, 1),
    pg_advisory_xact_lock_shared(1270015094918479872 | coalesce(pg_sequence_last_value('"kith".positions'), 0));
  insert into "kith".commands
    select distinct c, 0, 0, 0, 0, 0, -1, 0, 0, '' from unnest(a_commands) as c
    where c is not null order by c on conflict (id) do nothing;
  perform from (
      select distinct s, t from unnest(a_sources, a_targets) as c(s, t) order by s, t offset 0) as c,
    lateral (select from "kith".edges as e where e.source = c.s and e.target = c.t for update) as e;
  insert into "kith".edges
    select distinct s, t, 0, 0, 0 from unnest(a_sources, a_targets, a_expected) as c(s, t, e)
    where e = 0 order by s, t on conflict (source, target) do nothing;
  for n in 1..cardinality(a_sources) loop
    -- No edge is new by now: what places new ones is not needed.
    one := "kith".commit_one(a_sources[n], a_targets[n], a_expected[n], a_states[n], 0, 0,
      e_ids[a_firsts[n] : a_firsts[n] + a_counts[n] - 1],
      e_codes[a_firsts[n] : a_firsts[n] + a_counts[n] - 1],
      e_rests[a_firsts[n] : a_firsts[n] + a_counts[n] - 1], a_times[n], a_commands[n], a_fingerprints[n], a_attempts[n]);
    outcomes[n] := one[1];
    places[n] := coalesce(one[2], 0);
    versions[n] := coalesce(one[3], 0);
  end loop;
  delete from "kith".commands where id = any(a_commands) and attempts = -1;
  delete from "kith".edges as e using unnest(a_sources, a_targets) as c(s, t)
    where e.source = c.s and e.target = c.t and e.version = 0;
end $kith$;
create function "kith".horizon() returns bigint language plpgsql as $kith$
declare
  newest constant bigint := coalesce(pg_sequence_last_value('"kith".positions'), 0);
  writing bigint;
begin
  select min(((classid::bigint & 2097151) << 32) | objid::bigint) into writing from pg_locks
    where locktype = 'advisory' and objsubid = 1 and classid::bigint >> 21 = 1270015094918479872 >> 53
      and database = (select oid from pg_database where datname = current_database());
  return least(newest, writing);
end $kith$;

create function "kith".log_after(
  a_after bigint, a_limit integer,
  out positions text, out sources text, out targets text, out versions text,
  out ids text, out codes text, out rests text
) language plpgsql as $kith$
declare
  until constant bigint := "kith".horizon();
begin
  select string_agg(e.position::text, E'\n'), string_agg(e.source::text, E'\n'), string_agg(e.target::text, E'\n'), string_agg(e.version::text, E'\n'), string_agg(e.id::text, E'\n'), string_agg(e.code::text, E'\n'), string_agg(e.rest::text, E'\n')
    into positions, sources, targets, versions, ids, codes, rests
    from (
      select * from "kith".events where position > a_after and position <= until
      order by position limit a_limit) as e;
end $kith$;

-- The newest event that readers may see, and whether there may be newer ones that they may not.
create function "kith".tail(out newest bigint, out pending boolean) language plpgsql as $kith$
declare
  until constant bigint := "kith".horizon();
begin
  select position into newest from "kith".events where position <= until
    order by position desc limit 1;
  pending := until < coalesce(pg_sequence_last_value('"kith".positions'), 0);
end $kith$;

create function "kith".history(
  a_source bigint, a_target bigint,
  out positions text, out sources text, out targets text, out versions text,
  out ids text, out codes text, out rests text
) language plpgsql stable as $kith$
begin
  with recursive chain as (
    select e.* from "kith".edges as g
      cross join lateral (
        select * from "kith".events as e where e.source = g.source and e.position = g.last offset 0) as e
      where g.source = a_source and g.target = a_target
    union all
    select e.* from chain as c
      cross join lateral (
        select * from "kith".events as e
        where e.source = a_source and e.position = c.previous offset 0) as e
      where c.previous > 0)
  select string_agg(e.position::text, E'\n'), string_agg(e.source::text, E'\n'), string_agg(e.target::text, E'\n'), string_agg(e.version::text, E'\n'), string_agg(e.id::text, E'\n'), string_agg(e.code::text, E'\n'), string_agg(e.rest::text, E'\n')
    into positions, sources, targets, versions, ids, codes, rests
    from (select * from chain order by version) as e;
end $kith$;

create function "kith".counts(
  a_member bigint, a_limit integer,
  out following bigint, out followers bigint, out sent bigint, out received bigint, out whole boolean
) language plpgsql as $kith$
begin
  select sum(t.following), sum(t.followers), sum(t.sent), sum(t.received)
    into following, followers, sent, received from "kith".tallies as t where member = a_member;
  whole := true;
  if following is not null then return; end if;
  select
    (select count(*) from (
      select from "kith".edges where source = a_member and place > 0 limit a_limit + 1) as e),
    (select count(*) from (
      select from "kith".edges where target = a_member and place > 0 limit a_limit + 1) as e),
    (select count(*) from (
      select from "kith".edges where source = a_member and place < 0 limit a_limit + 1) as e),
    (select count(*) from (
      select from "kith".edges where target = a_member and place < 0 limit a_limit + 1) as e)
    into following, followers, sent, received;
  whole := greatest(following, followers, sent, received) <= a_limit;
end $kith$;

create function "kith".promote(a_members bigint[], a_limit integer) returns integer
language plpgsql as $kith$
declare
  each bigint;
  promoted integer := 0;
begin
  for each in select distinct m from unnest(a_members) as m
    where not exists (select from "kith".tallies where member = m) order by m
  loop
    if (select whole from "kith".counts(each, a_limit)) then continue; end if;
    perform set_config('lock_timeout', '200ms', true);
    perform pg_advisory_xact_lock(1569553235, 1);
    insert into "kith".tallies
      select each, 0,
        (select count(*) from "kith".edges where source = each and place > 0),
        (select count(*) from "kith".edges where target = each and place > 0),
        (select count(*) from "kith".edges where source = each and place < 0),
        (select count(*) from "kith".edges where target = each and place < 0)
      where not exists (select from "kith".tallies where member = each);
    promoted := promoted + 1;
  end loop;
  return promoted;
end $kith$;

create function "kith".write_entries(a_keys text[], a_values bytea[], a_expected bigint[])
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
    lateral (select version from "kith".entries as e where e.key = c.key for update) as e;
  if fit <> found_keys or found_keys <> (
    select count(*) from unnest(a_expected) as expected where expected <> 0) then
    return null;
  end if;
  given := array(select case when v is null then 0 else nextval('"kith".entry_versions') end
    from unnest(a_values) as v);
  insert into "kith".entries
    select c.key, given[n], c.value
    from unnest(a_keys, a_values) with ordinality as c(key, value, n)
    where a_expected[n] = 0 and c.value is not null order by c.key collate "C"
    on conflict (key) do nothing;
  get diagnostics added = row_count;
  if added <> (select count(*) from unnest(a_values) with ordinality as c(value, n)
    where a_expected[n] = 0 and c.value is not null) then
    raise exception using errcode = 'KT001', message = 'somebody else was faster';
  end if;
  update "kith".entries as e set version = given[n], value = c.value
    from unnest(a_keys, a_values) with ordinality as c(key, value, n)
    where e.key = c.key and a_expected[n] <> 0 and c.value is not null;
  delete from "kith".entries where key = any(array(
    select c.key from unnest(a_keys, a_values) with ordinality as c(key, value, n)
    where c.value is null));
  return given;
end $kith$;
create function "kith".erase_edges(a_sources bigint[], a_targets bigint[], a_ids uuid[])
returns integer language plpgsql as $kith$
declare
  s bigint;
  t bigint;
  was record;
  gone bigint[];
  words text[];
  head bigint;
  erased integer := 0;
begin
  perform pg_advisory_xact_lock_shared(1569553235, 1),
    pg_advisory_xact_lock_shared(1270015094918479872 | coalesce(pg_sequence_last_value('"kith".positions'), 0));
  for n in 1..cardinality(a_sources) loop
    s := a_sources[n];
    t := a_targets[n];
    select place, last, version into was from "kith".edges
      where source = s and target = t for update;
    if not found then continue; end if;
    with recursive chain as (
      select e.* from "kith".events as e where e.source = s and e.position = was.last
      union all
      select e.* from chain as c cross join lateral (
        select * from "kith".events as e
        where e.source = s and e.position = c.previous offset 0) as e
      where c.previous > 0)
    select array_agg(position order by position),
        array_agg(case split_part(rest, ' ', 2) when '' then id::text else split_part(rest, ' ', 2) end)
      into gone, words from chain where not (code & 31 = 17 and position = was.last);
    if gone is null then continue; end if;
    delete from "kith".commands where id = any(words) and source = s and target = t;
    delete from "kith".events where source = s and position = any(gone || was.last);
    head := nextval('"kith".positions');
    insert into "kith".events values (head, s, t, a_ids[n], was.version + 1, 17, '', null);
    update "kith".edges set place = 0, last = head, version = was.version + 1
      where source = s and target = t;
    if was.place <> 0 then perform "kith".tally_edge(s, t, was.place, 0); end if;
    erased := erased + 1;
  end loop;
  return erased;
end $kith$;

create function "kith".redact(a_user text, a_limit integer) returns integer
language plpgsql as $kith$
declare
  redacted integer;
begin
  update "kith".events as e
    set code = code & ~384, rest = rtrim(' ' || substr(rest, length(a_user) + 2))
    from (
      select source, position from "kith".events
      where code & 384 = 384 and split_part(rest, ' ', 1) = a_user limit a_limit) as own
    where e.source = own.source and e.position = own.position;
  get diagnostics redacted = row_count;
  return redacted;
end $kith$;

create function "kith".forget_tombstones(
  a_after bigint, a_before bigint, a_limit integer, out until bigint, out forgotten integer
) language plpgsql as $kith$
declare
  stone record;
begin
  perform pg_advisory_xact_lock_shared(1569553235, 1),
    pg_advisory_xact_lock_shared(1270015094918479872 | coalesce(pg_sequence_last_value('"kith".positions'), 0));
  forgotten := 0;
  for stone in
    select position, source, target, ('x' || left(translate(id::text, '-', ''), 12))::bit(48)::bigint as time from "kith".events
    where code & 31 = 17 and position > a_after order by position limit a_limit
  loop
    until := stone.position;
    if stone.time >= a_before then continue; end if;
    perform from "kith".edges
      where source = stone.source and target = stone.target and last = stone.position
      for update skip locked;
    if not found then continue; end if;
    delete from "kith".edges where source = stone.source and target = stone.target;
    delete from "kith".events where source = stone.source and position = stone.position;
    forgotten := forgotten + 1;
  end loop;
end $kith$;
