/**
 * The functions in the database that keep many changes, in one round trip and one transaction. Order of
 * locks and outcomes are those of `committing.ts`.
 */
import type { Names } from "./names.ts"
import { begin } from "./positions.ts"

/**
 * Changes of different edges under different command ids: a handful of statements for all of them.
 *
 * @internal
 */
export const commitMany = (names: Names): string => {
  const { schema, sequence } = names
  return `
create or replace function ${schema}.commit_many(
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
 *
 * @internal
 */
export const commitChain = (names: Names): string => {
  const { schema } = names
  return `
create or replace function ${schema}.commit_chain(
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
      e_rests[a_firsts[n] : a_firsts[n] + a_counts[n] - 1],
      a_times[n], a_commands[n], a_fingerprints[n], a_attempts[n]);
    outcomes[n] := one[1];
    places[n] := coalesce(one[2], 0);
    versions[n] := coalesce(one[3], 0);
  end loop;
  delete from ${schema}.commands where id = any(a_commands) and attempts = -1;
  delete from ${schema}.edges as e using unnest(a_sources, a_targets) as c(s, t)
    where e.source = c.s and e.target = c.t and e.version = 0;
end $kith$;`
}
