/**
 * What a request is authorized with.
 *
 * Secrets are `Redacted`: a credential that is printed, logged or made JSON shows none.
 *
 * @since 0.1.0
 */
import type { UserId } from "@kith/core"
import type * as Redacted from "effect/Redacted"

/**
 * A user through an app, signed; v2 and v1.1. `key` and `secret` are the app's, `token` and
 * `tokenSecret` the user's. It does not expire.
 *
 * @category models
 * @since 0.1.0
 */
export interface OAuth1 {
  readonly _tag: "OAuth1"
  readonly app: string
  readonly user: UserId.UserId
  readonly key: string
  readonly secret: Redacted.Redacted
  readonly token: string
  readonly tokenSecret: Redacted.Redacted
}

/**
 * A user through an app, with a bearer token of limited life; v2 only.
 *
 * @category models
 * @since 0.1.0
 */
export interface OAuth2 {
  readonly _tag: "OAuth2"
  readonly app: string
  readonly user: UserId.UserId
  readonly accessToken: Redacted.Redacted
}

/**
 * An app on its own; reading only.
 *
 * @category models
 * @since 0.1.0
 */
export interface AppOnly {
  readonly _tag: "AppOnly"
  readonly app: string
  readonly bearerToken: Redacted.Redacted
}

/**
 * In all of them, `app` is what the app is called here: limits are counted under this name.
 *
 * @category models
 * @since 0.1.0
 */
export type Credential = OAuth1 | OAuth2 | AppOnly
