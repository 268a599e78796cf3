/**
 * OAuth 1.0a's three-legged handshake, but for the consent page, and the end of its tokens.
 *
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Authentication from "../auth/Authentication.ts"
import { encode } from "../auth/Signature.ts"
import { json, type Reply, type Request } from "../http/Message.ts"
import { type Route, route } from "../http/Router.ts"
import type { LiveWorld } from "../LiveWorld.ts"
import type { App } from "../world/World.ts"
import { errors } from "../v1/Schemas.ts"
import { formEncoded, formReply, text } from "./Declarations.ts"
import * as Errors from "./Errors.ts"

const form = (fields: Readonly<Record<string, string>>): Reply => ({
  status: 200,
  contentType: formReply,
  body: Object.entries(fields)
    .map(([name, value]) => `${name}=${encode(value)}`)
    .join("&"),
  headers: { "cache-control": "no-store", "x-content-type-options": "nosniff" },
})

const AccessType = Schema.Literals(["read", "write"])

const approved = (app: App, callback: string): boolean =>
  callback === "oob" || app.callbackUrls.includes(callback)

const requestToken = (world: LiveWorld, request: Request): Reply => {
  const authenticated = Authentication.authenticateApp(world, request)
  if (Result.isFailure(authenticated)) return Errors.notAuthenticated(authenticated.failure)
  const { app, parameter } = authenticated.success
  const callback = parameter("oauth_callback")
  if (!callback) return Errors.parameterMissing("oauth_callback")
  if (!approved(app, callback)) return Errors.callbackNotApproved
  const access = parameter("x_auth_access_type") ?? "write"
  if (!Schema.is(AccessType)(access)) return Errors.parameterInvalid("x_auth_access_type")
  const { token, secret } = world.credentials.handshakes.begin({
    app: app.name,
    callback,
    readOnly: access === "read",
  })
  return form({ oauth_token: token, oauth_token_secret: secret, oauth_callback_confirmed: "true" })
}

const accessToken = (world: LiveWorld, request: Request): Reply => {
  const authenticated = Authentication.authenticateHandshake(world, request)
  if (Result.isFailure(authenticated)) return Errors.notAuthenticated(authenticated.failure)
  const { handshake, parameter } = authenticated.success
  const { credentials, users } = world
  const userId = credentials.handshakes.finish(handshake.token, parameter("oauth_verifier") ?? "")
  const user = userId === undefined ? undefined : users.byId(userId)
  if (user === undefined) return Errors.invalidVerifier
  const { token, secret } = credentials.userTokens.mint({
    app: handshake.app,
    userId: user.id,
    readOnly: handshake.readOnly,
  })
  return form({
    oauth_token: token,
    oauth_token_secret: secret,
    user_id: user.id,
    screen_name: user.username,
  })
}

const invalidateToken = (world: LiveWorld, request: Request): Reply => {
  const signed = Authentication.authenticateSigner(world, request)
  if (Result.isSuccess(signed)) {
    const { token } = signed.success
    world.credentials.userTokens.revoke(token)
    return json(200, { access_token: token })
  }
  const other = Authentication.authenticate(world, request)
  return Result.isSuccess(other)
    ? Errors.notAllowedByCredentials
    : Errors.notAuthenticated(other.failure)
}

const requestTokenDeclared = {
  query: { oauth_callback: text, x_auth_access_type: Schema.optionalKey(AccessType) },
  success: formEncoded("oauth_token=…&oauth_token_secret=…&oauth_callback_confirmed=true"),
  error: errors,
}

const accessTokenDeclared = {
  query: { oauth_token: text, oauth_verifier: text },
  success: formEncoded("oauth_token=…&oauth_token_secret=…&user_id=…&screen_name=…"),
  error: errors,
}

const bySigner = { security: [{ UserToken: [] }] }

const invalidateDeclared = {
  success: Schema.Struct({ access_token: Schema.String }),
  error: errors,
}

const endpoints = {
  requestToken: HttpApiEndpoint.post(
    "oauth/request_token",
    "/oauth/request_token",
    requestTokenDeclared,
  ).annotate(OpenApi.Description, "Step 1: a request token, for a registered callback or `oob`."),
  requestTokenByGet: HttpApiEndpoint.get(
    "oauth/request_token by GET",
    "/oauth/request_token",
    requestTokenDeclared,
  ),
  accessToken: HttpApiEndpoint.post(
    "oauth/access_token",
    "/oauth/access_token",
    accessTokenDeclared,
  ).annotate(OpenApi.Description, "Step 3: an access token for a verifier."),
  accessTokenByGet: HttpApiEndpoint.get(
    "oauth/access_token by GET",
    "/oauth/access_token",
    accessTokenDeclared,
  ),
  invalidate: HttpApiEndpoint.post(
    "oauth/invalidate_token",
    "/1.1/oauth/invalidate_token.json",
    invalidateDeclared,
  )
    .annotate(OpenApi.Description, "Revokes the token that the request is signed with.")
    .annotate(OpenApi.Override, bySigner),
  invalidateBare: HttpApiEndpoint.post(
    "oauth/invalidate_token without suffix",
    "/1.1/oauth/invalidate_token",
    invalidateDeclared,
  ).annotate(OpenApi.Override, bySigner),
}

/** @category constants @since 0.1.0 */
export const group = HttpApiGroup.make("OAuth 1.0a")
  .add(endpoints.requestToken)
  .add(endpoints.requestTokenByGet)
  .add(endpoints.accessToken)
  .add(endpoints.accessTokenByGet)
  .add(endpoints.invalidate)
  .add(endpoints.invalidateBare)

/** @category constants @since 0.1.0 */
export const routes: ReadonlyArray<Route> = [
  route(endpoints.requestToken, requestToken),
  route(endpoints.requestTokenByGet, requestToken),
  route(endpoints.accessToken, accessToken),
  route(endpoints.accessTokenByGet, accessToken),
  route(endpoints.invalidate, invalidateToken),
  route(endpoints.invalidateBare, invalidateToken),
]
