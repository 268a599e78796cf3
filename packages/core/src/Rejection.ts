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
 * | rejection | of | the fact | X's v1.1 says |
 * | --- | --- | --- | --- |
 * | `CannotFollowSelf` | `Follow` | source and target are the same user | code 158 |
 * | `TargetNotFound` | `Follow` | nobody has the target's id | code 108 |
 * | `TargetSuspended` | `Follow` | the target is suspended | code 159 |
 * | `BlockedByTarget` | `Follow` | the target blocks the source | code 162 |
 * | `BlockingTarget` | `Follow` | the source blocks the target | words alone |
 * | `NotFollowing` | `UpdatePreferences` | there is neither a follow nor a request | words alone |
 * | `NoPendingRequest` | `ApproveRequest`, `DenyRequest` | no request waits: there was none, or it was answered otherwise | nothing: it has no such call |
 *
 * Where several hold, the first counts. The codes 158 and 159 nobody has recorded, and how v2 says
 * any of this is not documented: there, too, the words tell. Limits, such as how many an account may
 * follow, are no rejections but a `RemoteError`.
 *
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
  NoPendingRequest:
    "no request of the source waits for the target's answer; there is nothing to approve or deny",
}

/**
 * What happened and what to do about it, in one line for a person.
 *
 * @category getters
 * @since 0.1.0
 */
export const explain = (rejection: Rejection): string => explanations[rejection._tag]
