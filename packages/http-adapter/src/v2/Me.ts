/**
 * v2 `GET /2/users/me`: whose credentials these are.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import type { Endpoint } from "../Endpoint.ts"
import * as Json from "../internal/json.ts"
import { reading } from "../internal/pair.ts"
import * as XUser from "../XUser.ts"
import * as Fields from "./Fields.ts"

/**
 * The user whose token it is: of OAuth 2.0 or 1.0a.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoint: Endpoint<void, XUser.XUser> = reading({
  name: "getUsersMe",
  encode: () => ({ method: "GET", path: "/2/users/me", query: [Fields.user] }),
  read: (body) =>
    Option.fromUndefinedOr(Json.isMembers(body) ? XUser.fromV2(body["data"]) : undefined),
})
