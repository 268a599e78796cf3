/**
 * Whose a table is, and who may do what with it. A table that takes the place of another, or stands beside
 * it, is its owner's and for the same roles, whoever makes it: those of backends have few rights, and none
 * to give themselves more.
 */
import { literal } from "./names.ts"
import { pieces } from "./pieces.ts"

/** A piece has an owner and grants of its own, for those who ask it by its name. */
const alike = (table: string, model: string): string => `
  execute format('alter table %s owner to %I', ${literal(table)}::regclass,
    (select pg_get_userbyid(relowner) from pg_class where oid = ${literal(model)}::regclass));
  for each in
    select a.privilege_type as privilege,
      case a.grantee when 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end as role
    from pg_class as c, aclexplode(c.relacl) as a
    where c.oid = ${literal(model)}::regclass and a.grantee <> c.relowner
  loop
    execute format('grant %s on %s to %s', each.privilege, ${literal(table)}::regclass, each.role);
  end loop;`

/**
 * SQL that gives a table and its pieces the owner and the grants of another and its pieces.
 *
 * @internal
 */
export const grantAlike = (table: string, model: string, partitions: number): string => {
  const models = [model, ...pieces(model, partitions)]
  const tables = [table, ...pieces(table, partitions)]
  return `
do $kith$
declare
  each record;
begin
${tables.map((one, index) => alike(one, models[index] ?? model)).join("")}
end $kith$;`
}
