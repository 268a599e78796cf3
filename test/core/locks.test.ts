/** Locks by name: one holder at a time, in order, and none lost to an interruption. */
import * as Locks from "../../packages/core/src/internal/locks.ts"
import { Effect, Exit, Fiber } from "effect"
import fc from "fast-check"
import { expect, it } from "vitest"

const visitor = fc.record({
  name: fc.constantFrom("a", "b"),
  /** How many turns it waits before it comes, and stays once it has the lock. */
  comes: fc.nat(6),
  stays: fc.nat(4),
  /** After how many turns it is interrupted, if at all. */
  interrupted: fc.option(fc.nat(10)),
})

const turns = (count: number) => Effect.replicateEffect(Effect.yieldNow, count, { discard: true })

it("gives a lock to one at a time, and to everybody who stays", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(visitor, { maxLength: 12 }), (visitors) =>
      Effect.runPromise(
        Effect.gen(function* () {
          const locks = Locks.make()
          const inside = new Set<string>()
          const served = new Set<number>()
          const visits = yield* Effect.forEach(visitors, (it, index) =>
            Effect.forkChild(
              Effect.gen(function* () {
                yield* turns(it.comes)
                yield* Effect.uninterruptibleMask((restore) =>
                  Effect.gen(function* () {
                    const release = yield* restore(locks.acquire(it.name))
                    expect(inside.has(it.name)).toBe(false)
                    inside.add(it.name)
                    served.add(index)
                    yield* Effect.ensuring(
                      restore(turns(it.stays)),
                      Effect.sync(() => {
                        inside.delete(it.name)
                        release()
                      }),
                    )
                  }),
                )
              }),
            ),
          )
          const ends = yield* Effect.forEach(visitors, (it, index) =>
            Effect.forkChild(
              Effect.gen(function* () {
                const visit = visits[index]
                if (it.interrupted === null || visit === undefined) return
                yield* turns(it.interrupted)
                yield* Fiber.interrupt(visit)
              }),
            ),
          )
          yield* Fiber.awaitAll(ends)
          const exits = yield* Fiber.awaitAll(visits)
          for (const exit of exits)
            expect(Exit.isSuccess(exit) || Exit.hasInterrupts(exit)).toBe(true)
          for (const [index, it] of visitors.entries()) {
            if (it.interrupted === null) expect(served.has(index)).toBe(true)
          }
          // Nothing is held any more.
          for (const name of ["a", "b"]) (yield* locks.acquire(name))()
        }),
      ),
    ),
    { numRuns: 500 },
  )
})
