/**
 * Why a command was refused.
 *
 * A rejection is a value of the domain, not a failure of the machine: repeating the command gets the
 * same answer until somebody changes the world. Nothing is recorded for a rejected command.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * @category schemas
 * @since 0.1.0
 */
export const Rejection = Schema.TaggedUnion({
  CannotFollowSelf: {},
  TargetNotFound: {},
  TargetSuspended: {},
  BlockedByTarget: {},
  BlockingTarget: {},
  NotFollowing: {},
  NoPendingRequest: {},
})

/**
 * @category models
 * @since 0.1.0
 */
export type Rejection = typeof Rejection.Type

/**
 * The name of a rejection.
 *
 * @category models
 * @since 0.1.0
 */
export type Tag = Rejection["_tag"]

const explanations: Readonly<Record<Tag, string>> = {
  CannotFollowSelf: "nobody can follow themselves; name another target",
  TargetNotFound: "the target does not exist; check the id",
  TargetSuspended: "the target is suspended; it can be followed when the suspension ends",
  BlockedByTarget: "the target blocks the source; only the target can change that",
  BlockingTarget: "the source blocks the target; unblock it first",
  NotFollowing: "the source neither follows the target nor has asked to; follow first",
  NoPendingRequest: "no request of the source waits for the target's answer",
}

/**
 * What happened and what to do about it, in one line for a person.
 *
 * @category getters
 * @since 0.1.0
 */
export const explain = (rejection: Rejection): string => explanations[rejection._tag]
