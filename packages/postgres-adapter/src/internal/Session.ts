/**
 * A connection of its own for work that takes a while, one such work at a time in the whole schema.
 */
import type { Client } from "pg"
import type { Database, Row } from "./Database.ts"
import { isLockTimeout, storeError } from "./errors.ts"
import { type Names, upkeepLock } from "./names.ts"
import { byIndex, byScan, settings } from "./settings.ts"
import type { Value } from "./values.ts"

/** @internal */
export interface Session {
  readonly run: (text: string, values?: ReadonlyArray<Value>) => Promise<Answer>
  /**
   * Runs statements as one transaction that locks something which readers and writers need. It waits
   * for the lock for a moment only, holding nothing up, and tries again until the patience is over.
   */
  readonly soon: (work: () => Promise<void>) => Promise<void>
}

interface Answer {
  readonly rows: ReadonlyArray<Row>
  readonly count: number
}

/**
 * - `plans`: for few rows at a time, by `index`, or for whole tables.
 * - `alone`: whether no other such work may go on meanwhile.
 *
 * @internal
 */
export interface Kind {
  readonly plans: "index" | "scan"
  readonly alone: boolean
}

const setUp = (kind: Kind, patience: number): string =>
  settings({ statement: 0, idle: 0, lock: patience }) + (kind.plans === "index" ? byIndex : byScan)

/** Milliseconds that others may have to wait for a lock that nobody gets. */
const moment = 50

const open = async (database: Database, names: Names, kind: Kind): Promise<Client> => {
  const client = database.connect()
  // What is wrong with a connection is told by the statement that needs it.
  client.on("error", () => undefined)
  await client.connect()
  await client.query(setUp(kind, database.patience))
  if (kind.alone) {
    await client
      .query(`select pg_advisory_lock(${names.locks}, ${upkeepLock})`)
      .catch((error: unknown) => {
        throw isLockTimeout(error)
          ? storeError("Unavailable", "other upkeep is under way; try again when it is over", error)
          : error
      })
  }
  return client
}

/**
 * Opens a session for some work, and closes it however the work ends.
 *
 * @internal
 */
export async function* withSession<A>(
  database: Database,
  names: Names,
  kind: Kind,
  work: (session: Session) => AsyncIterable<A>,
): AsyncGenerator<A, void, undefined> {
  let client: Client | undefined
  try {
    client = await open(database, names, kind)
    yield* work(make(client, database.patience))
  } finally {
    await client?.end().catch(() => undefined)
  }
}

const make = (client: Client, patience: number): Session => {
  const run = async (text: string, values: ReadonlyArray<Value> = []): Promise<Answer> => {
    const { rowCount, rows } = await client.query<Array<string | null>>({
      text,
      values: [...values],
      rowMode: "array",
    })
    return { rows, count: rowCount ?? 0 }
  }
  const attempt = async (work: () => Promise<void>): Promise<boolean> => {
    await run("begin")
    try {
      await run(`set local lock_timeout = ${moment}`)
      await work()
      await run("commit")
      return true
    } catch (error) {
      await run("rollback")
      if (!isLockTimeout(error)) throw error
      return false
    }
  }
  return {
    run,
    soon: async (work) => {
      for (let waited = 0; !(await attempt(work)); waited += 2 * moment) {
        if (waited >= patience) {
          throw storeError("Unavailable", "others kept the tables busy; try again")
        }
        await new Promise((resolve) => setTimeout(resolve, moment))
      }
    },
  }
}
