/**
 * Which quota a refused request ran into.
 *
 * A 429 does not say it in so many words: its headers tell, and what they keep silent about.
 *
 * @since 0.1.0
 */
import type { Reply } from "../Endpoint.ts"
import * as RateHeaders from "./RateHeaders.ts"
import type { Signal } from "./Signals.ts"

/**
 * - `windows`: those that are spent, as far as that is known; none for a cap.
 * - `resetAt`: when all of them have opened again, in milliseconds since 1970, where that was said; a
 *   day after the answer at most.
 * - `period`: of a cap, what it is counted over.
 *
 * @category models
 * @since 0.1.0
 */
export interface Limited {
  readonly reason: "WindowExhausted" | "DayExhausted" | "CapExhausted"
  readonly windows: ReadonlyArray<RateHeaders.WindowName>
  readonly resetAt?: number | undefined
  readonly period?: string | undefined
}

/** A longer wait is a mistake, of a clock or of somebody on the way, and nothing would end it early. */
const longest = 86_400_000

const latest = ({ at }: Reply, times: ReadonlyArray<number | undefined>): number | undefined => {
  const known = times.filter((time) => time !== undefined)
  return known.length === 0 ? undefined : Math.min(Math.max(...known), Math.ceil(at) + longest)
}

/**
 * - A problem of the type `usage-capped` speaks of the cap, which no header shows.
 * - A window that the headers show as spent is the one; of several, a day outweighs 15 minutes.
 * - Where every window shown has something left, it is the app's day: X has been seen to refuse a
 *   follow with 49 of 50 remaining, once the app's follows of the day were used up.
 * - Where no window is shown whole, it is taken for the ordinary one, the shortest that there is.
 *
 * @category operations
 * @since 0.1.0
 */
export const limited = (reply: Reply, signals: ReadonlyArray<Signal>): Limited => {
  const later = RateHeaders.retryAfter(reply)
  const cap = signals.find((signal) => signal.type === "usage-capped")
  if (cap !== undefined) {
    return {
      reason: "CapExhausted",
      windows: [],
      resetAt: latest(reply, [later]),
      period: cap.period,
    }
  }
  const windows = RateHeaders.announced(reply)
  const spent = windows.filter((window) => window.remaining === 0)
  if (windows.length === 0) {
    const reset = RateHeaders.reset(reply)
    const ahead = reset !== undefined && reset > reply.at ? reset : undefined
    return { reason: "WindowExhausted", windows: ["15min"], resetAt: latest(reply, [ahead, later]) }
  }
  if (spent.length === 0) {
    return { reason: "DayExhausted", windows: ["24hour-app"], resetAt: latest(reply, [later]) }
  }
  return {
    reason: spent.some((window) => window.name !== "15min") ? "DayExhausted" : "WindowExhausted",
    windows: spent.map((window) => window.name),
    resetAt: latest(reply, [...spent.map((window) => window.resetAt), later]),
  }
}
