/**
 * Holding a file against itself: the engine's own structures, the log, and what is derived from it.
 *
 * All of it is one moment of the file, however long it takes. What should be there is made from the
 * log beside the file, and compared range by range.
 */
import type { Upkeep, UserId } from "@kith/core"
import { build } from "./building.ts"
import type { Connection } from "./Connection.ts"
import { isDamage } from "./errors.ts"
import { derived, derivedTables } from "./schema.ts"
import type { Range, Sorting } from "./Sorting.ts"
import type { Work } from "./steps.ts"
import { number, type Row, text, toUser, type Value } from "./values.ts"

type Told = Upkeep.Progress | Upkeep.Fault
type Where = Upkeep.Fault["where"]

const made = "temp.made_"

/** Rows of a table that are compared in one go. */
const comparedAtOnce = 20_000

const storedTables = ["events", ...derivedTables, "commands", "journal", "marks"]

interface Comparison {
  readonly table: (typeof derivedTables)[number]
  readonly where: Where
  readonly key: readonly [string, ...ReadonlyArray<string>]
  readonly columns: ReadonlyArray<string>
  /** Rows that mean nothing. */
  readonly except?: string
  readonly message: (row: Row) => string
}

const comparisons: ReadonlyArray<Comparison> = [
  {
    table: "edges",
    where: "edges",
    key: ["source", "target"],
    columns: ["source", "target", "place", "last", "version"],
    message: ([source, target]) => `${arrow(source, target)} is not what its events lead to`,
  },
  {
    table: "outgoing",
    where: "lists",
    key: ["source", "place"],
    columns: ["source", "place", "target"],
    message: ([source, , target]) =>
      `${arrow(source, target)} is not where it belongs in the lists of ${name(source)}`,
  },
  {
    table: "incoming",
    where: "lists",
    key: ["target", "place"],
    columns: ["target", "place", "source"],
    message: ([target, , source]) =>
      `${arrow(source, target)} is not where it belongs in the lists of ${name(target)}`,
  },
  {
    table: "users",
    where: "counts",
    key: ["id"],
    columns: ["id", "following", "followers", "sent", "received"],
    except: "following = 0 AND followers = 0 AND sent = 0 AND received = 0",
    message: ([id]) => `the counts of user ${name(id)} are not the lengths of its lists`,
  },
]

const name = (value: Row[number] | undefined): UserId.UserId => toUser(text(value))

const arrow = (source: Row[number] | undefined, target: Row[number] | undefined): string =>
  `${name(source)}→${name(target)}`

const fault = (where: Where, message: string): Upkeep.Fault => ({ _tag: "Fault", where, message })

/** What the engine says of one table, a line for each thing that is wrong. */
const integrity = (connection: Connection, table: string): ReadonlyArray<Upkeep.Fault> =>
  connection
    .prepare(`PRAGMA integrity_check('${table}')`)
    .all()
    .map(([line]) => text(line).replaceAll("\n", " "))
    .filter((line) => line !== "ok")
    .map((line) => fault("storage", `${table}: ${line}`))

/** Events of an edge that do not follow each other, or that nobody knows. */
const contradictions = (connection: Connection, runs: Sorting) => {
  const statement = connection.prepare(
    `SELECT position || '', source || '', target || '' FROM (
       SELECT position, source, target, code, version, previous,
         lag(version) OVER edge AS version_before, lag(position) OVER edge AS position_before
       FROM ${runs.rows} WHERE ${runs.inRange}
       WINDOW edge AS (PARTITION BY source, target ORDER BY position))
     WHERE code NOT BETWEEN 0 AND 383 OR code % 32 > 17
       OR previous <> ifnull(position_before, 0)
       OR version <> ifnull(version_before + 1, CASE code % 32 WHEN 17 THEN version ELSE 1 END)`,
  )
  return ({ from, to }: Range): ReadonlyArray<Upkeep.Fault> =>
    statement
      .all(...from, ...to)
      .map(([position, source, target]) =>
        fault(
          "log",
          `the event at ${text(position)} does not follow the one before it on ${arrow(source, target)}`,
        ),
      )
}

/** Compares a table with what was made from the log, a range of keys at a time. */
function* compare(
  connection: Connection,
  { columns, except, key, message, table, where }: Comparison,
): Work<Upkeep.Fault> {
  const keys = key.join(", ")
  const marks = key.map(() => "?").join(", ")
  const shown = columns.map((column) => `${column} || ''`).join(", ")
  const bound = connection.prepare(
    `SELECT ${key.map((column) => `${column} || ''`).join(", ")} FROM ${made}${table}
     WHERE (${keys}) > (${marks}) ORDER BY ${keys} LIMIT 1 OFFSET ${comparedAtOnce}`,
  )
  const rows = (of: string): string =>
    `SELECT ${columns.join(", ")} FROM ${of} WHERE (${keys}) > (${marks}) AND (${keys}) <= (${marks})
       ${except === undefined ? "" : `AND NOT (${except})`}`
  const [ours, theirs] = [rows(`main.${table}`), rows(made + table)]
  const differing = connection.prepare(
    `SELECT ${shown} FROM (SELECT * FROM (${ours} EXCEPT ${theirs})
       UNION ALL SELECT * FROM (${theirs} EXCEPT ${ours}))`,
  )
  let from: ReadonlyArray<Value> = key.map(() => -(2n ** 63n))
  const state = { isDone: false }
  while (!state.isDone) {
    const messages = new Set<string>()
    yield () => {
      const row = bound.first(...from)
      const to = key.map((_, index) =>
        row === undefined ? 2n ** 63n - 1n : BigInt(text(row[index])),
      )
      const values = [...from, ...to]
      for (const each of differing.all(...values, ...values, ...values, ...values)) {
        messages.add(message(each))
      }
      state.isDone = row === undefined
      from = to
    }
    for (const each of messages) yield fault(where, each)
  }
}

function* everything(connection: Connection): Work<Told> {
  let last = 0
  yield () => {
    connection.database.exec("BEGIN")
    last = number(connection.value("SELECT max(position) FROM main.events"))
  }
  for (const table of storedTables) {
    let faults: ReadonlyArray<Upkeep.Fault> = []
    yield () => {
      faults = integrity(connection, table)
    }
    yield* faults
  }
  const found: Array<Upkeep.Fault> = []
  connection.database.exec(derived(made))
  const building = build(
    {
      connection,
      prefix: made,
      within: (bite) => bite(),
      inspect: (range, runs) => {
        found.push(...contradictions(connection, runs)(range))
      },
    },
    last,
  )
  for (const each of building) {
    yield each
    yield* found.splice(0)
  }
  for (const comparison of comparisons) yield* compare(connection, comparison)
}

/** Everything that is wrong. What cannot be read is a fault as well, and the end of it. */
export function* check(connection: Connection): Work<Told> {
  let damage: unknown
  for (const each of everything(connection)) {
    if (typeof each !== "function") {
      yield each
      continue
    }
    yield () => {
      try {
        each()
      } catch (error) {
        if (!isDamage(error)) throw error
        damage = error
      }
    }
    if (damage === undefined) continue
    const told = damage instanceof Error ? damage.message : "nobody knows why"
    yield fault("storage", `what follows cannot be read: ${told}`)
    return
  }
}
