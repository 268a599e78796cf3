/** Waiting for a remote, on a test clock. */
import { it } from "@effect/vitest"
import { RemoteError, Waiting } from "@kith/core"
import { Effect, Exit, Fiber, Metric, Random } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect, test } from "vitest"

const minute = 60_000

const refusal = ({
  outcome = "refused",
  resetAt,
  retryable = true,
}: Partial<
  Pick<RemoteError.RemoteError, "outcome" | "resetAt" | "retryable">
> = {}): RemoteError.RemoteError =>
  new RemoteError.RemoteError({
    outcome,
    reason: "WindowExhausted",
    message: "the window is spent",
    retryable,
    resetAt,
  })

/** An effect that is refused until a moment, and notes when it was tried. */
const opensAt = (resetAt: number, named = resetAt) => {
  const tries: Array<number> = []
  const effect = Effect.gen(function* () {
    const now = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
    tries.push(now)
    return now >= resetAt ? "done" : yield* refusal({ resetAt: named })
  })
  return { tries, effect }
}

/** Runs to the end, however far the clock has to go. */
const settle = <A, E>(effect: Effect.Effect<A, E>, steps: number, step: number) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(Effect.exit(effect), { startImmediately: true })
    for (let index = 0; index < steps; index++) yield* TestClock.adjust(step)
    return fiber.pollUnsafe()
  })

/** What the metrics say of waits. */
const waitsOf = (reason: string) =>
  Effect.map(Metric.snapshot, (metrics) => {
    const found = { waits: 0, ended: 0, milliseconds: 0 }
    for (const metric of metrics) {
      if (metric.attributes?.["reason"] !== reason) continue
      if (metric.id === "kith_remote_waits" && metric.type === "Counter") {
        found.waits = Number(metric.state.count)
      }
      if (metric.id === "kith_remote_wait_milliseconds" && metric.type === "Histogram") {
        found.ended = metric.state.count
        found.milliseconds = metric.state.sum
      }
    }
    return found
  })

describe("upTo", () => {
  it.effect("waits until the moment that the remote names, and up to a second longer", () =>
    Effect.gen(function* () {
      const { effect, tries } = opensAt(minute / 2)
      const fiber = yield* Effect.forkChild(effect.pipe(Waiting.upTo(minute)), {
        startImmediately: true,
      })
      yield* TestClock.adjust(minute / 2 - 1)
      expect(tries).toEqual([0])
      yield* TestClock.adjust(1002)
      expect(yield* Fiber.join(fiber)).toBe("done")
      expect(tries).toHaveLength(2)
    }),
  )

  it.effect("lets those who wait for one moment come one after the other", () =>
    Effect.gen(function* () {
      const many = Array.from({ length: 200 }, () => opensAt(10 * minute))
      const fibers = yield* Effect.forEach(many, ({ effect }) =>
        Effect.forkChild(effect.pipe(Waiting.upTo(15 * minute)), { startImmediately: true }),
      )
      yield* TestClock.adjust(11 * minute)
      yield* Fiber.joinAll(fibers)
      const late = many.map(({ tries }) => (tries.at(-1) ?? 0) - 10 * minute)
      // A hundredth of ten minutes is six seconds.
      expect(Math.min(...late)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...late)).toBeLessThanOrEqual(6001)
      expect(new Set(late.map((it) => Math.floor(it / 1000))).size).toBeGreaterThan(4)
      expect(many.every(({ tries }) => tries.length === 2)).toBe(true)
    }).pipe(Random.withSeed("those who wait")),
  )

  it.effect("does not wait for a moment that is too far away", () =>
    Effect.gen(function* () {
      const { effect, tries } = opensAt(minute + 1)
      const error = yield* Effect.flip(effect.pipe(Waiting.upTo(minute)))
      expect(error.resetAt).toBe(minute + 1)
      expect(tries).toEqual([0])
    }),
  )

  it.effect("waits no longer than told, all waits together", () =>
    Effect.gen(function* () {
      let tries = 0
      // Each time it names a moment that is 20 seconds away.
      const never = Effect.gen(function* () {
        tries++
        const now = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
        return yield* refusal({ resetAt: now + 20_000 })
      })
      const begun = yield* Effect.forkChild(Effect.exit(never.pipe(Waiting.upTo(minute))), {
        startImmediately: true,
      })
      yield* TestClock.adjust(minute)
      expect(Exit.isFailure(yield* Fiber.join(begun))).toBe(true)
      expect(tries).toBe(3)
    }),
  )

  it.effect("does not give up for the sake of the little while behind the moment", () =>
    Effect.gen(function* () {
      const { effect, tries } = opensAt(minute)
      const done = yield* settle(effect.pipe(Waiting.upTo(minute)), 1, minute)
      expect(done).toBeDefined()
      expect(tries).toEqual([0, minute])
    }),
  )

  it.effect("asks less and less often when the moment passes and nothing opens", () =>
    Effect.gen(function* () {
      const { effect, tries } = opensAt(Number.POSITIVE_INFINITY, 10)
      yield* settle(effect.pipe(Waiting.upTo(10 * minute)), 10, minute)
      expect(tries.length).toBeGreaterThan(5)
      expect(tries.length).toBeLessThan(12)
      const pauses = tries.slice(1).map((at, index) => at - (tries[index] ?? 0))
      // The first is the moment itself; each later one is twice the one before, and up to a second.
      for (const [index, pause] of pauses.slice(1).entries()) {
        expect(pause).toBeGreaterThanOrEqual(1000 * 2 ** index)
        expect(pause).toBeLessThanOrEqual(1000 * 2 ** index * 1.01 + 1001)
      }
    }),
  )

  it.effect("can be interrupted while it waits", () =>
    Effect.gen(function* () {
      const { effect, tries } = opensAt(minute)
      const fiber = yield* Effect.forkChild(effect.pipe(Waiting.upTo(2 * minute)), {
        startImmediately: true,
      })
      yield* TestClock.adjust(minute / 2)
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust(2 * minute)
      expect(tries).toEqual([0])
    }),
  )

  it.effect(
    "counts waits by their reason, and how long they were, also those that are interrupted",
    () =>
      Effect.gen(function* () {
        const { effect } = opensAt(minute)
        const fiber = yield* Effect.forkChild(effect.pipe(Waiting.upTo(2 * minute)), {
          startImmediately: true,
        })
        const endless = opensAt(10 * minute)
        const other = yield* Effect.forkChild(endless.effect.pipe(Waiting.upTo(15 * minute)), {
          startImmediately: true,
        })
        const begun = yield* waitsOf("WindowExhausted")
        expect(begun).toEqual({ waits: 2, ended: 0, milliseconds: 0 })
        yield* TestClock.adjust(2 * minute)
        yield* Fiber.join(fiber)
        yield* Fiber.interrupt(other)
        const { ended, milliseconds, waits } = yield* waitsOf("WindowExhausted")
        expect({ waits, ended }).toEqual({ waits: 2, ended: 2 })
        expect(milliseconds).toBeGreaterThanOrEqual(3 * minute)
        expect(milliseconds).toBeLessThanOrEqual(3 * minute + 1000)
      }).pipe(Effect.provideService(Metric.MetricRegistry, new Map())),
  )

  it.effect("counts no wait where there was none", () =>
    Effect.gen(function* () {
      const { effect } = opensAt(minute + 1)
      yield* Effect.flip(effect.pipe(Waiting.upTo(minute)))
      expect(yield* waitsOf("WindowExhausted")).toEqual({ waits: 0, ended: 0, milliseconds: 0 })
    }).pipe(Effect.provideService(Metric.MetricRegistry, new Map())),
  )

  const passing = {
    "may have been done": refusal({ outcome: "unknown", resetAt: 1000 }),
    "does not help to repeat": refusal({ retryable: false, resetAt: 1000 }),
    "names no moment": refusal(),
    "is not of a remote": new Error("something else"),
  }
  for (const [what, error] of Object.entries(passing)) {
    it.effect(`passes an error on at once that ${what}`, () =>
      Effect.gen(function* () {
        let tries = 0
        const effect = Effect.andThen(
          Effect.sync(() => tries++),
          Effect.fail(error),
        )
        expect(yield* Effect.flip(effect.pipe(Waiting.upTo(minute)))).toBe(error)
        expect(tries).toBe(1)
      }),
    )
  }

  test.each([0, -5, Number.NEGATIVE_INFINITY])(
    "tries once when it may wait %d milliseconds",
    async (none) => {
      const { effect, tries } = opensAt(Number.POSITIVE_INFINITY, 0)
      const exit = await Effect.runPromiseExit(effect.pipe(Waiting.upTo(none)))
      expect(Exit.isFailure(exit)).toBe(true)
      expect(tries).toHaveLength(1)
    },
  )
})
