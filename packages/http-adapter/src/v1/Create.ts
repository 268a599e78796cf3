/**
 * v1.1 `friendships/create`: following, or asking to.
 *
 * The success is the truth, and the flags of the user in the body are not: they have been recorded to
 * be behind. Whether it is a follow or a request depends on the target being protected; a flag that
 * is set speaks, one that is not does not. One that is set against what the target is, such as a follow
 * of somebody protected, may show what there was before.
 *
 * @since 0.1.0
 */
import type { RelationshipRemote, UserId } from "@kith/core"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Answers from "../classify/Answers.ts"
import type { Endpoint } from "../Endpoint.ts"
import { writing } from "../internal/pair.ts"
import { type Ambiguous, carried, ofGeneral, withSet } from "./Ambiguous.ts"

/**
 * - `notifications`: set when named, left alone when not. X calls it `follow`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Follow {
  readonly source: UserId.UserId
  readonly target: UserId.UserId
  readonly notifications?: boolean | undefined
}

const flag = Schema.optional(Schema.NullOr(Schema.Boolean))

const Body = Schema.Struct({
  id_str: Schema.String,
  protected: flag,
  following: flag,
  follow_request_sent: flag,
})

const decodeBody = Schema.decodeUnknownOption(Body)

/**
 * A success that does not tell a follow from a request, and X's most general refusal, are
 * {@link Ambiguous}: a look at the edge tells. That a request waits already, code 160, is what was asked
 * for.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoint: Endpoint<Follow, RelationshipRemote.Answer | Ambiguous> = writing({
  name: "friendships/create",
  encode: ({ notifications, target }) => ({
    method: "POST",
    path: "/1.1/friendships/create.json",
    form: [
      ["user_id", target],
      ...(notifications === undefined ? [] : [["follow", String(notifications)] as const]),
    ],
  }),
  read: (body, { notifications, target }) =>
    // Somebody else in the body: who knows what this answers.
    Option.map(
      Option.filter(decodeBody(body), (user) => user.id_str === target),
      (user) => {
        const requested = user.follow_request_sent === true
        const followed = user.following === true || user.protected === false
        if (!requested && !followed) return carried("friendships/create", { notifications })
        const answer = withSet({ _tag: requested ? "Pending" : "Following" }, { notifications })
        return user.protected === requested ? answer : { ...answer, mayLag: true }
      },
    ),
  refused: (refusal, edge) =>
    Result.orElse(Answers.follow(refusal, edge), (error) =>
      ofGeneral("friendships/create", refusal, error),
    ),
})
