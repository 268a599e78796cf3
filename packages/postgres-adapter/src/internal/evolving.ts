/**
 * The functions in the database that tell from events where an edge stands in the lists.
 */
import type { Names } from "./names.ts"

/**
 * Where an edge stands in the lists after an event, which is `Decider.evolve` for places: an event that
 * does not fit the state changes nothing. The aggregate does so for events in their order.
 *
 * @internal
 */
export const evolve = ({ schema }: Names): string => `
create or replace function ${schema}.evolve(a_place bigint, a_code smallint, a_position bigint) returns bigint
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

create or replace aggregate ${schema}.fold(smallint, bigint) (
  sfunc = ${schema}.evolve, stype = bigint, initcond = '0');`
