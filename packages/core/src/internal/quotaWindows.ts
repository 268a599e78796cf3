/**
 * What is known of a remote's window, and how that changes when requests are counted, answered and
 * refused.
 *
 * The remote's window opens when the first request arrives, some time after it was counted here. So
 * its end is a guess until an answer comes: the window had opened by then, at the latest. What the
 * remote says itself is better than either, but is rounded to seconds, by its own clock.
 */
import * as Schema from "effect/Schema"
import type { Window } from "../Quota.ts"
import { endOf, type Limit, unknownMax } from "./quotaLimits.ts"

/**
 * - `resetAt`: when it ends, by our clock.
 * - `used`: how many requests count in it, as far as we know, those on their way included.
 * - `max`: how many it admits; `learned` when the remote said so.
 * - `answered`: an answer has come since it opened.
 * - `said`: when the remote says that it ends, by the remote's clock.
 * - `spentUntil`: until then the remote refuses, whatever has been counted; before `resetAt`.
 *
 * @internal
 */
export const Known = Schema.Struct({
  name: Schema.String,
  resetAt: Schema.Int,
  used: Schema.Int,
  max: Schema.Int,
  learned: Schema.optionalKey(Schema.Boolean),
  answered: Schema.optionalKey(Schema.Boolean),
  said: Schema.optionalKey(Schema.Int),
  spentUntil: Schema.optionalKey(Schema.Int),
})

/** @internal */
export type Known = typeof Known.Type

/** What a remote says of a window. @internal */
export interface Word {
  readonly max: number
  readonly remaining: number
  readonly resetAt: number
}

/** Seconds in headers may be rounded down, and the answer may be faster than the clock ticks. */
const margin = 1000

/** @internal */
export const isOpen = (known: Known, now: number): boolean => known.resetAt > now

/** The window, while it is open. */
const openOf = (known: Known | undefined, now: number): Known | undefined =>
  known !== undefined && isOpen(known, now) ? known : undefined

/**
 * The limit as the remote has it. What the remote said of the window before still holds, except that
 * it admits nothing: then no answer would ever come to correct it. A number that others go by holds
 * for those who know none.
 *
 * @internal
 */
export const limitOf = (limit: Limit, known: Known | undefined, now: number): Limit => {
  if (known === undefined) return limit
  const isKnown =
    known.learned === true
      ? known.max > 0 || isOpen(known, now)
      : limit.max === unknownMax && isOpen(known, now)
  return isKnown ? { ...limit, max: known.max } : limit
}

/** The window as it stands in the way of a request. @internal */
export const windowOf = (known: Known | undefined, now: number): Window | undefined => {
  const open = openOf(known, now)
  if (open === undefined) return undefined
  const { max, resetAt, spentUntil = 0, used } = open
  return spentUntil > now && used < max ? { resetAt: spentUntil, used: max } : { resetAt, used }
}

/**
 * After requests were admitted, which left the window like this. One of which nothing is known is not
 * opened: there is nothing to keep to.
 *
 * @internal
 */
export const admitted = (
  limit: Limit,
  known: Known | undefined,
  { resetAt, used }: Window,
  now: number,
): Known | undefined => {
  const { max } = limitOf(limit, known, now)
  const open = openOf(known, now)
  if (open !== undefined) return { ...open, used, max }
  if (max === unknownMax) return known
  const opened = { name: limit.name, resetAt, used, max }
  return known?.learned === true ? { ...opened, learned: true } : opened
}

/** After an answer that says nothing of the window. @internal */
export const answered = (limit: Limit, known: Known | undefined, at: number): Known | undefined => {
  const open = openOf(known, at)
  if (open === undefined || open.answered === true) return known
  return { ...open, resetAt: Math.max(open.resetAt, endOf(limit, at) + margin), answered: true }
}

/** After an answer that says how the window stands. @internal */
export const announced = (
  limit: Limit,
  known: Known | undefined,
  word: Word,
  at: number,
): Known | undefined => {
  const { max, remaining, resetAt: said } = word
  const makesSense =
    [max, remaining, said].every(Number.isSafeInteger) && 0 <= remaining && remaining <= max
  // However wrong a clock is, a window that counted this request ends within its length from now.
  const resetAt = Math.min(said, endOf(limit, at)) + margin
  if (!makesSense || !(resetAt > at)) return known
  const used = max - remaining
  const theirs = { name: limit.name, resetAt, used, max, learned: true, answered: true, said }
  const open = openOf(known, at)
  if (open === undefined) return theirs
  if (open.said !== undefined) {
    // Ends of one window differ by seconds, those of two by a length and more.
    const later = (said - open.said) / (limit.seconds * 1000)
    if (later > 0.5) return theirs
    if (later < -0.5) return open
  }
  // Requests on their way may not be in the remote's count yet: they stay counted.
  return {
    ...open,
    ...theirs,
    used: Math.max(open.used, used),
    resetAt: open.said === undefined ? resetAt : Math.min(open.resetAt, resetAt),
  }
}

/** After the remote refused, and will until then. @internal */
export const spent = (
  limit: Limit,
  known: Known | undefined,
  until: number,
  now: number,
): Known | undefined => {
  if (!(until > now)) return known
  const end = Math.ceil(Math.min(until, latestDate))
  const { max } = limitOf(limit, known, now)
  const open = openOf(known, now)
  if (open === undefined) {
    const closed = { name: limit.name, resetAt: end, used: max, max, answered: true }
    return known?.learned === true ? { ...closed, learned: true } : closed
  }
  return end < open.resetAt
    ? { ...open, spentUntil: Math.max(open.spentUntil ?? 0, end) }
    : { ...open, resetAt: end, used: Math.max(open.used, max) }
}

/** The last moment that has a date. */
const latestDate = 8.64e15

/** Whether two say the same. @internal */
export const same = (left: Known | undefined, right: Known | undefined): boolean =>
  left === right ||
  (left !== undefined &&
    right !== undefined &&
    left.name === right.name &&
    left.resetAt === right.resetAt &&
    left.used === right.used &&
    left.max === right.max &&
    left.learned === right.learned &&
    left.answered === right.answered &&
    left.said === right.said &&
    left.spentUntil === right.spentUntil)
