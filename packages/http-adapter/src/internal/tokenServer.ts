/**
 * The endpoints that give out credentials: how they are reached, and what their refusals mean.
 *
 * Their answers hold secrets, and so nothing of a good answer is quoted, and of a refusal only what is
 * none.
 */
import { RemoteError } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Evidence from "../classify/Evidence.ts"
import * as RateHeaders from "../classify/RateHeaders.ts"
import type { ApiRequest, Reply } from "../Endpoint.ts"
import * as Transport from "../Transport.ts"
import * as Lost from "./lost.ts"

/**
 * - `origin`: where X's API is; `https://api.x.com` unless told. Without TLS only on this machine.
 * - `timeout`: milliseconds that an answer may take; 10,000 unless told.
 *
 * @internal
 */
export interface Options {
  readonly origin?: string | undefined
  readonly timeout?: number | undefined
}

/** @internal */
export interface TokenServer {
  readonly origin: string
  readonly isInsecure: boolean
  readonly send: (
    request: ApiRequest,
    authorization: string | undefined,
  ) => Effect.Effect<Reply, RemoteError.RemoteError>
}

/** @internal */
export const defaultTimeout = 10_000

// An answer with tokens has some hundred bytes.
const maxBody = 64 * 1024

/**
 * The parameters of a callback, whether it comes as a URL, as a server has the URL of a request, or as
 * its query.
 *
 * @internal
 */
export const parametersOf = (returned: string): URLSearchParams =>
  URL.parse(returned, returned.startsWith("/") ? "http://localhost" : undefined)?.searchParams ??
  new URLSearchParams(returned)

/**
 * A refusal: nothing that the caller asked for was done.
 *
 * @internal
 */
export const refused = (
  reason: RemoteError.Reason,
  message: string,
  more: { readonly retryable?: boolean; readonly resetAt?: number } = {},
): RemoteError.RemoteError =>
  new RemoteError.RemoteError({
    outcome: "refused",
    reason,
    message,
    retryable: more.retryable ?? false,
    ...(more.resetAt === undefined ? {} : { resetAt: more.resetAt }),
  })

/**
 * A failure of X or the network. The outcome is unknown when the request may have arrived.
 *
 * @internal
 */
export const outage = (outcome: "refused" | "unknown", message: string): RemoteError.RemoteError =>
  new RemoteError.RemoteError({ outcome, reason: "Outage", message, retryable: true })

/**
 * A token that could not be had: whoever asked for it has sent nothing with it, whatever became of the
 * asking.
 *
 * @internal
 */
export const withoutToken = (
  what: string,
  { evidence, message, reason, resetAt, retryable }: RemoteError.RemoteError,
): RemoteError.RemoteError =>
  new RemoteError.RemoteError({
    outcome: "refused",
    reason,
    message: `${what}: ${message}`,
    retryable,
    ...(resetAt === undefined ? {} : { resetAt }),
    ...(evidence === undefined ? {} : { evidence }),
  })

const lost = (failure: Transport.TransportFailure): RemoteError.RemoteError =>
  failure.retryable
    ? outage(
        failure.phase === "notSent" ? "refused" : "unknown",
        `${failure.message}; try again later`,
      )
    : refused(Lost.reasonOf(failure), failure.message)

/** @internal */
export const make = Effect.fnUntraced(function* (options: Options) {
  const transport = yield* Transport.make({
    origin: options.origin,
    timeout: options.timeout ?? defaultTimeout,
    maxBody,
  })
  return {
    origin: transport.origin,
    isInsecure: transport.origin.startsWith("http:"),
    send: (request, authorization) => Effect.mapError(transport.send(request, authorization), lost),
  } satisfies TokenServer
})

const OAuth2Error = Schema.Struct({
  error: Schema.String,
  error_description: Schema.optional(Schema.NullOr(Schema.String)),
})

const V1Errors = Schema.Struct({
  errors: Schema.NonEmptyArray(
    Schema.Struct({ code: Schema.optional(Schema.NullOr(Schema.Int)), message: Schema.String }),
  ),
})

const decodeOAuth2 = Schema.decodeUnknownResult(Schema.fromJsonString(OAuth2Error))
const decodeV1 = Schema.decodeUnknownResult(Schema.fromJsonString(V1Errors))

/**
 * The name of an OAuth 2.0 error and its description, or the code of a v1.1 error and its message.
 *
 * @internal
 */
export const errorOf = ({
  body,
}: Reply): { readonly name: string; readonly description: string } | undefined => {
  const oauth2 = decodeOAuth2(body)
  if (Result.isSuccess(oauth2)) {
    const { error, error_description: description } = oauth2.success
    return { name: error, description: description ?? "" }
  }
  const v1 = decodeV1(body)
  if (Result.isFailure(v1)) return undefined
  const [{ code, message }] = v1.success.errors
  return { name: String(code ?? ""), description: message }
}

const appRefused =
  "X does not accept the app's own credentials; check its id, key and secret, and that an app that has a secret uses it"

/** What each name or code means, whatever the status; see the tables of X and RFC 6749, 5.2. */
const meanings: ReadonlyMap<string, readonly [RemoteError.Reason, string]> = new Map(
  Object.entries<readonly [RemoteError.Reason, string]>({
    invalid_client: ["Unauthenticated", appRefused],
    unauthorized_client: ["Unauthenticated", appRefused],
    invalid_grant: [
      "Unauthenticated",
      "X does not accept what was exchanged for a token; let the user sign in again",
    ],
    access_denied: ["Unauthenticated", "the user did not allow it; ask again, or let it be"],
    invalid_scope: ["ScopeMissing", "X does not know a scope that was asked for; check the scopes"],
    unsupported_grant_type: [
      "NotSupported",
      "X does not give tokens in this way to this app; see its type in the developer portal",
    ],
    "32": [
      "Unauthenticated",
      "X does not accept the signature or the verifier; check the app's key and secret, and sign in again",
    ],
    "64": ["AccountSuspended", "the account is suspended; its owner can appeal on X"],
    "89": ["Unauthenticated", "the token is not good any more; sign in again"],
    "99": ["Unauthenticated", appRefused],
    "135": ["ClockSkewed", "this machine's clock is too far from X's; set it"],
    "215": ["Unauthenticated", appRefused],
    "326": ["AccountLocked", "the account is locked; its owner can unlock it on X"],
    "415": [
      "NotSupported",
      "the app has no such callback; add it among the app's settings on X, to the letter",
    ],
    "416": ["AppSuspended", "the app is suspended; see its page among the developer's on X"],
    "417": ["NotSupported", "the app may only use the PIN flow; give oob as the callback"],
  }),
)

/**
 * What an answer means that gave no token.
 *
 * @internal
 */
export const refusal = (reply: Reply): RemoteError.RemoteError => {
  const { status } = reply
  if (status >= 500 || status === 408) {
    return outage("unknown", `X failed with the status ${status}; try again later`)
  }
  if (status === 429 || status === 420) {
    const resetAt = RateHeaders.reset(reply) ?? RateHeaders.retryAfter(reply)
    return refused("WindowExhausted", "X was asked for tokens too often; wait for a while", {
      retryable: true,
      ...(resetAt === undefined ? {} : { resetAt }),
    })
  }
  if (status >= 300 && status < 400) {
    return outage(
      "refused",
      `the answer was a redirect (${status}), which is not followed; check the origin, and any proxy before it`,
    )
  }
  const error = errorOf(reply)
  const meaning = error === undefined ? undefined : meanings.get(error.name)
  if (meaning !== undefined) return refused(...meaning)
  if (status === 401) return refused("Unauthenticated", appRefused)
  return new RemoteError.RemoteError({
    outcome: "refused",
    reason: "Unclassified",
    message: `X refused with the status ${status}; see the evidence`,
    retryable: false,
    evidence: Evidence.of(reply),
  })
}

/**
 * A good answer that cannot be understood. What was asked for may have been done.
 *
 * @internal
 */
export const notUnderstood = (what: string): RemoteError.RemoteError =>
  new RemoteError.RemoteError({
    outcome: "unknown",
    reason: "Malformed",
    message: `X's answer has no ${what} that can be read; check the origin, and any proxy before it`,
    retryable: true,
  })
