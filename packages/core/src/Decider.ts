/**
 * The rules of following: a pure state machine.
 *
 * `decide` answers a command with events or a rejection, `evolve` applies an event to a state. Both
 * are total, know no clock, no randomness and no runtime, and never throw. {@link DecisionTable}
 * says the same rules as data.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import type { Command } from "./Command.ts"
import type { Facts } from "./Facts.ts"
import type { Rejection, Tag } from "./Rejection.ts"
import * as Relationship from "./Relationship.ts"
import * as Event from "./RelationshipEvent.ts"

type State = Relationship.Relationship
type RelationshipEvent = Event.RelationshipEvent

/**
 * The events that a command causes, oldest first, or why it is refused. No events: it is so already.
 *
 * @category models
 * @since 0.1.0
 */
export type Decision = Result.Result<ReadonlyArray<RelationshipEvent>, Rejection>

/**
 * The state of an edge that nothing happened to.
 *
 * @category constructors
 * @since 0.1.0
 */
export const initial: State = Relationship.none

// Every decision there is, made once: deciding allocates nothing. The lists are shared and kept from
// change by their type alone, because a frozen array takes twice as long to iterate.
const events = (...list: ReadonlyArray<RelationshipEvent>): Decision => Result.succeed(list)
const reject = (tag: Tag): Decision => Result.fail(Object.freeze({ _tag: tag }))

const nothing = events()
const requested = {
  quiet: events(Event.followRequested(false, false)),
  retweets: events(Event.followRequested(true, false)),
  notifications: events(Event.followRequested(false, true)),
  both: events(Event.followRequested(true, true)),
}
const followed = {
  quiet: events(Event.followed(false, false)),
  retweets: events(Event.followed(true, false)),
  notifications: events(Event.followed(false, true)),
  both: events(Event.followed(true, true)),
}
const approved = events(Event.followRequestApproved)
const denied = events(Event.followRequestDenied)
const cancelled = events(Event.followRequestCancelled)
const unfollowed = events(Event.unfollowed)
const removed = events(Event.followerRemoved)
const retweetsOn = events(Event.retweetsTurnedOn)
const retweetsOff = events(Event.retweetsTurnedOff)
const notificationsOn = events(Event.notificationsTurnedOn)
const notificationsOff = events(Event.notificationsTurnedOff)
const bothOn = events(Event.retweetsTurnedOn, Event.notificationsTurnedOn)
const bothOff = events(Event.retweetsTurnedOff, Event.notificationsTurnedOff)
const onlyRetweets = events(Event.retweetsTurnedOn, Event.notificationsTurnedOff)
const onlyNotifications = events(Event.retweetsTurnedOff, Event.notificationsTurnedOn)

const cannotFollowSelf = reject("CannotFollowSelf")
const targetNotFound = reject("TargetNotFound")
const targetSuspended = reject("TargetSuspended")
const blockedByTarget = reject("BlockedByTarget")
const blockingTarget = reject("BlockingTarget")
const notFollowing = reject("NotFollowing")
const noPendingRequest = reject("NoPendingRequest")

/**
 * Applies an event. An event that does not fit the state, which `decide` never causes, changes
 * nothing.
 *
 * @category operations
 * @since 0.1.0
 */
export const evolve = (state: State, event: RelationshipEvent): State => {
  switch (event._tag) {
    case "FollowRequested":
      return state._tag === "None"
        ? Relationship.pending(event.retweets, event.notifications)
        : state
    case "Followed":
      return state._tag === "None"
        ? Relationship.following(event.retweets, event.notifications)
        : state
    case "FollowRequestApproved":
      return state._tag === "Pending"
        ? Relationship.following(state.retweets, state.notifications)
        : state
    case "FollowRequestDenied":
    case "FollowRequestCancelled":
      return state._tag === "Pending" ? Relationship.none : state
    case "Unfollowed":
    case "FollowerRemoved":
      return state._tag === "Following" ? Relationship.none : state
    case "RetweetsTurnedOn":
    case "RetweetsTurnedOff":
      return state._tag === "None"
        ? state
        : Relationship.withPreferences(
            state,
            event._tag === "RetweetsTurnedOn",
            state.notifications,
          )
    case "NotificationsTurnedOn":
    case "NotificationsTurnedOff":
      return state._tag === "None"
        ? state
        : Relationship.withPreferences(
            state,
            state.retweets,
            event._tag === "NotificationsTurnedOn",
          )
    case "Erased":
      return Relationship.none
  }
}

/**
 * Applies events in order.
 *
 * @category operations
 * @since 0.1.0
 */
export const fold = (state: State, history: Iterable<RelationshipEvent>): State => {
  let current = state
  for (const event of history) current = evolve(current, event)
  return current
}

/** The events that set the preferences named; one that is left out is left alone. */
const tune = (
  state: Relationship.Pending | Relationship.Following,
  retweets: boolean = state.retweets,
  notifications: boolean = state.notifications,
): Decision => {
  if (retweets === state.retweets) {
    if (notifications === state.notifications) return nothing
    return notifications ? notificationsOn : notificationsOff
  }
  if (notifications === state.notifications) return retweets ? retweetsOn : retweetsOff
  if (retweets) return notifications ? bothOn : onlyRetweets
  return notifications ? onlyNotifications : bothOff
}

const follow = (
  state: State,
  command: Extract<Command, { readonly _tag: "Follow" }>,
  facts: Facts,
): Decision => {
  // What stands in the way counts before what is already there: a network that answers "blocked"
  // to a repeated follow is right, whatever was known before.
  if (command.source === command.target) return cannotFollowSelf
  if (facts.target === "missing") return targetNotFound
  if (facts.target === "suspended") return targetSuspended
  if (facts.blockedByTarget) return blockedByTarget
  if (facts.blocksTarget) return blockingTarget
  if (state._tag !== "None") return tune(state, command.retweets, command.notifications)
  const answers = facts.target === "protected" ? requested : followed
  if (command.retweets ?? true) return command.notifications ? answers.both : answers.retweets
  return command.notifications ? answers.notifications : answers.quiet
}

/**
 * Answers a command. Facts matter to `Follow` alone: whatever became of the target, a follow can be
 * tuned, ended, and a request answered.
 *
 * @category operations
 * @since 0.1.0
 */
export const decide = (state: State, command: Command, facts: Facts): Decision => {
  switch (command._tag) {
    case "Follow":
      return follow(state, command, facts)
    case "Unfollow":
      if (state._tag === "None") return nothing
      return state._tag === "Pending" ? cancelled : unfollowed
    case "UpdatePreferences":
      if (state._tag === "None") return notFollowing
      return tune(state, command.retweets, command.notifications)
    case "ApproveRequest":
      if (state._tag === "None") return noPendingRequest
      return state._tag === "Pending" ? approved : nothing
    case "DenyRequest":
      // Without a request there is nothing left to deny, which is what a repeated denial finds;
      // a follower is past denying.
      if (state._tag === "Following") return noPendingRequest
      return state._tag === "Pending" ? denied : nothing
    case "RemoveFollower":
      return state._tag === "Following" ? removed : nothing
  }
}

/**
 * Whether a decision on this command depends on {@link Facts}. A store need not read them otherwise.
 *
 * @category getters
 * @since 0.1.0
 */
export const needsFacts = (command: Command): boolean => command._tag === "Follow"
