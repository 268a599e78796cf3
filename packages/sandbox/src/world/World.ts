/**
 * A world: the apps, users, tokens and relationships that a sandbox begins with, as one JSON file.
 *
 * A bad file is refused as a whole, with the path of every mistake.
 *
 * @since 0.1.0
 */
import { Quota, UserId } from "@kith/core"
import * as Schema from "effect/Schema"

/**
 * X's form of a username (OpenAPI: `^[A-Za-z0-9_]{1,15}$`). Case is kept and ignored.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Username = Schema.String.check(
  Schema.isPattern(/^[A-Za-z0-9_]{1,15}$/u, {
    message: "a username is 1 to 15 letters, digits or underscores",
  }),
)

/**
 * Where an app may be called back: an absolute URL, of any scheme, that fits into a header; or `oob`,
 * which gives the user a PIN and is always allowed.
 */
const CallbackUrl = Schema.String.check(
  Schema.makeFilter(
    (text) => text === "oob" || (/^[\x21-\x7e]+$/.test(text) && URL.canParse(text)),
    {
      expected: "an absolute URL",
    },
  ),
)

const DateTime = Schema.String.check(
  Schema.makeFilter((text) => !Number.isNaN(Date.parse(text)), {
    expected: "a date and time such as 2013-12-14T04:35:55.000Z",
  }),
)

/**
 * An app with its credentials: `consumerKey` and `consumerSecret` of OAuth 1.0a, `bearerToken` of
 * its own, `clientId` and, unless it is a public client, `clientSecret` of OAuth 2.0. `permissions`
 * say what tokens of OAuth 1.0a may do.
 *
 * @category schemas
 * @since 0.1.0
 */
export const App = Schema.Struct({
  name: Schema.NonEmptyString,
  consumerKey: Schema.NonEmptyString,
  consumerSecret: Schema.NonEmptyString,
  bearerToken: Schema.NonEmptyString,
  clientId: Schema.NonEmptyString,
  clientSecret: Schema.optionalKey(Schema.NonEmptyString),
  callbackUrls: Schema.Array(CallbackUrl),
  permissions: Schema.Literals(["read", "read-write"]),
}).annotate({ identifier: "WorldApp" })

/** @category models @since 0.1.0 */
export type App = typeof App.Type

/**
 * A user. A flag that is left out is `false`. What else is left out is not in answers either, or is
 * what X has for those who never said it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const User = Schema.Struct({
  id: UserId.UserId,
  username: Username,
  name: Schema.String,
  protected: Schema.optionalKey(Schema.Boolean),
  suspended: Schema.optionalKey(Schema.Boolean),
  description: Schema.optionalKey(Schema.String),
  location: Schema.optionalKey(Schema.String),
  url: Schema.optionalKey(Schema.String),
  verified: Schema.optionalKey(Schema.Boolean),
  createdAt: Schema.optionalKey(DateTime),
  pinnedPost: Schema.optionalKey(Schema.Struct({ id: Schema.String, text: Schema.String })),
}).annotate({ identifier: "WorldUser" })

/** @category models @since 0.1.0 */
export type User = typeof User.Type

/**
 * The tokens of a user for an app. One of OAuth 1.0a that is `readOnly` may do less than its app.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Token = Schema.Struct({
  user: Username,
  app: Schema.String,
  oauth1: Schema.optionalKey(
    Schema.Struct({
      token: Schema.NonEmptyString,
      secret: Schema.NonEmptyString,
      readOnly: Schema.optionalKey(Schema.Boolean),
    }),
  ),
  oauth2: Schema.optionalKey(
    Schema.Struct({
      accessToken: Schema.NonEmptyString,
      refreshToken: Schema.optionalKey(Schema.NonEmptyString),
      scopes: Schema.Array(Schema.String),
    }),
  ),
})

/**
 * A request or a follow, by usernames. Retweets are on and notifications off unless told.
 *
 * @category schemas
 * @since 0.1.0
 */
export const WorldRelationship = Schema.Struct({
  source: Username,
  target: Username,
  state: Schema.Literals(["pending", "following"]),
  retweets: Schema.optionalKey(Schema.Boolean),
  notifications: Schema.optionalKey(Schema.Boolean),
})

/**
 * The limits on one endpoint: on requests of users, and on requests of an app on its own. A list that
 * is left out limits nothing.
 *
 * @category schemas
 * @since 0.1.0
 */
export const EndpointLimits = Schema.Struct({
  user: Schema.optionalKey(Schema.Array(Quota.Limit)),
  app: Schema.optionalKey(Schema.Array(Quota.Limit)),
})

/**
 * `"x"`: the numbers of X's documentation; `"none"`: no limits; or limits for the endpoints named,
 * such as `followUser` or `friendships/create` (all names are in the OpenAPI document), and none for
 * the others.
 *
 * @category schemas
 * @since 0.1.0
 */
export const WorldLimits = Schema.Union([
  Schema.Literals(["x", "none"]),
  Schema.Record(Schema.String, EndpointLimits),
])

/**
 * What a world file holds. Names, ids and tokens have to be unique, and usernames to be those of
 * `users`; `WorldFile` checks that too. Without `limits` they are X's.
 *
 * @category schemas
 * @since 0.1.0
 */
export const World = Schema.Struct({
  apps: Schema.Array(App),
  users: Schema.Array(User),
  tokens: Schema.Array(Token),
  relationships: Schema.Array(WorldRelationship),
  blocks: Schema.Array(Schema.Struct({ source: Username, target: Username })),
  limits: Schema.optionalKey(WorldLimits),
}).annotate({ identifier: "World" })

/** @category models @since 0.1.0 */
export type World = typeof World.Type
