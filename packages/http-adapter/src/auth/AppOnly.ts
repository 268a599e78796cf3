/**
 * The app's own bearer token: reading without a user.
 *
 * @since 0.1.0
 */
import type { RemoteError } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as oauth from "oauth4webapi"
import * as OAuth2Client from "../internal/oauth2Client.ts"
import * as TokenServer from "../internal/tokenServer.ts"

/**
 * - `key`, `secret`: the app's consumer key and secret, also called API key and secret.
 * - `origin`: where X's API is; `https://api.x.com` unless told. Without TLS only on this machine.
 * - `timeout`: milliseconds that an answer of X may take; 10,000 unless told.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly key: string
  readonly secret: Redacted.Redacted
  readonly origin?: string | undefined
  readonly timeout?: number | undefined
}

/**
 * Asks X for the app's bearer token. X gives the same one until somebody invalidates it, and refuses
 * to be asked often: keep it.
 *
 * An origin that is none, or one without TLS elsewhere than on this machine, is a defect.
 *
 * @category operations
 * @since 0.1.0
 */
export const bearerToken: (
  options: Options,
) => Effect.Effect<Redacted.Redacted, RemoteError.RemoteError> = Effect.fnUntraced(
  function* (options) {
    const server = yield* TokenServer.make(options)
    const client = OAuth2Client.make(server, "/oauth2/token", {
      id: options.key,
      secret: options.secret,
    })
    const reply = yield* client.send((as, app, authentication, how) =>
      oauth.clientCredentialsGrantRequest(as, app, authentication, {}, how),
    )
    const tokens = yield* client.tokens(reply)
    return Redacted.make(tokens.access_token)
  },
)
