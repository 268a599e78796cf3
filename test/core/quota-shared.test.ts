/** The ledger in the journal with several processes at it, in every order that fast-check finds. */
import type { Quota } from "@kith/core"
import { MemoryJournal } from "@kith/memory-adapter"
import { Deferred, Effect, Fiber, Schema } from "effect"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  type AJournal,
  fresh,
  left,
  minute,
  one,
  open,
  outcomeOf,
  quarter,
  request,
  run,
  standing,
} from "./quota-support.ts"

const Windows = Schema.fromJsonString(
  Schema.Array(
    Schema.Struct({
      name: Schema.String,
      resetAt: Schema.Int,
      used: Schema.Int,
      max: Schema.Int,
    }),
  ),
)
const decodeWindows = Schema.decodeSync(Windows)

/** A window as it was written once. */
interface Counted {
  readonly key: string
  readonly name: string
  readonly resetAt: number
  readonly used: number
  readonly max: number
}

/** A journal whose operations wait for their turn, before and after, and which notes what is written. */
const scheduled = (scheduler: fc.Scheduler, journal: AJournal) => {
  const written: Array<Counted> = []
  const turn = (label: string) => Effect.promise(() => scheduler.schedule(Promise.resolve(), label))
  const around = <A, E>(label: string, operation: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.andThen(
      turn(`${label} begins`),
      Effect.flatMap(operation, (result) => Effect.as(turn(`${label} ends`), result)),
    )
  const shared: AJournal = {
    ...journal,
    read: (keys) => around("read", journal.read(keys)),
    write: (writes) =>
      around(
        "write",
        Effect.tap(journal.write(writes), (outcome) =>
          Effect.sync(() => {
            if (outcome._tag === "Conflict") return
            for (const { key, value = "[]" } of writes) {
              for (const window of decodeWindows(value)) written.push({ key, ...window })
            }
          }),
        ),
      ),
  }
  return { shared, written }
}

const limits: ReadonlyArray<Quota.Limit> = [
  { name: "short", max: 3, seconds: 10, per: "userAndApp" },
  { name: "long", max: 5, seconds: 30, per: "userAndApp" },
  { name: "app", max: 7, seconds: 30, per: "app" },
]

/** What each of four workers, two in either process, asks for. */
const workers = fc.array(fc.array(fc.constantFrom("a", "b"), { minLength: 1, maxLength: 4 }), {
  minLength: 4,
  maxLength: 4,
})

const windowOf = ({ key, name }: Counted): string => `${key} ${name}`

describe("several processes on one journal", () => {
  test("admit no more than a window's limit, and lose no count", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        workers,
        fc.array(fc.integer({ min: 0, max: 12_000 }), { maxLength: 6 }),
        async (scheduler, asked, steps) => {
          const clock = standing()
          const journal = run(MemoryJournal.make)
          const { shared, written } = scheduled(scheduler, journal)
          const ledgers = [run(open(shared)), run(open(shared))] as const
          let now = 0
          const ticking = Effect.forEach(steps, (step) =>
            Effect.promise(async () => {
              await scheduler.schedule(Promise.resolve(), "the clock goes on")
              now += step
              clock.set(now)
            }),
          )
          const working = Effect.forEach(
            asked,
            (users, index) =>
              Effect.forEach(users, (user) =>
                Effect.map(
                  outcomeOf(ledgers[index % 2 === 0 ? 0 : 1], request(user, limits)),
                  (refused) => ({ user, refused }),
                ),
              ),
            { concurrency: "unbounded" },
          )
          const [outcomes] = await scheduler.waitFor(
            Effect.runPromise(
              clock.on(Effect.all([working, ticking], { concurrency: "unbounded" })),
            ),
          )
          const admitted = outcomes.flat().filter(({ refused }) => refused === undefined)
          for (const history of Map.groupBy(written, windowOf).values()) {
            const owner = history[0]?.key.split("/")[3]
            const mine = admitted.filter(({ user }) => owner === undefined || user === owner)
            expect(history).toHaveLength(mine.length)
            let before: Counted | undefined
            for (const window of history) {
              expect(window.used).toBeLessThanOrEqual(window.max)
              if (before?.resetAt === window.resetAt) expect(window.used).toBe(before.used + 1)
              else {
                expect(window.used).toBe(1)
                const length =
                  (limits.find(({ name }) => name === window.name)?.seconds ?? 0) * 1000
                expect(window.resetAt - length).toBeGreaterThanOrEqual(before?.resetAt ?? 0)
              }
              before = window
            }
          }
          // Whatever is left can still be had, by whoever asks.
          const after = run(open(journal))
          for (const user of ["a", "b"]) {
            const mine = request(user, limits)
            const all = await Effect.runPromise(clock.on(after.standings(mine)))
            const room = Math.min(...all.map(({ remaining }) => remaining))
            for (let count = 0; count < room; count++) {
              expect(run(clock.on(outcomeOf(after, mine)))).toBeUndefined()
            }
            expect(run(clock.on(outcomeOf(after, mine)))).toBeDefined()
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  test("lose neither a count nor a word when answers come while others count", async () => {
    const acts = fc.array(
      fc.array(fc.oneof(fc.constant("reserve" as const), fc.nat(20)), { maxLength: 4 }),
      { minLength: 2, maxLength: 4 },
    )
    const wide = request("u", [{ ...quarter, max: 20 }])
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), acts, async (scheduler, workers) => {
        const clock = standing()
        const journal = run(MemoryJournal.make)
        const { shared } = scheduled(scheduler, journal)
        const ledgers = [run(open(shared)), run(open(shared))] as const
        let counted = 0
        const told: Array<number> = []
        await scheduler.waitFor(
          Effect.runPromise(
            clock.on(
              Effect.forEach(
                workers,
                (mine, index) =>
                  Effect.forEach(mine, (act) =>
                    Effect.gen(function* () {
                      const ledger = ledgers[index % 2 === 0 ? 0 : 1]
                      if (act === "reserve") {
                        if ((yield* outcomeOf(ledger, wide)) === undefined) counted++
                        return
                      }
                      const word = { name: "15min", max: 20, remaining: act, resetAt: minute }
                      yield* ledger.learn(wide, [word], 0)
                      told.push(20 - act)
                    }),
                  ),
                { concurrency: "unbounded" },
              ),
            ),
          ),
        )
        const [known] = run(clock.on(run(open(journal)).standings(wide)))
        const used = 20 - (known?.remaining ?? 0)
        expect(used).toBeGreaterThanOrEqual(Math.max(counted, ...told))
        expect(used).toBeLessThanOrEqual(Math.max(0, ...told) + counted)
        if (told.length > 0) expect(known?.resetAt).toBe(minute + 1000)
      }),
      { numRuns: 200 },
    )
  })

  test("give up with an error that may be tried again when others are faster every time", async () => {
    let writes = 0
    const busy: AJournal = {
      ...run(MemoryJournal.make),
      write: (all) =>
        Effect.sync(() => {
          writes++
          const value = "[]"
          return {
            _tag: "Conflict" as const,
            current: all.map(({ key }) => ({ key, value, version: writes })),
          }
        }),
    }
    const error = await Effect.runPromise(Effect.flip(run(open(busy)).reserve(one)))
    expect(error).toMatchObject({ _tag: "StoreError", reason: "Unavailable", retryable: true })
    expect(writes).toBeGreaterThanOrEqual(64)
    expect(writes).toBeLessThan(1000)
  })

  test("are refused only for what is still so: what one process remembers may be over", () => {
    const { at, journal, ledger } = fresh()
    for (let count = 0; count < 5; count++) at(0, ledger.reserve(one))
    const word = { name: "15min", max: 9, remaining: 4, resetAt: 15 * minute }
    at(1, run(open(journal)).learn(one, [word], 1))
    expect(at(1, outcomeOf(ledger, one))).toBeUndefined()
    expect(at(1, left(ledger, one))).toEqual([[3, 15 * minute + 1000]])
  })
})

test("a reservation that is interrupted holds nobody up", async () => {
  const gate = Deferred.makeUnsafe<void>()
  const good = run(MemoryJournal.make)
  let reads = 0
  const slow: AJournal = {
    ...good,
    read: (keys) =>
      Effect.andThen(
        reads++ === 0 ? Deferred.await(gate) : Effect.void,
        Effect.suspend(() => good.read(keys)),
      ),
  }
  const ledger = run(open(slow))
  const counted = await Effect.runPromise(
    Effect.gen(function* () {
      const stuck = yield* Effect.forkChild(ledger.reserve(one), { startImmediately: true })
      const behind = yield* Effect.forkChild(ledger.reserve(one), { startImmediately: true })
      const leaving = yield* Effect.forkChild(ledger.reserve(one), { startImmediately: true })
      yield* Fiber.interrupt(leaving)
      yield* Fiber.interrupt(stuck)
      yield* Fiber.join(behind)
      yield* ledger.reserve(one)
      return yield* left(ledger, one)
    }),
  )
  expect(counted[0]?.[0]).toBe(3)
})
