/**
 * v1.1 `account/verify_credentials`: whose credentials these are.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import type { Endpoint } from "../Endpoint.ts"
import { reading } from "../internal/pair.ts"
import * as XUser from "../XUser.ts"
import * as CursorPage from "./CursorPage.ts"

/**
 * The user whose token of OAuth 1.0a it is.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoint: Endpoint<void, XUser.XUser> = reading({
  name: "account/verify_credentials",
  encode: () =>
    CursorPage.get("account/verify_credentials", [
      ["include_entities", "false"],
      ["skip_status", "true"],
    ]),
  read: (body) => Option.fromUndefinedOr(XUser.fromV1(body)),
})
