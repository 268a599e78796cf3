/**
 * The profile: where X is, who has signed in, and, for those who want that, the app's credentials.
 *
 * One profile is for one app at one place: a token never goes anywhere but to the origin that it came
 * from. OAuth 2.0 tokens change with every refresh; they are in the journal beside the profile, with
 * all else that commands have to know of each other: quota, and commands that are on their way.
 */
import { UserId } from "@kith/core"
import { Mistake } from "@kith/sandbox/control"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { homedir } from "node:os"
import { isAbsolute, join } from "node:path"
import type { Failure } from "../Failure.ts"
import * as FileLock from "../files/FileLock.ts"
import * as PrivateFile from "../files/PrivateFile.ts"
import { fromFile } from "../store/Explanation.ts"
import { defaultOrigin } from "./Origin.ts"

const text = Schema.NonEmptyString
const optional = Schema.optionalKey(text)

/** What X's page for developers shows of an app. */
const App = Schema.Struct({
  clientId: optional,
  clientSecret: optional,
  consumerKey: optional,
  consumerSecret: optional,
  bearerToken: optional,
})

/**
 * A user who has signed in. `consumerKey` and `clientId` name the app that the tokens were given to,
 * since no other can use them.
 */
const User = Schema.Struct({
  id: UserId.UserId,
  username: text,
  oauth1: Schema.optionalKey(Schema.Struct({ consumerKey: text, token: text, tokenSecret: text })),
  oauth2: Schema.optionalKey(Schema.Struct({ clientId: text })),
})

const Profile = Schema.Struct({
  kithProfile: Schema.Literal(1),
  origin: Schema.optionalKey(text),
  app: Schema.optionalKey(App),
  users: Schema.Array(User),
})

export type App = typeof App.Type
export type User = typeof User.Type
export type Profile = typeof Profile.Type

const empty: Profile = { kithProfile: 1, users: [] }

const decode = Mistake.decoder(Profile)

/** `$XDG_CONFIG_HOME/kith/profile.json`, and `~/.config` where that is not set. */
const defaultFile = (): string => {
  const told = process.env["XDG_CONFIG_HOME"] ?? ""
  // The specification has relative paths ignored.
  return join(isAbsolute(told) ? told : join(homedir(), ".config"), "kith", "profile.json")
}

const toFailure = ({ message }: PrivateFile.Problem): Failure => fromFile(message)

const parse = (file: string, json: string): Result.Result<Profile, Failure> => {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    // What the parser says would quote the file.
    return Result.fail(fromFile(`${file} is not JSON; mend it, or delete it and sign in again`))
  }
  return Result.mapError(decode(value), (mistakes) =>
    fromFile(mistakes.map((mistake) => `${file}: ${Mistake.explain(mistake)}`).join("\n")),
  )
}

const read = (file: string): Result.Result<Profile, Failure> =>
  Result.flatMap(Result.mapError(PrivateFile.read(file), toFailure), (json) =>
    json === undefined ? Result.succeed(empty) : parse(file, json),
  )

/** A profile in its file. */
export interface ProfileFile {
  readonly file: string
  /** The file of the journal that belongs to it; places do not share what happened at another. */
  readonly journal: (origin: string) => string
  readonly load: Effect.Effect<Profile, Failure>
  /** Changes what is there now, whoever else changes it at the same time. */
  readonly update: (change: (profile: Profile) => Profile) => Effect.Effect<void, Failure>
}

/** @param told the file that the user names */
export const at = (told: string | undefined): ProfileFile => {
  const file = told ?? defaultFile()
  const update: ProfileFile["update"] = (change) => {
    const real = PrivateFile.resolve(file)
    return FileLock.hold(real, (isMine) =>
      Result.succeed(
        Result.flatMap(read(real), (profile) => {
          const json = `${JSON.stringify(change(profile), undefined, 2)}\n`
          return Result.mapError(PrivateFile.replace(real, json, isMine), toFailure)
        }),
      ),
    ).pipe(
      Effect.mapError(toFailure),
      Effect.flatMap(Effect.fromResult),
      Effect.flatMap((isDone) => (isDone ? Effect.void : update(change))),
    )
  }
  return {
    file,
    journal: (origin) => {
      const place = origin === defaultOrigin ? "" : `.${new URL(origin).host.replaceAll(":", "_")}`
      return `${file.replace(/\.json$/, "")}${place}.journal.json`
    },
    load: Effect.suspend(() => Effect.fromResult(read(file))),
    update,
  }
}

/** With what a sign-in gave, in the place of what the user had of the same kind. */
export const withUser = (users: ReadonlyArray<User>, user: User): ReadonlyArray<User> => [
  ...users.filter(({ id }) => id !== user.id),
  { ...users.find(({ id }) => id === user.id), ...user },
]
