/**
 * OAuth 2.0 grants, one for each user of an app, kept in the {@link Journal} and refreshed when they
 * expire.
 *
 * X's refresh tokens are good once: who uses one gets another, and who loses the answer, or uses a
 * token that somebody else has used, may lose the grant. Hence:
 *
 * - Of all who want a new token at once, in one process or many, one refreshes, and all the others
 *   take what it got.
 * - New tokens are written down before anybody may use them.
 * - A grant is never dropped because X or the network failed. It is marked as revoked when X says
 *   that the refresh token is no good, and kept, so that what happened can be told.
 *
 * What cannot be promised: when a refresh was carried out and its answer was lost, X may refuse the
 * old token afterwards. Then the user has to sign in again, and the error says why.
 *
 * The journal holds the tokens as they are. Whoever can read it can act for the users.
 *
 * @since 0.1.0
 */
import {
  Journal,
  Options as Checking,
  type RemoteError,
  type StoreError,
  type UserId,
} from "@kith/core"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Flights from "../internal/flights.ts"
import * as Records from "../internal/grantRecords.ts"
import * as Lacks from "../internal/lacks.ts"
import * as RefreshGrant from "../internal/refreshGrant.ts"
import { defaultTimeout, refused } from "../internal/tokenServer.ts"
import type { OAuth2 } from "./Credential.ts"
import * as Entropy from "./Entropy.ts"
import * as Pkce from "./Pkce.ts"

/**
 * - `app`: what the app is called here; limits are counted under this name.
 * - `client`: refreshes and revokes.
 * - `lease`: milliseconds that a process has for a refresh before others take it to have ended;
 *   30,000 unless told. At least three times the client's time-out.
 * - `early`: milliseconds before its end at which a token is refreshed; 120,000 unless told.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly app: string
  readonly client: Pick<Pkce.Pkce, "refresh" | "revoke">
  readonly lease?: number | undefined
  readonly early?: number | undefined
}

const ranges: Checking.Ranges<Options> = { lease: Checking.whole(1), early: Checking.whole(0) }

type Failure = RemoteError.RemoteError | StoreError.StoreError

/**
 * Failures of X never say more than that nothing was sent with the credential: they are `refused`.
 * `Unauthenticated` asks for a new sign-in, and repeating the call does not help; the reason `Outage`
 * and all others that are `retryable` leave the grant as it was.
 *
 * @category services
 * @since 0.1.0
 */
export class Grants extends Context.Service<
  Grants,
  {
    /** Keeps what a sign-in gave, in the place of what the user had before. */
    readonly put: (
      user: UserId.UserId,
      tokens: Pkce.Tokens,
    ) => Effect.Effect<void, StoreError.StoreError>

    /**
     * A user's access token, refreshed when it is about to expire. As long as the old one is good, it
     * is given while others refresh it, and while X cannot be reached.
     *
     * @param scopes what the grant has to cover; a grant that does not fails with `ScopeMissing`
     */
    readonly current: (
      user: UserId.UserId,
      scopes?: ReadonlyArray<string>,
    ) => Effect.Effect<OAuth2, Failure>

    /**
     * Another access token, after X has refused one: what somebody else got since, or what a refresh
     * gives. All who ask at once share one refresh, also when some of them are interrupted.
     */
    readonly refresh: (
      user: UserId.UserId,
      stale: Redacted.Redacted,
    ) => Effect.Effect<OAuth2, Failure>

    /** Revokes a grant on X, and forgets it then; whether there was one. */
    readonly revoke: (user: UserId.UserId) => Effect.Effect<boolean, Failure>

    /** Forgets a grant, and leaves it to X and the user what becomes of it there. */
    readonly forget: (user: UserId.UserId) => Effect.Effect<void, StoreError.StoreError>
  }
>()("@kith/http-adapter/Grants") {}

/**
 * When the scope ends, a refresh that is on its way is still brought to its end.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* (options: Options) {
  yield* Checking.check(options, ranges)
  const { app, client, early = 120_000, lease = 30_000 } = options
  const records = Records.make(yield* Journal.Journal, app)
  const me = Entropy.token(yield* Entropy.Entropy)
  const refreshGrant = Flights.make(
    RefreshGrant.make({ app, me, lease, records, refresh: client.refresh }),
    yield* Effect.scope,
  )

  const missing = Lacks.ofUser((user) => RefreshGrant.missing(app, user))

  const credential = (user: UserId.UserId, { accessToken }: Records.Grant): OAuth2 => ({
    _tag: "OAuth2",
    app,
    user,
    accessToken: Redacted.make(accessToken),
  })

  const write = (
    user: UserId.UserId,
    grant: Records.Grant | undefined,
    version: number,
  ): Effect.Effect<void, StoreError.StoreError> =>
    Effect.flatMap(records.swap(user, grant, version), (swapped) =>
      swapped._tag === "Written" ? Effect.void : write(user, grant, swapped.current?.version ?? 0),
    )

  /** Writes over whatever there is. */
  const overwrite = (user: UserId.UserId, grant: Records.Grant | undefined) =>
    Effect.flatMap(records.read(user), (entry) =>
      entry === undefined && grant === undefined
        ? Effect.void
        : write(user, grant, entry?.version ?? 0),
    )

  const current = Effect.fnUntraced(function* (
    user: UserId.UserId,
    scopes: ReadonlyArray<string> = [],
  ): Effect.fn.Return<OAuth2, Failure> {
    const entry = yield* records.read(user)
    if (entry === undefined) return yield* missing(user)
    const { grant } = entry
    if (grant.revoked === true) return yield* RefreshGrant.revoked(user, grant)
    const lacking = scopes.filter((scope) => !grant.scopes.includes(scope))
    if (lacking.length > 0) {
      return yield* refused(
        "ScopeMissing",
        `the grant of user ${user} does not cover ${lacking.join(" and ")}; let the user sign in again, and ask for that too`,
      )
    }
    const now = yield* Clock.currentTimeMillis
    const isGood = now < grant.expiresAt
    const isDue = now >= grant.expiresAt - early
    const canWait =
      grant.refreshToken === undefined ||
      grant.refreshing !== undefined ||
      now < (grant.retryAt ?? 0)
    if (isGood && (!isDue || canWait)) return credential(user, grant)
    const refreshed = yield* Effect.result(refreshGrant(user, grant.accessToken))
    if (Result.isSuccess(refreshed)) return credential(user, refreshed.success)
    return isGood && refreshed.failure.retryable
      ? credential(user, grant)
      : yield* refreshed.failure
  })

  const revoke = Effect.fnUntraced(function* (
    user: UserId.UserId,
  ): Effect.fn.Return<boolean, Failure> {
    const entry = yield* records.read(user)
    if (entry === undefined) return false
    const { accessToken, refreshToken } = entry.grant
    yield* client.revoke(Redacted.make(refreshToken ?? accessToken))
    const swapped = yield* records.swap(user, undefined, entry.version)
    // What somebody else got for it in the meantime has to end as well.
    if (swapped._tag === "Conflict") yield* revoke(user)
    return true
  })

  return Grants.of({
    put: (user, tokens) => overwrite(user, RefreshGrant.grantOf(tokens)),
    current,
    refresh: (user, stale) =>
      Effect.map(refreshGrant(user, Redacted.value(stale)), (grant) => credential(user, grant)),
    revoke,
    forget: (user) => overwrite(user, undefined),
  })
})

/**
 * The grants of an app, with a client of its own.
 *
 * An origin that is none, or one without TLS elsewhere than on this machine, is a defect.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Omit<Options, "client" | "lease"> & Omit<Pkce.Options, "callback">,
): Layer.Layer<Grants, never, Journal.Journal> =>
  Layer.effect(
    Grants,
    Effect.gen(function* () {
      // Who refreshes sends nobody anywhere.
      const client = yield* Pkce.make({ ...options, callback: "" })
      const lease = 3 * (options.timeout ?? defaultTimeout)
      return yield* make({ app: options.app, early: options.early, client, lease })
    }),
  )
