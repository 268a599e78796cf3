/**
 * Bringing a schema to the version that this code knows, when a node starts.
 *
 * Nodes may start at the same time: one does the work, under a lock of its transaction, and the others
 * find it done. A schema of newer code is refused and stays as it is.
 */
import type { StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Database, Row } from "./Database.ts"
import { storeError } from "./errors.ts"
import { functions } from "./functions.ts"
import { grantAlike } from "./grants.ts"
import { fillIncoming, follow, incomingIndexes, incomingTable } from "./incoming.ts"
import { literal, type Names, schemaLock, tallyLock } from "./names.ts"
import { currentVersion, tables } from "./schema.ts"
import { type Session, withSession } from "./Session.ts"

/** The oldest server that the suites were passed with. */
const oldest = 14

/**
 * An older server would take the schema, and fail at commands later.
 *
 * @param version the server's, as it numbers itself
 * @internal
 */
export const refuseOld = (version: number): void => {
  if (version >= oldest * 10_000) return
  const major = Math.floor(version / 10_000)
  throw storeError(
    "Unavailable",
    `PostgreSQL ${major} is too old; Kith needs PostgreSQL ${oldest} or newer`,
  )
}

/** What there is of a schema: its version, 0 for none, and whether anything else has its name. */
const look = async (run: Run, names: Names, mayBeMade = true): Promise<number> => {
  const [found] = await run(
    `select to_regclass(${literal(`${names.schema}.about`)})::text, ` +
      `exists (select from pg_namespace where nspname = $1), ` +
      `has_database_privilege(current_database(), 'create'), ` +
      `current_setting('server_version_num')`,
    [names.plain],
  )
  const [about, present, mayCreate, server] = found ?? []
  refuseOld(Number(server))
  if (about === null || about === undefined) {
    if (present === "t" && (await isUsed(run, names))) {
      throw storeError(
        "Corrupt",
        `the schema ${names.plain} belongs to another program; name another schema`,
      )
    }
    if (!mayBeMade) {
      throw storeError(
        "Unavailable",
        `there is no store in the schema ${names.plain}; name another, or make one there first`,
      )
    }
    if (present !== "t" && mayCreate !== "t") {
      throw storeError(
        "ReadOnly",
        `the schema ${names.plain} is missing, and the role of the url may not create it; ` +
          "open the store once as a role that may, or grant it CREATE on the database",
      )
    }
    return 0
  }
  const [row] = await run(`select value from ${names.schema}.about where name = 'version'`)
  const version = Number(row?.[0])
  if (!Number.isSafeInteger(version) || version < 1) {
    throw storeError(
      "Corrupt",
      `the schema ${names.plain} does not tell its version; restore a backup`,
    )
  }
  if (version > currentVersion) {
    throw storeError(
      "Corrupt",
      `the schema ${names.plain} has version ${version}, and this code knows ${currentVersion}; ` +
        "it was written by newer code: update Kith",
    )
  }
  return version
}

type Run = (
  text: string,
  values?: ReadonlyArray<string | number | null>,
) => Promise<ReadonlyArray<Row>>

const isUsed = async (run: Run, names: Names): Promise<boolean> => {
  const [row] = await run(
    "select exists (select from pg_class as c join pg_namespace as n on n.oid = c.relnamespace " +
      "where n.nspname = $1)",
    [names.plain],
  )
  return row?.[0] === "t"
}

const piecesOf = async (run: Run, names: Names): Promise<number> => {
  const [row] = await run(`select value from ${names.schema}.about where name = 'partitions'`)
  return Number(row?.[0] ?? 1)
}

/** From version 1: lists by target get a table of their own, where tables are in pieces. */
const spreadByTarget = (names: Names, partitions: number): string => {
  if (partitions === 1) return ""
  const edges = `${names.schema}.edges`
  const incoming = `${names.schema}.incoming`
  return `
-- No writer is on its way once this is there.
select pg_advisory_xact_lock(${names.locks}, ${tallyLock});
lock table ${edges} in access exclusive mode;
${incomingTable(incoming, partitions)}
${fillIncoming(incoming, edges)}
${incomingIndexes(incoming)}
${follow(names)}
${grantAlike(incoming, edges, partitions)}
do $kith$
declare
  former regclass;
begin
  select indexrelid into former from pg_index where indrelid = ${literal(edges)}::regclass
    and pg_get_indexdef(indexrelid) like '% (target, place)';
  execute format('drop index %s', former);
end $kith$;`
}

/** What leads from each version to the next. Functions are those of the newest already. */
const steps: ReadonlyArray<(names: Names, partitions: number) => string> = [spreadByTarget]

/** What becomes of a schema that is missing: whether it is made, and in how many pieces. */
interface Missing {
  readonly create: boolean
  readonly partitions: number
}

/** All steps from what there is to the current version, in one transaction. */
const bringUpToDate = async (run: Run, names: Names, wanted: number): Promise<void> => {
  await run("begin")
  await run(`select pg_advisory_xact_lock(${names.locks}, ${schemaLock})`)
  const version = await look(run, names)
  if (version === 0) {
    const [present] = await run("select exists (select from pg_namespace where nspname = $1)", [
      names.plain,
    ])
    const schema = present?.[0] === "t" ? "" : `create schema ${names.schema};`
    await run(schema + tables(names, wanted) + functions(names, wanted))
    if (wanted > 1) await run(follow(names))
  } else if (version < currentVersion) {
    const partitions = await piecesOf(run, names)
    await run(functions(names, partitions))
    for (const step of steps.slice(version - 1)) await run(step(names, partitions))
    await run(`update ${names.schema}.about set value = '${currentVersion}' where name = 'version'`)
  }
  await run("commit")
}

/** On a connection of its own, on which nothing is cut short: this may take longer than a command. */
const bringUpToDateApart = (database: Database, names: Names, wanted: number) => {
  const work = async function* ({ run }: Session): AsyncGenerator<void, void, undefined> {
    yield await bringUpToDate(async (text, values) => (await run(text, values)).rows, names, wanted)
  }
  return Stream.runDrain(
    Stream.fromAsyncIterable(
      withSession(database, names, { plans: "scan", alone: true }, work),
      database.toStoreError,
    ),
  )
}

/**
 * Gives how many pieces the big tables have.
 *
 * @internal
 */
export const migrate = (
  database: Database,
  names: Names,
  missing: Missing,
): Effect.Effect<number, StoreError.StoreError> =>
  Effect.gen(function* () {
    const version = yield* database.session((run) => look(run, names, missing.create))
    if (version < currentVersion) {
      yield* bringUpToDateApart(database, names, missing.partitions)
    }
    return yield* database.session((run) => piecesOf(run, names))
  })
