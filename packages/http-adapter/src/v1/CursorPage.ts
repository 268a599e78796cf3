/**
 * v1.1's pages: -1 asks for the first, 0 as the next one is the end, and the exact cursors are those
 * in the members that end in `_str`.
 *
 * @since 0.1.0
 */
import type { UserId } from "@kith/core"
import type { ApiRequest } from "../Endpoint.ts"
import type * as Json from "../internal/json.ts"

/**
 * - `limit`: users at most; the largest page unless told. Requests come in pages of up to 5,000
 *   whatever it says: X takes no limit there.
 * - `cursor`: `next` of the page before.
 *
 * @category models
 * @since 0.1.0
 */
export interface ListRequest {
  readonly user: UserId.UserId
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/**
 * A cursor as a parameter.
 *
 * @category constructors
 * @since 0.1.0
 */
export const at = (cursor: string | undefined): readonly [string, string] => [
  "cursor",
  cursor ?? "-1",
]

/**
 * A page's size as a parameter, within what X allows.
 *
 * @category constructors
 * @since 0.1.0
 */
export const atMost = (limit: number | undefined, largest: number): readonly [string, string] => [
  "count",
  String(Math.min(Math.max(Math.trunc(limit ?? largest), 1), largest)),
]

/** @category constructors @since 0.1.0 */
export const get = (path: string, query: NonNullable<ApiRequest["query"]>): ApiRequest => ({
  method: "GET",
  path: `/1.1/${path}.json`,
  query,
})

/**
 * The cursor of the next page, `"0"` at the end; nothing when the page does not say exactly, since a
 * list that ends without saying so is not known to have ended.
 *
 * @category getters
 * @since 0.1.0
 */
export const next = (page: Json.Members): string | undefined => {
  const { next_cursor, next_cursor_str } = page
  if (typeof next_cursor_str === "string" && /^-?[0-9]{1,20}$/.test(next_cursor_str)) {
    return next_cursor_str
  }
  return Number.isSafeInteger(next_cursor) ? String(next_cursor) : undefined
}
