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
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as appItself from "../internal/appItself.ts"
import * as combined from "../internal/combined.ts"
import type { AppOnlyOptions, OAuth1Options, Source } from "../internal/credentials.ts"
import * as Lacks from "../internal/lacks.ts"
import * as oauth1Users from "../internal/oauth1Users.ts"
import { refused } from "../internal/tokenServer.ts"
import { Grants } from "./Grants.ts"

export type { AppOnlyOptions, Needs, OAuth1Options, OAuth1Token } from "../internal/credentials.ts"

/**
 * A `RemoteError` of this service has the outcome `refused`, and its message names what is missing:
 * `Unauthenticated` when there is no good credential of the user, `NotSupported` when there is none of
 * the kind that is needed, `ScopeMissing` when the one that there is does not cover it. `Outage` and
 * others that are `retryable` say that a token could not be had for now.
 *
 * @category services
 * @since 0.1.0
 */
export class Credentials extends Context.Service<Credentials, Source>()(
  "@kith/http-adapter/Credentials",
) {}

/**
 * Users by their tokens of OAuth 1.0a, which do for v2 and v1.1, reading and writing, and do not
 * expire.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeOAuth1 = (options: OAuth1Options): Effect.Effect<Source> =>
  Effect.sync(() => Credentials.of(oauth1Users.make(options)))

/**
 * Users by their tokens of OAuth 1.0a; see {@link makeOAuth1}. Nothing is sent and no user is
 * looked up when it is built. A user of whom there is no token is `Unauthenticated`, or
 * `NotSupported` where the call is one of v1.1. In the place of a token that X refuses there is no
 * other.
 *
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
export const makeOAuth2: Effect.Effect<Source, never, Grants> = Effect.map(Grants, (grants) => {
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
 * Users by their grants of OAuth 2.0; see {@link makeOAuth2}. A grant is refreshed when it is about
 * to end, or when X refuses it; where that is no longer possible the user is `Unauthenticated` and
 * has to sign in again. What v1.1 alone can do is `NotSupported`. The origin is that of the
 * {@link Grants}, where a bad one is a defect.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerOAuth2: Layer.Layer<Credentials, never, Grants> = Layer.effect(
  Credentials,
  makeOAuth2,
)

/**
 * The app itself, for reading what is public. X is asked for the token when it is first needed, and
 * the token is kept until X refuses it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeAppOnly: (options: AppOnlyOptions) => Effect.Effect<Source> = appItself.make

/**
 * The app itself; see {@link makeAppOnly}. X is asked at the first use, not when it is built.
 * Acting for a user is `UserContextRequired`. Where X is to be asked for the token, an `origin`
 * that is none, or one without TLS elsewhere than on this machine, is a defect.
 *
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
export const combine = (...services: ReadonlyArray<Source>): Source =>
  Credentials.of(combined.make(services))

/**
 * The parts combined, such as
 * `Credentials.layer(Credentials.makeOAuth1(tokens), Credentials.makeOAuth2)`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = <E = never, R = never>(
  ...parts: ReadonlyArray<Effect.Effect<Source, E, R>>
): Layer.Layer<Credentials, E, R> =>
  Layer.effect(
    Credentials,
    Effect.map(Effect.all(parts), (services) => combine(...services)),
  )
