/** Counting requests in their windows, or finding out why there is no room. */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Quota from "../Quota.ts"
import { asKnown, type Step } from "./quotaBook.ts"
import * as windows from "./quotaWindows.ts"

/** The error for a request that some limits, by their names, admit from a moment on. @internal */
export type Refuse<E> = (
  request: Quota.Request,
  exhausted: ReadonlyArray<string>,
  resetAt: number,
) => E

/**
 * Counts one request: what {@link all} does, in a third of the time.
 *
 * @internal
 */
export const one =
  <E>(request: Quota.Request, refuse: Refuse<E>): Step<E> =>
  (places, known, now) => {
    const standings = places.map(({ limit }, index) =>
      Quota.standing(
        windows.limitOf(limit, known[index], now),
        windows.windowOf(known[index], now),
        now,
      ),
    )
    const spent = standings.filter(({ remaining }) => remaining === 0)
    if (spent.length > 0) {
      const names = spent.map(({ limit }) => limit.name)
      return Result.fail(refuse(request, names, Math.max(...spent.map((it) => it.resetAt))))
    }
    return Result.succeed(
      places.map(({ limit }, index) => {
        const standing = standings[index]
        if (standing === undefined) return known[index]
        const used = standing.limit.max - standing.remaining + 1
        return windows.admitted(limit, known[index], { resetAt: standing.resetAt, used }, now)
      }),
    )
  }

/**
 * Counts several requests, one after the other on the pure ledger, with the sizes of the limits as
 * the remote has them. None is counted when one has no room.
 *
 * @internal
 */
export const all =
  <E>(requests: ReadonlyArray<Quota.Request>, refuse: Refuse<E>): Step<E> =>
  (places, known, now) => {
    let [ledger, asked] = asKnown(requests, places, known, now)
    for (const request of asked) {
      const admission = Quota.admit(ledger, request, now)
      if (admission._tag === "Exhausted") {
        const names = admission.exhausted.map(({ name }) => name)
        return Result.fail(refuse(request, names, admission.resetAt))
      }
      ledger = admission.ledger
    }
    return Result.succeed(
      places.map(({ limit, window: key }, index) => {
        const before = known[index]
        const window = Option.getOrUndefined(HashMap.get(ledger, key))
        return window === undefined ? before : windows.admitted(limit, before, window, now)
      }),
    )
  }
