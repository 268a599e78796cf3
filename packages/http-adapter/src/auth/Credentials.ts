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
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { refused } from "../internal/tokenServer.ts"
import * as AppToken from "./AppOnly.ts"
import type { AppOnly, Credential, OAuth1 } from "./Credential.ts"
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

const noApp = Effect.fail(
  refused("NotSupported", "there is no credential of the app itself; give its bearer token"),
)

const noUser = (user: UserId.UserId) =>
  Effect.fail(
    refused(
      "UserContextRequired",
      `there is only a credential of the app, and none of user ${user}; let the user sign in`,
    ),
  )

const notOurs = Effect.fail(
  refused(
    "Unauthenticated",
    "X refuses a credential that did not come from here; check where it is from",
  ),
)

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
export const makeOAuth1 = ({ app, key, secret, users }: OAuth1Options): Effect.Effect<Service> => {
  const toCredential = (user: UserId.UserId, token: OAuth1Token): OAuth1 => ({
    _tag: "OAuth1",
    app,
    key,
    secret,
    user,
    ...token,
  })
  const lookUp = () => {
    if (typeof users === "function") {
      return (user: UserId.UserId) =>
        Effect.map(users(user), (token) => token && toCredential(user, token))
    }
    // Made once: what it takes to sign is kept with each credential.
    const byUser = new Map(users.map((it) => [it.user, toCredential(it.user, it)]))
    return (user: UserId.UserId) => Effect.succeed(byUser.get(user))
  }
  const find = lookUp()
  const missing = (user: UserId.UserId, v1: boolean) =>
    v1
      ? refused(
          "NotSupported",
          `v1.1 takes tokens of OAuth 1.0a only, and there is none of user ${user} for ${app}; add the user's token and its secret`,
        )
      : refused(
          "Unauthenticated",
          `there is no token of OAuth 1.0a of user ${user} for ${app}; add the user's token and its secret`,
        )
  const service = Credentials.of({
    forUser: (user, { v1 }) =>
      Effect.flatMap(find(user), (found) =>
        found === undefined ? Effect.fail(missing(user, v1)) : Effect.succeed(found),
      ),
    forApp: noApp,
    replaced: (credential) =>
      credential._tag === "OAuth1"
        ? Effect.fail(
            refused(
              "Unauthenticated",
              `X refuses the token of user ${credential.user}; check the app's key and secret, or let the user sign in again`,
            ),
          )
        : notOurs,
  })
  return Effect.succeed(service)
}

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
export const makeOAuth2: Effect.Effect<Service, never, Grants> = Effect.map(Grants, (grants) =>
  Credentials.of({
    forUser: (user, { v1, writes }) =>
      v1
        ? Effect.fail(
            refused(
              "NotSupported",
              `v1.1 takes no OAuth 2.0, and there is nothing else of user ${user}; add the user's token of OAuth 1.0a`,
            ),
          )
        : grants.current(user, writes ? writing : []),
    forApp: noApp,
    replaced: (credential) =>
      credential._tag === "OAuth2"
        ? grants.refresh(credential.user, credential.accessToken)
        : notOurs,
  }),
)

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
export const makeAppOnly = Effect.fnUntraced(function* (options: AppOnlyOptions) {
  const { app } = options
  const asked =
    "bearerToken" in options ? Effect.succeed(options.bearerToken) : AppToken.bearerToken(options)
  const [forApp, forget] = yield* Effect.cachedInvalidateWithTTL(
    Effect.map(asked, (bearerToken): AppOnly => ({ _tag: "AppOnly", app, bearerToken })),
    (exit) => (Exit.isSuccess(exit) ? Infinity : 0),
  )
  const isSame = (one: AppOnly, other: AppOnly): boolean =>
    Redacted.value(one.bearerToken) === Redacted.value(other.bearerToken)

  return Credentials.of({
    forUser: noUser,
    forApp,
    replaced: Effect.fnUntraced(function* (credential) {
      if (credential._tag !== "AppOnly") return yield* notOurs
      const kept = yield* forApp
      if (!isSame(kept, credential)) return kept
      yield* forget
      const next = yield* forApp
      if (!isSame(next, credential)) return next
      return yield* refused(
        "Unauthenticated",
        `X refuses the bearer token of ${app}; make a new one on X's page for developers`,
      )
    }),
  })
})

/**
 * @category layers
 * @since 0.1.0
 */
export const layerAppOnly = (options: AppOnlyOptions): Layer.Layer<Credentials> =>
  Layer.effect(Credentials, makeAppOnly(options))

/** What the next service may have an answer to; a failure that waiting helps against is not. */
const isLack = (failure: Failure): failure is RemoteError.RemoteError =>
  failure._tag === "RemoteError" && !failure.retryable

const lacking = (lacks: ReadonlyArray<RemoteError.RemoteError>): RemoteError.RemoteError => {
  const special = lacks.find(
    ({ reason }) => reason !== "Unauthenticated" && reason !== "UserContextRequired",
  )
  const said = new Set(lacks.map(({ message }) => message))
  return refused(special?.reason ?? lacks[0]?.reason ?? "Unauthenticated", [...said].join("; or: "))
}

/**
 * Several services as one: the first that has what is needed gives it. Put what you prefer first.
 *
 * When X refuses a credential, the service that it came from finds another one.
 *
 * @category combinators
 * @since 0.1.0
 */
export const combine = (...services: ReadonlyArray<Service>): Service => {
  const origins = new WeakMap<Credential, Service>()
  const first = <A extends Credential, E extends Failure>(
    ask: (service: Service) => Effect.Effect<A, E>,
  ): Effect.Effect<A, E | RemoteError.RemoteError> => {
    const from = (
      index: number,
      lacks: ReadonlyArray<RemoteError.RemoteError>,
    ): Effect.Effect<A, E | RemoteError.RemoteError> => {
      const service = services[index]
      if (service === undefined) return Effect.fail(lacking(lacks))
      return Effect.matchEffect(ask(service), {
        onSuccess: (credential) => {
          origins.set(credential, service)
          return Effect.succeed(credential)
        },
        onFailure: (failure) =>
          isLack(failure) ? from(index + 1, [...lacks, failure]) : Effect.fail(failure),
      })
    }
    return from(0, [])
  }
  return Credentials.of({
    forUser: (user, needs) => first((service) => service.forUser(user, needs)),
    forApp: Effect.suspend(() => first((service) => service.forApp)),
    replaced: (credential) => {
      const origin = origins.get(credential)
      return origin === undefined
        ? notOurs
        : Effect.tap(origin.replaced(credential), (next) =>
            Effect.sync(() => origins.set(next, origin)),
          )
    },
  })
}

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
