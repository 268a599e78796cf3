/**
 * v1.1 `friendships/show`: one relationship with its preferences, and blocks.
 *
 * @since 0.1.0
 */
import type { Edge, Reconciliation, RemoteError } from "@kith/core"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import type { Endpoint } from "../Endpoint.ts"
import { type Refusal, toError } from "../classify/Refusal.ts"
import { reading } from "../internal/pair.ts"
import * as RelationshipBody from "./RelationshipBody.ts"

const name = "friendships/show"

const encode: Endpoint<Edge.Edge, unknown>["encode"] = ({ source, target }) => ({
  method: "GET",
  path: "/1.1/friendships/show.json",
  query: [
    ["source_id", source],
    ["target_id", target],
  ],
})

/** X does not show the edge of somebody who is gone or suspended; that is an answer. */
const hidden = (refusal: Refusal): Result.Result<undefined, RemoteError.RemoteError> =>
  refusal.reason === "TargetNotFound" || refusal.reason === "TargetSuspended"
    ? Result.succeed(undefined)
    : Result.fail(toError(refusal))

/**
 * All that is seen of the edge; `undefined` when X does not show it.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const seen: Endpoint<Edge.Edge, RelationshipBody.Seen | undefined> = reading({
  name,
  encode,
  read: RelationshipBody.read,
  refused: hidden,
})

/**
 * The edge alone; `undefined` when X does not show it, or not to this caller: a request is for its two
 * sides to see.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoint: Endpoint<Edge.Edge, Reconciliation.Observation | undefined> = reading({
  name,
  encode,
  read: (body) => Option.map(RelationshipBody.read(body), ({ observation }) => observation),
  refused: hidden,
})
