/**
 * v1.1 `users/lookup`: up to 100 users by their ids.
 *
 * @since 0.1.0
 */
import type { UserId } from "@kith/core"
import type { Endpoint } from "../Endpoint.ts"
import type * as XUser from "../XUser.ts"
import * as CursorPage from "./CursorPage.ts"
import * as UsersLookup from "./UsersLookup.ts"

/**
 * Those whom X shows, in X's order; suspended ones and ids that are nobody's are left out.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoint: Endpoint<
  { readonly ids: ReadonlyArray<UserId.UserId> },
  ReadonlyArray<XUser.XUser>
> = {
  ...UsersLookup.endpoint,
  encode: ({ ids }) =>
    CursorPage.get("users/lookup", [
      ["user_id", [...new Set(ids)].join(",")],
      ["include_entities", "false"],
    ]),
  decode: (reply) => UsersLookup.endpoint.decode(reply, { usernames: [] }),
}
