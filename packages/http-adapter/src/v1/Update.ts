/**
 * v1.1 `friendships/update`: setting the preferences of a follow. A flag that is left out is left as
 * it is.
 *
 * @since 0.1.0
 */
import type { RelationshipRemote, UserId } from "@kith/core"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Answers from "../classify/Answers.ts"
import type { Endpoint } from "../Endpoint.ts"
import { writing } from "../internal/pair.ts"
import { type Ambiguous, carried, ofGeneral, withSet } from "./Ambiguous.ts"
import * as RelationshipBody from "./RelationshipBody.ts"

/**
 * `notifications` is what X calls `device`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Preferences {
  readonly source: UserId.UserId
  readonly target: UserId.UserId
  readonly retweets?: boolean | undefined
  readonly notifications?: boolean | undefined
}

const parameter = (name: string, value: boolean | undefined) =>
  value === undefined ? [] : [[name, String(value)] as const]

/**
 * A success that shows no relationship, and X's most general refusal, are {@link Ambiguous}: a look
 * at the edge tells.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoint: Endpoint<Preferences, RelationshipRemote.Answer | Ambiguous> = writing({
  name: "friendships/update",
  encode: ({ notifications, retweets, target }) => ({
    method: "POST",
    path: "/1.1/friendships/update.json",
    form: [
      ["user_id", target],
      ...parameter("device", notifications),
      ...parameter("retweets", retweets),
    ],
  }),
  read: (body, { notifications, retweets }) =>
    Option.map(RelationshipBody.read(body), ({ observation }) =>
      observation === undefined || observation._tag === "None"
        ? carried("friendships/update", { notifications, retweets })
        : withSet(observation, { notifications, retweets }),
    ),
  refused: (refusal) =>
    Result.orElse(Answers.update(refusal), (error) =>
      ofGeneral("friendships/update", refusal, error),
    ),
})
