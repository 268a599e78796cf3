/**
 * Waiting for a remote's window to open again, for callers who would rather wait than be told when.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { wait } from "./internal/remoteMetrics.ts"
import * as Options from "./Options.ts"
import { RemoteError } from "./RemoteError.ts"

interface Waitable extends RemoteError {
  readonly resetAt: number
}

/** Whether waiting may help, and it is known until when. What may have been done is not repeated. */
const isWaitable = <E>(error: E): error is E & Waitable =>
  error instanceof RemoteError &&
  error.outcome === "refused" &&
  error.retryable &&
  error.resetAt !== undefined

const second = 1000

/** A time that is over already, as what is left until a moment may be, waits no more. */
const ranges = { milliseconds: Options.number(Number.NEGATIVE_INFINITY) }

/**
 * Tries an effect again when it failed with a {@link RemoteError} that says when it may succeed: one
 * with the outcome `refused` that is `retryable` and has a `resetAt`. It waits until then and a little
 * longer, up to a second or a hundredth of the wait, each time another while, so that the many who
 * wait for one window do not all come at once. Any other failure passes through.
 *
 * All waits together last no longer than `milliseconds`; an error whose moment is further away passes
 * through at once. A remote that is still not ready at the moment that it named is asked again after
 * a second, then two, then four. Waiting can be interrupted. `Infinity` waits as long as it takes, 0 and
 * less not at all, and `NaN` is a defect.
 *
 * Waits are counted in Effect's metrics, by the `reason` of the error: `kith_remote_waits` when they
 * begin, and `kith_remote_wait_milliseconds`, how long they were, when they end.
 *
 * **Example** (A follow that waits up to a quarter of an hour)
 *
 * ```ts
 * import { Command, Relationships, UserId, Waiting } from "@kith/core"
 *
 * const command = Command.follow(UserId.make("1"), UserId.make("2"))
 * const follow = Relationships.Relationships.use(({ execute }) => execute(command))
 * const patiently = follow.pipe(Waiting.upTo(900_000))
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const upTo =
  (milliseconds: number) =>
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
    /** @param pause how long to wait at least when no later moment is named than `last` */
    const attempt = (left: number, last: number, pause: number): Effect.Effect<A, E, R> =>
      Effect.catchIf(self, isWaitable, (error) =>
        Effect.flatMap(Effect.all([Clock.currentTimeMillis, Random.next]), ([now, chance]) => {
          const isLater = error.resetAt > last
          const away = Math.max(error.resetAt - now, isLater ? 0 : pause)
          if (!(left > 0 && away <= left)) return Effect.fail(error)
          const jitter = chance * Math.max(second, away / 100)
          const sleep = Math.min(Math.ceil(away + jitter), left)
          return Effect.andThen(
            wait(sleep, error.reason),
            attempt(left - sleep, error.resetAt, isLater ? second : pause * 2),
          )
        }),
      )
    const mistake = Options.mistake({ milliseconds }, ranges)
    return mistake === undefined
      ? attempt(milliseconds, Number.NEGATIVE_INFINITY, 0)
      : Effect.die(mistake)
  }
