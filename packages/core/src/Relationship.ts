/**
 * The state of one edge: nothing, a request that waits, or a follow, the latter two with their
 * preferences.
 *
 * There are nine values in all, and each exists once: they are frozen, shared, and may be compared
 * with `===` when they come from this package. Combinations that make no sense, such as a preference
 * without a follow, cannot be written down.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * What the source wants to see of the target. It lives and ends with the relationship.
 *
 * - `retweets`: show the target's retweets. On when a follow begins.
 * - `notifications`: device notifications for the target's posts. Off when a follow begins.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Preferences = Schema.Struct({
  retweets: Schema.Boolean,
  notifications: Schema.Boolean,
})

/**
 * @category models
 * @since 0.1.0
 */
export type Preferences = typeof Preferences.Type

/**
 * `None`, `Pending` (asked, the protected target has not answered) or `Following`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Relationship = Schema.TaggedUnion({
  None: {},
  Pending: Preferences.fields,
  Following: Preferences.fields,
})

/**
 * @category models
 * @since 0.1.0
 */
export type Relationship = typeof Relationship.Type

/**
 * No follow and no request.
 *
 * @category models
 * @since 0.1.0
 */
export type None = Extract<Relationship, { readonly _tag: "None" }>

/**
 * A request that the target has not answered, with the preferences that the follow will have.
 *
 * @category models
 * @since 0.1.0
 */
export type Pending = Extract<Relationship, { readonly _tag: "Pending" }>

/**
 * A follow, with its preferences.
 *
 * @category models
 * @since 0.1.0
 */
export type Following = Extract<Relationship, { readonly _tag: "Following" }>

const shared = <R extends Relationship>(relationship: R): R => Object.freeze(relationship)

const pendingQuiet = shared<Pending>({ _tag: "Pending", retweets: false, notifications: false })
const pendingRetweets = shared<Pending>({ _tag: "Pending", retweets: true, notifications: false })
const pendingNotices = shared<Pending>({ _tag: "Pending", retweets: false, notifications: true })
const pendingBoth = shared<Pending>({ _tag: "Pending", retweets: true, notifications: true })
const followingQuiet = shared<Following>({
  _tag: "Following",
  retweets: false,
  notifications: false,
})
const followingRetweets = shared<Following>({
  _tag: "Following",
  retweets: true,
  notifications: false,
})
const followingNotices = shared<Following>({
  _tag: "Following",
  retweets: false,
  notifications: true,
})
const followingBoth = shared<Following>({
  _tag: "Following",
  retweets: true,
  notifications: true,
})

/**
 * No follow and no request. Every edge begins here, and preferences do not survive it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const none: None = shared({ _tag: "None" })

/**
 * A request that the target has not answered. Allocates nothing.
 *
 * @category constructors
 * @since 0.1.0
 */
export const pending = (retweets: boolean, notifications: boolean): Pending =>
  retweets
    ? notifications
      ? pendingBoth
      : pendingRetweets
    : notifications
      ? pendingNotices
      : pendingQuiet

/**
 * A follow. Allocates nothing.
 *
 * @category constructors
 * @since 0.1.0
 */
export const following = (retweets: boolean, notifications: boolean): Following =>
  retweets
    ? notifications
      ? followingBoth
      : followingRetweets
    : notifications
      ? followingNotices
      : followingQuiet

/**
 * Every relationship there is. The order is part of the contract: a store may keep the place in this
 * list instead of the value, see {@link index}.
 *
 * @category constructors
 * @since 0.1.0
 */
export const all: ReadonlyArray<Relationship> = Object.freeze([
  none,
  pendingQuiet,
  pendingRetweets,
  pendingNotices,
  pendingBoth,
  followingQuiet,
  followingRetweets,
  followingNotices,
  followingBoth,
])

/**
 * The place of a relationship in {@link all}, 0 to 8: a state in four bits.
 *
 * @category getters
 * @since 0.1.0
 */
export const index = (relationship: Relationship): number =>
  relationship._tag === "None"
    ? 0
    : (relationship._tag === "Pending" ? 1 : 5) +
      (relationship.retweets ? 1 : 0) +
      (relationship.notifications ? 2 : 0)

/**
 * The same relationship with other preferences; `None` has none and stays as it is.
 *
 * @category combinators
 * @since 0.1.0
 */
export const withPreferences = (
  relationship: Relationship,
  retweets: boolean,
  notifications: boolean,
): Relationship => {
  switch (relationship._tag) {
    case "None":
      return none
    case "Pending":
      return pending(retweets, notifications)
    case "Following":
      return following(retweets, notifications)
  }
}
