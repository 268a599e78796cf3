/** What a host gives to `connectX`: checked, and made into what the adapter takes. */
import {
  Journal,
  type Reconciler,
  type RelationshipRemote,
  type Relationships,
  RelationshipStore,
  UserId,
} from "@kith/core"
import * as PromiseHost from "@kith/core/promise-host"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Credentials from "../auth/Credentials.ts"
import * as Grants from "../auth/Grants.ts"
import type * as Pkce from "../auth/Pkce.ts"
import type * as ThreeLegged from "../auth/ThreeLegged.ts"
import type { Source } from "../internal/credentials.ts"
import * as XAdapter from "../XAdapter.ts"
import type { XUsers } from "../XUsers.ts"
import type { OAuth1App, OAuth1Token, OAuth2App, XOptions } from "./types.ts"

const text = Schema.NonEmptyString
const optionalText = Schema.optional(text)
/** What the layers check themselves. */
const anything = Schema.optional(Schema.Unknown)

const token = { token: text, tokenSecret: text }
const tokens = Schema.Array(Schema.Struct({ ...token, user: UserId.UserId }))
const lookUp = Schema.Unknown.check(
  Schema.makeFilter((users) => typeof users === "function" || "give a list, or a function"),
)

const checked = (users: Schema.ConstraintDecoder<unknown>) =>
  PromiseHost.decoder(
    Schema.Struct({
      app: text,
      oauth1: Schema.optional(Schema.Struct({ key: text, secret: text, users })),
      oauth2: Schema.optional(
        Schema.Struct({ clientId: text, clientSecret: optionalText, callback: text }),
      ),
      bearerToken: optionalText,
      store: Schema.Unknown,
      journal: anything,
      origin: anything,
      mode: anything,
      timeout: anything,
    }).check(
      Schema.makeFilter(
        (options) =>
          (options.oauth1 ?? options.oauth2 ?? options.bearerToken) !== undefined ||
          "there is nothing to act with; give oauth1, oauth2 or bearerToken",
      ),
    ),
    "error",
  )

const withList = checked(tokens)
const withFunction = checked(lookUp)

/**
 * Fails when the options cannot be meant. No message shows a value.
 *
 * @internal
 */
export const check = (options: XOptions | undefined): Effect.Effect<unknown, PromiseHost.Failure> =>
  (Array.isArray(options?.oauth1?.users) ? withList : withFunction)(options ?? {})

const found = PromiseHost.decoder(Schema.UndefinedOr(Schema.Struct(token)))

const redacted = ({ token, tokenSecret }: OAuth1Token): Credentials.OAuth1Token => ({
  token,
  tokenSecret: Redacted.make(tokenSecret),
})

const usersOf = (users: OAuth1App["users"]): Credentials.OAuth1Options["users"] =>
  typeof users === "function"
    ? (user) =>
        Effect.map(
          PromiseHost.ask("users", () => users(user), found),
          (it) => it && redacted(it),
        )
    : users.map((it) => ({ ...redacted(it), user: UserId.make(it.user) }))

/** @internal */
export const threeLegged = (
  { app, origin, timeout }: XOptions,
  { key, secret }: OAuth1App,
): ThreeLegged.Options => ({ app, key, secret: Redacted.make(secret), origin, timeout })

/** @internal */
export const pkce = (
  { origin, timeout }: XOptions,
  { callback, clientId, clientSecret }: OAuth2App,
): Pkce.Options => ({
  clientId,
  clientSecret: clientSecret === undefined ? undefined : Redacted.make(clientSecret),
  callback,
  origin,
  timeout,
})

const credentialsOf = (options: XOptions) => {
  const { app, bearerToken, oauth1, oauth2 } = options
  const sources: Array<Effect.Effect<Source, never, Grants.Grants>> = []
  if (oauth2 !== undefined) sources.push(Credentials.makeOAuth2)
  if (oauth1 !== undefined) {
    const signing = threeLegged(options, oauth1)
    sources.push(Credentials.makeOAuth1({ ...signing, users: usersOf(oauth1.users) }))
    if (bearerToken === undefined) sources.push(Credentials.makeAppOnly(signing))
  }
  if (bearerToken !== undefined) {
    sources.push(Credentials.makeAppOnly({ app, bearerToken: Redacted.make(bearerToken) }))
  }
  return Credentials.layer(...sources)
}

/**
 * X over the host's store and journal, with its users and what they granted beside it.
 *
 * @internal
 */
export const layerOf = (
  options: XOptions,
): Layer.Layer<
  | Grants.Grants
  | Reconciler.Reconciler
  | RelationshipRemote.RelationshipRemote
  | Relationships.Relationships
  | XUsers,
  unknown
> => {
  const { app, journal, mode, oauth2, origin, store, timeout } = options
  const place = "SqliteAdapter.layer({ file })"
  const kept =
    journal === undefined
      ? PromiseHost.layerOf(Journal.Journal, store, "store", place)
      : PromiseHost.layerOf(Journal.Journal, journal, "journal", place)
  // Without OAuth 2.0 nobody asks it for anything.
  const grants = Grants.layer({ ...pkce(options, oauth2 ?? nobody), app })
  const adapter = XAdapter.layer<unknown>({
    credentials: Layer.provide(credentialsOf(options), grants),
    store: PromiseHost.layerOf(RelationshipStore.RelationshipStore, store, "store", place),
    journal: kept,
    origin,
    mode,
    timeout,
  })
  return Layer.merge(adapter, Layer.provide(grants, kept))
}

const nobody: OAuth2App = { clientId: "", callback: "" }
