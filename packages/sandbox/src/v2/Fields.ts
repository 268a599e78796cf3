/**
 * Which members of a user are asked for, in the names of every generation of X's v2 API.
 *
 * In 2026 X renamed its fields from tweets to posts. Released clients still use the old names, so
 * both are accepted everywhere, and a request is answered in the names that it uses.
 *
 * @since 0.1.0
 */
import type { Users } from "../world/Users.ts"

/**
 * The names that differ between the generations, for the same things.
 *
 * @category models
 * @since 0.1.0
 */
export interface Names {
  readonly pinned: string
  readonly mostRecent: string
  readonly postCount: string
  /** Where pinned posts go in `includes`. */
  readonly posts: string
  /** What the type of a problem begins with. */
  readonly problems: string
}

/**
 * The names up to version 2.166, which a request without a hint gets.
 *
 * @category constructors
 * @since 0.1.0
 */
export const oldNames: Names = {
  pinned: "pinned_tweet_id",
  mostRecent: "most_recent_tweet_id",
  postCount: "tweet_count",
  posts: "tweets",
  problems: "https://api.twitter.com/2/problems/",
}

/**
 * The names since version 2.167.
 *
 * @category constructors
 * @since 0.1.0
 */
export const newNames: Names = {
  pinned: "pinned_post_id",
  mostRecent: "most_recent_post_id",
  postCount: "post_count",
  posts: "posts",
  problems: "https://api.x.com/2/problems/",
}

// The union of the follow documentation, version 2.159 and version 2.167.
const words = (text: string): ReadonlyArray<string> => text.trim().split(/\s+/)

/** @category constructors @since 0.1.0 */
export const userFields = words(`
  affiliation confirmed_email connection_status created_at description entities id
  is_identity_verified location most_recent_post_id most_recent_tweet_id name parody pinned_post_id
  pinned_tweet_id profile_banner_url profile_image_url protected public_metrics receives_your_dm
  subscribes_to_you subscription subscription_type url username verified verified_followers_count
  verified_type withheld`)

/** @category constructors @since 0.1.0 */
export const expansions = words(`
  affiliation affiliation.user_id most_recent_post_id most_recent_tweet_id pinned_post_id
  pinned_tweet_id`)

/** @category constructors @since 0.1.0 */
export const postFields = words(`
  article article_title attachments author_id card_uri community_id context_annotations
  conversation_id created_at display_text_range edit_controls edit_history_tweet_ids entities geo id
  in_reply_to_user_id lang matched_media_notes media_metadata non_public_metrics note_post
  note_request_suggestions note_tweet organic_metrics paid_partnership possibly_sensitive
  promoted_metrics public_metrics referenced_tweets reply_settings scopes source
  suggested_source_links suggested_source_links_with_counts text withheld`)

/**
 * The parameters that select fields, as sent; their values are lists that were checked.
 *
 * @category models
 * @since 0.1.0
 */
export interface FieldsQuery {
  readonly "user.fields"?: string
  readonly "post.fields"?: string
  readonly "tweet.fields"?: string
  readonly expansions?: string
}

/**
 * JSON by the id of the user, good for as long as the users have this version.
 *
 * - `byId`: each with a comma in front, so that a list is put together with one step a user.
 * - `isAscii`: whether all of it is ASCII.
 *
 * @category models
 * @since 0.1.0
 */
export interface Texts {
  readonly version: number
  readonly byId: Map<string, string>
  isAscii: boolean
}

/**
 * - `user`: the fields asked for, besides those that every user has.
 * - `post`: the same of posts in `includes`; `undefined` when no post is to be included.
 * - `live`: whether any of the fields depends on the caller or on relationships.
 * - `texts`: the JSON of users as far as it depends on neither.
 *
 * @category models
 * @since 0.1.0
 */
export interface Selection {
  readonly names: Names
  readonly user: ReadonlySet<string>
  readonly post: ReadonlySet<string> | undefined
  readonly live: boolean
  readonly texts: WeakMap<Users, Texts>
}

/**
 * The fields whose values change without the user's doing.
 *
 * @category constructors
 * @since 0.1.0
 */
export const liveFields = {
  metrics: "public_metrics",
  connection: "connection_status",
  dms: "receives_your_dm",
  subscribes: "subscribes_to_you",
  subscription: "subscription",
} as const

const list = (value: string | undefined): ReadonlyArray<string> =>
  value === undefined ? [] : value.split(",")

const select = (query: FieldsQuery): Selection => {
  const expanded = list(query.expansions)
  const user = new Set(list(query["user.fields"]))
  // What is expanded is referred to from the user, asked for or not.
  for (const field of expanded) if (field.endsWith("_id") && !field.includes(".")) user.add(field)
  const modern =
    query["post.fields"] !== undefined || [...user].some((field) => field.endsWith("_post_id"))
  return {
    names: modern ? newNames : oldNames,
    user,
    post: expanded.some((field) => field.includes("pinned") || field.includes("recent"))
      ? new Set([...list(query["post.fields"]), ...list(query["tweet.fields"])])
      : undefined,
    live: Object.values(liveFields).some((field) => user.has(field)),
    texts: new WeakMap(),
  }
}

/**
 * What a request without field parameters asks for.
 *
 * @category constructors
 * @since 0.1.0
 */
export const defaults: Selection = select({})

// Clients ask for a handful of selections over and over; the texts are kept with the selection.
const kept = new Map<string, Selection>()
const mostKept = 200

/**
 * What a request asks for. Equal requests get the same selection, and with it the texts that were
 * made before.
 *
 * @category operations
 * @since 0.1.0
 */
export const selection = (query: FieldsQuery): Selection => {
  const { expansions } = query
  const user = query["user.fields"]
  const post = query["post.fields"]
  const tweet = query["tweet.fields"]
  if (user === undefined && post === undefined && tweet === undefined && expansions === undefined) {
    return defaults
  }
  const key = `${user}|${post}|${tweet}|${expansions}`
  const known = kept.get(key)
  if (known !== undefined) return known
  if (kept.size === mostKept) kept.clear()
  const made = select(query)
  kept.set(key, made)
  return made
}
