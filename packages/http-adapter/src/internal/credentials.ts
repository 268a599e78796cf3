/**
 * What a source of credentials is and is made of, which `Credentials` gives out under the same names.
 *
 * @since 0.1.0
 */
import type { RemoteError, StoreError, UserId } from "@kith/core"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type * as AppToken from "../auth/AppOnly.ts"
import type { AppOnly, Credential } from "../auth/Credential.ts"

/**
 * What a credential is wanted for: whether it is to change anything, and whether the call is one of
 * v1.1, which takes no OAuth 2.0.
 *
 * @category models
 * @since 0.1.0
 */
export interface Needs {
  readonly writes: boolean
  readonly v1: boolean
}

/** @internal */
export type Failure = RemoteError.RemoteError | StoreError.StoreError

/** The service of `Credentials`, whose docstring says how it fails. */
export interface Source {
  /** The credential to act with for a user. It may wait for a token to be refreshed. */
  readonly forUser: (user: UserId.UserId, needs: Needs) => Effect.Effect<Credential, Failure>

  /** The credential of the app itself, for reading. */
  readonly forApp: Effect.Effect<AppOnly, RemoteError.RemoteError>

  /**
   * Another credential in the place of one that X has just refused with the status 401. It fails
   * when there is no hope of another. Ask once for a request: who is refused again stops there.
   */
  readonly replaced: (credential: Credential) => Effect.Effect<Credential, Failure>
}

/**
 * A user's token of OAuth 1.0a.
 *
 * @category models
 * @since 0.1.0
 */
export interface OAuth1Token {
  readonly token: string
  readonly tokenSecret: Redacted.Redacted
}

/**
 * An app with the tokens of its users, as the three-legged handshake or X's page for developers gives
 * them: a list, or a way to look a user's token up wherever they are kept. One that begins with another
 * user's id is not used.
 *
 * @category models
 * @since 0.1.0
 */
export interface OAuth1Options {
  readonly app: string
  readonly key: string
  readonly secret: Redacted.Redacted
  readonly users:
    | ReadonlyArray<OAuth1Token & { readonly user: UserId.UserId }>
    | ((user: UserId.UserId) => Effect.Effect<OAuth1Token | undefined, StoreError.StoreError>)
}

/**
 * The app's bearer token, or the key and secret to ask X for it.
 *
 * @category models
 * @since 0.1.0
 */
export type AppOnlyOptions = { readonly app: string } & (
  | { readonly bearerToken: Redacted.Redacted }
  | AppToken.Options
)
