/**
 * What somebody asks of an edge.
 *
 * Commands may be repeated at will: asking for what is already so changes nothing. A preference that
 * a command leaves out is left alone, always.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { UserId } from "./UserId.ts"

const edge = { source: UserId, target: UserId }
const preferences = {
  retweets: Schema.optional(Schema.Boolean),
  notifications: Schema.optional(Schema.Boolean),
}

/**
 * | command | who acts | asks |
 * | --- | --- | --- |
 * | `Follow` | source | to follow, or to request it of a protected target; preferences named are set |
 * | `Unfollow` | source | to end the follow, or to withdraw the request |
 * | `UpdatePreferences` | source | to set the preferences named |
 * | `ApproveRequest` | target | to let the source follow |
 * | `DenyRequest` | target | to refuse the request |
 * | `RemoveFollower` | target | to end the source's follow |
 *
 * On X these are v2 `POST` and `DELETE /2/users/:id/following` and v1.1 `friendships/create`
 * (where `follow` means notifications), `destroy` and `update` (where `device` does). X offers no
 * call for the last three.
 *
 * `source` and `target` may be equal here, so that following oneself gets an answer a person can
 * read rather than a decoding error.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Command = Schema.TaggedUnion({
  Follow: { ...edge, ...preferences },
  Unfollow: edge,
  UpdatePreferences: { ...edge, ...preferences },
  ApproveRequest: edge,
  DenyRequest: edge,
  RemoveFollower: edge,
})

/**
 * @category models
 * @since 0.1.0
 */
export type Command = typeof Command.Type

/**
 * The name of a command.
 *
 * @category models
 * @since 0.1.0
 */
export type Tag = Command["_tag"]

interface Preferences {
  readonly retweets?: boolean | undefined
  readonly notifications?: boolean | undefined
}

/**
 * The source asks to follow the target. A preference that is not named is X's default in a new
 * follow, and stays as it is in one that is there.
 *
 * @category constructors
 * @since 0.1.0
 */
export const follow = (source: UserId, target: UserId, preferences?: Preferences): Command => ({
  _tag: "Follow",
  source,
  target,
  retweets: preferences?.retweets,
  notifications: preferences?.notifications,
})

/**
 * The source ends the follow, or withdraws the request.
 *
 * @category constructors
 * @since 0.1.0
 */
export const unfollow = (source: UserId, target: UserId): Command => ({
  _tag: "Unfollow",
  source,
  target,
})

/**
 * The source sets the preferences named, and leaves the others as they are.
 *
 * @category constructors
 * @since 0.1.0
 */
export const updatePreferences = (
  source: UserId,
  target: UserId,
  preferences: Preferences,
): Command => ({
  _tag: "UpdatePreferences",
  source,
  target,
  retweets: preferences.retweets,
  notifications: preferences.notifications,
})

/**
 * The target lets the source follow. The edge is that of the request: `source` is who asked.
 *
 * @category constructors
 * @since 0.1.0
 */
export const approveRequest = (source: UserId, target: UserId): Command => ({
  _tag: "ApproveRequest",
  source,
  target,
})

/**
 * The target refuses the request of the source.
 *
 * @category constructors
 * @since 0.1.0
 */
export const denyRequest = (source: UserId, target: UserId): Command => ({
  _tag: "DenyRequest",
  source,
  target,
})

/**
 * The target ends the source's follow.
 *
 * @category constructors
 * @since 0.1.0
 */
export const removeFollower = (source: UserId, target: UserId): Command => ({
  _tag: "RemoveFollower",
  source,
  target,
})

/**
 * Who carries the command out unless somebody else is named: the source follows, unfollows and
 * tunes; the target approves, denies and removes.
 *
 * @category getters
 * @since 0.1.0
 */
export const actor = (command: Command): UserId => {
  switch (command._tag) {
    case "Follow":
    case "Unfollow":
    case "UpdatePreferences":
      return command.source
    case "ApproveRequest":
    case "DenyRequest":
    case "RemoveFollower":
      return command.target
  }
}

/**
 * One text for one command: two commands with the same text ask for the same thing. It tells a
 * repeated command id from one that was used for something else.
 *
 * @category getters
 * @since 0.1.0
 */
export const fingerprint = (command: Command): string => {
  const text = `${command._tag} ${command.source} ${command.target}`
  return command._tag === "Follow" || command._tag === "UpdatePreferences"
    ? `${text} ${command.retweets} ${command.notifications}`
    : text
}
