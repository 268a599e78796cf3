/**
 * Who may do what with a table. A table that takes the place of another, or stands beside it, is for the
 * same roles: those of backends have few rights, and none to give themselves more.
 */
import { literal } from "./names.ts"

/**
 * SQL that grants on a table what is granted on another.
 *
 * @internal
 */
export const grantAlike = (table: string, model: string): string => `
do $kith$
declare
  each record;
begin
  for each in
    select a.privilege_type as privilege,
      case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end as role
    from pg_class as c, aclexplode(c.relacl) as a
    where c.oid = ${literal(model)}::regclass and a.grantee <> c.relowner
  loop
    execute format('grant %s on %s to %s', each.privilege, ${literal(table)}::regclass, each.role);
  end loop;
end $kith$;`
