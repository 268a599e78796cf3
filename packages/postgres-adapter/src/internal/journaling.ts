/**
 * The function in the database that writes entries of the journal.
 */
import type { Names } from "./names.ts"

/**
 * The journal: all entries or none. Rows that are there are locked in the order of their keys.
 *
 * @internal
 */
export const writeEntries = ({ entrySequence, schema }: Names): string => `
create or replace function ${schema}.write_entries(a_keys text[], a_values bytea[], a_expected bigint[])
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
    where a_expected[n] <> 0 and c.value is null));
  return given;
end $kith$;`
