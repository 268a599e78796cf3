/**
 * Brings local knowledge of an edge in line with what was seen on the network that is the authority.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import type * as Relationship from "./Relationship.ts"
import * as Event from "./RelationshipEvent.ts"

const seen = {
  retweets: Schema.optional(Schema.Boolean),
  notifications: Schema.optional(Schema.Boolean),
}

/**
 * What an observation showed. A preference that it did not show is left out: X's v2 shows neither,
 * v1.1 `friendships/show` shows both for the caller's own follows.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Observation = Schema.TaggedUnion({ None: {}, Pending: seen, Following: seen })

/**
 * @category models
 * @since 0.1.0
 */
export type Observation = typeof Observation.Type

const begin = (observed: Exclude<Observation, { readonly _tag: "None" }>) => {
  const retweets = observed.retweets ?? true
  const notifications = observed.notifications ?? false
  return observed._tag === "Pending"
    ? Event.followRequested(retweets, notifications)
    : Event.followed(retweets, notifications)
}

const end = (state: Relationship.Pending | Relationship.Following) =>
  state._tag === "Pending" ? Event.followRequestCancelled : Event.unfollowed

/**
 * The shortest list of events that takes `state` to what was observed; none when they agree.
 *
 * Preferences that were not observed stay as they are while the follow or request goes on, and begin
 * at their defaults when a new one was found.
 *
 * Who ended a follow or a request cannot be seen from outside. The end is recorded as the source's
 * own (`Unfollowed`, `FollowRequestCancelled`), and the provenance `observed` says that this is not
 * known.
 *
 * @category operations
 * @since 0.1.0
 */
export const reconcile = (
  state: Relationship.Relationship,
  observed: Observation,
): ReadonlyArray<Event.RelationshipEvent> => {
  if (observed._tag === "None") return state._tag === "None" ? [] : [end(state)]
  if (state._tag === "None") return [begin(observed)]
  // A follow never turns back into a request: it ended, and a request was made since.
  if (state._tag === "Following" && observed._tag === "Pending")
    return [end(state), begin(observed)]
  const retweets = observed.retweets ?? state.retweets
  const notifications = observed.notifications ?? state.notifications
  const events: Array<Event.RelationshipEvent> = []
  if (retweets !== state.retweets) {
    events.push(retweets ? Event.retweetsTurnedOn : Event.retweetsTurnedOff)
  }
  if (notifications !== state.notifications) {
    events.push(notifications ? Event.notificationsTurnedOn : Event.notificationsTurnedOff)
  }
  if (state._tag === observed._tag) return events
  // With nothing kept, an end and a new beginning are shorter than an approval and two changes.
  return events.length === 2
    ? [end(state), Event.followed(retweets, notifications)]
    : [Event.followRequestApproved, ...events]
}
