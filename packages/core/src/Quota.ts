/**
 * Quota as a pure ledger: how many requests each window still admits, and when it opens again.
 *
 * X counts a request in several windows at once: 15 minutes and 24 hours, per user and per app. The
 * same module enforces them in the sandbox and keeps a client inside them. Numbers are data (see
 * {@link Limit}); there is no clock here, and nothing waits.
 *
 * @since 0.1.0
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import { endOf, type Limit, type Request, windowKey } from "./internal/quotaLimits.ts"

export { endOf, Limit, unknownMax, windowKey } from "./internal/quotaLimits.ts"
export type { Request } from "./internal/quotaLimits.ts"

/**
 * A window that has been opened: when it ends, in milliseconds since 1970, and what it has admitted.
 *
 * @category models
 * @since 0.1.0
 */
export interface Window {
  readonly resetAt: number
  readonly used: number
}

/**
 * The windows that are open. It is an immutable value: admitting a request gives a new one.
 *
 * @category models
 * @since 0.1.0
 */
export type Ledger = HashMap.HashMap<string, Window>

/**
 * How a limit stands for a request: what its window still admits, and when it ends, in milliseconds
 * since 1970. A window that is not open stands at its full size and would end `seconds` from now.
 *
 * @category models
 * @since 0.1.0
 */
export interface Standing {
  readonly limit: Limit
  readonly remaining: number
  readonly resetAt: number
}

/**
 * `Admitted` with the ledger in which the request is counted in every window; or `Exhausted`, with
 * the limits that stand in the way, and the earliest moment at which all of them have opened again,
 * in milliseconds since 1970; a limit of 0 admits nothing then either. A request that is not
 * admitted is not counted anywhere.
 *
 * @category models
 * @since 0.1.0
 */
export type Admission =
  | {
      readonly _tag: "Admitted"
      readonly ledger: Ledger
      readonly standings: ReadonlyArray<Standing>
    }
  | {
      readonly _tag: "Exhausted"
      readonly exhausted: ReadonlyArray<Limit>
      readonly resetAt: number
      readonly standings: ReadonlyArray<Standing>
    }

/**
 * A ledger in which nothing was counted.
 *
 * @category constructors
 * @since 0.1.0
 */
export const empty: Ledger = HashMap.empty()

const openWindow = (ledger: Ledger, key: string, now: number): Window | undefined => {
  const window = Option.getOrUndefined(HashMap.get(ledger, key))
  return window === undefined || window.resetAt <= now ? undefined : window
}

/**
 * How a limit stands by its window; `undefined` for one that is not open.
 *
 * @param now milliseconds since 1970
 * @category operations
 * @since 0.1.0
 */
export const standing = (limit: Limit, window: Window | undefined, now: number): Standing => ({
  limit,
  remaining: Math.max(0, limit.max - (window?.used ?? 0)),
  resetAt: window?.resetAt ?? endOf(limit, now),
})

/**
 * How the limits on a request stand, without counting it. Limits that do not concern the request
 * are left out.
 *
 * @param now milliseconds since 1970
 * @category operations
 * @since 0.1.0
 */
export const standings = (ledger: Ledger, request: Request, now: number): ReadonlyArray<Standing> =>
  request.limits.flatMap((limit) => {
    const key = windowKey(request, limit)
    return key === undefined ? [] : [standing(limit, openWindow(ledger, key, now), now)]
  })

const isExhausted = ({ remaining }: Standing): boolean => remaining === 0

/** The moment at which all of them have opened again. */
const reopening = (exhausted: ReadonlyArray<Standing>): number =>
  Math.max(...exhausted.map((it) => it.resetAt))

/** Counts requests, for which there is room, in every window that concerns them. */
const counted = (
  ledger: Ledger,
  request: Request,
  before: ReadonlyArray<Standing>,
  requests: number,
): Ledger => {
  let next = ledger
  for (const { limit, remaining, resetAt } of before) {
    const key = windowKey(request, limit)
    if (key !== undefined) {
      next = HashMap.set(next, key, { resetAt, used: limit.max - remaining + requests })
    }
  }
  return next
}

/**
 * Counts a request in every window that concerns it, or says when it may come again.
 *
 * Over any sequence of admissions no window ever admits more than its limit.
 *
 * @param now milliseconds since 1970; a clock that goes back closes no window early
 * @category operations
 * @since 0.1.0
 */
export const admit = (ledger: Ledger, request: Request, now: number): Admission => {
  const before = standings(ledger, request, now)
  const exhausted = before.filter(isExhausted)
  if (exhausted.length > 0) {
    return {
      _tag: "Exhausted",
      exhausted: exhausted.map((it) => it.limit),
      resetAt: reopening(exhausted),
      standings: before,
    }
  }
  return {
    _tag: "Admitted",
    ledger: counted(ledger, request, before, 1),
    standings: before.map((it) => ({ ...it, remaining: it.remaining - 1 })),
  }
}

/**
 * When each of `count` requests of one kind can be sent at the earliest, beginning `now` and sending
 * every one as soon as it is admitted: how long a bulk job takes before it begins. The answer lists
 * moments in milliseconds since 1970 with how many requests go out then.
 *
 * It ends early, with fewer requests than asked, when a limit admits none at all.
 *
 * @category operations
 * @since 0.1.0
 */
export const plan = (
  ledger: Ledger,
  request: Request,
  count: number,
  now: number,
): ReadonlyArray<{ readonly at: number; readonly requests: number }> => {
  const waves: Array<{ readonly at: number; readonly requests: number }> = []
  if (standings(ledger, request, now).some(({ limit }) => limit.max === 0)) return waves
  let current = ledger
  let at = now
  let left = count
  while (left > 0) {
    const before = standings(current, request, at)
    const requests = Math.min(left, ...before.map((it) => it.remaining))
    if (requests > 0) {
      waves.push({ at, requests })
      current = counted(current, request, before, requests)
      left -= requests
    } else {
      at = reopening(before.filter(isExhausted))
    }
  }
  return waves
}

/**
 * Drops the windows that have ended, so that a ledger grows with the users of one window's time and
 * not with all who ever came. Call it now and then; it changes no answer from then on.
 *
 * @param now milliseconds since 1970
 * @category operations
 * @since 0.1.0
 */
export const prune = (ledger: Ledger, now: number): Ledger =>
  HashMap.filter(ledger, (window) => window.resetAt > now)
