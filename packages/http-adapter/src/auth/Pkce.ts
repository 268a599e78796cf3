/**
 * OAuth 2.0 with PKCE: a user's sign-in through an app, for v2.
 *
 * Parameters, states and answers are made and checked by `oauth4webapi`. The user is sent to
 * {@link Attempt.url}; X sends them back to the callback, with a code that is good once and for 30
 * seconds. The tokens do not say whose they are: {@link Pkce.whoami} asks. Keep them with `Grants`,
 * which refreshes them.
 *
 * @since 0.1.0
 */
import type { RemoteError } from "@kith/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as oauth from "oauth4webapi"
import * as TokenServer from "../internal/tokenServer.ts"
import * as OAuth2Client from "../internal/oauth2Client.ts"
import * as Me from "../v2/Me.ts"
import type { XUser } from "../XUser.ts"
import * as Entropy from "./Entropy.ts"
import { encodePairs } from "./Percent.ts"

/**
 * - `clientId`: the app's, on X's page for developers. Not its consumer key.
 * - `clientSecret`: of an app that has one (a web app or an automated one, in X's words).
 * - `callback`: where X sends the user back to: one of the app's, to the letter.
 * - `origin`: where X's API is; `https://api.x.com` unless told. Without TLS only on this machine.
 * - `authorizePage`: where users are sent; `https://x.com/i/oauth2/authorize` unless told, and at
 *   an origin that is not X's its page `/i/oauth2/authorize`.
 * - `timeout`: milliseconds that an answer of X may take; 10,000 unless told.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly clientId: string
  readonly clientSecret?: Redacted.Redacted | undefined
  readonly callback: string
  readonly origin?: string | undefined
  readonly authorizePage?: string | undefined
  readonly timeout?: number | undefined
}

/**
 * A sign-in that has begun. Keep it with the user's session until the user comes back; it is good for
 * one answer.
 *
 * @category models
 * @since 0.1.0
 */
export interface Attempt {
  readonly url: string
  readonly state: string
  readonly verifier: Redacted.Redacted
  readonly scopes: ReadonlyArray<string>
}

/**
 * What a sign-in gave. There is a refresh token when the scope `offline.access` was granted; without
 * one the user has to sign in again when the access token expires, after two hours.
 *
 * - `expiresAt`: in milliseconds since 1970, on this machine's clock.
 *
 * @category models
 * @since 0.1.0
 */
export interface Tokens {
  readonly accessToken: Redacted.Redacted
  readonly refreshToken?: Redacted.Redacted | undefined
  readonly expiresAt: number
  readonly scopes: ReadonlyArray<string>
}

/**
 * What became of a refresh.
 *
 * - `Issued`: new tokens; the old refresh token is used up.
 * - `Refused`: X does not know the refresh token, or not any more. It will never be good again.
 *
 * @category models
 * @since 0.1.0
 */
export type Refreshed =
  | { readonly _tag: "Issued"; readonly tokens: Tokens }
  | { readonly _tag: "Refused" }

/**
 * All that this package needs: who the user is, whom they follow, follows and unfollows in their
 * name, and going on without them.
 *
 * @category constants
 * @since 0.1.0
 */
export const defaultScopes: ReadonlyArray<string> = [
  "follows.read",
  "follows.write",
  "tweet.read",
  "users.read",
  "offline.access",
]

/**
 * The steps of a sign-in with one app. Errors have one clear line and no secret; the outcome
 * `unknown` says that X may have given tokens that never arrived.
 *
 * @category models
 * @since 0.1.0
 */
export interface Pkce {
  /** Begins a sign-in: the page to send the user to, and what has to be kept until they return. */
  readonly authorize: (options?: {
    readonly scopes?: ReadonlyArray<string> | undefined
  }) => Effect.Effect<Attempt>

  /**
   * Exchanges what X sent the user back with for tokens. It is done once: a code that comes again
   * makes X revoke what it gave.
   *
   * @param returned the URL that the user was sent back to, whole or as a server gives that of a
   *   request, or its query
   */
  readonly exchange: (
    attempt: Pick<Attempt, "state" | "verifier" | "scopes">,
    returned: string,
  ) => Effect.Effect<Tokens, RemoteError.RemoteError>

  /**
   * New tokens for a refresh token, which is good once. When the answer is lost, so may be the grant:
   * nobody knows whether the token was used up. Use `Grants`, which sees to it that no two processes
   * use one token.
   */
  readonly refresh: (
    before: Pick<Tokens, "refreshToken" | "scopes">,
  ) => Effect.Effect<Refreshed, RemoteError.RemoteError>

  /** Ends an access token, or with a refresh token all that its grant gave. May be repeated. */
  readonly revoke: (token: Redacted.Redacted) => Effect.Effect<void, RemoteError.RemoteError>

  /** Whose an access token is. */
  readonly whoami: (accessToken: Redacted.Redacted) => Effect.Effect<XUser, RemoteError.RemoteError>
}

/** The names of X's API, whose page for users is elsewhere. */
const origins: ReadonlySet<string> = new Set(["https://api.x.com", "https://api.twitter.com"])

/**
 * An origin that is none, or one without TLS elsewhere than on this machine, is a defect.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* (options: Options) {
  const server = yield* TokenServer.make(options)
  const client = OAuth2Client.make(server, "/2/oauth2/token", {
    id: options.clientId,
    secret: options.clientSecret,
  })
  const page =
    options.authorizePage ??
    (origins.has(server.origin)
      ? "https://x.com/i/oauth2/authorize"
      : `${server.origin}/i/oauth2/authorize`)

  const tokensOf = (
    { access_token, expires_in, refresh_token, scope }: oauth.TokenEndpointResponse,
    before: Pick<Tokens, "refreshToken" | "scopes">,
    now: number,
  ): Tokens => ({
    accessToken: Redacted.make(access_token),
    // Without a new one, the old one goes on (RFC 6749, section 6).
    refreshToken: refresh_token === undefined ? before.refreshToken : Redacted.make(refresh_token),
    // X always tells; these are its two hours. Who says more than some decades means forever.
    expiresAt: now + Math.trunc(Math.min(expires_in ?? 7_200, 1e9) * 1000),
    // Without scopes, they are those that were asked for (section 5.1).
    scopes: scope === undefined ? before.scopes : scope.split(" ").filter((it) => it !== ""),
  })

  const authorize: Pkce["authorize"] = Effect.fnUntraced(function* (asked = {}) {
    const source = yield* Entropy.Entropy
    const [state, verifier] = [Entropy.token(source), Entropy.token(source)]
    const scopes = asked.scopes ?? defaultScopes
    const challenge = yield* Effect.promise(() => oauth.calculatePKCECodeChallenge(verifier))
    const query = encodePairs([
      ["response_type", "code"],
      ["client_id", options.clientId],
      ["redirect_uri", options.callback],
      ["scope", scopes.join(" ")],
      ["state", state],
      ["code_challenge", challenge],
      ["code_challenge_method", "S256"],
    ])
    return { url: `${page}?${query}`, state, verifier: Redacted.make(verifier), scopes }
  })

  const exchange: Pkce["exchange"] = Effect.fnUntraced(function* (attempt, returned) {
    const answered = client.validate(TokenServer.parametersOf(returned), attempt.state)
    if (Result.isFailure(answered)) return yield* answered.failure
    const now = yield* Clock.currentTimeMillis
    const reply = yield* client.send((as, app, authentication, how) =>
      oauth.authorizationCodeGrantRequest(
        as,
        app,
        authentication,
        answered.success,
        options.callback,
        Redacted.value(attempt.verifier),
        how,
      ),
    )
    if (OAuth2Client.saysInvalid(reply, /authorization code|verifier|redirect uri/i)) {
      return yield* TokenServer.refused(
        "Unauthenticated",
        "X does not accept the code: it is good once, for 30 seconds, and for the callback that it was asked with; sign in again",
      )
    }
    const tokens = yield* client.tokens(reply)
    return tokensOf(tokens, { scopes: attempt.scopes }, now)
  })

  const refresh: Pkce["refresh"] = Effect.fnUntraced(function* (before) {
    const { refreshToken } = before
    if (refreshToken === undefined) return { _tag: "Refused" }
    const now = yield* Clock.currentTimeMillis
    const reply = yield* client.send((as, app, authentication, how) =>
      oauth.refreshTokenGrantRequest(as, app, authentication, Redacted.value(refreshToken), how),
    )
    if (OAuth2Client.saysInvalid(reply, /\btoken was invalid/i)) return { _tag: "Refused" }
    const tokens = yield* client.tokens(reply)
    return { _tag: "Issued", tokens: tokensOf(tokens, before, now) }
  })

  const revoke: Pkce["revoke"] = Effect.fnUntraced(function* (token) {
    const reply = yield* client.send((as, app, authentication, how) =>
      oauth.revocationRequest(as, app, authentication, Redacted.value(token), how),
    )
    if (reply.status !== 200) return yield* TokenServer.refusal(reply)
  })

  const whoami: Pkce["whoami"] = (accessToken) =>
    Effect.flatMap(
      server.send(Me.endpoint.encode(), `Bearer ${Redacted.value(accessToken)}`),
      (reply) => Effect.fromResult(Me.endpoint.decode(reply)),
    )

  return { authorize, exchange, refresh, revoke, whoami } satisfies Pkce
})
