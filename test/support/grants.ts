/** A token server in the hands of a test, and journals that fail or stop when they are told to. */
import { Journal, RemoteError, StoreError, UserId } from "@kith/core"
import { Grants, type Pkce } from "@kith/http-adapter"
import { MemoryJournal } from "@kith/memory-adapter"
import { Effect, Redacted } from "effect"

export const user = UserId.make("63046977")
export const app = "my app"
export const key = "grant/my%20app/63046977"

/** Hours after 1970, in milliseconds. */
export const hours = (count: number): number => count * 3_600_000

/** What the sign-in gave: good for two hours from 1970 on. */
export const signedIn: Pkce.Tokens = {
  accessToken: Redacted.make("access-0"),
  refreshToken: Redacted.make("refresh-0"),
  expiresAt: hours(2),
  scopes: ["follows.write", "users.read"],
}

/**
 * - `calls`: refresh tokens as they came; `issued`: access tokens as they went.
 * - `before`, `after`: what happens to a refresh before it is carried out, and to its answer.
 */
export interface TokenServer {
  readonly client: Pick<Pkce.Pkce, "refresh" | "revoke">
  readonly calls: Array<string>
  readonly issued: Array<string>
  readonly revokedTokens: Array<string>
  readonly isGood: (accessToken: string) => boolean
  before: Effect.Effect<void, RemoteError.RemoteError>
  after: Effect.Effect<void, RemoteError.RemoteError>
  revoked: boolean
}

/** Rotates refresh tokens, and revokes the grant when one comes twice, as X does. */
export const tokenServer = (): TokenServer => {
  let newest = 0
  const used = new Set<string>()
  const server: TokenServer = {
    calls: [],
    issued: [],
    revokedTokens: [],
    revoked: false,
    before: Effect.void,
    after: Effect.void,
    isGood: (accessToken) => !server.revoked && accessToken === `access-${newest}`,
    client: {
      refresh: Effect.fnUntraced(function* ({ refreshToken, scopes }) {
        const token = refreshToken === undefined ? "" : Redacted.value(refreshToken)
        server.calls.push(token)
        yield* server.before
        if (used.has(token)) server.revoked = true
        const isRefused = server.revoked || token !== `refresh-${newest}`
        used.add(token)
        if (!isRefused) server.issued.push(`access-${++newest}`)
        const answer: Pkce.Refreshed = isRefused
          ? { _tag: "Refused" }
          : {
              _tag: "Issued",
              tokens: {
                accessToken: Redacted.make(`access-${newest}`),
                refreshToken: Redacted.make(`refresh-${newest}`),
                expiresAt: hours(1_000 + 2 * newest),
                scopes,
              },
            }
        yield* server.after
        return answer
      }),
      revoke: (token) =>
        Effect.sync(() => {
          server.revokedTokens.push(Redacted.value(token))
          server.revoked = true
        }),
    },
  }
  return server
}

const failing = (
  reason: RemoteError.Reason,
  outcome: "refused" | "unknown",
  retryable: boolean,
): Effect.Effect<never, RemoteError.RemoteError> =>
  Effect.fail(
    new RemoteError.RemoteError({ outcome, reason, retryable, message: `${reason} for a test` }),
  )

export const unreachable = failing("Outage", "refused", true)
export const lost = failing("Outage", "unknown", true)
export const tooOften = failing("WindowExhausted", "refused", true)
export const unreadable = failing("Malformed", "unknown", true)
export const wrongApp = failing("Unauthenticated", "refused", false)

export const unavailable = new StoreError.StoreError({
  reason: "Unavailable",
  message: "the journal is away for a test",
})

/** The journal as one process sees it; `write` is what happens before each write. */
export const seenBy = (
  journal: Journal.Journal["Service"],
  write: (writes: ReadonlyArray<Journal.Write>) => Effect.Effect<void, StoreError.StoreError>,
): Journal.Journal["Service"] =>
  Journal.Journal.of({
    read: (keys) => journal.read(keys),
    scan: (prefix, limit, after) => journal.scan(prefix, limit, after),
    write: (writes) =>
      Effect.andThen(
        Effect.suspend(() => write(writes)),
        journal.write(writes),
      ),
  })

/** What lies in the journal. */
export const stored = (
  journal: Journal.Journal["Service"],
): Effect.Effect<Record<string, unknown> | undefined> =>
  Effect.map(Effect.orDie(journal.read([key])), ([entry]) =>
    entry === undefined ? undefined : JSON.parse(entry.value),
  )

/** A process of its own: what is in memory is not shared, the journal is. */
export const processOn = (journal: Journal.Journal["Service"], server: TokenServer) =>
  Grants.make({ app, client: server.client }).pipe(Effect.provideService(Journal.Journal, journal))

/** A user who has signed in, and a process that has the grant. */
export const begin = Effect.gen(function* () {
  const journal = yield* MemoryJournal.make
  const server = tokenServer()
  const grants = yield* processOn(journal, server)
  yield* grants.put(user, signedIn)
  return { journal, server, grants }
})

export const accessToken = (credential: { readonly accessToken: Redacted.Redacted }): string =>
  Redacted.value(credential.accessToken)

/** What the sign-in gave, after X has refused it. */
export const stale = Redacted.make("access-0")
