/**
 * The full user object of v1.1, as a caller sees it.
 *
 * @since 0.1.0
 */
import { Relationship, type Relationships, type StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import type { LiveWorld } from "../LiveWorld.ts"
import type { User } from "../world/World.ts"
import * as Json from "./Json.ts"

/**
 * - `skip_status`: leave the pinned post out.
 * - `include_entities`, `include_user_entities`: `false` leaves the entities out.
 * - `tweet_mode`: `extended` gives a post's text as `full_text`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly skip_status?: boolean | undefined
  readonly include_entities?: boolean | undefined
  readonly include_user_entities?: boolean | undefined
  readonly tweet_mode?: string | undefined
}

/** What depends on who asks; `undefined` for an app on its own. */
interface Perspective {
  readonly relationship: Relationship.Relationship
  readonly muting: boolean
  readonly self: boolean
}

const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ")
const two = (value: number): string => String(value).padStart(2, "0")

/** When X opened: the age of an account that a world does not tell, or not in a form it can read. */
const opened = new Date("2006-03-21T20:50:14.000Z")

/**
 * X's older form of a moment: `Tue Feb 20 14:35:54 +0000 2007`.
 *
 * @category operations
 * @since 0.1.0
 */
export const createdAt = (text: string | undefined): string => {
  const parsed = text === undefined ? opened : new Date(text)
  const at = Number.isNaN(parsed.getTime()) ? opened : parsed
  const time = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(two).join(":")
  const date = `${days[at.getUTCDay()]} ${months[at.getUTCMonth()]} ${two(at.getUTCDate())}`
  return `${date} ${time} +0000 ${at.getUTCFullYear()}`
}

const link = (url: string): Json.Json => ({
  url,
  expanded_url: url,
  display_url: url.replace(/^https?:\/\/(?:www\.)?/i, ""),
  indices: [0, url.length],
})

const entities = (user: User): Json.JsonObject => ({
  url: user.url === undefined ? undefined : { urls: [link(user.url)] },
  description: { urls: [] },
})

const status = (user: User, options: Options): Json.JsonObject | undefined => {
  const post = user.pinnedPost
  if (post === undefined) return undefined
  const extended = options.tweet_mode === "extended"
  return {
    created_at: createdAt(user.createdAt),
    id: Json.id(post.id),
    id_str: post.id,
    text: extended ? undefined : post.text,
    full_text: extended ? post.text : undefined,
    display_text_range: extended ? [0, Array.from(post.text).length] : undefined,
    truncated: false,
    entities: { hashtags: [], symbols: [], user_mentions: [], urls: [] },
    source: "",
    in_reply_to_status_id: null,
    in_reply_to_status_id_str: null,
    in_reply_to_user_id: null,
    in_reply_to_user_id_str: null,
    in_reply_to_screen_name: null,
    geo: null,
    coordinates: null,
    place: null,
    contributors: null,
    is_quote_status: false,
    retweet_count: 0,
    favorite_count: 0,
    favorited: false,
    retweeted: false,
    lang: "und",
  }
}

const avatar = "abs.twimg.com/sticky/default_profile_images/default_profile_normal.png"

// What the sandbox does not model is as on an account that nobody has touched.
const untouched: Json.JsonObject = {
  listed_count: 0,
  favourites_count: 0,
  utc_offset: null,
  time_zone: null,
  geo_enabled: false,
  lang: null,
  contributors_enabled: false,
  is_translator: false,
  is_translation_enabled: false,
  profile_background_color: "F5F8FA",
  profile_background_image_url: null,
  profile_background_image_url_https: null,
  profile_background_tile: false,
  profile_image_url: `http://${avatar}`,
  profile_image_url_https: `https://${avatar}`,
  profile_banner_url: null,
  profile_link_color: "1DA1F2",
  profile_sidebar_border_color: "C0DEED",
  profile_sidebar_fill_color: "DDEEF6",
  profile_text_color: "333333",
  profile_use_background_image: true,
  has_extended_profile: false,
  default_profile: true,
  default_profile_image: true,
  translator_type: "none",
}

const toJson = (
  user: User,
  counts: { readonly followers: number; readonly following: number },
  seen: Perspective | undefined,
  options: Options,
): Json.JsonObject => {
  const relationship = seen?.relationship
  const readable =
    user.protected !== true || seen?.self === true || relationship?._tag === "Following"
  const withEntities = options.include_entities !== false && options.include_user_entities !== false
  return {
    id: Json.id(user.id),
    id_str: user.id,
    name: user.name,
    screen_name: user.username,
    location: user.location ?? "",
    description: user.description ?? "",
    url: user.url ?? null,
    entities: withEntities ? entities(user) : undefined,
    protected: user.protected ?? false,
    followers_count: counts.followers,
    friends_count: counts.following,
    created_at: createdAt(user.createdAt),
    verified: user.verified ?? false,
    statuses_count: user.pinnedPost === undefined ? 0 : 1,
    ...untouched,
    status: readable && options.skip_status !== true ? status(user, options) : undefined,
    following: relationship === undefined ? null : relationship._tag === "Following",
    follow_request_sent: relationship === undefined ? null : relationship._tag === "Pending",
    notifications:
      relationship === undefined
        ? null
        : relationship._tag !== "None" && relationship.notifications,
    muting: seen?.muting ?? null,
  }
}

/**
 * Users as a viewer sees them, in the order given; without a viewer, as an app on its own does.
 *
 * @category operations
 * @since 0.1.0
 */
export const describe = (
  world: LiveWorld,
  service: Relationships.Relationships["Service"],
  viewer: User | undefined,
  users: ReadonlyArray<User>,
  options: Options,
): Effect.Effect<ReadonlyArray<Json.JsonObject>, StoreError.StoreError> =>
  Effect.gen(function* () {
    const seen = new Map<string, Perspective>()
    if (viewer !== undefined) {
      const others = users.filter((user) => user.id !== viewer.id)
      const snapshots = yield* service.relationships(
        others.map((user) => ({ source: viewer.id, target: user.id })),
      )
      for (const [index, user] of others.entries()) {
        seen.set(user.id, {
          relationship: snapshots[index]?.relationship ?? Relationship.none,
          muting: world.users.mutes.has(viewer.id, user.id),
          self: false,
        })
      }
      seen.set(viewer.id, { relationship: Relationship.none, muting: false, self: true })
    }
    return yield* Effect.forEach(users, (user) =>
      Effect.map(service.counts(user.id), (counts) =>
        toJson(user, counts, seen.get(user.id), options),
      ),
    )
  })
