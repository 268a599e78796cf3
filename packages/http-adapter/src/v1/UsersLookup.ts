/**
 * v1.1 `users/lookup`: up to 100 users by their screen names.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { toError } from "../classify/Refusal.ts"
import type { Endpoint } from "../Endpoint.ts"
import * as Json from "../internal/json.ts"
import { reading } from "../internal/pair.ts"
import * as XUser from "../XUser.ts"
import * as CursorPage from "./CursorPage.ts"

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
  name: "users/lookup",
  encode: ({ usernames }) =>
    CursorPage.get("users/lookup", [
      ["screen_name", usernames.join(",")],
      ["include_entities", "false"],
    ]),
  read: (body) => {
    if (!Json.isList(body)) return Option.none()
    const users = body.flatMap((row) => XUser.fromV1(row) ?? [])
    return users.length === body.length ? Option.some(users) : Option.none()
  },
  // All of the names are nobody's.
  refused: (refusal) =>
    refusal.reason === "TargetNotFound" ? Result.succeed([]) : Result.fail(toError(refusal)),
})
