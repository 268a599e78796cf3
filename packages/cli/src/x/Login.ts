/** What `kith login` does: a user signs in through the app, and the profile keeps what that gives. */
import { Journal, type UserId } from "@kith/core"
import { Grants, Pkce, ThreeLegged } from "@kith/http-adapter"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { type Failure, failed } from "../Failure.ts"
import * as FileJournal from "../files/FileJournal.ts"
import * as Screen from "../Screen.ts"
import { toKeep } from "./AppCredentials.ts"
import { appName } from "./Authority.ts"
import * as Browser from "./Browser.ts"
import * as Callback from "./Callback.ts"
import { fromEither } from "./Explanation.ts"
import * as Profile from "./Profile.ts"
import * as Prompt from "./Prompt.ts"
import * as Session from "./Session.ts"

export interface Input {
  readonly place: Session.Place
  readonly pin: boolean
  readonly callback: string
  readonly open: boolean
  readonly saveApp: boolean
}

const showPage = (url: string, input: Input): Effect.Effect<void> =>
  Effect.andThen(
    Screen.print(`Open this page, and sign in as the user for whom kith is to act:\n\n  ${url}\n`),
    input.open ? Browser.open(url) : Effect.void,
  )

/** Keeps who has signed in, and says so. */
const keep = (
  session: Session.Session,
  input: Input,
  user: Profile.User,
): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    const { app, file, origin } = session
    yield* file.update((profile) => {
      const kept = input.saveApp ? { ...profile.app, ...toKeep(app) } : profile.app
      return {
        kithProfile: 1,
        origin,
        ...(kept === undefined ? {} : { app: kept }),
        users: Profile.withUser(profile.users, user),
      }
    })
    const name = Screen.plain(user.username)
    yield* Screen.print(`signed in as @${name} (${user.id}); kept in ${file.file}`)
  })

/** Ends what X gave, when nobody knows whose it is: best effort. */
const whoami = (pkce: Pkce.Pkce, tokens: Pkce.Tokens) =>
  Effect.tapError(pkce.whoami(tokens.accessToken), () =>
    Effect.ignore(pkce.revoke(tokens.refreshToken ?? tokens.accessToken)),
  )

const keepGrant = Effect.fnUntraced(function* (
  session: Session.Session,
  pkce: Pkce.Pkce,
  user: UserId.UserId,
  tokens: Pkce.Tokens,
) {
  const journal = yield* FileJournal.make(session.file.journal(session.origin))
  const grants = yield* Grants.make({ app: appName, client: pkce }).pipe(
    Effect.provideService(Journal.Journal, journal),
  )
  yield* grants.put(user, tokens)
})

const noClient = failed(
  "the app's client id is needed; set KITH_X_CLIENT_ID, and KITH_X_CLIENT_SECRET where the app has one",
)

const byCallback = (session: Session.Session, input: Input): Effect.Effect<void, Failure> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { app, origin } = session
      const { client } = app
      if (client === undefined) return yield* noClient
      const url = yield* Effect.fromResult(Callback.parse(input.callback))
      const callback = yield* Callback.open(url)
      const pkce = yield* Pkce.make({
        clientId: client.id,
        clientSecret: client.secret,
        // To the letter.
        callback: input.callback,
        origin,
      })
      const attempt = yield* pkce.authorize()
      yield* showPage(attempt.url, input)
      yield* Screen.print(
        `waiting for the answer at ${input.callback} for ${Callback.minutes} minutes`,
      )
      const { query, say } = yield* callback.returned(attempt.state)
      // What X gives is given once: from here on nobody interrupts it before it is kept.
      const signedIn = yield* Effect.gen(function* () {
        const tokens = yield* Effect.mapError(pkce.exchange(attempt, query), fromEither)
        const { id, username } = yield* Effect.mapError(whoami(pkce, tokens), fromEither)
        yield* Effect.mapError(keepGrant(session, pkce, id, tokens), fromEither)
        yield* keep(session, input, { id, username, oauth2: { clientId: client.id } })
        return { tokens, username }
      }).pipe(Effect.uninterruptible, Effect.result)
      if (Result.isFailure(signedIn)) {
        yield* say("kith has not been allowed to act for you; the terminal says why.")
        return yield* signedIn.failure
      }
      const { tokens, username } = signedIn.success
      yield* say(`kith may act for @${username} now.`)
      if (tokens.refreshToken === undefined) {
        yield* Screen.note(
          "kith: X gave no refresh token (the scope offline.access was not granted): this lasts two hours",
        )
      }
    }),
  )

const noConsumer = failed(
  "the app's consumer key and secret are needed; set KITH_X_CONSUMER_KEY and KITH_X_CONSUMER_SECRET",
)

const byPin = (session: Session.Session, input: Input): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    const { app, origin } = session
    const { consumer } = app
    if (consumer === undefined) return yield* noConsumer
    const handshake = yield* ThreeLegged.make({ app: appName, ...consumer, origin })
    const attempt = yield* Effect.mapError(handshake.begin("oob"), fromEither)
    yield* showPage(attempt.url, input)
    const pin = yield* Prompt.line("PIN: ")
    if (pin === undefined) return yield* failed("no PIN was given; begin anew")
    if (!/^\s*[0-9][0-9 -]*$/.test(pin)) return yield* failed("a PIN has digits only; begin anew")
    yield* Effect.mapError(handshake.finish(attempt, pin), fromEither).pipe(
      Effect.flatMap(({ credential: { token, tokenSecret, user }, username = user }) =>
        keep(session, input, {
          id: user,
          username,
          oauth1: { consumerKey: consumer.key, token, tokenSecret: Redacted.value(tokenSecret) },
        }),
      ),
      Effect.uninterruptible,
    )
  })

/** What other commands will lack. */
const remind = (
  { app: { client, consumer }, profile }: Session.Session,
  input: Input,
): Effect.Effect<void> => {
  const isKept = (mine: keyof Profile.App, value: string | undefined) =>
    input.saveApp || value === undefined || profile.app?.[mine] === value
  const name = input.pin
    ? isKept("consumerSecret", consumer && Redacted.value(consumer.secret))
      ? undefined
      : "KITH_X_CONSUMER_KEY and KITH_X_CONSUMER_SECRET"
    : isKept("clientSecret", client?.secret && Redacted.value(client.secret))
      ? undefined
      : "KITH_X_CLIENT_SECRET"
  return name === undefined
    ? Effect.void
    : Screen.note(
        `kith: the app's credentials are not kept: other commands need ${name} too, or sign in with --save-app`,
      )
}

export const login = (input: Input): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    const session = yield* Session.open(input.place)
    yield* input.pin ? byPin(session, input) : byCallback(session, input)
    yield* remind(session, input)
  })
