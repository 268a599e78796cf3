/**
 * The rules of following as data: what every command comes to in every state, whatever the facts.
 *
 * The table is complete. The tests hold it against `decide` for all states, commands and facts, and
 * the documentation prints it, with the state diagram that follows from it.
 *
 * @since 0.1.0
 */
import type { Tag as CommandTag } from "./Command.ts"
import type { Tag as RejectionTag } from "./Rejection.ts"
import type { Relationship } from "./Relationship.ts"
import type { Tag as EventTag } from "./RelationshipEvent.ts"

/**
 * The name of a state.
 *
 * @category models
 * @since 0.1.0
 */
export type StateTag = Relationship["_tag"]

/**
 * The facts by what they come to. The first that holds counts, in this order; `open` and `protected`
 * stand for a target that nothing keeps from being followed.
 *
 * @category models
 * @since 0.1.0
 */
export const circumstances = [
  "self",
  "missing",
  "suspended",
  "blockedByTarget",
  "blocksTarget",
  "protected",
  "open",
] as const

/**
 * The name of one of the {@link circumstances}.
 *
 * @category models
 * @since 0.1.0
 */
export type Circumstance = (typeof circumstances)[number]

/**
 * - an event's name: that event; it carries the preferences of the command, or the defaults
 *   (retweets on, notifications off) where the command names none
 * - `preferences`: one event for each preference that the command names and that differs
 * - `nothing`: no event; it is so already
 * - `rejected`: no event, and why
 *
 * @category models
 * @since 0.1.0
 */
export type Outcome =
  | { readonly _tag: "event"; readonly event: EventTag; readonly to: StateTag }
  | { readonly _tag: "preferences" }
  | { readonly _tag: "nothing" }
  | { readonly _tag: "rejected"; readonly rejection: RejectionTag }

/**
 * What one command comes to in each state, under one circumstance.
 *
 * @category models
 * @since 0.1.0
 */
export type Row = Readonly<Record<StateTag, Outcome>>

const event = (tag: EventTag, to: StateTag): Outcome => ({ _tag: "event", event: tag, to })
const rejected = (rejection: RejectionTag): Outcome => ({ _tag: "rejected", rejection })
const nothing: Outcome = { _tag: "nothing" }
const preferences: Outcome = { _tag: "preferences" }

const always = (outcome: Outcome): Row => ({ None: outcome, Pending: outcome, Following: outcome })
const whatever = (row: Row): Readonly<Record<Circumstance, Row>> => ({
  self: row,
  missing: row,
  suspended: row,
  blockedByTarget: row,
  blocksTarget: row,
  protected: row,
  open: row,
})

/**
 * The rules: `table[command][circumstance][state]` is what the command comes to.
 *
 * @category constructors
 * @since 0.1.0
 */
export const table: Readonly<Record<CommandTag, Readonly<Record<Circumstance, Row>>>> = {
  Follow: {
    self: always(rejected("CannotFollowSelf")),
    missing: always(rejected("TargetNotFound")),
    suspended: always(rejected("TargetSuspended")),
    blockedByTarget: always(rejected("BlockedByTarget")),
    blocksTarget: always(rejected("BlockingTarget")),
    protected: {
      None: event("FollowRequested", "Pending"),
      Pending: preferences,
      Following: preferences,
    },
    open: { None: event("Followed", "Following"), Pending: preferences, Following: preferences },
  },
  Unfollow: whatever({
    None: nothing,
    Pending: event("FollowRequestCancelled", "None"),
    Following: event("Unfollowed", "None"),
  }),
  UpdatePreferences: whatever({
    None: rejected("NotFollowing"),
    Pending: preferences,
    Following: preferences,
  }),
  ApproveRequest: whatever({
    None: rejected("NoPendingRequest"),
    Pending: event("FollowRequestApproved", "Following"),
    Following: nothing,
  }),
  DenyRequest: whatever({
    None: nothing,
    Pending: event("FollowRequestDenied", "None"),
    Following: rejected("NoPendingRequest"),
  }),
  RemoveFollower: whatever({
    None: nothing,
    Pending: nothing,
    Following: event("FollowerRemoved", "None"),
  }),
}
