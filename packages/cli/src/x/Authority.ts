/**
 * With which credentials requests are authorized: a user's of OAuth 1.0a before those of OAuth 2.0,
 * because they do for every call and do not expire; the app's own where no user is needed.
 *
 * What is missing is told with what to do about it here, since only here it is known what the profile
 * and the environment have.
 */
import { type Journal, RemoteError, type UserId } from "@kith/core"
import { Credentials, Grants } from "@kith/http-adapter"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { type Session, signedIn } from "./Session.ts"

/** What the app is called in the journal: a profile has one only. */
export const appName = "kith"

type Service = Credentials.Credentials["Service"]

const refused = (reason: RemoteError.Reason, message: string): RemoteError.RemoteError =>
  new RemoteError.RemoteError({ outcome: "refused", reason, message, retryable: false })

const noApp = refused(
  "NotSupported",
  "the app's own credentials are needed; set KITH_X_BEARER_TOKEN, or KITH_X_CONSUMER_KEY and KITH_X_CONSUMER_SECRET",
)

interface Tokens {
  readonly user: UserId.UserId
  readonly token: string
  readonly tokenSecret: Redacted.Redacted
}

/** The users' tokens of OAuth 1.0a that were given to this app; the environment's comes first. */
const tokensOf = ({ app, profile, token }: Session): ReadonlyArray<Tokens> => {
  const kept = profile.users.flatMap(({ id, oauth1 }): ReadonlyArray<Tokens> =>
    oauth1 === undefined || oauth1.consumerKey !== app.consumer?.key
      ? []
      : [{ user: id, token: oauth1.token, tokenSecret: Redacted.make(oauth1.tokenSecret) }],
  )
  if (token === undefined) return kept
  const told: Tokens = { user: token.user, token: token.token, tokenSecret: token.secret }
  return [told, ...kept.filter(({ user }) => user !== token.user)]
}

/** Whether a user's token of OAuth 1.0a is at hand. */
export const hasOAuth1 = (session: Session, user: string): boolean =>
  session.app.consumer !== undefined &&
  // Whose the environment's token is turns out later, when a name was given.
  (session.token !== undefined ||
    tokensOf(session).some((tokens) => tokens.user === signedIn(session, user)?.id))

/** The id of the app for OAuth 2.0; where nobody tells, the one that all users were signed in with. */
const clientOf = ({ app, profile }: Session): NonNullable<Session["app"]["client"]> | undefined => {
  if (app.client !== undefined) return app.client
  const ids = new Set(profile.users.flatMap(({ oauth2 }) => oauth2?.clientId ?? []))
  const [id] = ids
  return id === undefined || ids.size > 1 ? undefined : { id }
}

/** Why there is no credential of a user for a call. */
const explain = (session: Session, user: UserId.UserId, v1: boolean): RemoteError.RemoteError => {
  const { app, profile, token } = session
  const known = profile.users.find(({ id }) => id === user)
  const name = known === undefined ? `user ${user}` : `@${known.username}`
  if (token?.user === user || known?.oauth1 !== undefined) {
    return refused(
      "Unauthenticated",
      app.consumer === undefined
        ? `to use the token of ${name}, set KITH_X_CONSUMER_KEY and KITH_X_CONSUMER_SECRET to those of the app`
        : `the token of ${name} was given to another app; set KITH_X_CONSUMER_KEY and KITH_X_CONSUMER_SECRET to those of that one, or sign in with: kith login --pin`,
    )
  }
  if (known?.oauth2 === undefined) {
    return refused("Unauthenticated", `${name} has not signed in; sign in with: kith login`)
  }
  return v1
    ? refused(
        "NotSupported",
        `this takes X's API v1.1, and so OAuth 1.0a, which there is none of for ${name}; sign in with: kith login --pin`,
      )
    : refused(
        "Unauthenticated",
        `${name} has signed in to another app; set KITH_X_CLIENT_ID to that one, or sign in with: kith login`,
      )
}

const makeApp = ({ app, origin }: Session): Effect.Effect<Service | undefined> => {
  const { bearerToken, consumer } = app
  if (bearerToken !== undefined) return Credentials.makeAppOnly({ app: appName, bearerToken })
  return consumer === undefined
    ? Effect.succeed(undefined)
    : Credentials.makeAppOnly({ app: appName, ...consumer, origin })
}

const make = (session: Session): Effect.Effect<Service, never, Grants.Grants> =>
  Effect.gen(function* () {
    const { app, profile } = session
    const tokens = app.consumer === undefined ? [] : tokensOf(session)
    const oauth1 = yield* Credentials.makeOAuth1({
      app: appName,
      key: app.consumer?.key ?? "",
      secret: app.consumer?.secret ?? Redacted.make(""),
      users: tokens,
    })
    const oauth2 = yield* Credentials.makeOAuth2
    const appOnly = yield* makeApp(session)
    const clientId = clientOf(session)?.id
    const hasToken = new Set(tokens.map(({ user }) => user))
    const hasGrant = new Set(
      profile.users.flatMap(({ id, oauth2: grant }) =>
        grant !== undefined && grant.clientId === clientId ? [id] : [],
      ),
    )
    return Credentials.Credentials.of({
      forUser: (user, needs) => {
        if (hasToken.has(user)) return oauth1.forUser(user, needs)
        return !needs.v1 && hasGrant.has(user)
          ? oauth2.forUser(user, needs)
          : Effect.fail(explain(session, user, needs.v1))
      },
      forApp: appOnly?.forApp ?? Effect.fail(noApp),
      replaced: (credential) => {
        switch (credential._tag) {
          case "OAuth1":
            return oauth1.replaced(credential)
          case "OAuth2":
            return oauth2.replaced(credential)
          case "AppOnly":
            return appOnly?.replaced(credential) ?? Effect.fail(noApp)
        }
      },
    })
  })

/** The grants of OAuth 2.0 in the journal. Without an app's id nobody has one, and none is refreshed. */
const grants = (session: Session): Layer.Layer<Grants.Grants, never, Journal.Journal> => {
  const client = clientOf(session)
  return Grants.layer({
    app: appName,
    clientId: client?.id ?? "",
    clientSecret: client?.secret,
    origin: session.origin,
  })
}

export const layer = (
  session: Session,
): Layer.Layer<Credentials.Credentials, never, Journal.Journal> =>
  Layer.effect(Credentials.Credentials, make(session)).pipe(Layer.provide(grants(session)))
