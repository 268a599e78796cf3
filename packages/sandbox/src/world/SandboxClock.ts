/**
 * The sandbox's clock: real time, moved on by hand.
 *
 * Windows, tokens and timestamps go by it, so that a test passes fifteen minutes in no time. It never
 * stands still and never goes back, but for a reset.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** @category models @since 0.1.0 */
export interface SandboxClock {
  /** The sandbox's time, in milliseconds since 1970. */
  readonly now: () => number
  /** The machine's time, in milliseconds since 1970: what OAuth 1.0a timestamps are also held against. */
  readonly realNow: () => number
  readonly advance: (seconds: number) => void
  readonly reset: () => void
  /** Milliseconds by which it was moved on. */
  readonly offset: () => number
  /** Tells whenever it was moved on; the listener before is told no more. */
  readonly onAdvance: (listener: () => void) => void
  /** The same as Effect's clock, for the services of the sandbox. */
  readonly clock: Clock.Clock
}

/** @category constructors @since 0.1.0 */
export const make: Effect.Effect<SandboxClock> = Effect.map(Clock.Clock, (real) => {
  let offset = 0
  let listener: (() => void) | undefined
  const now = () => real.currentTimeMillisUnsafe() + offset
  const nanos = () => real.currentTimeNanosUnsafe() + BigInt(offset) * 1_000_000n
  return {
    now,
    realNow: () => real.currentTimeMillisUnsafe(),
    advance: (seconds) => {
      offset += seconds * 1000
      listener?.()
    },
    reset: () => {
      offset = 0
    },
    offset: () => offset,
    onAdvance: (next) => {
      listener = next
    },
    clock: {
      monotonicTimeNanosUnsafe: () => real.monotonicTimeNanosUnsafe(),
      monotonicTimeNanos: real.monotonicTimeNanos,
      currentTimeMillisUnsafe: now,
      currentTimeMillis: Effect.sync(now),
      currentTimeNanosUnsafe: nanos,
      currentTimeNanos: Effect.sync(nanos),
      sleep: (duration) => real.sleep(duration),
    },
  }
})
