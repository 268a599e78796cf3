/**
 * v1.1 `friendships/destroy`: unfollowing, or withdrawing a request.
 *
 * @since 0.1.0
 */
import type { Edge, RelationshipRemote } from "@kith/core"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Answers from "../classify/Answers.ts"
import type { Endpoint } from "../Endpoint.ts"
import { writing } from "../internal/pair.ts"

const decodeBody = Schema.decodeUnknownOption(Schema.Struct({ id_str: Schema.String }))

const ended = Answers.carried({ _tag: "None" })

/**
 * The success is the truth, whatever the flags of the user in the body say. Code 34 (`NotFound`) may
 * mean that the target is suspended, with the follow still there behind the suspension: it is an
 * error, and nothing was ended.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoint: Endpoint<Edge.Edge, RelationshipRemote.Answer> = writing({
  name: "friendships/destroy",
  encode: ({ target }) => ({
    method: "POST",
    path: "/1.1/friendships/destroy.json",
    form: [["user_id", target]],
  }),
  read: (body, { target }) =>
    Option.as(
      Option.filter(decodeBody(body), ({ id_str }) => id_str === target),
      ended,
    ),
  refused: Answers.unfollow,
})
