/**
 * Time that goes on by hand: the sandbox's, on which whoever sleeps is woken when it has come so far.
 *
 * Sockets are real, and so are their time-outs. Everything else that waits does so on this clock, and
 * when nothing moves any more but sleepers, time goes on to the first of them.
 */
import { type Clock, Duration, Effect } from "effect"
import type { Sandbox } from "@kith/sandbox"

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

export interface ManualClock {
  readonly now: () => number
  readonly advance: (seconds: number) => void
  /** The clock of a machine that is ahead by so many milliseconds. */
  readonly ahead: (milliseconds: number) => Clock.Clock
  /** Lets time go on to the moment at which the next sleeper wakes; whether there is one. */
  readonly skip: () => boolean
}

export const make = (sandbox: Sandbox.Sandbox): ManualClock => {
  const { clock } = sandbox.control.world()
  const sleepers = new Set<Sleeper>()

  const wake = () => {
    const now = clock.now()
    for (const sleeper of sleepers) {
      if (sleeper.at > now) continue
      sleepers.delete(sleeper)
      sleeper.wake()
    }
  }

  const advance = (seconds: number) => {
    clock.advance(seconds)
    wake()
  }

  const sleep = (duration: Duration.Duration): Effect.Effect<void> =>
    Effect.callback((resume) => {
      const sleeper = {
        at: clock.now() + Duration.toMillis(duration),
        wake: () => resume(Effect.void),
      }
      sleepers.add(sleeper)
      return Effect.sync(() => sleepers.delete(sleeper))
    })

  const ahead = (milliseconds: number): Clock.Clock => {
    const now = () => clock.now() + milliseconds
    const nanos = () => BigInt(Math.floor(now())) * 1_000_000n
    return {
      currentTimeMillisUnsafe: now,
      currentTimeMillis: Effect.sync(now),
      currentTimeNanosUnsafe: nanos,
      currentTimeNanos: Effect.sync(nanos),
      monotonicTimeNanosUnsafe: nanos,
      monotonicTimeNanos: Effect.sync(nanos),
      sleep,
    }
  }

  return {
    now: clock.now,
    advance,
    ahead,
    skip: () => {
      if (sleepers.size === 0) return false
      const first = Math.min(...[...sleepers].map(({ at }) => at))
      // The sandbox's clock goes by whole seconds.
      advance(Math.max(0, Math.ceil((first - clock.now()) / 1000)))
      return true
    },
  }
}
