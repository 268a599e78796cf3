/**
 * OAuth 2.0's token endpoints: codes and refresh tokens for access tokens, and their end.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import { accessLifetime, type Authorization, type Issued } from "../auth/Grants.ts"
import { equal } from "../auth/Signature.ts"
import { json, type Reply } from "../http/Message.ts"
import type { Route } from "../http/Router.ts"
import type { LiveWorld } from "../LiveWorld.ts"
import type { App } from "../world/World.ts"
import * as Client from "./Client.ts"
import { oauth2Errors, text } from "./Declarations.ts"
import * as Errors from "./Errors.ts"
import * as Fields from "./Fields.ts"

const issued = (tokens: Issued): Reply =>
  json(
    200,
    {
      token_type: "bearer",
      expires_in: accessLifetime,
      access_token: tokens.accessToken,
      scope: [...tokens.scopes].join(" "),
      ...(tokens.refreshToken === undefined ? {} : { refresh_token: tokens.refreshToken }),
    },
    { "cache-control": "no-store", pragma: "no-cache" },
  )

/** Whether a verifier belongs to the challenge of a code (RFC 7636, section 4.6). */
const verifies = ({ method, challenge }: Authorization, verifier: string): boolean =>
  equal(
    challenge,
    method === "plain" ? verifier : createHash("sha256").update(verifier).digest("base64url"),
  )

const exchange = (world: LiveWorld, app: App, fields: Fields.Fields): Reply => {
  const [code, redirectUri] = [fields.get("code"), fields.get("redirect_uri")]
  const verifier = fields.get("code_verifier")
  if (!code) return Errors.missing("code")
  if (!redirectUri) return Errors.missing("redirect_uri")
  if (!verifier) return Errors.missing("code_verifier")
  const { grants } = world.credentials
  // Only who the code was given to may use it up, or bring the grant down by using it again.
  const authorization = grants.authorizationOf(code)
  if (authorization?.app !== app.name) return Errors.invalidCode
  if (authorization.redirectUri !== redirectUri) return Errors.wrongRedirectUri
  if (!verifies(authorization, verifier)) return Errors.wrongVerifier
  const tokens = grants.exchange(code)
  return tokens === undefined ? Errors.invalidCode : issued(tokens)
}

const refresh = (world: LiveWorld, app: App, fields: Fields.Fields): Reply => {
  const refreshToken = fields.get("refresh_token")
  if (!refreshToken) return Errors.missing("refresh_token")
  const tokens = world.credentials.grants.refresh(refreshToken, app.name)
  return tokens === undefined ? Errors.invalidOAuth2Token : issued(tokens)
}

const token = (world: LiveWorld, app: App, fields: Fields.Fields): Reply => {
  switch (fields.get("grant_type")) {
    case "authorization_code":
      return exchange(world, app, fields)
    case "refresh_token":
      return refresh(world, app, fields)
    case undefined:
    case "":
      return Errors.missing("grant_type")
    default:
      return Errors.unsupportedGrantType
  }
}

/** A token that is not good, or not any more, counts as revoked (RFC 7009, section 2.2). */
const revoke = (world: LiveWorld, app: App, fields: Fields.Fields): Reply => {
  const revoked = fields.get("token")
  if (!revoked) return Errors.missing("token")
  const { grants } = world.credentials
  const owner = grants.appOf(revoked)
  if (owner !== undefined && owner !== app.name) return Errors.invalidOAuth2Token
  grants.revoke(revoked)
  return json(200, { revoked: true })
}

const TokenRequest = Schema.Struct({
  grant_type: Schema.optionalKey(Schema.Literals(["authorization_code", "refresh_token"])),
  client_id: text,
  code: text,
  redirect_uri: text,
  code_verifier: text,
  refresh_token: text,
})

const RevokeRequest = Schema.Struct({ token: text, client_id: text, token_type_hint: text })

const Tokens = Schema.Struct({
  token_type: Schema.Literal("bearer"),
  expires_in: Schema.Int,
  access_token: Schema.String,
  scope: Schema.String,
  refresh_token: text,
})

const endpoints = {
  token: HttpApiEndpoint.post("2/oauth2/token", "/2/oauth2/token", {
    query: TokenRequest.fields,
    payload: [TokenRequest.pipe(HttpApiSchema.asFormUrlEncoded()), TokenRequest],
    success: Tokens,
    error: oauth2Errors,
  }).annotate(
    OpenApi.Description,
    "Tokens for a code, or new ones for a refresh token, each good once. An app with a client secret proves itself with Basic.",
  ),
  revoke: HttpApiEndpoint.post("2/oauth2/revoke", "/2/oauth2/revoke", {
    query: RevokeRequest.fields,
    payload: [RevokeRequest.pipe(HttpApiSchema.asFormUrlEncoded()), RevokeRequest],
    success: Schema.Struct({ revoked: Schema.Boolean }),
    error: oauth2Errors,
  }).annotate(
    OpenApi.Description,
    "Revokes an access token, or a refresh token with all that its grant gave.",
  ),
}

/** @category constants @since 0.1.0 */
export const group = HttpApiGroup.make("OAuth 2.0").add(endpoints.token).add(endpoints.revoke)

const route = (
  endpoint: Route["endpoint"],
  answer: (world: LiveWorld, app: App, fields: Fields.Fields) => Reply,
): Route => ({
  endpoint,
  answer: (world, { request }) =>
    Effect.sync(() => {
      const fields = Fields.read(request)
      if (Result.isFailure(fields)) return fields.failure
      const app = Client.byClientId(world, request, fields.success.get("client_id"))
      return Result.isFailure(app) ? app.failure : answer(world, app.success, fields.success)
    }),
})

/** @category constants @since 0.1.0 */
export const routes: ReadonlyArray<Route> = [
  route(endpoints.token, token),
  route(endpoints.revoke, revoke),
]
