/**
 * What an answer's headers say of the windows in which its request counted.
 *
 * X announces 15 minutes on most answers, a day per user and per app on some, and the cap on use
 * never. What is absent or makes no sense is left out; nothing is guessed.
 *
 * @since 0.1.0
 */
import type { Reply } from "../Endpoint.ts"

/**
 * A window, by the name of the limit that it belongs to: 15 minutes, a day of the user through this
 * app, a day of the whole app.
 *
 * @category models
 * @since 0.1.0
 */
export type WindowName = "15min" | "24hour" | "24hour-app"

/**
 * How a window stands: its size, what it still admits, and when it ends, in milliseconds since 1970.
 *
 * @category models
 * @since 0.1.0
 */
export interface Announced {
  readonly name: WindowName
  readonly max: number
  readonly remaining: number
  readonly resetAt: number
}

const prefixes: ReadonlyArray<readonly [WindowName, string]> = [
  ["15min", "x-rate-limit-"],
  ["24hour", "x-user-limit-24hour-"],
  ["24hour-app", "x-app-limit-24hour-"],
]

const whole = (text: string | undefined): number | undefined =>
  text !== undefined && /^\s*[0-9]{1,12}\s*$/.test(text) ? Number(text) : undefined

/**
 * The windows of which an answer says all three numbers.
 *
 * @category getters
 * @since 0.1.0
 */
export const announced = (reply: Pick<Reply, "header">): ReadonlyArray<Announced> =>
  prefixes.flatMap(([name, prefix]) => {
    // Most answers have one of the three, and headers take time to look up.
    const max = whole(reply.header(`${prefix}limit`))
    if (max === undefined) return []
    const remaining = whole(reply.header(`${prefix}remaining`))
    const reset = whole(reply.header(`${prefix}reset`))
    return remaining === undefined || reset === undefined
      ? []
      : [{ name, max, remaining, resetAt: reset * 1000 }]
  })

/**
 * When the 15 minutes end, in milliseconds since 1970, whatever else the answer says of them.
 *
 * @category getters
 * @since 0.1.0
 */
export const reset = (reply: Pick<Reply, "header">): number | undefined => {
  const seconds = whole(reply.header("x-rate-limit-reset"))
  return seconds === undefined ? undefined : seconds * 1000
}

/**
 * When to come back at the earliest, in milliseconds since 1970, where the answer has a
 * `Retry-After`, in seconds or as a date.
 *
 * @category getters
 * @since 0.1.0
 */
export const retryAfter = (reply: Pick<Reply, "header" | "at">): number | undefined => {
  const text = reply.header("retry-after")
  if (text === undefined) return undefined
  const seconds = whole(text)
  // A date is recognised by its name of a day: `Date.parse` reads far more than dates.
  const at =
    seconds === undefined
      ? /^\s*[A-Z][a-z]{2}/.test(text)
        ? Date.parse(text)
        : Number.NaN
      : Math.ceil(reply.at) + seconds * 1000
  return Number.isSafeInteger(at) ? at : undefined
}
