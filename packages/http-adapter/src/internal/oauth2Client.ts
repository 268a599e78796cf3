/**
 * An OAuth 2.0 client over `oauth4webapi`: the library writes requests and reads answers, and our
 * transport carries them, with its bounds on time, size and place.
 */
import type { RemoteError } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as oauth from "oauth4webapi"
import { encode } from "../auth/Percent.ts"
import type { ApiRequest, Reply } from "../Endpoint.ts"
import * as TokenServer from "./tokenServer.ts"

/** @internal */
export interface App {
  readonly id: string
  readonly secret: Redacted.Redacted | undefined
}

/**
 * Makes the library write a request, which it sends with `fetch` at the end.
 *
 * @internal
 */
export type Write = (
  as: oauth.AuthorizationServer,
  client: oauth.Client,
  authentication: oauth.ClientAuth,
  options: {
    readonly [oauth.allowInsecureRequests]: boolean
    readonly [oauth.customFetch]: (
      url: string,
      request: oauth.CustomFetchOptions<"POST", URLSearchParams>,
    ) => Promise<Response>
  },
) => Promise<Response>

interface Written {
  readonly request: ApiRequest
  readonly authorization: string | undefined
}

/**
 * The library's own would escape `-`, `_` and `.` in ids and secrets too, and nothing tells whether X
 * undoes that. What an id or a secret of X is made of is written here as it is.
 *
 * @internal
 */
export const basic = (id: string, secret: string): string =>
  `Basic ${btoa(`${encode(id)}:${encode(secret)}`)}`

/**
 * Whether an answer says that what was to be exchanged is no good: the standard's way, or X's, which
 * has one name for many mistakes, and tells them apart in words.
 *
 * @internal
 */
export const saysInvalid = (reply: Reply, words: RegExp): boolean => {
  if (reply.status !== 400) return false
  const error = TokenServer.errorOf(reply)
  return (
    error?.name === "invalid_grant" ||
    (error?.name === "invalid_request" && words.test(error.description))
  )
}

/** An answer as the library takes it; some statuses may not have a body. */
const responseOf = ({ body, header, status }: Reply): Response => {
  const type = header("content-type")
  return new Response(status === 204 || status === 205 || status === 304 ? null : body, {
    status,
    headers: type === undefined ? {} : { "content-type": type },
  })
}

const stray = TokenServer.refused(
  "Unauthenticated",
  "this is no answer to the sign-in that was begun; begin a new one",
)

const callbackRefused = (error: unknown): RemoteError.RemoteError => {
  if (!(error instanceof oauth.AuthorizationResponseError)) return stray
  return TokenServer.refused(
    "Unauthenticated",
    error.error === "access_denied"
      ? "the user did not allow it; ask again, or let it be"
      : "X refused to begin the sign-in; check the app's id, its callbacks and the scopes",
  )
}

/** @internal */
export const make = (server: TokenServer.TokenServer, path: string, { id, secret }: App) => {
  const as: oauth.AuthorizationServer = {
    issuer: server.origin,
    token_endpoint: server.origin + path,
    revocation_endpoint: `${server.origin}/2/oauth2/revoke`,
  }
  const client: oauth.Client = { client_id: id }
  const authentication: oauth.ClientAuth =
    secret === undefined
      ? oauth.None()
      : (_as, _client, _body, headers) => {
          headers.set("authorization", basic(id, Redacted.value(secret)))
        }

  const written = async (write: Write): Promise<Written> => {
    const { promise, resolve, reject } = Promise.withResolvers<Written>()
    const customFetch = async (
      url: string,
      { body, headers }: oauth.CustomFetchOptions<"POST", URLSearchParams>,
    ): Promise<Response> => {
      const request = { method: "POST", path: new URL(url).pathname, form: [...body] } as const
      resolve({ request, authorization: headers["authorization"] })
      return Response.error()
    }
    write(as, client, authentication, {
      [oauth.allowInsecureRequests]: server.isInsecure,
      [oauth.customFetch]: customFetch,
    }).catch(reject)
    return promise
  }

  /** Sends a request that the library writes, once, and gives its answer whatever the status. */
  const send = (write: Write): Effect.Effect<Reply, RemoteError.RemoteError> =>
    Effect.flatMap(
      Effect.promise(() => written(write)),
      ({ request, authorization }) => server.send(request, authorization),
    )

  /** The tokens of an answer. */
  const tokens = (
    reply: Reply,
  ): Effect.Effect<oauth.TokenEndpointResponse, RemoteError.RemoteError> =>
    reply.status === 200
      ? Effect.tryPromise({
          try: () => oauth.processGenericTokenEndpointResponse(as, client, responseOf(reply)),
          catch: () => TokenServer.notUnderstood("token"),
        })
      : Effect.fail(TokenServer.refusal(reply))

  /** The parameters that a user came back with, when they answer the sign-in of this state. */
  const validate = (
    parameters: URLSearchParams,
    state: string,
  ): Result.Result<URLSearchParams, RemoteError.RemoteError> =>
    Result.filterOrFail(
      Result.try({
        try: () => oauth.validateAuthResponse(as, client, parameters, state),
        catch: callbackRefused,
      }),
      (answer) => {
        const [code, ...more] = answer.getAll("code")
        return Boolean(code) && more.length === 0
      },
      () => stray,
    )

  return { send, tokens, validate }
}
