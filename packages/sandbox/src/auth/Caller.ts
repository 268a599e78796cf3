/**
 * Who sent a request: a user through an app, or an app on its own.
 *
 * @since 0.1.0
 */
import type { App, User } from "../world/World.ts"

/**
 * - `OAuth1`: a user, by a request signed with OAuth 1.0a.
 * - `OAuth2`: a user, by a bearer token from the authorization code flow, with the scopes granted.
 * - `AppOnly`: no user, by an app's bearer token.
 *
 * @category models
 * @since 0.1.0
 */
export type Caller =
  | { readonly _tag: "OAuth1"; readonly app: App; readonly user: User }
  | {
      readonly _tag: "OAuth2"
      readonly app: App
      readonly user: User
      readonly scopes: ReadonlySet<string>
    }
  | { readonly _tag: "AppOnly"; readonly app: App }

/**
 * Why a request has no caller. Each generation of X's API says it in its own words.
 *
 * | failure | v1.1 |
 * | --- | --- |
 * | `Missing`: no credentials, or none that can be read | 400, code 215 |
 * | `BadSignature`: also an unknown consumer key, a nonce used before | 401, code 32 |
 * | `BadTimestamp`: too far from the clock | 401, code 135 |
 * | `BadToken`: unknown, expired or revoked | 401, code 89 |
 *
 * @category models
 * @since 0.1.0
 */
export type AuthenticationFailure = "Missing" | "BadSignature" | "BadTimestamp" | "BadToken"
