/**
 * Which credential a request is authorized with: everything asks here that acts for a user, or for
 * the app.
 *
 * There are layers for tokens of OAuth 1.0a, for grants of OAuth 2.0 and for the app itself, and
 * {@link combine} makes one service of several. Whoever keeps credentials elsewhere provides a service
 * of their own.
 *
 * @since 0.1.0
 */
import type { RemoteError, StoreError, UserId } from "@kith/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as appItself from "../internal/appItself.ts"
import * as combined from "../internal/combined.ts"
import * as Lacks from "../internal/lacks.ts"
import * as oauth1Users from "../internal/oauth1Users.ts"
import { refused } from "../internal/tokenServer.ts"
import type * as AppToken from "./AppOnly.ts"
import type { AppOnly, Credential } from "./Credential.ts"
import { Grants } from "./Grants.ts"

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

type Failure = RemoteError.RemoteError | StoreError.StoreError

/**
 * A `RemoteError` of this service has the outcome `refused`, and its message names what is missing:
 * `Unauthenticated` when there is no good credential of the user, `NotSupported` when there is none of
 * the kind that is needed, `ScopeMissing` when the one that there is does not cover it. `Outage` and
 * others that are `retryable` say that a token could not be had for now.
 *
 * @category services
 * @since 0.1.0
 */
export class Credentials extends Context.Service<
  Credentials,
  {
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
>()("@kith/http-adapter/Credentials") {}

type Service = Credentials["Service"]

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
 * them: a list, or a way to look a user's token up wherever they are kept.
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
 * Users by their tokens of OAuth 1.0a, which do for v2 and v1.1, reading and writing, and do not
 * expire.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeOAuth1 = (options: OAuth1Options): Effect.Effect<Service> =>
  Effect.sync(() => Credentials.of(oauth1Users.make(options)))

/**
 * @category layers
 * @since 0.1.0
 */
export const layerOAuth1 = (options: OAuth1Options): Layer.Layer<Credentials> =>
  Layer.effect(Credentials, makeOAuth1(options))

/** X's own condition for following and unfollowing; what it takes to read differs by the call. */
const writing = ["follows.write"]

/**
 * Users by their grants of OAuth 2.0, for v2.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeOAuth2: Effect.Effect<Service, never, Grants> = Effect.map(Grants, (grants) => {
  const noV1 = Lacks.ofUser((user) =>
    refused(
      "NotSupported",
      `v1.1 takes no OAuth 2.0, and there is nothing else of user ${user}; add the user's token of OAuth 1.0a`,
    ),
  )
  return Credentials.of({
    forUser: (user, { v1, writes }) =>
      v1 ? Effect.fail(noV1(user)) : grants.current(user, writes ? writing : []),
    forApp: Lacks.noApp,
    replaced: (credential) =>
      credential._tag === "OAuth2"
        ? grants.refresh(credential.user, credential.accessToken)
        : Lacks.notOurs,
  })
})

/**
 * @category layers
 * @since 0.1.0
 */
export const layerOAuth2: Layer.Layer<Credentials, never, Grants> = Layer.effect(
  Credentials,
  makeOAuth2,
)

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

/**
 * The app itself, for reading what is public. X is asked for the token when it is first needed, and
 * the token is kept until X refuses it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeAppOnly: (options: AppOnlyOptions) => Effect.Effect<Service> = appItself.make

/**
 * @category layers
 * @since 0.1.0
 */
export const layerAppOnly = (options: AppOnlyOptions): Layer.Layer<Credentials> =>
  Layer.effect(Credentials, makeAppOnly(options))

/**
 * Several services as one: the first that has what is needed gives it. Put what you prefer first.
 *
 * When X refuses a credential, the service that it came from finds another one.
 *
 * @category combinators
 * @since 0.1.0
 */
export const combine = (...services: ReadonlyArray<Service>): Service =>
  Credentials.of(combined.make(services))

/**
 * The parts combined, such as
 * `Credentials.layer(Credentials.makeOAuth1(tokens), Credentials.makeOAuth2)`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = <E = never, R = never>(
  ...parts: ReadonlyArray<Effect.Effect<Service, E, R>>
): Layer.Layer<Credentials, E, R> =>
  Layer.effect(
    Credentials,
    Effect.map(Effect.all(parts), (services) => combine(...services)),
  )
