/**
 * v2 `GET /2/users/:id/following` and `…/followers`: whom a user follows, and who follows them.
 *
 * Pages are of up to 1,000 users and there may be thousands of pages, so only ids are asked for and
 * looked at.
 *
 * @since 0.1.0
 */
import type { RelationshipRemote, UserId } from "@kith/core"
import * as Option from "effect/Option"
import type { Endpoint } from "../Endpoint.ts"
import * as Json from "../internal/json.ts"
import { reading } from "../internal/pair.ts"
import * as Rows from "../internal/rows.ts"
import * as PartialErrors from "./PartialErrors.ts"

/**
 * - `limit`: users at most, 1 to 1,000; 1,000 unless told.
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

const largest = 1_000

const idsOf = (rows: unknown): ReadonlyArray<UserId.UserId> | undefined => {
  if (rows === undefined || rows === null) return []
  return Json.isList(rows) ? Rows.ids(rows) : undefined
}

/** The token of the next page, `""` for none; nothing when it is no text. */
const nextOf = (meta: Json.Members): string | undefined =>
  meta["next_token"] === undefined || meta["next_token"] === null
    ? ""
    : Json.text(meta["next_token"])

const list = (
  name: "getUsersFollowing" | "getUsersFollowers",
  last: "following" | "followers",
): Endpoint<ListRequest, RelationshipRemote.RemotePage> =>
  reading({
    name,
    encode: ({ cursor, limit = largest, user }) => ({
      method: "GET",
      path: `/2/users/${user}/${last}`,
      query: [
        ["max_results", String(Math.min(Math.max(Math.trunc(limit), 1), largest))],
        ...(cursor === undefined ? [] : [["pagination_token", cursor] as const]),
      ],
    }),
    parse: Rows.parse,
    read: (body, { user }) => {
      if (!Json.isMembers(body)) return Option.none()
      const { data, errors, meta } = body
      // A page says in `meta` whether it is the last one, and an empty page has nothing else.
      if (!Json.isMembers(meta)) return Option.none()
      const failed = PartialErrors.users(errors)
      // One that is refused names its own user, whom nobody's list of follows can hold.
      if (!Json.isList(data) && failed.includes(user)) return Option.none()
      const users = idsOf(data)
      const next = nextOf(meta)
      if (users === undefined || next === undefined) return Option.none()
      const missing = failed.length === 0 ? failed : PartialErrors.without(failed, [user, ...users])
      return Option.some(next === "" ? { users, missing } : { users, missing, next })
    },
  })

/**
 * A list that may not be seen, or whose user is not there, is an error: `NotAuthorized`, `NotFound`.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const following = list("getUsersFollowing", "following")

/**
 * Who follows a user; refused in the same ways.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const followers = list("getUsersFollowers", "followers")
