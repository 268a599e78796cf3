/**
 * v2 `GET /2/users?ids=…`: up to 100 users by their ids, as anybody sees them.
 *
 * @since 0.1.0
 */
import type { UserId } from "@kith/core"
import * as Option from "effect/Option"
import type { Endpoint } from "../Endpoint.ts"
import * as Json from "../internal/json.ts"
import { reading } from "../internal/pair.ts"
import * as XUser from "../XUser.ts"
import * as Fields from "./Fields.ts"
import * as PartialErrors from "./PartialErrors.ts"

/**
 * Those whom X shows, in X's order; suspended ones and ids that are nobody's are left out.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoint: Endpoint<
  { readonly ids: ReadonlyArray<UserId.UserId> },
  ReadonlyArray<XUser.XUser>
> = reading({
  name: "getUsersByIds",
  encode: ({ ids }) => ({
    method: "GET",
    path: "/2/users",
    // X refuses a list that names somebody twice.
    query: [["ids", [...new Set(ids)].join(",")], Fields.user],
  }),
  read: (body) => {
    if (!Json.isMembers(body)) return Option.none()
    const { data, errors } = body
    if (!Json.isList(data)) {
      return PartialErrors.areAll(errors) ? Option.some([]) : Option.none()
    }
    const users = data.flatMap((row) => XUser.fromV2(row) ?? [])
    return users.length === data.length ? Option.some(users) : Option.none()
  },
})
