/**
 * What can happen to an edge.
 *
 * The names and members of these events are the storage format. They are never renamed: a change of
 * form gets a new payload version and an upcast (see {@link EventCodec}). There are eighteen
 * different payloads in all; each exists once, frozen and shared.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Preferences } from "./Relationship.ts"

/**
 * | event | takes the edge |
 * | --- | --- |
 * | `FollowRequested` | from None to Pending |
 * | `Followed` | from None to Following |
 * | `FollowRequestApproved` | from Pending to Following, preferences kept |
 * | `FollowRequestDenied`, `FollowRequestCancelled` | from Pending to None |
 * | `Unfollowed`, `FollowerRemoved` | from Following to None |
 * | `RetweetsTurnedOn`, `RetweetsTurnedOff`, `NotificationsTurnedOn`, `NotificationsTurnedOff` | from Pending or Following to the same with that preference |
 * | `Erased` | from any to None; all that was before it is gone from the log |
 *
 * @category schemas
 * @since 0.1.0
 */
export const RelationshipEvent = Schema.TaggedUnion({
  FollowRequested: Preferences.fields,
  Followed: Preferences.fields,
  FollowRequestApproved: {},
  FollowRequestDenied: {},
  FollowRequestCancelled: {},
  Unfollowed: {},
  FollowerRemoved: {},
  RetweetsTurnedOn: {},
  RetweetsTurnedOff: {},
  NotificationsTurnedOn: {},
  NotificationsTurnedOff: {},
  Erased: {},
})

/**
 * @category models
 * @since 0.1.0
 */
export type RelationshipEvent = typeof RelationshipEvent.Type

/**
 * The name of an event.
 *
 * @category models
 * @since 0.1.0
 */
export type Tag = RelationshipEvent["_tag"]

const shared = <E extends RelationshipEvent>(event: E): E => Object.freeze(event)

type FollowRequested = Extract<RelationshipEvent, { readonly _tag: "FollowRequested" }>
type Followed = Extract<RelationshipEvent, { readonly _tag: "Followed" }>

const requestedQuiet = shared<FollowRequested>({
  _tag: "FollowRequested",
  retweets: false,
  notifications: false,
})
const requestedRetweets = shared<FollowRequested>({
  _tag: "FollowRequested",
  retweets: true,
  notifications: false,
})
const requestedNotices = shared<FollowRequested>({
  _tag: "FollowRequested",
  retweets: false,
  notifications: true,
})
const requestedBoth = shared<FollowRequested>({
  _tag: "FollowRequested",
  retweets: true,
  notifications: true,
})
const followedQuiet = shared<Followed>({ _tag: "Followed", retweets: false, notifications: false })
const followedRetweets = shared<Followed>({
  _tag: "Followed",
  retweets: true,
  notifications: false,
})
const followedNotices = shared<Followed>({ _tag: "Followed", retweets: false, notifications: true })
const followedBoth = shared<Followed>({ _tag: "Followed", retweets: true, notifications: true })

/**
 * A request to follow, with the preferences that it begins with. Allocates nothing.
 *
 * @category constructors
 * @since 0.1.0
 */
export const followRequested = (retweets: boolean, notifications: boolean): FollowRequested =>
  retweets
    ? notifications
      ? requestedBoth
      : requestedRetweets
    : notifications
      ? requestedNotices
      : requestedQuiet

/**
 * A follow, with the preferences that it begins with. Allocates nothing.
 *
 * @category constructors
 * @since 0.1.0
 */
export const followed = (retweets: boolean, notifications: boolean): Followed =>
  retweets
    ? notifications
      ? followedBoth
      : followedRetweets
    : notifications
      ? followedNotices
      : followedQuiet

/**
 * The target approved the request.
 *
 * @category constructors
 * @since 0.1.0
 */
export const followRequestApproved = shared({ _tag: "FollowRequestApproved" })

/**
 * The target denied the request.
 *
 * @category constructors
 * @since 0.1.0
 */
export const followRequestDenied = shared({ _tag: "FollowRequestDenied" })

/**
 * The source withdrew the request.
 *
 * @category constructors
 * @since 0.1.0
 */
export const followRequestCancelled = shared({ _tag: "FollowRequestCancelled" })

/**
 * The source ended the follow.
 *
 * @category constructors
 * @since 0.1.0
 */
export const unfollowed = shared({ _tag: "Unfollowed" })

/**
 * The target ended the follow.
 *
 * @category constructors
 * @since 0.1.0
 */
export const followerRemoved = shared({ _tag: "FollowerRemoved" })

/**
 * Retweets are shown from here on.
 *
 * @category constructors
 * @since 0.1.0
 */
export const retweetsTurnedOn = shared({ _tag: "RetweetsTurnedOn" })

/**
 * Retweets are no longer shown.
 *
 * @category constructors
 * @since 0.1.0
 */
export const retweetsTurnedOff = shared({ _tag: "RetweetsTurnedOff" })

/**
 * Posts are notified of from here on.
 *
 * @category constructors
 * @since 0.1.0
 */
export const notificationsTurnedOn = shared({ _tag: "NotificationsTurnedOn" })

/**
 * Posts are no longer notified of.
 *
 * @category constructors
 * @since 0.1.0
 */
export const notificationsTurnedOff = shared({ _tag: "NotificationsTurnedOff" })

/**
 * The tombstone of an edge of a user who was erased. No command causes it; see {@link Upkeep}.
 *
 * @category constructors
 * @since 0.1.0
 */
export const erased = shared({ _tag: "Erased" })

/**
 * Every event there is. The order is part of the contract: a store may keep the place in this list
 * instead of the payload, see {@link index}.
 *
 * @category constructors
 * @since 0.1.0
 */
export const all: ReadonlyArray<RelationshipEvent> = Object.freeze([
  requestedQuiet,
  requestedRetweets,
  requestedNotices,
  requestedBoth,
  followedQuiet,
  followedRetweets,
  followedNotices,
  followedBoth,
  followRequestApproved,
  followRequestDenied,
  followRequestCancelled,
  unfollowed,
  followerRemoved,
  retweetsTurnedOn,
  retweetsTurnedOff,
  notificationsTurnedOn,
  notificationsTurnedOff,
  erased,
])

const firstIndex: Readonly<Record<Tag, number>> = {
  FollowRequested: 0,
  Followed: 4,
  FollowRequestApproved: 8,
  FollowRequestDenied: 9,
  FollowRequestCancelled: 10,
  Unfollowed: 11,
  FollowerRemoved: 12,
  RetweetsTurnedOn: 13,
  RetweetsTurnedOff: 14,
  NotificationsTurnedOn: 15,
  NotificationsTurnedOff: 16,
  Erased: 17,
}

/**
 * The place of an event in {@link all}, 0 to 17: a payload in five bits.
 *
 * @category getters
 * @since 0.1.0
 */
export const index = (event: RelationshipEvent): number =>
  firstIndex[event._tag] +
  ("retweets" in event ? (event.retweets ? 1 : 0) + (event.notifications ? 2 : 0) : 0)
