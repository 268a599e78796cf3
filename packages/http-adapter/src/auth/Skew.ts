/**
 * How far this machine's clock is from the server's: OAuth 1.0a refuses a request whose timestamp is
 * minutes away.
 *
 * The server says its time in the `Date` header of every answer. It is believed when it differs by
 * more than a minute, or when the server has refused a timestamp; less is the network's delay, and
 * no signature fails by it.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** Milliseconds of difference that need no correction. */
const tolerated = 60_000

/** `Date` has whole seconds, and an answer takes its time: a smaller change is none. */
const resolution = 2_000

/**
 * How many milliseconds the server's clock is ahead of ours; `undefined` when the header does not
 * tell.
 *
 * @param date the value of the header `Date`
 * @param at when the answer arrived, on our clock, in milliseconds since 1970
 * @category operations
 * @since 0.1.0
 */
export const measure = (date: string | undefined, at: number): number | undefined => {
  const time = date === undefined ? Number.NaN : Date.parse(date)
  return Number.isNaN(time) ? undefined : time - at
}

/**
 * What is known of the server's clock, in this process.
 *
 * @category services
 * @since 0.1.0
 */
export class Skew extends Context.Service<
  Skew,
  {
    /** What is added to our clock, in milliseconds: 0 unless the clocks are known to differ. */
    readonly offset: Effect.Effect<number>

    /** The time on the server's clock, as far as it is known, in whole seconds since 1970. */
    readonly seconds: Effect.Effect<number>

    /**
     * Learns from an answer: its `Date`, and when it arrived on our clock. `refused` says that the
     * server refused the timestamp of the request (code 135): from then on every difference counts.
     *
     * Returns whether the correction is another one now, so that a request that was refused for its
     * timestamp may be signed anew.
     */
    readonly learn: (
      date: string | undefined,
      at: number,
      refused?: boolean,
    ) => Effect.Effect<boolean>
  }
>()("@kith/http-adapter/Skew") {}

/**
 * A correction of its own for each server, which begins with none.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<Skew["Service"]> = Effect.sync(() => {
  let offset = 0
  let exact = false
  return Skew.of({
    offset: Effect.sync(() => offset),
    seconds: Effect.map(Clock.currentTimeMillis, (now) => Math.floor((now + offset) / 1000)),
    learn: (date, at, refused = false) =>
      Effect.sync(() => {
        exact ||= refused
        const measured = measure(date, at)
        if (measured === undefined) return false
        const next = exact || Math.abs(measured) > tolerated ? measured : 0
        const changed = Math.abs(next - offset) > resolution
        if (changed) offset = next
        return changed
      }),
  })
})

/**
 * A correction that begins with none; see {@link make}.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Skew> = Layer.effect(Skew, make)
