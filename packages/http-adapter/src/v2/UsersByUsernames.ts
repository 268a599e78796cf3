/**
 * v2 `GET /2/users/by?usernames=…`: up to 100 users by their names.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import type { Endpoint } from "../Endpoint.ts"
import * as Json from "../internal/json.ts"
import { reading } from "../internal/pair.ts"
import * as XUser from "../XUser.ts"
import * as Fields from "./Fields.ts"
import * as PartialErrors from "./PartialErrors.ts"

/**
 * Those whom X shows, in X's order; names that are nobody's are left out.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoint: Endpoint<
  { readonly usernames: ReadonlyArray<string> },
  ReadonlyArray<XUser.XUser>
> = reading({
  name: "getUsersByUsernames",
  encode: ({ usernames }) => ({
    method: "GET",
    path: "/2/users/by",
    query: [
      // X refuses a list that names somebody twice; the case of letters does not matter.
      ["usernames", [...new Set(usernames.map((it) => it.toLowerCase()))].join(",")],
      Fields.user,
    ],
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
