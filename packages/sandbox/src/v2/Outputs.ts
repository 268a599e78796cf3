/**
 * What v2 answers: schemas for the document of the API and for tests. Replies are not encoded with
 * them, which would double the cost of a page.
 *
 * @since 0.1.0
 */
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as Schema from "effect/Schema"

const optional = Schema.optionalKey
const text = optional(Schema.String)
const flag = optional(Schema.Boolean)
const count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const place = { start: count, end: count }
const Url = Schema.Struct({
  ...place,
  url: Schema.String,
  expanded_url: Schema.String,
  display_url: Schema.String,
})
const Tag = Schema.Struct({ ...place, tag: Schema.String })

const metrics = { followers_count: count, following_count: count, listed_count: count }

/**
 * A user. Fields that were not asked for, or that have no value, are left out.
 *
 * @category schemas
 * @since 0.1.0
 */
export const User = Schema.Struct({
  id: Schema.String,
  username: Schema.String,
  name: Schema.String,
  connection_status: optional(
    Schema.Array(
      Schema.Literals([
        "blocking",
        "follow_request_received",
        "follow_request_sent",
        "followed_by",
        "following",
        "muting",
      ]),
    ),
  ),
  created_at: text,
  description: text,
  entities: optional(
    Schema.Struct({
      url: optional(Schema.Struct({ urls: Schema.Array(Url) })),
      description: optional(
        Schema.Struct({
          urls: optional(Schema.Array(Url)),
          hashtags: optional(Schema.Array(Tag)),
          cashtags: optional(Schema.Array(Tag)),
          mentions: optional(Schema.Array(Schema.Struct({ ...place, username: Schema.String }))),
        }),
      ),
    }),
  ),
  is_identity_verified: flag,
  location: text,
  most_recent_post_id: text,
  most_recent_tweet_id: text,
  parody: flag,
  pinned_post_id: text,
  pinned_tweet_id: text,
  profile_image_url: text,
  protected: flag,
  public_metrics: optional(
    Schema.Union([
      Schema.Struct({ ...metrics, tweet_count: count }),
      Schema.Struct({ ...metrics, post_count: count }),
    ]),
  ),
  receives_your_dm: flag,
  subscribes_to_you: flag,
  subscription: optional(Schema.Struct({ subscribes_to_you: Schema.Boolean })),
  subscription_type: text,
  url: text,
  verified: flag,
  verified_type: optional(Schema.Literals(["blue", "business", "government", "none"])),
}).annotate({ identifier: "User" })

const Post = Schema.Struct({
  id: Schema.String,
  text: Schema.String,
  author_id: text,
  created_at: text,
  edit_history_tweet_ids: optional(Schema.Array(Schema.String)),
}).annotate({ identifier: "Post" })

/**
 * Somebody who is missing from an answer, and why.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UserError = Schema.Struct({
  value: Schema.String,
  detail: Schema.String,
  title: Schema.String,
  resource_type: Schema.Literal("user"),
  parameter: Schema.String,
  resource_id: Schema.String,
  section: text,
  type: Schema.String,
}).annotate({ identifier: "UserError" })

const beside = {
  includes: optional(
    Schema.Struct({ tweets: optional(Schema.Array(Post)), posts: optional(Schema.Array(Post)) }),
  ),
  errors: optional(Schema.Array(UserError)),
}

/** @category schemas @since 0.1.0 */
export const OneUser = Schema.Struct({ data: optional(User), ...beside })

/** @category schemas @since 0.1.0 */
export const ManyUsers = Schema.Struct({ data: optional(Schema.Array(User)), ...beside })

/**
 * A page. `meta` is left out when the list may not be seen or has no owner; then there are `errors`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UserPage = Schema.Struct({
  data: optional(Schema.Array(User)),
  ...beside,
  meta: optional(Schema.Struct({ result_count: count, next_token: text, previous_token: text })),
})

const state = <const Fields extends Schema.Struct.Fields>(data: Fields) =>
  Schema.Struct({
    data: optional(Schema.Struct(data)),
    errors: optional(Schema.Array(UserError)),
  })

/** @category schemas @since 0.1.0 */
export const Followed = state({ following: Schema.Boolean, pending_follow: Schema.Boolean })

/** @category schemas @since 0.1.0 */
export const Unfollowed = state({ following: Schema.Boolean })

/** @category schemas @since 0.1.0 */
export const Muted = state({ muting: Schema.Boolean })

/** @category schemas @since 0.1.0 */
export const Blocked = state({ blocked: Schema.Boolean })

/** @category schemas @since 0.1.0 */
export const Problem = Schema.Struct({
  title: Schema.String,
  detail: Schema.String,
  type: Schema.String,
  status: optional(Schema.Int),
}).annotate({ identifier: "Problem" })

/** @category schemas @since 0.1.0 */
export const InvalidRequest = Schema.Struct({
  errors: Schema.Array(
    Schema.Struct({
      parameters: Schema.Record(Schema.String, Schema.Array(Schema.String)),
      message: Schema.String,
    }),
  ),
  title: Schema.String,
  detail: Schema.String,
  type: Schema.String,
}).annotate({ identifier: "InvalidRequest" })

/**
 * What any endpoint may answer instead.
 *
 * @category schemas
 * @since 0.1.0
 */
export const problems = [
  InvalidRequest.pipe(HttpApiSchema.status(400)),
  Problem.pipe(HttpApiSchema.status(401)),
  Problem.pipe(HttpApiSchema.status(403)),
  Problem.pipe(
    HttpApiSchema.asJson({ contentType: "application/problem+json" }),
    HttpApiSchema.status(403),
  ),
  Problem.pipe(HttpApiSchema.status(429)),
  Problem.pipe(HttpApiSchema.status(503)),
]
