/** Lets somebody know of what X refuses for the time being, while others wait for it. */
import { RemoteError } from "@kith/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

export type Watch = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/**
 * @param patience milliseconds that somebody waits at most; longer waits are none
 * @param tell is told until when, in milliseconds since 1970
 */
export const watch =
  (patience: number, tell: (until: number) => void): Watch =>
  (effect) =>
    Effect.tapError(effect, (error) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        if (!(error instanceof RemoteError.RemoteError)) return
        const { outcome, resetAt, retryable } = error
        const isAwaited =
          outcome === "refused" &&
          retryable &&
          resetAt !== undefined &&
          patience > 0 &&
          resetAt - now <= patience
        if (isAwaited) tell(resetAt)
      }),
    )
