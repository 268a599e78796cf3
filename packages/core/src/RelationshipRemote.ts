/**
 * The port to a network that is the authority: X itself, or another with follows.
 *
 * A remote carries commands out one at a time, says what it saw, and never repeats a command by
 * itself: whether a command that went unanswered took effect is found by observing.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Command } from "./Command.ts"
import type { Edge } from "./Edge.ts"
import type { Facts } from "./Facts.ts"
import type { ListName, PageRequest } from "./Page.ts"
import type { Observation } from "./Reconciliation.ts"
import type { UserId } from "./UserId.ts"

/**
 * The remote did not carry the command out, or nobody knows whether it did.
 *
 * - `outcome`: `"refused"` when the remote certainly did nothing; `"unknown"` after a time-out, a
 *   lost connection or a server's failure, when only an observation tells.
 * - `reason`: the classified refusal; `Unclassified` when nobody recognises the answer.
 * - `retryable`: whether the same command may succeed later.
 * - `resetAt`: when it may, in milliseconds since 1970, where the remote said so.
 *
 * @category errors
 * @since 0.1.0
 */
export class RemoteError extends Schema.TaggedError<RemoteError>()("RemoteError", {
  outcome: Schema.Literals(["refused", "unknown"]),
  reason: Schema.String,
  message: Schema.String,
  retryable: Schema.Boolean,
  resetAt: Schema.optional(Schema.Int),
}) {}

/**
 * What the remote's answer to a command showed: the edge after it, or the facts for which it was
 * refused, to be handed to `decide`.
 *
 * @category models
 * @since 0.1.0
 */
export type Answer =
  | { readonly _tag: "Carried"; readonly observation: Observation }
  | { readonly _tag: "Refused"; readonly facts: Facts }

/**
 * A page of users as the remote lists them. The cursor is the remote's own.
 *
 * @category models
 * @since 0.1.0
 */
export interface RemotePage {
  readonly users: ReadonlyArray<UserId>
  readonly next?: string
}

/**
 * @category services
 * @since 0.1.0
 */
export class RelationshipRemote extends Context.Service<
  RelationshipRemote,
  {
    /** Sends a command once. It is never sent again by the remote itself. */
    readonly send: (command: Command) => Effect.Effect<Answer, RemoteError>
    /** Looks at an edge as its source sees it. Changes nothing and may be repeated. */
    readonly observe: (edge: Edge) => Effect.Effect<Observation, RemoteError>
    /** Reads one page of a list. Changes nothing and may be repeated. */
    readonly list: (
      list: ListName,
      user: UserId,
      page?: PageRequest,
    ) => Effect.Effect<RemotePage, RemoteError>
  }
>()("@kith/core/RelationshipRemote") {}
