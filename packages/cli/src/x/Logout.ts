/** What `kith logout` does: X ends what it gave, and the profile forgets the user. */
import { Journal } from "@kith/core"
import { Grants, Pkce } from "@kith/http-adapter"
import * as Effect from "effect/Effect"
import { type Failure, misused, retold, signedOut } from "../Failure.ts"
import * as FileJournal from "../files/FileJournal.ts"
import * as Screen from "../Screen.ts"
import { appName } from "./Authority.ts"
import { fromEither } from "./Explanation.ts"
import type * as Profile from "./Profile.ts"
import * as Session from "./Session.ts"

export interface Input {
  readonly place: Session.Place
  readonly user: string | undefined
  /** Whether X is left out of it. */
  readonly local: boolean
  readonly json: boolean
}

/** Who is meant; somebody whom the environment alone knows has nothing that could be forgotten. */
const whoOf = (
  session: Session.Session,
  text: string | undefined,
): Effect.Effect<Profile.User, Failure> => {
  const {
    file: { file },
    profile: { users },
  } = session
  if (text !== undefined) {
    const known = Session.signedIn(session, text)
    return known === undefined
      ? Effect.fail(signedOut(`${text} has not signed in; ${file} has ${namesOf(users)}`))
      : Effect.succeed(known)
  }
  const [first, ...others] = users
  if (first === undefined) return Effect.fail(signedOut(`nobody has signed in with ${file}`))
  return others.length === 0
    ? Effect.succeed(first)
    : Effect.fail(misused(`several users have signed in; name one of ${namesOf(users)}`))
}

const namesOf = (users: ReadonlyArray<Profile.User>): string =>
  users.length === 0
    ? "nobody"
    : users.map(({ username }) => `@${Screen.plain(username)}`).join(", ")

const orLocal = (failure: Failure): Failure =>
  retold(failure, {
    message: `nothing was forgotten: ${failure.message}; or forget it here alone, with --local`,
  })

/** Ends the grant of OAuth 2.0, if there is one; whether X has ended it. */
const endGrant = (
  session: Session.Session,
  { id, oauth2, username }: Profile.User,
  local: boolean,
): Effect.Effect<boolean, Failure> =>
  Effect.scoped(
    Effect.gen(function* () {
      if (oauth2 === undefined) return false
      const { clientId } = oauth2
      const { client = { id: clientId } } = session.app
      if (!local && client.id !== clientId) {
        return yield* orLocal(
          signedOut(
            `@${Screen.plain(username)} has signed in to another app; set KITH_X_CLIENT_ID to that one`,
          ),
        )
      }
      const pkce = yield* Pkce.make({
        clientId,
        clientSecret: "secret" in client ? client.secret : undefined,
        callback: "",
        origin: session.origin,
      })
      const journal = yield* FileJournal.make(session.file.journal(session.origin))
      const grants = yield* Grants.make({ app: appName, client: pkce }).pipe(
        Effect.provideService(Journal.Journal, journal),
      )
      return yield* local
        ? Effect.as(Effect.mapError(grants.forget(id), fromEither), false)
        : Effect.mapError(grants.revoke(id), (error) => orLocal(fromEither(error)))
    }),
  )

/** What the user may want to do beside it. */
const remind = (
  { file: { file }, profile: { app } }: Session.Session,
  { oauth1, username }: Profile.User,
  isLast: boolean,
): Effect.Effect<void> =>
  Effect.forEach(
    [
      ...(oauth1 === undefined
        ? []
        : [
            `X keeps the token of OAuth 1.0a; @${Screen.plain(username)} can end it at x.com/settings/connected_apps`,
          ]),
      ...(isLast && app !== undefined
        ? [`${file} still has the app's credentials; delete it when nobody needs them`]
        : []),
    ],
    (text) => Screen.note(`kith: ${text}`),
    { discard: true },
  )

export const logout = (input: Input): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    const session = yield* Session.open(input.place)
    const user = yield* whoOf(session, input.user)
    const { file } = session
    const revoked = yield* endGrant(session, user, input.local).pipe(
      Effect.tap(() =>
        file.update((profile) => ({
          ...profile,
          users: profile.users.filter(({ id }) => id !== user.id),
        })),
      ),
      // What X has ended is of no more use here.
      Effect.uninterruptible,
    )
    const name = Screen.plain(user.username)
    yield* Screen.print(
      input.json
        ? JSON.stringify({ user: { id: user.id, username: user.username }, revoked })
        : `signed out @${name} (${user.id})${revoked ? "; X has ended the grant" : ""}`,
    )
    yield* remind(session, user, session.profile.users.length === 1)
  })
