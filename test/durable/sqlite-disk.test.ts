/** A store on SQLite that runs out of room: a typed error, nothing half there, and going on later. */
import { Journal, RelationshipStore, Upkeep } from "@kith/core"
import { SqliteAdapter } from "@kith/sqlite-adapter"
import { it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect } from "vitest"
import { fill, fresh, someChange, withStore } from "./support/sqlite-files.ts"

type Store = RelationshipStore.RelationshipStore["Service"]

/** Commits until there is no more room, and gives the error with how many events were kept. */
const fillUp = (store: Store) =>
  Effect.gen(function* () {
    const begin = (yield* store.log(0, 1_000_000)).length
    for (let kept = begin; ; kept += 50) {
      const changes = yield* Effect.replicateEffect(someChange, 50)
      const result = yield* Effect.result(store.commit(changes))
      if (result._tag === "Failure") return { changes, error: result.failure, kept }
    }
  })

/** What has to hold of a store that is full: reading goes on, and nothing is half there. */
const staysWhole = (store: Store, full: Effect.Success<ReturnType<typeof fillUp>>) =>
  Effect.gen(function* () {
    expect(full.error).toMatchObject({ _tag: "StoreError", reason: "Full", retryable: true })
    expect(yield* store.log(0, 1_000_000)).toHaveLength(full.kept)
    const loaded = yield* store.load(full.changes)
    expect(new Set(loaded.map(({ version }) => version))).toEqual(new Set([0]))
    const counts = yield* Effect.forEach(full.changes, ({ edge }) => store.counts(edge.target))
    expect(counts.every(({ followers }) => followers === 0)).toBe(true)
  })

const sound = Effect.gen(function* () {
  const { check } = yield* Upkeep.Upkeep
  const told = yield* Stream.runCollect(check)
  expect(Array.from(told).filter(({ _tag }) => _tag === "Fault")).toEqual([])
})

describe("a file that may not grow any further", () => {
  const maxBytes = 400_000

  it.effect("refuses what does not fit, and takes it once the file may be larger", () =>
    Effect.gen(function* () {
      const file = fresh()
      const full = yield* withStore({ file, maxBytes }, (store) =>
        Effect.tap(fillUp(store), (it) => staysWhole(store, it)),
      )
      expect(full.error.message).toContain("make room")
      yield* withStore({ file }, (store) =>
        Effect.gen(function* () {
          const outcomes = yield* store.commit(full.changes)
          expect(outcomes.every(({ _tag }) => _tag === "Committed")).toBe(true)
          expect(yield* store.log(0, 1_000_000)).toHaveLength(full.kept + 50)
        }),
      )
      yield* Effect.provide(sound, SqliteAdapter.layer({ file }))
    }),
  )

  it.effect("goes on without being opened anew when something was removed", () =>
    Effect.provide(
      Effect.gen(function* () {
        const store = yield* RelationshipStore.RelationshipStore
        const { clear } = yield* Upkeep.Upkeep
        const full = yield* fillUp(store)
        yield* staysWhole(store, full)
        yield* clear
        yield* fill(store, 50)
        expect(yield* store.log(0, 1000)).toHaveLength(50)
        yield* sound
      }),
      SqliteAdapter.layer({ file: fresh(), maxBytes }),
    ),
  )

  it.effect("lets what fits succeed beside what does not", () =>
    Effect.provide(
      Effect.gen(function* () {
        const journal = yield* Journal.Journal
        const values = ["small", "large".repeat(100_000), "small again"]
        const results = yield* Effect.forEach(
          values,
          (value, index) =>
            Effect.result(journal.write([{ key: `key/${index}`, value, expectedVersion: 0 }])),
          { concurrency: "unbounded" },
        )
        expect(results.map(({ _tag }) => _tag)).toEqual(["Success", "Failure", "Success"])
        const keys = (yield* journal.scan("key/", 10)).map(({ key }) => key)
        expect(keys).toEqual(["key/0", "key/2"])
      }),
      SqliteAdapter.layer({ file: fresh(), maxBytes }),
    ),
  )
})

/** A disk of a few megabytes, where the system lets us make one. */
const smallDisk = (): string | undefined => {
  const folder = mkdtempSync(join(tmpdir(), "kith-disk-"))
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], { stdio: "ignore" })
    return folder
  } catch {
    rmSync(folder, { recursive: true })
    return undefined
  }
}

const disk = smallDisk()

if (disk !== undefined) {
  afterAll(() => {
    execFileSync("umount", [disk])
    rmSync(disk, { recursive: true })
  })

  describe("a disk that is full", () => {
    it.effect("is said, and the store goes on as soon as there is room", () =>
      Effect.provide(
        Effect.gen(function* () {
          const ballast = join(disk, "ballast")
          writeFileSync(ballast, Buffer.alloc(1_000_000))
          const store = yield* RelationshipStore.RelationshipStore
          const full = yield* fillUp(store)
          yield* staysWhole(store, full)
          rmSync(ballast)
          const outcomes = yield* store.commit(full.changes)
          expect(outcomes.every(({ _tag }) => _tag === "Committed")).toBe(true)
          expect(yield* store.log(0, 1_000_000)).toHaveLength(full.kept + 50)
        }),
        SqliteAdapter.layer({ file: join(disk, "kith.db") }),
      ),
    )

    it.effect("is said when a store is to be made there", () =>
      Effect.gen(function* () {
        const ballast = join(disk, "ballast")
        expect(() => writeFileSync(ballast, Buffer.alloc(4_000_000))).toThrow("ENOSPC")
        const file = join(disk, "another.db")
        const error = yield* Effect.flip(withStore({ file }, (store) => fill(store, 1)))
        expect(error).toMatchObject({ reason: "Full" })
        rmSync(ballast)
        yield* withStore({ file }, (store) => fill(store, 1))
      }),
    )
  })
}
