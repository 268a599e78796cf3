/**
 * One refresh of a grant, against all who may want one at the same time.
 *
 * Before a refresh token is used, its grant is marked in the journal; whoever finds the mark waits,
 * and takes what comes. A mark that does not change for the time of a lease was left by somebody who
 * ended, and is taken over. The time is counted by whoever waits, on a clock that only goes forward,
 * since the clocks of two machines may differ by more than any lease.
 */
import type { RemoteError, StoreError, UserId } from "@kith/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schedule from "effect/Schedule"
import type { Pkce, Tokens } from "../auth/Pkce.ts"
import { type Entry, type Grant, issued, type Records } from "./grantRecords.ts"
import { refused, withoutToken } from "./tokenServer.ts"

/**
 * - `me`: tells this instance from all others.
 * - `lease`: milliseconds after which a mark that did not change is taken over.
 *
 * @internal
 */
export interface Options {
  readonly app: string
  readonly me: string
  readonly lease: number
  readonly records: Records
  readonly refresh: Pkce["refresh"]
}

type Failure = RemoteError.RemoteError | StoreError.StoreError

/** Milliseconds between two looks at a grant that somebody else refreshes. */
const poll = 250

/** Milliseconds until a refresh that failed is tried again, while the old token is still good. */
const pause = 30_000

/** New tokens that the journal has not taken yet, and the refresh token that was given for them. */
interface Unsaved {
  readonly used: string
  readonly grant: Grant
}

/** @internal */
export const missing = (app: string, user: UserId.UserId): RemoteError.RemoteError =>
  refused("Unauthenticated", `there is no grant of user ${user} for ${app}; let the user sign in`)

/** @internal */
export const revoked = (user: UserId.UserId, { unanswered }: Grant): RemoteError.RemoteError =>
  refused(
    "Unauthenticated",
    unanswered === true
      ? `X refuses the grant of user ${user}, perhaps because the answer to an earlier refresh was lost and the new token with it; let the user sign in again`
      : `X refuses the grant of user ${user}, which was revoked; let the user sign in again`,
  )

const final = (user: UserId.UserId): RemoteError.RemoteError =>
  refused(
    "Unauthenticated",
    `the token of user ${user} is not good any more and cannot be refreshed; let the user sign in again, with the scope offline.access`,
  )

const monotonic = Effect.map(Clock.monotonicTimeNanos, (nanos) => Number(nanos / 1_000_000n))

/** @internal */
export const grantOf = ({ accessToken, expiresAt, refreshToken, scopes }: Tokens): Grant => ({
  accessToken: Redacted.value(accessToken),
  expiresAt,
  scopes,
  ...(refreshToken === undefined ? {} : { refreshToken: Redacted.value(refreshToken) }),
})

/**
 * Gives the grant of a user with an access token that is not `stale`: what somebody else got, or what
 * a refresh gives.
 *
 * @internal
 */
export const make = ({ app, lease, me, records, refresh }: Options) => {
  // Only what a failing journal did not take; a few at any time.
  const unsaved = new Map<UserId.UserId, Unsaved>()

  /** Puts new tokens in the place of those that they were given for, wherever these are by now. */
  const save = (
    user: UserId.UserId,
    { grant, used }: Unsaved,
    version: number,
  ): Effect.Effect<Grant, Failure> =>
    Effect.flatMap(records.swap(user, grant, version), (swapped) => {
      if (swapped._tag === "Written") return Effect.succeed(grant)
      const { current } = swapped
      // Who signed out in the meantime stays so.
      if (current === undefined) return Effect.fail(missing(app, user))
      return current.grant.refreshToken === used
        ? save(user, { grant, used }, current.version)
        : Effect.succeed(current.grant)
    })

  /** Nothing may get lost here: what X gave is given once. */
  const keep = (
    user: UserId.UserId,
    tokens: Unsaved,
    version: number,
  ): Effect.Effect<Grant, Failure> =>
    save(user, tokens, version).pipe(
      Effect.retry({
        times: 5,
        schedule: Schedule.exponential("100 millis"),
        while: (error) => error._tag === "StoreError" && error.retryable,
      }),
      Effect.tapError((error) =>
        Effect.sync(() => {
          if (error._tag === "StoreError") unsaved.set(user, tokens)
        }),
      ),
    )

  /** Writes down that X refused the refresh token, unless there is another one by now. */
  const mark = (user: UserId.UserId, entry: Entry): Effect.Effect<Grant, Failure> => {
    const { grant, version } = entry
    const next: Grant = { ...issued(grant), revoked: true, unanswered: grant.unanswered === true }
    return Effect.flatMap(records.swap(user, next, version), (swapped) => {
      if (swapped._tag === "Written") return Effect.fail(revoked(user, next))
      const { current } = swapped
      if (current === undefined) return Effect.fail(missing(app, user))
      return current.grant.refreshToken === grant.refreshToken
        ? mark(user, current)
        : Effect.succeed(current.grant)
    })
  }

  /** Takes the mark away after a failure that says nothing about the grant. */
  const release = Effect.fnUntraced(function* (
    user: UserId.UserId,
    { grant, version }: Entry,
    error: RemoteError.RemoteError,
  ) {
    const now = yield* Clock.currentTimeMillis
    const unanswered = grant.unanswered === true || error.outcome === "unknown"
    // Who cannot write it down leaves the mark, and others wait for the lease: that is safe as well.
    yield* Effect.ignore(
      records.swap(user, { ...issued(grant), unanswered, retryAt: now + pause }, version),
    )
    return yield* withoutToken(`the token of user ${user} was not refreshed`, error)
  })

  /** Marks a grant and refreshes it; `undefined` when somebody else was first, or may be by now. */
  const take = Effect.fnUntraced(function* (user: UserId.UserId, entry: Entry, used: string) {
    const { grant } = entry
    // A mark that is there already was left by somebody who may have sent the token.
    const unanswered = grant.unanswered === true || grant.refreshing !== undefined
    const marked: Grant = { ...issued(grant), refreshing: me, unanswered }
    const begun = yield* monotonic
    const swapped = yield* records.swap(user, marked, entry.version)
    if (swapped._tag === "Conflict") return undefined
    // Others wait for the lease from when the mark was there. What is left of it has to suffice.
    if ((yield* monotonic) - begun > lease / 3) return undefined
    const { version } = swapped
    const answer = yield* Effect.result(
      refresh({ refreshToken: Redacted.make(used), scopes: grant.scopes }),
    )
    if (Result.isFailure(answer)) {
      return yield* release(user, { grant: marked, version }, answer.failure)
    }
    return answer.success._tag === "Refused"
      ? yield* mark(user, { grant: marked, version })
      : yield* keep(user, { used, grant: grantOf(answer.success.tokens) }, version)
  })

  /** What is left of an earlier refresh, whose tokens the journal would not take. */
  const catchUp = Effect.fnUntraced(function* (user: UserId.UserId) {
    const tokens = unsaved.get(user)
    if (tokens === undefined) return
    const entry = yield* records.read(user)
    if (entry?.grant.refreshToken === tokens.used) yield* save(user, tokens, entry.version)
    unsaved.delete(user)
  })

  return Effect.fnUntraced(function* (
    user: UserId.UserId,
    stale: string,
  ): Effect.fn.Return<Grant, Failure> {
    let seen: { readonly version: number; readonly since: number } | undefined
    for (;;) {
      yield* catchUp(user)
      const entry = yield* records.read(user)
      if (entry === undefined) return yield* missing(app, user)
      const { grant, version } = entry
      if (grant.revoked === true) return yield* revoked(user, grant)
      if (grant.accessToken !== stale) return grant
      if (grant.refreshToken === undefined) return yield* final(user)
      if (grant.refreshing !== undefined && grant.refreshing !== me) {
        const now = yield* monotonic
        if (seen?.version !== version) seen = { version, since: now }
        const left = seen.since + lease - now
        if (left > 0) {
          yield* Effect.sleep(Math.min(poll, left))
          continue
        }
      }
      // From the mark to the tokens being written down there is no way out.
      const refreshed = yield* Effect.uninterruptible(take(user, entry, grant.refreshToken))
      if (refreshed !== undefined) return refreshed
    }
  })
}
