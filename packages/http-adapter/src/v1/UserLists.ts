/**
 * v1.1 `followers/list` and `friends/list`: the lists with whole users, up to 200 a page.
 *
 * @since 0.1.0
 */
import type { UserId } from "@kith/core"
import * as Option from "effect/Option"
import type { Endpoint } from "../Endpoint.ts"
import * as Ids from "../internal/ids.ts"
import * as Json from "../internal/json.ts"
import { reading } from "../internal/pair.ts"
import * as XUser from "../XUser.ts"
import * as CursorPage from "./CursorPage.ts"

/**
 * - `missing`: users of whom the page has nothing but the id.
 * - `next`: absent on the last page only.
 *
 * @category models
 * @since 0.1.0
 */
export interface UserPage {
  readonly users: ReadonlyArray<XUser.XUser>
  readonly missing: ReadonlyArray<UserId.UserId>
  readonly next?: string | undefined
}

const largest = 200

const list = (
  name: "followers/list" | "friends/list",
): Endpoint<CursorPage.ListRequest, UserPage> =>
  reading({
    name,
    encode: ({ cursor, limit, user }) =>
      CursorPage.get(name, [
        ["user_id", user],
        CursorPage.at(cursor),
        CursorPage.atMost(limit, largest),
        ["skip_status", "true"],
        ["include_user_entities", "false"],
      ]),
    read: (body) => {
      if (!Json.isMembers(body) || !Json.isList(body["users"])) return Option.none()
      const next = CursorPage.next(body)
      if (next === undefined) return Option.none()
      const users: Array<XUser.XUser> = []
      const missing: Array<UserId.UserId> = []
      for (const row of body["users"]) {
        const user = XUser.fromV1(row)
        const id = Json.isMembers(row) ? row["id_str"] : undefined
        if (user !== undefined) users.push(user)
        else if (Ids.isId(id)) missing.push(id)
        else return Option.none()
      }
      return Option.some(next === "0" ? { users, missing } : { users, missing, next })
    },
  })

/**
 * Who follows a user.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const followers = list("followers/list")

/**
 * Whom a user follows.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const friends = list("friends/list")
