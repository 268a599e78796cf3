/** What every command on X begins with: the profile, the place, and whose credentials are at hand. */
import type { Capabilities } from "@kith/http-adapter"
import { UserId } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Failure } from "../Failure.ts"
import { accessToken, type AccessToken, type AppCredentials, read } from "./AppCredentials.ts"
import * as Origin from "./Origin.ts"
import * as Profile from "./Profile.ts"

/** What the user says of where and how. */
export interface Place {
  readonly profile: string | undefined
  readonly origin: string | undefined
}

export type Mode = Capabilities.Mode

/** Somebody on X; the name where it is known. */
export interface Person {
  readonly id: UserId.UserId
  readonly username?: string
}

export interface Session {
  readonly file: Profile.ProfileFile
  readonly profile: Profile.Profile
  readonly origin: string
  readonly app: AppCredentials
  /** A user's token of the environment. */
  readonly token: AccessToken | undefined
}

export const open = ({ origin, profile: told }: Place): Effect.Effect<Session, Failure> =>
  Effect.gen(function* () {
    const file = Profile.at(told)
    const profile = yield* file.load
    const chosen = yield* Effect.fromResult(
      Origin.choose(origin, { file: file.file, origin: profile.origin }),
    )
    const token = yield* Effect.fromResult(accessToken())
    return { file, profile, origin: chosen, app: read(profile.app), token }
  })

/** How somebody is called in what is printed. */
export const nameOf = ({ id, username }: Person): string => username ?? id

const isUserId = Schema.is(UserId.UserId)

/** Digits are an id; a name of digits alone takes an at sign. */
export const parse = (
  text: string,
): { readonly id: UserId.UserId } | { readonly username: string } =>
  isUserId(text) ? { id: text } : { username: text.replace(/^@/, "") }

const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/** Whoever has signed in under a name or id. */
export const signedIn = ({ profile }: Session, text: string): Profile.User | undefined => {
  const who = parse(text)
  return profile.users.find(({ id, username }) =>
    "id" in who ? id === who.id : sameName(username, who.username),
  )
}

/** Who acts when nobody is named: the one who has signed in, or the user of the environment's token. */
export const only = ({ profile, token }: Session): Person | undefined => {
  if (token !== undefined) return { id: token.user }
  const [first, ...others] = profile.users
  return first !== undefined && others.length === 0
    ? { id: first.id, username: first.username }
    : undefined
}
