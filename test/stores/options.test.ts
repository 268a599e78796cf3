/** Options that cannot be meant, of the stores. No database is opened for them, and no file made. */
import { Effect, Redacted } from "effect"
import { MemoryAdapter, MemoryDirectory, MemoryStore } from "@kith/memory-adapter"
import { PostgresAdapter } from "@kith/postgres-adapter"
import { SqliteAdapter } from "@kith/sqlite-adapter"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { areRefused, building, defectOf, type Mistake } from "../support/options.ts"

const folder = mkdtempSync(join(tmpdir(), "kith-options-"))
const file = join(folder, "never.db")
afterAll(() => rmSync(folder, { recursive: true }))

const sqlite = (options: Partial<SqliteAdapter.Options>) =>
  building(SqliteAdapter.layer({ file, ...options }))

// Nobody listens there: whoever tried to connect would fail, and not die.
const url = Redacted.make("postgres://nobody@127.0.0.1:1/nothing")
const postgres = (options: Partial<PostgresAdapter.Options>) =>
  building(PostgresAdapter.layer({ url, ...options }))

const from1 = "a whole number, 1 or more"
const time = "a number, 0 or more"

const inMemory = [Number.NaN, -1].flatMap((value): ReadonlyArray<Mistake> => [
  ["maxUsers", value, time, building(MemoryStore.layerWith({ maxUsers: value }))],
  ["maxEdges", value, time, building(MemoryStore.layerWith({ maxEdges: value }))],
  ["maxEvents", value, time, building(MemoryAdapter.layer({ store: { maxEvents: value } }))],
  [
    "maxCommandIds",
    value,
    "a number, 1 or more",
    building(MemoryStore.layerWith({ maxCommandIds: value })),
  ],
])

const inFiles = [Number.NaN, -1].flatMap((value): ReadonlyArray<Mistake> => [
  ["busyTimeout", value, "a whole number from 0 to 2147483647", sqlite({ busyTimeout: value })],
  ["keepCommandIdsFor", value, time, sqlite({ keepCommandIdsFor: value })],
  ["maxBytes", value, from1, sqlite({ maxBytes: value })],
])

const onServers = [Number.NaN, -1, 0.5].flatMap((value): ReadonlyArray<Mistake> => [
  ["connections", value, from1, postgres({ connections: value })],
  ["patience", value, "a whole number from 1 to 2147478647", postgres({ patience: value })],
  ["partitions", value, "a whole number from 1 to 256", postgres({ partitions: value })],
])

describe("an option of a store in memory", () => {
  areRefused(inMemory)

  test("is what is known of strangers, and who is known", async () => {
    const unknownUsers: MemoryDirectory.Options["unknownUsers"] = JSON.parse('"private"')
    expect(await defectOf(MemoryDirectory.make({ unknownUsers }))).toMatchObject({
      message: 'unknownUsers is "private"; give one of missing, public',
    })
    expect(await defectOf(MemoryDirectory.make({ users: [["1"], ["007"]] }))).toMatchObject({
      message: 'users has "007"; a user id is 1 to 19 digits without a leading zero',
    })
  })

  test("may ask for more than there can be", async () => {
    await Effect.runPromise(MemoryStore.make({ maxUsers: Infinity, maxCommandIds: Infinity }))
  })
})

describe("an option of a store in a file", () => {
  areRefused(inFiles)

  test("that is refused leaves no file", () => {
    expect(existsSync(file)).toBe(false)
  })
})

describe("an option of a store on a server", () => {
  areRefused([
    ...onServers,
    ["patience", 0, "a whole number from 1 to 2147478647", postgres({ patience: 0 })],
    ["partitions", 257, "a whole number from 1 to 256", postgres({ partitions: 257 })],
    ["keepCommandIdsFor", Number.NaN, time, postgres({ keepCommandIdsFor: Number.NaN })],
    ["keepCommandIdsFor", -1, time, postgres({ keepCommandIdsFor: -1 })],
  ])
})
