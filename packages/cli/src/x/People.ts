/** Who is meant by what people write: an id, or a name with or without an at sign. */
import { Waiting } from "@kith/core"
import { XUsers } from "@kith/http-adapter"
import * as Effect from "effect/Effect"
import { type Failure, failed, signedOut } from "../Failure.ts"
import { fromEither } from "./Explanation.ts"
import { type Person, parse, type Session, signedIn } from "./Session.ts"

const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/** Somebody in whose name kith is to act. Nobody is asked about those who have signed in. */
export const acting = (
  session: Session,
  text: string,
): Effect.Effect<Person, Failure, XUsers.XUsers> =>
  Effect.gen(function* () {
    const known = signedIn(session, text)
    if (known !== undefined) return { id: known.id, username: known.username }
    const who = parse(text)
    if ("id" in who) return who
    const { token } = session
    if (token !== undefined) {
      const users = yield* XUsers.XUsers
      const { id, username } = yield* Effect.mapError(users.me(token.user), fromEither)
      if (isSame(username, who.username)) return { id, username }
    }
    return yield* signedOut(`nobody has signed in as @${who.username}; sign in with: kith login`)
  })

/** Anybody. X is asked for a name each time: names change hands. */
export const find = (
  text: string,
  as: Person | undefined,
  patience: number,
): Effect.Effect<Person, Failure, XUsers.XUsers> =>
  Effect.gen(function* () {
    const who = parse(text)
    if ("id" in who) return who
    const users = yield* XUsers.XUsers
    const [user] = yield* users
      .byUsernames([who.username], as?.id)
      .pipe(Waiting.upTo(patience), Effect.mapError(fromEither))
    return user === undefined
      ? yield* failed(`X shows no user of the name @${who.username}`, { tag: "UserNotFound" })
      : { id: user.id, username: user.username }
  })
