/**
 * The three-legged handshake of OAuth 1.0a: a user's sign-in through an app, for v1.1 and v2. The
 * token that it gives does not expire.
 *
 * The user is sent to {@link Attempt.url}. X sends them back to the callback, or shows a PIN that they
 * type in, when the callback is `oob`.
 *
 * @since 0.1.0
 */
import { UserId, type RemoteError } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Reply } from "../Endpoint.ts"
import * as TokenServer from "../internal/tokenServer.ts"
import type { OAuth1 } from "./Credential.ts"
import * as Entropy from "./Entropy.ts"
import { encodePairs } from "./Percent.ts"
import * as Signature from "./Signature.ts"
import * as Skew from "./Skew.ts"

/**
 * - `app`: what the app is called here; limits are counted under this name.
 * - `key`, `secret`: the app's consumer key and secret, also called API key and secret.
 * - `origin`: where X's API is; `https://api.x.com` unless told. Without TLS only on this machine.
 * - `timeout`: milliseconds that an answer of X may take; 10,000 unless told.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly app: string
  readonly key: string
  readonly secret: Redacted.Redacted
  readonly origin?: string | undefined
  readonly timeout?: number | undefined
}

/**
 * A sign-in that has begun. Keep it with the user's session until the user comes back; it is good for
 * one answer.
 *
 * @category models
 * @since 0.1.0
 */
export interface Attempt {
  readonly url: string
  readonly token: string
  readonly tokenSecret: Redacted.Redacted
}

/**
 * What a sign-in gave.
 *
 * @category models
 * @since 0.1.0
 */
export interface SignedIn {
  readonly credential: OAuth1
  readonly username: string | undefined
}

/**
 * The steps of a sign-in with one app. Errors have one clear line and no secret; the outcome
 * `unknown` says that X may have given a token that never arrived, and a new sign-in is needed.
 *
 * @category models
 * @since 0.1.0
 */
export interface ThreeLegged {
  /**
   * Begins a sign-in.
   *
   * @param callback one of the app's, to the letter; `oob` for a PIN
   * @param options `readOnly` asks for no more than reading; `afresh` makes the user sign in to X
   *   again, to choose another account
   */
  readonly begin: (
    callback: string,
    options?: { readonly readOnly?: boolean | undefined; readonly afresh?: boolean | undefined },
  ) => Effect.Effect<Attempt, RemoteError.RemoteError>

  /**
   * Ends a sign-in.
   *
   * @param answer the PIN; or the URL that the user was sent back to, whole or as a server gives that
   *   of a request, or its query
   */
  readonly finish: (
    attempt: Pick<Attempt, "token" | "tokenSecret">,
    answer: string,
  ) => Effect.Effect<SignedIn, RemoteError.RemoteError>
}

const isUserId = Schema.is(UserId.UserId)

const denied = TokenServer.refused(
  "Unauthenticated",
  "the user did not allow it; ask again, or let it be",
)
const stray = TokenServer.refused(
  "Unauthenticated",
  "this is no answer to the sign-in that was begun; begin a new one",
)

/** The verifier of an answer to this sign-in. */
const verifierOf = (
  token: string,
  answer: string,
): Result.Result<string, RemoteError.RemoteError> => {
  const text = answer.trim()
  // What X shows is digits; people copy blanks along, or type them in between.
  if (/^[0-9][0-9 -]*$/.test(text)) return Result.succeed(text.replaceAll(/[ -]/g, ""))
  const parameters = TokenServer.parametersOf(text)
  if (parameters.get("denied") === token) return Result.fail(denied)
  const verifier = parameters.get("oauth_verifier")
  return parameters.get("oauth_token") === token && verifier !== null && verifier !== ""
    ? Result.succeed(verifier)
    : Result.fail(stray)
}

/** Both parts of a token, in the form-encoded text of a good answer. */
const tokenOf = (
  reply: Reply,
):
  | { readonly token: string; readonly secret: string; readonly fields: URLSearchParams }
  | undefined => {
  const fields = new URLSearchParams(reply.body)
  const token = fields.get("oauth_token")
  const secret = fields.get("oauth_token_secret")
  return token && secret ? { token, secret, fields } : undefined
}

/**
 * An origin that is none, or one without TLS elsewhere than on this machine, is a defect.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* (options: Options) {
  const server = yield* TokenServer.make(options)
  const skew = yield* Skew.make
  const { app, key, secret } = options

  /** Posts to a path, signed; a second time, when the first was signed with a time far off. */
  const post = (
    path: string,
    keys: Signature.Keys,
    protocol: Signature.Pairs,
  ): Effect.Effect<Reply, RemoteError.RemoteError> => {
    const once = Effect.gen(function* () {
      const nonce = Entropy.nonce(yield* Entropy.Entropy)
      const moment = { nonce, timestampSeconds: yield* skew.seconds }
      const request = { method: "POST", url: server.origin + path, protocol }
      return yield* server.send(
        { method: "POST", path },
        Signature.authorization(keys, request, moment),
      )
    })
    return Effect.gen(function* () {
      const reply = yield* once
      const isSkewed = TokenServer.errorOf(reply)?.name === "135"
      const isCorrected = yield* skew.learn(reply.header("date"), reply.at, isSkewed)
      return isSkewed && isCorrected ? yield* once : reply
    })
  }

  const begin: ThreeLegged["begin"] = Effect.fnUntraced(function* (callback, asked = {}) {
    const protocol: Signature.Pairs = [
      ["oauth_callback", callback],
      ...(asked.readOnly === true ? [["x_auth_access_type", "read"] as const] : []),
    ]
    const reply = yield* post("/oauth/request_token", { key, secret }, protocol)
    if (reply.status !== 200) return yield* TokenServer.refusal(reply)
    const given = tokenOf(reply)
    if (given?.fields.get("oauth_callback_confirmed") !== "true") {
      return yield* TokenServer.notUnderstood("request token")
    }
    const query = encodePairs([
      ["oauth_token", given.token],
      ...(asked.afresh === true ? [["force_login", "true"] as const] : []),
    ])
    return {
      url: `${server.origin}/oauth/authorize?${query}`,
      token: given.token,
      tokenSecret: Redacted.make(given.secret),
    }
  })

  const finish: ThreeLegged["finish"] = Effect.fnUntraced(function* (attempt, answer) {
    const verifier = verifierOf(attempt.token, answer)
    if (Result.isFailure(verifier)) return yield* verifier.failure
    const { token, tokenSecret } = attempt
    const reply = yield* post("/oauth/access_token", { key, secret, token, tokenSecret }, [
      ["oauth_verifier", verifier.success],
    ])
    if (reply.status !== 200) return yield* TokenServer.refusal(reply)
    const given = tokenOf(reply)
    // X's access tokens begin with the id of their user.
    const user = given?.fields.get("user_id") ?? given?.token.split("-", 1)[0]
    if (given === undefined || !isUserId(user)) {
      return yield* TokenServer.notUnderstood("access token")
    }
    return {
      credential: {
        _tag: "OAuth1",
        app,
        user,
        key,
        secret,
        token: given.token,
        tokenSecret: Redacted.make(given.secret),
      },
      username: given.fields.get("screen_name") ?? undefined,
    }
  })

  return { begin, finish } satisfies ThreeLegged
})
