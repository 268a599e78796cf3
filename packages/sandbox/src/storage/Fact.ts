/**
 * What a running world knows beyond the file that it was made of: a fact for each user, block or token
 * that is other than there. A storage keeps them, one entry a fact.
 *
 * @since 0.1.0
 */
import { UserId } from "@kith/core"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import { User } from "../world/World.ts"

const pair = { source: UserId.UserId, target: UserId.UserId, number: Schema.Int }

/**
 * - `User`: as the user is now; one whom the file does not name was added.
 * - `Block`, `Mute`: with the number that orders them; `number` 0 for a block of the file that ended.
 * - `App`: its bearer token was renewed.
 * - `UserToken`: one of OAuth 1.0a that was minted; `UserTokenRevoked`: one of the file that is revoked.
 * - `Grant`: of OAuth 2.0, with its newest tokens; `w1` is that of the file's first token, `g1` the first
 *   that a user gave.
 * - `AccessToken`, `RefreshToken`: of a grant; `AccessTokenRevoked`: one of the file that is revoked.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Fact = Schema.TaggedUnion({
  User: { user: User },
  Block: pair,
  Mute: pair,
  App: { name: Schema.String, bearerToken: Schema.String },
  UserToken: {
    app: Schema.String,
    userId: Schema.String,
    token: Schema.String,
    secret: Schema.String,
    readOnly: Schema.Boolean,
  },
  UserTokenRevoked: { token: Schema.String },
  Grant: {
    id: Schema.String,
    app: Schema.String,
    userId: Schema.String,
    scopes: Schema.Array(Schema.String),
    revoked: Schema.Boolean,
    accessToken: Schema.String,
    refreshToken: Schema.optional(Schema.String),
  },
  AccessToken: { token: Schema.String, grant: Schema.String, expiresAt: Schema.Finite },
  AccessTokenRevoked: { token: Schema.String },
  RefreshToken: { token: Schema.String, grant: Schema.String, used: Schema.Boolean },
})

/** @category models @since 0.1.0 */
export type Fact = typeof Fact.Type

/** @category models @since 0.1.0 */
export type Of<Tag extends Fact["_tag"]> = Extract<Fact, { readonly _tag: Tag }>

/**
 * A short name of any text: keys are of ASCII, and of a bounded length.
 *
 * @category constructors
 * @since 0.1.0
 */
export const digest = (text: string): string =>
  createHash("sha256").update(text).digest("base64url")

/**
 * The name under which a fact is kept: a later fact of the same name takes its place.
 *
 * @category constructors
 * @since 0.1.0
 */
export const key = {
  user: (id: string) => `user/${id}`,
  block: (source: string, target: string) => `block/${source}/${target}`,
  mute: (source: string, target: string) => `mute/${source}/${target}`,
  app: (name: string) => `app/${digest(name)}`,
  userToken: (token: string) => `oauth1/${digest(token)}`,
  grant: (id: string) => `grant/${id}`,
  accessToken: (token: string) => `access/${digest(token)}`,
  refreshToken: (token: string) => `refresh/${digest(token)}`,
}

/** @category getters @since 0.1.0 */
export const keyOf = (fact: Fact): string => {
  switch (fact._tag) {
    case "User":
      return key.user(fact.user.id)
    case "Block":
      return key.block(fact.source, fact.target)
    case "Mute":
      return key.mute(fact.source, fact.target)
    case "App":
      return key.app(fact.name)
    case "UserToken":
    case "UserTokenRevoked":
      return key.userToken(fact.token)
    case "Grant":
      return key.grant(fact.id)
    case "AccessToken":
    case "AccessTokenRevoked":
      return key.accessToken(fact.token)
    case "RefreshToken":
      return key.refreshToken(fact.token)
  }
}

/**
 * Where a running world says what changed. Both calls return at once; what was said is written before
 * the request that caused it is answered.
 *
 * @category models
 * @since 0.1.0
 */
export interface Keeper {
  readonly keep: (fact: Fact) => void
  /** From now on there is nothing to be known under a key. */
  readonly forget: (key: string) => void
}

/**
 * The facts of a kind, in the order in which they first came.
 *
 * @category getters
 * @since 0.1.0
 */
export const all = <Tag extends Fact["_tag"]>(
  facts: ReadonlyArray<Fact>,
  tag: Tag,
): ReadonlyArray<Of<Tag>> => {
  const isOf = (fact: Fact): fact is Of<Tag> => fact._tag === tag
  return facts.filter(isOf)
}
