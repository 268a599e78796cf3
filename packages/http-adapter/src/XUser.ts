/**
 * A user as X shows one, of v2 and v1.1 and of every generation of their names.
 *
 * What X left out or said with `null` is not there: unknown, not `false`.
 *
 * @since 0.1.0
 */
import type { UserId } from "@kith/core"
import * as Ids from "./internal/ids.ts"
import * as Json from "./internal/json.ts"

/**
 * - `followerCount`, `followingCount`, `postCount`: as X counts them, also who is suspended.
 * - `members`: everything that X said, under X's names, of which most is not known here. Numbers above
 *   2^53 in v1.1 are inexact there and have twins that end in `_str`; `id` is the exact text.
 *
 * @category models
 * @since 0.1.0
 */
export interface XUser {
  readonly id: UserId.UserId
  readonly username: string
  readonly name?: string | undefined
  readonly protected?: boolean | undefined
  readonly verified?: boolean | undefined
  readonly followerCount?: number | undefined
  readonly followingCount?: number | undefined
  readonly postCount?: number | undefined
  readonly members: Json.Members
}

/** Without what is not known. */
const known = (
  id: unknown,
  username: unknown,
  members: Json.Members,
  counts: readonly [followers: unknown, following: unknown, posts: unknown],
): XUser | undefined => {
  if (!Ids.isId(id) || typeof username !== "string") return undefined
  const name = Json.text(members["name"])
  const guarded = Json.flag(members["protected"])
  const verified = Json.flag(members["verified"])
  const [followerCount, followingCount, postCount] = counts.map(Json.count)
  return {
    id,
    username,
    ...(name === undefined ? {} : { name }),
    ...(guarded === undefined ? {} : { protected: guarded }),
    ...(verified === undefined ? {} : { verified }),
    ...(followerCount === undefined ? {} : { followerCount }),
    ...(followingCount === undefined ? {} : { followingCount }),
    ...(postCount === undefined ? {} : { postCount }),
    members: { ...members, id },
  }
}

/**
 * A user of v2; nothing when there is no id or no username.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromV2 = (value: unknown): XUser | undefined => {
  if (!Json.isMembers(value)) return undefined
  const metrics = Json.isMembers(value["public_metrics"]) ? value["public_metrics"] : {}
  return known(value["id"], value["username"], value, [
    metrics["followers_count"],
    metrics["following_count"],
    metrics["post_count"] ?? metrics["tweet_count"],
  ])
}

/**
 * A user of v1.1; nothing when there is no id as text or no screen name.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromV1 = (value: unknown): XUser | undefined =>
  Json.isMembers(value)
    ? known(value["id_str"], value["screen_name"], value, [
        value["followers_count"],
        value["friends_count"],
        value["statuses_count"],
      ])
    : undefined
