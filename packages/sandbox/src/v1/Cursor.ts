/**
 * v1.1's cursors: numbers that say where a page of a list begins.
 *
 * -1 is the start and 0 the end; positive ones go on to older entries, negative ones back to newer
 * ones. A cursor carries a position of the log and 16 bits that tie it to its list, user, direction
 * and position, so that one that was never given out, or belongs elsewhere, is recognised. Below
 * position 2^37 (137 thousand million events) it has at most 53 bits, and so survives clients that
 * read it into a double; beyond, the `_str` twins are still exact.
 *
 * @since 0.1.0
 */
import { Page, type UserId } from "@kith/core"
import * as Result from "effect/Result"
import * as Json from "./Json.ts"

/**
 * Where to read: at the newest entries, at a cursor of the service, or nowhere any more.
 *
 * @category models
 * @since 0.1.0
 */
export type Place =
  | { readonly _tag: "Start" }
  | {
      readonly _tag: "At"
      readonly cursor: Page.Cursor
      readonly direction: Page.Bound["direction"]
    }
  | { readonly _tag: "End" }

/**
 * The service's cursors at the two ends of a page.
 *
 * @category models
 * @since 0.1.0
 */
export interface Ends {
  readonly next?: Page.Cursor | undefined
  readonly previous?: Page.Cursor | undefined
}

const start: Place = { _tag: "Start" }
const end: Place = { _tag: "End" }
const checkBits = 16n
const checkMask = (1n << checkBits) - 1n

/** FNV-1a folded to 16 bits: it only has to tell cursors apart, it keeps no secret. */
const check = (list: Page.ListName, user: UserId.UserId, bound: Page.Bound): bigint => {
  let hash = 0x811c9dc5
  for (const unit of `${list}/${user}/${bound.direction}/${bound.than}`) {
    hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193)
  }
  return BigInt(((hash >>> 16) ^ hash) & 0xffff)
}

const encode = (
  list: Page.ListName,
  user: UserId.UserId,
  cursor: Page.Cursor | undefined,
): string => {
  if (cursor === undefined) return "0"
  return Result.match(Page.decodeCursor(list, user, cursor), {
    onFailure: () => "0",
    onSuccess: (bound) => {
      // One more than the position, because nothing but the end may be 0.
      const value = (BigInt(bound.than + 1) << checkBits) | check(list, user, bound)
      return String(bound.direction === "older" ? value : -value)
    },
  })
}

/**
 * Reads a cursor of this list of this user: `undefined` when it is not one.
 *
 * @category operations
 * @since 0.1.0
 */
export const decode = (
  list: Page.ListName,
  user: UserId.UserId,
  text: string | undefined,
): Place | undefined => {
  if (text === undefined || text === "-1") return start
  if (text === "0") return end
  if (!/^-?[1-9][0-9]{0,19}$/.test(text)) return undefined
  const value = BigInt(text)
  const magnitude = value < 0n ? -value : value
  const bound: Page.Bound = {
    direction: value < 0n ? "newer" : "older",
    than: Number(magnitude >> checkBits) - 1,
  }
  return bound.than >= 0 && (magnitude & checkMask) === check(list, user, bound)
    ? {
        _tag: "At",
        cursor: Page.encodeCursor(list, user, bound),
        direction: bound.direction,
      }
    : undefined
}

/**
 * The members of a page that say where it goes on, each as a number and as text.
 *
 * @category operations
 * @since 0.1.0
 */
export const members = (list: Page.ListName, user: UserId.UserId, page: Ends): Json.JsonObject => {
  const next = encode(list, user, page.next)
  const previous = encode(list, user, page.previous)
  return {
    next_cursor: Json.id(next),
    next_cursor_str: next,
    previous_cursor: Json.id(previous),
    previous_cursor_str: previous,
    total_count: null,
  }
}
