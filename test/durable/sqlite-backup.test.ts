/** Copies of a store on SQLite that is in use. */
import { RelationshipStore, Upkeep } from "@kith/core"
import { SqliteAdapter, SqliteBackup } from "@kith/sqlite-adapter"
import { it } from "@effect/vitest"
import { Effect, Fiber, Stream } from "effect"
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { describe, expect } from "vitest"
import { fill, fresh, someChange, withStore } from "./support/sqlite-files.ts"

/** A store of so many edges, and what makes copies of it. */
const filled = (count: number) =>
  Effect.gen(function* () {
    const store = yield* RelationshipStore.RelationshipStore
    yield* fill(store, count)
    return { store, backup: yield* SqliteBackup.SqliteBackup }
  })

const inFresh = <A, E>(
  work: Effect.Effect<A, E, RelationshipStore.RelationshipStore | SqliteBackup.SqliteBackup>,
) => Effect.suspend(() => Effect.provide(work, SqliteAdapter.layer({ file: fresh() })))

const faults = (file: string) =>
  Effect.gen(function* () {
    const { check } = yield* Upkeep.Upkeep
    return (yield* Stream.runCollect(check)).filter(({ _tag }) => _tag === "Fault")
  }).pipe(Effect.provide(SqliteAdapter.layer({ file })))

describe("a backup", () => {
  it.effect("is a store of its own with all that there was, readable by nobody else", () =>
    inFresh(
      Effect.gen(function* () {
        const { backup, store } = yield* filled(3000)
        const to = fresh()
        const told = yield* Stream.runCollect(backup.to(to))
        let done = 0
        for (const each of told) {
          expect(each.done).toBeGreaterThanOrEqual(done)
          expect(each.done).toBeLessThanOrEqual(each.total)
          done = each.done
        }
        expect(statSync(to).mode & 0o777).toBe(0o600)
        expect(readdirSync(dirname(to))).toEqual(["kith.db"])
        const events = yield* store.log(0, 10_000)
        yield* fill(store, 1)
        yield* withStore({ file: to }, (copy) =>
          Effect.gen(function* () {
            expect(yield* copy.log(0, 10_000)).toEqual(events)
            yield* fill(copy, 1)
          }),
        )
        expect(yield* faults(to)).toEqual([])
        expect(yield* store.log(0, 10_000)).toHaveLength(3001)
      }),
    ),
  )

  it.effect("is of one moment, whatever is committed meanwhile", () =>
    inFresh(
      Effect.gen(function* () {
        const { backup, store } = yield* filled(3000)
        const to = fresh()
        const state = { isCopied: false }
        const writing = yield* Effect.forkChild(
          Effect.gen(function* () {
            let count = 0
            while (!state.isCopied) {
              yield* store.commit([yield* someChange])
              count += 1
            }
            return count
          }),
        )
        yield* Stream.runDrain(backup.to(to))
        state.isCopied = true
        const written = yield* Fiber.join(writing)
        expect(written).toBeGreaterThan(0)
        const all = yield* store.log(0, 1_000_000)
        expect(all).toHaveLength(3000 + written)
        const copied = yield* withStore({ file: to }, (copy) => copy.log(0, 1_000_000))
        expect(copied).toEqual(all.slice(0, copied.length))
        expect(copied.length).toBeGreaterThanOrEqual(3000)
        expect(yield* faults(to)).toEqual([])
      }),
    ),
  )

  it.effect("overwrites nothing", () =>
    inFresh(
      Effect.gen(function* () {
        const { backup } = yield* filled(10)
        for (const end of ["", ".part"]) {
          const to = fresh()
          writeFileSync(to + end, "precious")
          const error = yield* Effect.flip(Stream.runDrain(backup.to(to)))
          expect(error.message).toContain(to + end)
          expect(statSync(to + end).size).toBe("precious".length)
          expect(readdirSync(dirname(to))).toHaveLength(1)
        }
        const missing = `${fresh()}/kith.db`
        const error = yield* Effect.flip(Stream.runDrain(backup.to(missing)))
        expect(error.message).toContain("check its folder")
      }),
    ),
  )

  it.effect("that is interrupted leaves nothing behind, and can be begun again", () =>
    inFresh(
      Effect.gen(function* () {
        const { backup, store } = yield* filled(3000)
        const to = fresh()
        for (let turns = 0; turns < 10; turns++) {
          const copying = yield* Effect.forkChild(Stream.runDrain(backup.to(to)), {
            startImmediately: true,
          })
          yield* Effect.replicateEffect(Effect.yieldNow, turns, { discard: true })
          yield* Fiber.interrupt(copying)
          expect(existsSync(to)).toBe(false)
          expect(readdirSync(dirname(to))).toEqual([])
        }
        yield* Stream.runDrain(backup.to(to))
        expect(yield* withStore({ file: to }, (copy) => copy.log(0, 10_000))).toEqual(
          yield* store.log(0, 10_000),
        )
      }),
    ),
  )
})
