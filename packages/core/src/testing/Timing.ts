/**
 * Time in cases: how long to wait for what may never come, and letting others go on meanwhile.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Check from "./Check.ts"

/**
 * Fails when something does not come within the bench's patience.
 *
 * @category operations
 * @since 0.1.0
 */
export const inTime =
  (what: string, bench: { readonly patience: number }) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | Check.Mismatch, R> =>
    Effect.timeoutOrElse(effect, {
      duration: bench.patience,
      orElse: () => Effect.fail(new Check.Mismatch(what, "in time", "never")),
    })

/**
 * Lets the other fibers go on for a while.
 *
 * @category operations
 * @since 0.1.0
 */
export const pause = (turns: number): Effect.Effect<void> =>
  Effect.replicateEffect(Effect.yieldNow, turns, { discard: true })
