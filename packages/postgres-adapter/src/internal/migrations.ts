/**
 * Bringing a schema to the version that this code knows, when a node starts.
 *
 * Nodes may start at the same time: one does the work, under a lock of its transaction, and the others
 * find it done. A schema of newer code is refused and stays as it is.
 */
import type { StoreError } from "@kith/core"
import type * as Effect from "effect/Effect"
import type { Database, Row } from "./Database.ts"
import { storeError } from "./errors.ts"
import { literal, type Names, schemaLock } from "./names.ts"
import { erasers } from "./erasing.ts"
import { readers } from "./reading.ts"
import { currentVersion, tables } from "./schema.ts"
import { writers } from "./writing.ts"

/** What there is of a schema: its version, 0 for none, and whether anything else has its name. */
const look = async (run: Run, names: Names): Promise<number> => {
  const [found] = await run(
    `select to_regclass(${literal(`${names.schema}.about`)})::text, ` +
      `exists (select from pg_namespace where nspname = $1), ` +
      `has_database_privilege(current_database(), 'create')`,
    [names.plain],
  )
  const [about, present, mayCreate] = found ?? []
  if (about === null || about === undefined) {
    if (present === "t" && (await isUsed(run, names))) {
      throw storeError(
        "Corrupt",
        `the schema ${names.plain} belongs to another program; name another schema`,
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
    "select exists (select from pg_class where relnamespace = (select oid from pg_namespace where nspname = $1))",
    [names.plain],
  )
  return row?.[0] === "t"
}

/** All steps from nothing to the current version, in one transaction. */
const create = async (run: Run, names: Names, partitions: number): Promise<void> => {
  await run("begin")
  // The one that does the work may take longer than a command.
  await run("set local statement_timeout = 0")
  await run(`select pg_advisory_xact_lock(${names.locks}, ${schemaLock})`)
  if ((await look(run, names)) === 0) {
    const [present] = await run("select exists (select from pg_namespace where nspname = $1)", [
      names.plain,
    ])
    const schema = present?.[0] === "t" ? "" : `create schema ${names.schema};`
    await run(schema + tables(names, partitions) + writers(names) + readers(names) + erasers(names))
  }
  await run("commit")
}

/**
 * Gives how many pieces the big tables have.
 *
 * @param partitions how many they get in a new schema
 * @internal
 */
export const migrate = (
  database: Database,
  names: Names,
  partitions: number,
): Effect.Effect<number, StoreError.StoreError> =>
  database.session(async (run) => {
    if ((await look(run, names)) < currentVersion) await create(run, names, partitions)
    const [row] = await run(`select value from ${names.schema}.about where name = 'partitions'`)
    return Number(row?.[0] ?? 1)
  })
