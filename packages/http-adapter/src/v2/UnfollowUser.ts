/**
 * v2 `DELETE /2/users/:source/following/:target`. It also withdraws a request.
 *
 * @since 0.1.0
 */
import type { Edge, RelationshipRemote } from "@kith/core"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Answers from "../classify/Answers.ts"
import type { Endpoint } from "../Endpoint.ts"
import { writing } from "../internal/pair.ts"

const Body = Schema.Struct({
  data: Schema.Struct({ following: Schema.optional(Schema.NullOr(Schema.Boolean)) }),
})

const decodeBody = Schema.decodeUnknownOption(Body)

const ended = Answers.carried({ _tag: "None" })

/**
 * A success that says the follow is there all the same leaves the outcome unknown.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoint: Endpoint<Edge.Edge, RelationshipRemote.Answer> = writing({
  name: "unfollowUser",
  encode: ({ source, target }) => ({
    method: "DELETE",
    path: `/2/users/${source}/following/${target}`,
  }),
  read: (body, _, { status }) => {
    // No content is what was to be left.
    if (status === 204) return Option.some(ended)
    const ends = Option.filter(decodeBody(body), ({ data }) => data.following !== true)
    return Option.as(ends, ended)
  },
  refused: Answers.unfollow,
})
