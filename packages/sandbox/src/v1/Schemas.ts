/**
 * The shapes of v1.1's answers, for the declarations and the OpenAPI document made from them.
 *
 * Answers are not encoded with these: they are written as text, because ids are numbers of 64 bits.
 * The tests hold one against the other.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"

/** A number of up to 64 bits, which clients in JavaScript must not read as a number: `id_str` is exact. */
const Id = Schema.Finite.annotate({ description: "up to 64 bits; see the _str twin" })
const Url = Schema.NullOr(Schema.String)
const Unknown = Schema.NullOr(Schema.Boolean)
const Entities = Schema.Struct({ urls: Schema.Array(Schema.Unknown) })

const None = Schema.Null
const Nothing = Schema.Array(Schema.Unknown)

/** @category schemas @since 0.1.0 */
export const Status = Schema.Struct({
  created_at: Schema.String,
  id: Id,
  id_str: Schema.String,
  text: Schema.optionalKey(Schema.String),
  full_text: Schema.optionalKey(Schema.String),
  display_text_range: Schema.optionalKey(Schema.Array(Schema.Int)),
  truncated: Schema.Boolean,
  entities: Schema.Struct({
    hashtags: Nothing,
    symbols: Nothing,
    user_mentions: Nothing,
    urls: Nothing,
  }),
  source: Schema.String,
  in_reply_to_status_id: None,
  in_reply_to_status_id_str: None,
  in_reply_to_user_id: None,
  in_reply_to_user_id_str: None,
  in_reply_to_screen_name: None,
  geo: None,
  coordinates: None,
  place: None,
  contributors: None,
  is_quote_status: Schema.Boolean,
  retweet_count: Schema.Int,
  favorite_count: Schema.Int,
  favorited: Schema.Boolean,
  retweeted: Schema.Boolean,
  lang: Schema.String,
}).annotate({ identifier: "Status", description: "a user's pinned post" })

/** @category schemas @since 0.1.0 */
export const User = Schema.Struct({
  id: Id,
  id_str: Schema.String,
  name: Schema.String,
  screen_name: Schema.String,
  location: Schema.String,
  description: Schema.String,
  url: Url,
  entities: Schema.optionalKey(
    Schema.Struct({ url: Schema.optionalKey(Entities), description: Entities }),
  ),
  protected: Schema.Boolean,
  followers_count: Schema.Int,
  friends_count: Schema.Int,
  listed_count: Schema.Int,
  created_at: Schema.String,
  favourites_count: Schema.Int,
  utc_offset: None,
  time_zone: None,
  geo_enabled: Schema.Boolean,
  verified: Schema.Boolean,
  statuses_count: Schema.Int,
  lang: None,
  status: Schema.optionalKey(Status),
  contributors_enabled: Schema.Boolean,
  is_translator: Schema.Boolean,
  is_translation_enabled: Schema.Boolean,
  profile_background_color: Schema.String,
  profile_background_image_url: Url,
  profile_background_image_url_https: Url,
  profile_background_tile: Schema.Boolean,
  profile_image_url: Schema.String,
  profile_image_url_https: Schema.String,
  profile_banner_url: Url,
  profile_link_color: Schema.String,
  profile_sidebar_border_color: Schema.String,
  profile_sidebar_fill_color: Schema.String,
  profile_text_color: Schema.String,
  profile_use_background_image: Schema.Boolean,
  has_extended_profile: Schema.Boolean,
  default_profile: Schema.Boolean,
  default_profile_image: Schema.Boolean,
  following: Unknown,
  follow_request_sent: Unknown,
  notifications: Unknown,
  muting: Unknown,
  translator_type: Schema.String,
}).annotate({ identifier: "UserV1", description: "a user, as the caller sees them" })

const side = {
  id: Id,
  id_str: Schema.String,
  screen_name: Schema.String,
  following: Schema.Boolean,
  followed_by: Schema.Boolean,
  following_received: Unknown,
  following_requested: Unknown,
}

/** @category schemas @since 0.1.0 */
export const Relationship = Schema.Struct({
  relationship: Schema.Struct({
    source: Schema.Struct({
      ...side,
      live_following: Schema.Boolean,
      notifications_enabled: Unknown,
      can_dm: Schema.Boolean,
      blocking: Unknown,
      blocked_by: Unknown,
      muting: Unknown,
      want_retweets: Unknown,
      all_replies: Unknown,
      marked_spam: Unknown,
    }),
    target: Schema.Struct(side),
  }),
}).annotate({ identifier: "RelationshipV1", description: "null: not for the caller to know" })

/** @category schemas @since 0.1.0 */
export const Connections = Schema.Array(
  Schema.Struct({
    name: Schema.String,
    screen_name: Schema.String,
    id: Id,
    id_str: Schema.String,
    connections: Schema.Array(
      Schema.Literals([
        "following",
        "following_requested",
        "followed_by",
        "none",
        "blocking",
        "muting",
      ]),
    ),
  }),
).annotate({ identifier: "Connections" })

const page = {
  next_cursor: Schema.Finite,
  next_cursor_str: Schema.String,
  previous_cursor: Schema.Finite,
  previous_cursor_str: Schema.String,
  total_count: None,
}

/** @category schemas @since 0.1.0 */
export const Ids = Schema.Array(Schema.Union([Id, Schema.String])).annotate({
  identifier: "Ids",
  description: "numbers, or strings with stringify_ids",
})

/** @category schemas @since 0.1.0 */
export const IdPage = Schema.Struct({ ids: Ids, ...page }).annotate({ identifier: "IdPage" })

/** @category schemas @since 0.1.0 */
export const UserPage = Schema.Struct({ users: Schema.Array(User), ...page }).annotate({
  identifier: "UserPage",
})

/** @category schemas @since 0.1.0 */
export const RateLimitStatus = Schema.Struct({
  rate_limit_context: Schema.Record(Schema.String, Schema.String),
  resources: Schema.Record(
    Schema.String,
    Schema.Record(
      Schema.String,
      Schema.Struct({ limit: Schema.Int, remaining: Schema.Int, reset: Schema.Int }),
    ),
  ),
}).annotate({ identifier: "RateLimitStatus" })

const Errors = Schema.Struct({
  errors: Schema.Array(
    Schema.Struct({
      code: Schema.Int,
      message: Schema.String,
      label: Schema.optionalKey(Schema.String),
    }),
  ),
}).annotate({ identifier: "ErrorsV1" })

const NotAuthorized = Schema.Struct({ request: Schema.String, error: Schema.String }).annotate({
  identifier: "NotAuthorizedV1",
})

/**
 * The statuses that any endpoint may refuse with.
 *
 * @category schemas
 * @since 0.1.0
 */
export const errors = [
  Errors.pipe(HttpApiSchema.status(400)),
  Schema.Union([Errors, NotAuthorized]).pipe(HttpApiSchema.status(401)),
  Errors.pipe(HttpApiSchema.status(403)),
  Errors.pipe(HttpApiSchema.status(404)),
  Errors.pipe(HttpApiSchema.status(429)),
  Errors.pipe(HttpApiSchema.status(503)),
] as const
