/**
 * v1.1 `friendships/no_retweets/ids`: whom the caller follows without seeing their retweets.
 *
 * @since 0.1.0
 */
import type { UserId } from "@kith/core"
import * as Option from "effect/Option"
import type { Endpoint } from "../Endpoint.ts"
import * as Ids from "../internal/ids.ts"
import * as Json from "../internal/json.ts"
import { reading } from "../internal/pair.ts"

/**
 * All of them at once: X has no pages here.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoint: Endpoint<void, ReadonlyArray<UserId.UserId>> = reading({
  name: "friendships/no_retweets/ids",
  encode: () => ({
    method: "GET",
    path: "/1.1/friendships/no_retweets/ids.json",
    query: [["stringify_ids", "true"]],
  }),
  read: (body) => Option.fromUndefinedOr(Json.isList(body) ? Ids.readAll(body) : undefined),
})
