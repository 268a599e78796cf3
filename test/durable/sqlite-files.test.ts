/** Files that are no stores, or no longer: refused with a clear message, and left as they are. */
import { it } from "@effect/vitest"
import { Effect } from "effect"
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs"
import { dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { describe, expect } from "vitest"
import { fill, fresh, made, refusal, sight, someChange, withStore } from "./support/sqlite-files.ts"

const mode = (file: string): number => statSync(file).mode & 0o777

/** A file of noise that is the same each time. */
const noise = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, index) => (index * 7919 + (index >> 3)) & 255))

/** Overwrites what is at a place. */
const overwrite = (file: string, from: number, to: number): void => {
  const content = readFileSync(file)
  noise(to - from).copy(content, from)
  writeFileSync(file, content)
}

const otherDatabase = (file: string, sql: string): void => {
  const database = new DatabaseSync(file)
  database.exec(sql)
  database.close()
}

describe("a new file", () => {
  it.effect("can be read and written by nobody else, and so can what is beside it", () =>
    Effect.gen(function* () {
      const file = fresh()
      yield* withStore({ file }, (store) =>
        Effect.gen(function* () {
          yield* fill(store, 1)
          for (const end of ["", "-wal", "-shm"]) expect(mode(file + end), end).toBe(0o600)
        }),
      )
      expect(existsSync(`${file}-wal`)).toBe(false)
    }),
  )

  it.effect("is made of an empty one", () =>
    Effect.gen(function* () {
      const file = fresh()
      writeFileSync(file, "")
      yield* withStore({ file }, (store) => fill(store, 1))
      expect(yield* withStore({ file }, (store) => store.log(0, 10))).toHaveLength(1)
    }),
  )

  it.effect("is not made where there is no folder, which is said", () =>
    Effect.gen(function* () {
      const folder = join(dirname(fresh()), "missing")
      const error = yield* refusal({ file: join(folder, "kith.db") })
      expect(error).toMatchObject({ reason: "Unavailable" })
      expect(error.message).toContain(`there is no folder ${folder}; make it first`)
      expect(existsSync(folder)).toBe(false)
    }),
  )

  it.effect("is not made where a file is in the place of its folder, which is said", () =>
    Effect.gen(function* () {
      const letter = fresh()
      writeFileSync(letter, "Dear grandmother")
      const file = join(letter, "kith.db")
      const error = yield* refusal({ file })
      expect(error).toMatchObject({
        reason: "Unavailable",
        message: `${file}: a part of this path is a file and no folder; choose another place`,
      })
    }),
  )
})

/** What is done to a sound file of 2,000 edges, and what is said of it. */
const spoilt: Readonly<Record<string, readonly [spoil: (file: string) => void, says: RegExp]>> = {
  "a text": [(file) => writeFileSync(file, "to whom it may concern\n".repeat(99)), /no database/],
  "a few bytes": [(file) => writeFileSync(file, "SQLite"), /no database/],
  noise: [(file) => writeFileSync(file, noise(100_000)), /no database/],
  "a database of another program": [
    (file) => {
      truncateSync(file)
      otherDatabase(file, "CREATE TABLE people (name TEXT); INSERT INTO people VALUES ('x')")
    },
    /of another program/,
  ],
  "a database of another program with a name of its own": [
    (file) => {
      truncateSync(file)
      otherDatabase(
        file,
        "PRAGMA application_id = 77; PRAGMA journal_mode = WAL; CREATE TABLE people (name TEXT)",
      )
    },
    /of another program/,
  ],
  "a store that lacks a table": [
    (file) => otherDatabase(file, "DROP TABLE commands"),
    /tables are not those/,
  ],
  "a store with another column": [
    (file) => otherDatabase(file, "ALTER TABLE edges ADD COLUMN more"),
    /tables are not those/,
  ],
  "the first half of a store": [(file) => truncateSync(file, 12 * 4096), /damaged/],
  "a store without its last byte": [
    (file) => truncateSync(file, statSync(file).size - 1),
    /damaged/,
  ],
  "the first page of a store": [(file) => truncateSync(file, 4096), /damaged/],
  "the first bytes of a store": [(file) => truncateSync(file, 50), /no database/],
  "a store with noise where its tables are described": [
    (file) => overwrite(file, 100, 4096),
    /damaged/,
  ],
  "a store with noise in the middle": [(file) => overwrite(file, 20 * 4096, 40 * 4096), /damaged/],
  "a store with noise in one page": [(file) => overwrite(file, 8 * 4096, 9 * 4096), /damaged/],
  "nothing, beside a log that is not empty": [
    (file) => {
      truncateSync(file)
      appendFileSync(`${file}-wal`, noise(5000))
    },
    /cut to nothing/,
  ],
}

describe("a bad file", () => {
  for (const [what, [spoil, says]] of Object.entries(spoilt)) {
    it.effect(`that is ${what} is refused, and stays as it is`, () =>
      Effect.gen(function* () {
        const file = yield* made(2000)
        spoil(file)
        const before = sight(file)
        for (const readOnly of [false, true, false]) {
          const error = yield* refusal({ file, readOnly })
          expect(error).toMatchObject({ _tag: "StoreError", reason: "Corrupt", retryable: false })
          expect(error.message).toMatch(says)
          expect(error.message).toContain(file)
          expect(error.message).not.toContain("\n")
        }
        expect(sight(file)).toEqual(before)
      }),
    )
  }

  it.effect("that is a folder is refused", () =>
    Effect.gen(function* () {
      const file = fresh()
      mkdirSync(file)
      expect(yield* refusal({ file })).toMatchObject({ reason: "Corrupt" })
    }),
  )

  it.effect("that becomes one while it is open is noticed by whoever reads it", () =>
    Effect.gen(function* () {
      const file = yield* made(2000)
      const error = yield* Effect.flip(
        withStore({ file }, (store) =>
          Effect.gen(function* () {
            overwrite(file, 8 * 4096, statSync(file).size)
            yield* store.log(0, 2000)
          }),
        ),
      )
      expect(error).toMatchObject({ reason: "Corrupt" })
    }),
  )
})

describe("a file that is open for reading alone", () => {
  it.effect("can be read, refuses what would be written, and stays as it is", () =>
    Effect.gen(function* () {
      const file = yield* made(100)
      const before = sight(file)
      yield* withStore({ file, readOnly: true }, (store) =>
        Effect.gen(function* () {
          const events = yield* store.log(0, 1000)
          expect(events).toHaveLength(100)
          const error = yield* Effect.flip(store.commit([yield* someChange]))
          expect(error).toMatchObject({ reason: "ReadOnly", retryable: false })
          expect(yield* store.log(0, 1000)).toEqual(events)
        }),
      )
      expect(sight(file)).toEqual(before)
    }),
  )

  it.effect("shows what somebody else writes meanwhile", () =>
    Effect.gen(function* () {
      const file = yield* made(1)
      yield* withStore({ file }, (writer) =>
        Effect.gen(function* () {
          yield* fill(writer, 1)
          yield* withStore({ file, readOnly: true }, (reader) =>
            Effect.gen(function* () {
              expect(yield* reader.log(0, 10)).toHaveLength(2)
              yield* fill(writer, 1)
              expect(yield* reader.log(0, 10)).toHaveLength(3)
            }),
          )
        }),
      )
    }),
  )

  it.effect("is not made", () =>
    Effect.gen(function* () {
      const file = fresh()
      expect(yield* refusal({ file, readOnly: true })).toMatchObject({ reason: "ReadOnly" })
      expect(existsSync(file)).toBe(false)
    }),
  )
})

describe("a file that another process has locked", () => {
  const locked = (file: string): DatabaseSync => {
    const database = new DatabaseSync(file)
    database.exec("BEGIN IMMEDIATE")
    return database
  }

  it.effect("is waited for, and others have their turn meanwhile", () =>
    Effect.gen(function* () {
      const file = yield* made(1)
      yield* withStore({ file }, (store) =>
        Effect.gen(function* () {
          const other = locked(file)
          const change = yield* someChange
          // Some turns later, so that it was tried at least once before.
          const release = Effect.andThen(
            Effect.replicateEffect(Effect.yieldNow, 20, { discard: true }),
            () => Effect.sync(() => other.close()),
          )
          const [[outcome]] = yield* Effect.all([store.commit([change]), release], {
            concurrency: "unbounded",
          })
          expect(outcome?._tag).toBe("Committed")
        }),
      )
    }),
  )

  it.effect("is given up when it takes longer than was said, and nothing was written", () =>
    Effect.gen(function* () {
      const file = yield* made(1)
      yield* withStore({ file, busyTimeout: 30 }, (store) =>
        Effect.gen(function* () {
          const other = locked(file)
          const changes = yield* Effect.replicateEffect(someChange, 3)
          const errors = yield* Effect.forEach(
            changes,
            (change) => Effect.flip(store.commit([change])),
            { concurrency: "unbounded" },
          )
          for (const error of errors) {
            expect(error).toMatchObject({ reason: "Unavailable", retryable: true })
          }
          expect(yield* store.log(0, 10)).toHaveLength(1)
          other.close()
          yield* store.commit(changes)
          expect(yield* store.log(0, 10)).toHaveLength(4)
        }),
      )
    }),
  )
})
