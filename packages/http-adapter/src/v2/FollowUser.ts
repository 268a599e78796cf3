/**
 * v2 `POST /2/users/:id/following`.
 *
 * It answers with what the follow came to, also when it was there before. It sets no preferences and
 * shows none.
 *
 * @since 0.1.0
 */
import type { Edge, Reconciliation, RelationshipRemote } from "@kith/core"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Answers from "../classify/Answers.ts"
import type { Endpoint } from "../Endpoint.ts"
import { writing } from "../internal/pair.ts"

const flag = Schema.optional(Schema.NullOr(Schema.Boolean))

// X's quick start calls the second one `pending`.
const Body = Schema.Struct({
  data: Schema.Struct({ following: flag, pending_follow: flag, pending: flag }),
})

const decodeBody = Schema.decodeUnknownOption(Body)

/** Neither of them is no state that a follow leads to: only a look at the edge tells. */
const observe = ({ data }: typeof Body.Type): Option.Option<Reconciliation.Observation> => {
  if (data.pending_follow ?? data.pending) return Option.some({ _tag: "Pending" })
  return data.following === true ? Option.some({ _tag: "Following" }) : Option.none()
}

/**
 * A success whose body does not say whether it is a follow or a request leaves the outcome unknown.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoint: Endpoint<Edge.Edge, RelationshipRemote.Answer> = writing({
  name: "followUser",
  encode: ({ source, target }) => ({
    method: "POST",
    path: `/2/users/${source}/following`,
    json: { target_user_id: target },
  }),
  read: (body) => Option.map(Option.flatMap(decodeBody(body), observe), Answers.carried),
  refused: Answers.follow,
})
