/**
 * The promise face of X in plain TypeScript, without a type of Effect.
 *
 * Secrets are plain strings here. They appear in no error and in nothing that is printed.
 *
 * @since 0.1.0
 */
import type {
  Abortable,
  ListName,
  RelationshipsLayer,
  RemoteRelationships,
} from "@kith/core/promise"

/**
 * A user's token of OAuth 1.0a and its secret.
 *
 * @category models
 * @since 0.1.0
 */
export interface OAuth1Token {
  readonly token: string
  readonly tokenSecret: string
}

/**
 * An app with OAuth 1.0a.
 *
 * - `key`, `secret`: the app's consumer key and secret, also called API key and secret.
 * - `users`: the tokens of those who have signed in: a list, or a function that looks one up wherever the
 *   host keeps them, and gives `undefined` for a user who has none; a promise, or at once. When it throws
 *   or rejects, the call fails with a `StoreError` that may be retried, and nothing is sent.
 *
 * @category models
 * @since 0.1.0
 */
export interface OAuth1App {
  readonly key: string
  readonly secret: string
  readonly users:
    | ReadonlyArray<OAuth1Token & { readonly user: string }>
    | ((user: string) => OAuth1Token | undefined | PromiseLike<OAuth1Token | undefined>)
}

/**
 * An app with OAuth 2.0. What its users grant is kept in the journal, and refreshed there.
 *
 * - `clientId`: the app's, on X's page for developers. Not its consumer key.
 * - `clientSecret`: of an app that has one (a web app or an automated one, in X's words).
 * - `callback`: where X sends users back to: one of the app's, to the letter.
 *
 * @category models
 * @since 0.1.0
 */
export interface OAuth2App {
  readonly clientId: string
  readonly clientSecret?: string | undefined
  readonly callback: string
}

/**
 * - `app`: what the app is called here; limits are counted under this name.
 * - `oauth1`, `oauth2`, `bearerToken`: with what it acts, one of them at least. For a user who has both,
 *   OAuth 2.0 is used where it will do. The bearer token, the app's own, reads what is public.
 * - `store`: a layer that makes a `RelationshipStore`, where what is known is kept, such as
 *   `SqliteAdapter.layer({ file })`.
 * - `journal`: a layer that makes a `Journal`, where commands under way, quota and grants are kept; that
 *   of `store` unless told.
 * - `origin`: where X's API is; `https://api.x.com` unless told. Without TLS only on this machine.
 * - `mode`: which API; `auto`, which is both, unless told.
 * - `timeout`: milliseconds that an answer of X may take; 20,000 unless told, and 10,000 for sign-ins.
 *
 * @category models
 * @since 0.1.0
 */
export interface XOptions {
  readonly app: string
  readonly oauth1?: OAuth1App | undefined
  readonly oauth2?: OAuth2App | undefined
  readonly bearerToken?: string | undefined
  readonly store: RelationshipsLayer
  readonly journal?: RelationshipsLayer | undefined
  readonly origin?: string | undefined
  readonly mode?: "auto" | "v2" | "v1" | undefined
  readonly timeout?: number | undefined
}

/**
 * A user as X shows one. What X did not say is not there.
 *
 * - `members`: everything that X said, under X's names.
 *
 * @category models
 * @since 0.1.0
 */
export interface XUser {
  readonly id: string
  readonly username: string
  readonly name?: string | undefined
  readonly protected?: boolean | undefined
  readonly verified?: boolean | undefined
  readonly followerCount?: number | undefined
  readonly followingCount?: number | undefined
  readonly postCount?: number | undefined
  readonly members: Readonly<Record<string, unknown>>
}

/**
 * A sign-in with OAuth 1.0a that has begun. Send the user to `url`, and keep the rest in the user's
 * session until the user comes back; it is good for one answer. It is plain data.
 *
 * @category models
 * @since 0.1.0
 */
export interface OAuth1Attempt extends OAuth1Token {
  readonly url: string
}

/**
 * Sign-ins with OAuth 1.0a. Every method rejects with a `KithError`; with the tag `InvalidInput` when
 * `connectX` was given no `oauth1`.
 *
 * @category services
 * @since 0.1.0
 */
export interface OAuth1SignIn {
  /**
   * Begins a sign-in.
   *
   * @param callback one of the app's, to the letter; `oob` for a PIN
   * @param options `readOnly` asks for no more than reading; `afresh` makes the user sign in to X
   *   again, to choose another account
   */
  readonly begin: (
    callback: string,
    options?: {
      readonly readOnly?: boolean | undefined
      readonly afresh?: boolean | undefined
    } & Abortable,
  ) => Promise<OAuth1Attempt>
  /**
   * Ends a sign-in. The token does not expire; keeping it, as a secret, is the host's work.
   *
   * @param answer the PIN; or the URL that the user was sent back to, whole or as a server gives that
   *   of a request, or its query
   */
  readonly finish: (
    attempt: OAuth1Token,
    answer: string,
    options?: Abortable,
  ) => Promise<OAuth1Token & { readonly user: string; readonly username: string | undefined }>
}

/**
 * A sign-in with OAuth 2.0 that has begun. Send the user to `url`, and keep the rest in the user's
 * session until the user comes back; it is good for one answer. It is plain data.
 *
 * @category models
 * @since 0.1.0
 */
export interface OAuth2Attempt {
  readonly url: string
  readonly state: string
  readonly verifier: string
  readonly scopes: ReadonlyArray<string>
}

/**
 * Sign-ins with OAuth 2.0, and what users granted. Every method rejects with a `KithError`; with the tag
 * `InvalidInput` when `connectX` was given no `oauth2`.
 *
 * @category services
 * @since 0.1.0
 */
export interface OAuth2SignIn {
  /**
   * Begins a sign-in.
   *
   * @param options `scopes` is what to ask for; all that following takes unless told, and going on
   *   without the user
   */
  readonly begin: (
    options?: { readonly scopes?: ReadonlyArray<string> | undefined } & Abortable,
  ) => Promise<OAuth2Attempt>
  /**
   * Ends a sign-in: gets the tokens, finds out whose they are, and keeps them in the journal, in the
   * place of what the user had granted before. It is done once: a code that comes again makes X revoke
   * what it gave. An abort does not stop it once it has begun.
   *
   * @param returned the URL that the user was sent back to, whole or as a server gives that of a
   *   request, or its query
   */
  readonly finish: (
    attempt: Pick<OAuth2Attempt, "state" | "verifier" | "scopes">,
    returned: string,
    options?: Abortable,
  ) => Promise<XUser>
  /** Revokes what a user granted on X, and forgets it then; whether there was anything. */
  readonly revoke: (user: string, options?: Abortable) => Promise<boolean>
  /** Forgets what a user granted, and leaves it to X and the user what becomes of it there. */
  readonly forget: (user: string, options?: Abortable) => Promise<void>
}

/**
 * X's users, in the order in which they were asked for, `undefined` for those whom X does not show. Any
 * number may be asked for; X is asked for a hundred at a time.
 *
 * `as` is on whose behalf. Without it the app itself asks, with its bearer token.
 *
 * @category services
 * @since 0.1.0
 */
export interface XUsers {
  /** By usernames, with or without `@`, in any case of letters. */
  readonly byUsernames: (
    usernames: ReadonlyArray<string>,
    options?: { readonly as?: string | undefined } & Abortable,
  ) => Promise<ReadonlyArray<XUser | undefined>>
  readonly byIds: (
    ids: ReadonlyArray<string>,
    options?: { readonly as?: string | undefined } & Abortable,
  ) => Promise<ReadonlyArray<XUser | undefined>>
}

/**
 * A page of one of X's own lists.
 *
 * - `missing`: users whom X names without showing them, such as suspended ones.
 * - `next`: where the next page begins; there is none behind the last.
 *
 * @category models
 * @since 0.1.0
 */
export interface XPage {
  readonly users: ReadonlyArray<string>
  readonly missing: ReadonlyArray<string>
  readonly next?: string | undefined
}

/**
 * Commands on X and what is known of it, with promises, and what a host needs beside them. Every method
 * rejects with a `KithError` and nothing else, but for the reason of an `AbortSignal`.
 *
 * @category services
 * @since 0.1.0
 */
export interface X extends RemoteRelationships {
  readonly oauth1: OAuth1SignIn
  readonly oauth2: OAuth2SignIn
  readonly users: XUsers
  /**
   * One of X's own lists, page by page, newest first, in constant memory. `walk` reads what is known
   * here instead. Keep `next`: as `cursor` it goes on from there, in any process. A walk that cannot go
   * on fails with `WalkStopped`, which has the `cursor`; it never just ends.
   *
   * @param options `limit` users a page, as many as X gives unless told; `patience` milliseconds that
   *   each page may wait for a spent window, 0 unless told; `as` is on whose behalf, the user's own or
   *   the app's unless told
   */
  readonly walkRemote: (
    list: ListName,
    user: string,
    options?: {
      readonly limit?: number | undefined
      readonly cursor?: string | undefined
      readonly patience?: number | undefined
      readonly as?: string | undefined
    } & Abortable,
  ) => AsyncIterable<XPage>
}
