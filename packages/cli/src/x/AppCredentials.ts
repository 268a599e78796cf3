/**
 * The app's credentials: of the environment, or of the profile where it keeps them.
 *
 * | variable | is |
 * | --- | --- |
 * | `KITH_X_CLIENT_ID`, `KITH_X_CLIENT_SECRET` | of OAuth 2.0; an app may have no secret |
 * | `KITH_X_CONSUMER_KEY`, `KITH_X_CONSUMER_SECRET` | of OAuth 1.0a, also called API key and secret |
 * | `KITH_X_BEARER_TOKEN` | the app's own, for reading |
 * | `KITH_X_ACCESS_TOKEN`, `KITH_X_ACCESS_TOKEN_SECRET` | a user's of OAuth 1.0a |
 */
import { UserId } from "@kith/core"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Failure, signedOut } from "../Failure.ts"
import type { App } from "./Profile.ts"

/** Each member is there or not; a secret without its id is none. */
export interface AppCredentials {
  readonly client?: { readonly id: string; readonly secret?: Redacted.Redacted }
  readonly consumer?: { readonly key: string; readonly secret: Redacted.Redacted }
  readonly bearerToken?: Redacted.Redacted
}

/** A user's token of OAuth 1.0a, as the environment has it. */
export interface AccessToken {
  readonly user: UserId.UserId
  readonly token: string
  readonly secret: Redacted.Redacted
}

/** Without the blanks and line breaks that are easily copied along; nothing when empty. */
const variable = (name: string): string | undefined => {
  const value = process.env[name]?.trim()
  return value === "" ? undefined : value
}

const clientOf = (
  id: string | undefined,
  secret: string | undefined,
): Pick<AppCredentials, "client"> =>
  id === undefined
    ? {}
    : { client: { id, ...(secret === undefined ? {} : { secret: Redacted.make(secret) }) } }

/** An id of the environment goes with a secret of the environment, unless the profile has the same. */
export const read = (kept: App | undefined): AppCredentials => {
  const clientId = variable("KITH_X_CLIENT_ID") ?? kept?.clientId
  const clientSecret =
    variable("KITH_X_CLIENT_SECRET") ??
    (clientId === kept?.clientId ? kept?.clientSecret : undefined)
  const key = variable("KITH_X_CONSUMER_KEY") ?? kept?.consumerKey
  const secret =
    variable("KITH_X_CONSUMER_SECRET") ??
    (key === kept?.consumerKey ? kept?.consumerSecret : undefined)
  const bearerToken = variable("KITH_X_BEARER_TOKEN") ?? kept?.bearerToken
  return {
    ...clientOf(clientId, clientSecret),
    ...(key === undefined || secret === undefined
      ? {}
      : { consumer: { key, secret: Redacted.make(secret) } }),
    ...(bearerToken === undefined ? {} : { bearerToken: Redacted.make(bearerToken) }),
  }
}

const decodeUser = Schema.decodeUnknownOption(UserId.UserId)

/** The user's token of the environment. X's tokens begin with the id of their user. */
export const accessToken = (): Result.Result<AccessToken | undefined, Failure> => {
  const token = variable("KITH_X_ACCESS_TOKEN")
  const secret = variable("KITH_X_ACCESS_TOKEN_SECRET")
  if (token === undefined && secret === undefined) return Result.succeed(undefined)
  if (token === undefined || secret === undefined) {
    return Result.fail(
      signedOut("KITH_X_ACCESS_TOKEN and KITH_X_ACCESS_TOKEN_SECRET go together; set both or none"),
    )
  }
  const user = decodeUser(token.split("-", 1)[0])
  return Option.isNone(user) || !token.includes("-")
    ? Result.fail(
        signedOut(
          "KITH_X_ACCESS_TOKEN is no user's token of OAuth 1.0a: those begin with the user's id and a hyphen",
        ),
      )
    : Result.succeed({ user: user.value, token, secret: Redacted.make(secret) })
}

/** In the form in which a profile keeps them. */
export const toKeep = ({ bearerToken, client, consumer }: AppCredentials): App => ({
  ...(client === undefined ? {} : { clientId: client.id }),
  ...(client?.secret === undefined ? {} : { clientSecret: Redacted.value(client.secret) }),
  ...(consumer === undefined
    ? {}
    : { consumerKey: consumer.key, consumerSecret: Redacted.value(consumer.secret) }),
  ...(bearerToken === undefined ? {} : { bearerToken: Redacted.value(bearerToken) }),
})
