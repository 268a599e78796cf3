/** Users by their tokens of OAuth 1.0a. */
import type { UserId } from "@kith/core"
import * as Effect from "effect/Effect"
import type { OAuth1 } from "../auth/Credential.ts"
import type { OAuth1Options, OAuth1Token, Source } from "./credentials.ts"
import * as Lacks from "./lacks.ts"
import { refused } from "./tokenServer.ts"

/**
 * Whether a token may be a user's: X puts the id of its user in front. What v1.1 does, it does for that
 * one, and hardly an answer says for whom.
 */
const isOwn = ({ token, user }: OAuth1): boolean =>
  token.startsWith(`${user}-`) || !/^[0-9]+-/.test(token)

/** @internal */
export const make = ({ app, key, secret, users }: OAuth1Options): Source => {
  const toCredential = (user: UserId.UserId, token: OAuth1Token): OAuth1 => ({
    _tag: "OAuth1",
    app,
    key,
    secret,
    user,
    ...token,
  })
  const lookUp = () => {
    if (typeof users === "function") {
      return (user: UserId.UserId) =>
        Effect.map(users(user), (token) => token && toCredential(user, token))
    }
    // Made once: what it takes to sign is kept with each credential.
    const byUser = new Map(users.map((it) => [it.user, toCredential(it.user, it)]))
    return (user: UserId.UserId) => Effect.succeed(byUser.get(user))
  }
  const find = lookUp()
  const missing = Lacks.ofUser((user) =>
    refused(
      "Unauthenticated",
      `there is no token of OAuth 1.0a of user ${user} for ${app}; add the user's token and its secret`,
    ),
  )
  const missingOnV1 = Lacks.ofUser((user) =>
    refused(
      "NotSupported",
      `v1.1 takes tokens of OAuth 1.0a only, and there is none of user ${user} for ${app}; add the user's token and its secret`,
    ),
  )
  const anothers = Lacks.ofUser((user) =>
    refused(
      "Unauthenticated",
      `the token of OAuth 1.0a of user ${user} for ${app} is another user's; give the user's own`,
    ),
  )
  return {
    forUser: (user, { v1 }) =>
      Effect.flatMap(find(user), (found) => {
        if (found === undefined) return Effect.fail(v1 ? missingOnV1(user) : missing(user))
        return isOwn(found) ? Effect.succeed(found) : Effect.fail(anothers(user))
      }),
    forApp: Lacks.noApp,
    replaced: (credential) =>
      credential._tag === "OAuth1"
        ? Effect.fail(
            refused(
              "Unauthenticated",
              `X refuses the token of user ${credential.user}; check the app's key and secret, or let the user sign in again`,
            ),
          )
        : Lacks.notOurs,
  }
}
