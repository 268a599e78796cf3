/** The versions of a file: newer ones are refused, older ones are brought up to date as a whole. */
import { Journal, RelationshipStore } from "@kith/core"
import { SqliteAdapter } from "@kith/sqlite-adapter"
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { describe, expect, test } from "vitest"
import { Connection } from "../../packages/sqlite-adapter/src/internal/Connection.ts"
import { migrate } from "../../packages/sqlite-adapter/src/internal/opening.ts"
import { versions } from "../../packages/sqlite-adapter/src/internal/schema.ts"
import { fill, fresh, made, refusal, sight, withStore } from "./support/sqlite-files.ts"

const value = (file: string, sql: string): unknown => {
  const database = new DatabaseSync(file, { readOnly: true })
  const row = Object.values(database.prepare(sql).get() ?? {})
  database.close()
  return row[0]
}

const change = (file: string, sql: string): void => {
  const database = new DatabaseSync(file)
  database.exec(sql)
  database.close()
}

describe("a file", () => {
  it.effect("says whose it is and of which version", () =>
    Effect.gen(function* () {
      const file = yield* made(1)
      expect(value(file, "PRAGMA application_id")).toBe(0x4b697468)
      expect(value(file, "PRAGMA user_version")).toBe(versions.length)
    }),
  )

  it.effect("of a newer version is refused, and stays as it is", () =>
    Effect.gen(function* () {
      const file = yield* made(10)
      const newer = versions.length + 1
      change(file, `CREATE TABLE news (text TEXT); PRAGMA user_version = ${newer}`)
      const before = sight(file)
      const error = yield* refusal({ file })
      expect(error).toMatchObject({ reason: "Corrupt" })
      expect(error.message).toContain(
        `the file has version ${newer}, and this program knows ${versions.length}; use a newer program`,
      )
      expect(sight(file)).toEqual(before)
    }),
  )

  it.effect("of a newer version is refused when that is only in the log beside it", () =>
    Effect.gen(function* () {
      const file = yield* made(10)
      const other = new DatabaseSync(file)
      other.exec(`PRAGMA user_version = ${versions.length + 1}`)
      expect(yield* refusal({ file })).toMatchObject({ reason: "Corrupt" })
      other.close()
    }),
  )

  it.effect("of a version that was never given out is refused", () =>
    Effect.gen(function* () {
      const file = yield* made(10)
      change(file, "PRAGMA user_version = 0")
      expect(yield* refusal({ file })).toMatchObject({ reason: "Corrupt" })
    }),
  )

  it.effect("is made once when many open it at the same time", () =>
    Effect.gen(function* () {
      const file = fresh()
      yield* Effect.forEach(
        [1, 2, 3, 4],
        (count) => withStore({ file }, (store) => fill(store, count)),
        { concurrency: "unbounded", discard: true },
      )
      expect(yield* withStore({ file }, (store) => store.log(0, 100))).toHaveLength(10)
    }),
  )
})

describe("bringing a file up to date", () => {
  const one = "CREATE TABLE a (x INTEGER); INSERT INTO a VALUES (1);"
  const two = "ALTER TABLE a ADD COLUMN y INTEGER; UPDATE a SET y = x + 1;"

  const opened = (file: string, use: (connection: Connection) => void): void => {
    const connection = new Connection(file)
    try {
      use(connection)
    } finally {
      connection.close()
    }
  }

  test("takes each step that is missing, in order, and none twice", () => {
    const file = fresh()
    opened(file, (connection) => migrate(connection, [one]))
    expect(value(file, "PRAGMA user_version")).toBe(1)
    const three = "UPDATE a SET y = y * 10;"
    for (let time = 0; time < 2; time++) {
      opened(file, (connection) => migrate(connection, [one, two, three]))
      expect(value(file, "SELECT x || ' ' || y FROM a")).toBe("1 20")
      expect(value(file, "PRAGMA user_version")).toBe(3)
    }
  })

  test("takes all steps or none", () => {
    const file = fresh()
    opened(file, (connection) => migrate(connection, [one]))
    const broken = "UPDATE a SET x = 7; INSERT INTO missing VALUES (1);"
    opened(file, (connection) => {
      expect(() => migrate(connection, [one, two, broken])).toThrow("missing")
    })
    expect(value(file, "PRAGMA user_version")).toBe(1)
    expect(value(file, "SELECT group_concat(name) FROM pragma_table_info('a')")).toBe("x")
    expect(value(file, "SELECT x FROM a")).toBe(1)
  })
})

describe("a file of version 1", () => {
  const golden = join(import.meta.dirname, "../golden/sqlite")

  it.effect("is read as it was written", () =>
    Effect.gen(function* () {
      const file = fresh()
      writeFileSync(file, "")
      change(file, readFileSync(join(golden, "v1.sql"), "utf8"))
      const { edges, key, seen, user } = JSON.parse(readFileSync(join(golden, "v1.json"), "utf8"))
      const now = yield* Effect.provide(
        Effect.gen(function* () {
          const store = yield* RelationshipStore.RelationshipStore
          const journal = yield* Journal.Journal
          const [edge] = edges
          return {
            counts: yield* store.counts(user),
            followers: yield* store.list("followers", user, 10),
            history: yield* store.history(edge.edge),
            journal: yield* journal.read([key]),
            loaded: yield* store.load(edges),
            log: yield* store.log(0, 100),
            requests: yield* store.list("requestsReceived", user, 10),
          }
        }),
        SqliteAdapter.layer({ file }),
      )
      expect(JSON.parse(JSON.stringify(now))).toEqual(seen)
    }),
  )
})
