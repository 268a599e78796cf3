/**
 * Making what is derived from the log anew, beside the tables in use, which stay as they are until the
 * new ones take their places in one transaction.
 *
 * What is committed meanwhile is caught up with. What is begun and not ended, because somebody stopped
 * it or the process died, is thrown away by the next one who begins. Who finds that somebody else began
 * gives up, and who finds that events were forgotten meanwhile begins again.
 */
import { StoreError, type Upkeep } from "@kith/core"
import { build } from "./building.ts"
import type { Connection } from "./Connection.ts"
import { eventOf } from "./eventRows.ts"
import { step } from "./places.ts"
import { Projection } from "./Projection.ts"
import { derived, derivedTables, prefixes } from "./schema.ts"
import type { Bite, Work } from "./steps.ts"
import { number, text } from "./values.ts"

const { gone, next } = prefixes

/** Throws away what was begun. Whoever made it notices. */
export const dropUnfinished = (connection: Connection): void => {
  const names = [...derivedTables.flatMap((name) => [gone + name, next + name]), `${next}marks`]
  connection.database.exec(names.map((name) => `DROP TABLE IF EXISTS ${name};`).join("\n"))
}

const unavailable = (connection: Connection, message: string): StoreError.StoreError =>
  new StoreError.StoreError({ reason: "Unavailable", message: `${connection.file}: ${message}` })

/** Events that are caught up with in one transaction. */
const caughtUpAtOnce = 500

/** How often it begins again. */
const attempts = 10

/** One attempt, which may find that what it made is gone. */
class Trial {
  isSuperseded = false
  private readonly connection: Connection
  private readonly token: string

  constructor(connection: Connection, token: string) {
    this.connection = connection
    this.token = token
  }

  *work(): Work<Upkeep.Progress> {
    const { connection } = this
    let last = 0
    yield () => {
      last = connection.write(() => this.begin())
    }
    const within = (bite: Bite): void => this.within(bite)
    yield* build({ connection, prefix: next, within }, last)
    const projection = new Projection(connection, next)
    const log = connection.prepare(
      `SELECT position, source || '', target || '', code, version FROM events
       WHERE position > ? ORDER BY position LIMIT ${caughtUpAtOnce}`,
    )
    const catchUp = (): number => {
      const rows = log.all(last)
      projection.counts.begin()
      for (const row of rows) {
        const [source, target] = [BigInt(text(row[1])), BigInt(text(row[2]))]
        const before = projection.find(source, target)
        const position = number(row[0])
        const place = step(before.place, eventOf(number(row[3])), position)
        projection.put(source, target, before, { place, last: position, version: number(row[4]) })
      }
      projection.counts.write()
      last = number(rows.at(-1)?.[0]) || last
      return rows.length
    }
    const state = { isBehind: true }
    while (state.isBehind) {
      yield () =>
        within(() => {
          const before = last
          try {
            state.isBehind = catchUp() === caughtUpAtOnce
            // Nobody else writes at the moment, and so nothing can come in between.
            if (!state.isBehind) this.takePlace()
          } catch (error) {
            last = before
            state.isBehind = true
            throw error
          }
        })
      if (this.isSuperseded) return
    }
    for (const name of derivedTables) {
      yield () => connection.database.exec(`DROP TABLE IF EXISTS ${gone}${name}`)
    }
  }

  private begin(): number {
    const { connection, token } = this
    dropUnfinished(connection)
    connection.database.exec(`${derived(next)} CREATE TABLE ${next}marks (token TEXT NOT NULL)`)
    connection.prepare(`INSERT INTO ${next}marks VALUES (?)`).run(token)
    return number(connection.value("SELECT max(position) FROM events"))
  }

  /** Does a bite in a transaction, unless the tables are no longer ours. */
  private within(bite: Bite): void {
    const { connection, token } = this
    connection.write(() => {
      const isThere = connection.value(
        `SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '${next}marks')`,
      )
      if (isThere !== 1) this.isSuperseded = true
      else if (connection.value(`SELECT token FROM ${next}marks`) === token) bite()
      else throw unavailable(connection, "somebody else began to rebuild; wait for that to end")
    })
  }

  private takePlace(): void {
    const renaming = derivedTables.map(
      (name) => `
        ALTER TABLE ${name} RENAME TO ${gone}${name};
        ALTER TABLE ${next}${name} RENAME TO ${name};`,
    )
    this.connection.database.exec(`${renaming.join("")} DROP TABLE ${next}marks`)
  }
}

export function* rebuild(connection: Connection): Work<Upkeep.Progress> {
  const token = crypto.randomUUID()
  let done = 0
  let total = 0
  for (let attempt = 0; attempt < attempts; attempt++) {
    const trial = new Trial(connection, token)
    for (const each of trial.work()) {
      if (typeof each === "function") {
        yield each
        if (trial.isSuperseded) break
      } else {
        // A later attempt has more to do, but is never behind what was told.
        done = Math.max(done, each.done)
        total = Math.max(total, each.total)
        yield { _tag: "Progress", done, total }
      }
    }
    if (!trial.isSuperseded) return
  }
  yield () => {
    throw unavailable(connection, "something was forgotten again and again; rebuild once more")
  }
}
