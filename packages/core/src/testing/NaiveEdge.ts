/**
 * The rules of following once more, in the most pedestrian way: what the real ones are compared with.
 *
 * It shares nothing with the decider, neither code nor form.
 *
 * @since 0.1.0
 */
import type { Command } from "../Command.ts"
import type { Facts } from "../Facts.ts"
import type { Tag as RejectionTag } from "../Rejection.ts"
import type { Relationship } from "../Relationship.ts"
import type { RelationshipEvent } from "../RelationshipEvent.ts"

/**
 * An edge said naively. `asked` is a request that waits.
 *
 * @category models
 * @since 0.1.0
 */
export interface NaiveEdge {
  readonly status: "nothing" | "asked" | "follows"
  readonly retweets: boolean
  readonly notifications: boolean
}

/**
 * What a command came to: the edge after it, and what happened or why nothing did.
 *
 * @category models
 * @since 0.1.0
 */
export interface Answer {
  readonly edge: NaiveEdge
  readonly events: ReadonlyArray<RelationshipEvent>
  readonly rejected?: RejectionTag
}

/**
 * No follow and no request.
 *
 * @category constructors
 * @since 0.1.0
 */
export const nothing: NaiveEdge = { status: "nothing", retweets: false, notifications: false }

/**
 * The same as a relationship.
 *
 * @category getters
 * @since 0.1.0
 */
export const relationshipOf = ({ notifications, retweets, status }: NaiveEdge): Relationship =>
  status === "nothing"
    ? { _tag: "None" }
    : { _tag: status === "asked" ? "Pending" : "Following", retweets, notifications }

const refused = (edge: NaiveEdge, rejected: RejectionTag): Answer => ({
  edge,
  events: [],
  rejected,
})

const ended = (
  _tag: Exclude<RelationshipEvent["_tag"], "Followed" | "FollowRequested">,
): Answer => ({
  edge: nothing,
  events: [{ _tag }],
})

const tuned = (
  edge: NaiveEdge,
  wish: Extract<Command, { _tag: "Follow" }> | Extract<Command, { _tag: "UpdatePreferences" }>,
): Answer => {
  const events: Array<RelationshipEvent> = []
  let { notifications, retweets } = edge
  if (wish.retweets === true && !retweets) events.push({ _tag: "RetweetsTurnedOn" })
  if (wish.retweets === false && retweets) events.push({ _tag: "RetweetsTurnedOff" })
  if (wish.notifications === true && !notifications) events.push({ _tag: "NotificationsTurnedOn" })
  if (wish.notifications === false && notifications) events.push({ _tag: "NotificationsTurnedOff" })
  if (wish.retweets !== undefined) retweets = wish.retweets
  if (wish.notifications !== undefined) notifications = wish.notifications
  return { edge: { ...edge, retweets, notifications }, events }
}

const followed = (
  edge: NaiveEdge,
  command: Extract<Command, { _tag: "Follow" }>,
  facts: Facts,
): Answer => {
  if (command.source === command.target) return refused(edge, "CannotFollowSelf")
  if (facts.target === "missing") return refused(edge, "TargetNotFound")
  if (facts.target === "suspended") return refused(edge, "TargetSuspended")
  if (facts.blockedByTarget) return refused(edge, "BlockedByTarget")
  if (facts.blocksTarget) return refused(edge, "BlockingTarget")
  if (edge.status !== "nothing") return tuned(edge, command)
  const retweets = command.retweets !== false
  const notifications = command.notifications === true
  const isProtected = facts.target === "protected"
  return {
    edge: { status: isProtected ? "asked" : "follows", retweets, notifications },
    events: [{ _tag: isProtected ? "FollowRequested" : "Followed", retweets, notifications }],
  }
}

/**
 * What a command comes to.
 *
 * @category operations
 * @since 0.1.0
 */
export const carryOut = (edge: NaiveEdge, command: Command, facts: Facts): Answer => {
  const { status } = edge
  const unchanged: Answer = { edge, events: [] }
  if (command._tag === "Follow") return followed(edge, command, facts)
  if (command._tag === "Unfollow") {
    if (status === "asked") return ended("FollowRequestCancelled")
    return status === "follows" ? ended("Unfollowed") : unchanged
  }
  if (command._tag === "UpdatePreferences") {
    return status === "nothing" ? refused(edge, "NotFollowing") : tuned(edge, command)
  }
  if (command._tag === "ApproveRequest") {
    if (status === "nothing") return refused(edge, "NoPendingRequest")
    return status === "asked"
      ? { edge: { ...edge, status: "follows" }, events: [{ _tag: "FollowRequestApproved" }] }
      : unchanged
  }
  if (command._tag === "DenyRequest") {
    if (status === "follows") return refused(edge, "NoPendingRequest")
    return status === "asked" ? ended("FollowRequestDenied") : unchanged
  }
  return status === "follows" ? ended("FollowerRemoved") : unchanged
}
