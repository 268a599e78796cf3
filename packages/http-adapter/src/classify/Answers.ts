/**
 * What a refusal means for the command that it answers.
 *
 * Only those rules count that can refuse the command; any other refusal is an error, so that nothing
 * is recorded for it.
 *
 * @since 0.1.0
 */
import {
  type Edge,
  Facts,
  type Reconciliation,
  type RelationshipRemote,
  type RemoteError,
} from "@kith/core"
import * as Result from "effect/Result"
import { type Refusal, toError } from "./Refusal.ts"

type Answer = RelationshipRemote.Answer
type Answered = Result.Result<Answer, RemoteError.RemoteError>

/**
 * That a command was carried out, or was not needed, with the edge after it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const carried = (observation: Reconciliation.Observation): Answer => ({
  _tag: "Carried",
  observation,
})

const because = (facts: Facts.Facts): Answered => Result.succeed({ _tag: "Refused", facts })

/**
 * Of a follow. A request that waits already is what was asked for.
 *
 * @category operations
 * @since 0.1.0
 */
export const follow = (refusal: Refusal, edge: Edge.Edge): Answered => {
  switch (refusal.reason) {
    case "AlreadyRequested":
      return Result.succeed(carried({ _tag: "Pending" }))
    case "TargetNotFound":
      return because(Facts.missing)
    case "TargetSuspended":
      return because(Facts.suspended)
    case "BlockedByTarget":
      return because({ ...Facts.open, blockedByTarget: true })
    case "BlockingTarget":
      return because({ ...Facts.open, blocksTarget: true })
    case "CannotFollowSelf":
      if (edge.source === edge.target) return because(Facts.open)
      // v1.1 takes the source from the credentials: they are the target's.
      return Result.fail(
        toError({
          ...refusal,
          reason: "Unauthenticated",
          message: `the credentials are those of the target, ${edge.target}; use the source's`,
        }),
      )
    default:
      return Result.fail(toError(refusal))
  }
}

/**
 * Of an unfollow. That there is nothing to end is what was asked for.
 *
 * A target that X does not show, for being suspended or gone, is an error (`NotFound`): a follow of
 * somebody suspended may still be there, and comes back to light with them. Nothing was ended.
 *
 * @category operations
 * @since 0.1.0
 */
export const unfollow = (refusal: Refusal): Answered =>
  refusal.reason === "NotFollowing"
    ? Result.succeed(carried({ _tag: "None" }))
    : Result.fail(toError(refusal))

/**
 * Of setting preferences.
 *
 * @category operations
 * @since 0.1.0
 */
export const update = (refusal: Refusal): Answered =>
  refusal.reason === "NotFollowing"
    ? Result.succeed({ _tag: "Refused", facts: Facts.open, observation: { _tag: "None" } })
    : Result.fail(toError(refusal))
