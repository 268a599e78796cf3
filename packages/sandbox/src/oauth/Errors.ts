/**
 * What the OAuth endpoints say when they refuse: OAuth 1.0a and app-only as v1.1 does, OAuth 2.0 as
 * its standard does, with X's descriptions.
 *
 * @since 0.1.0
 */
import type { AuthenticationFailure } from "../auth/Caller.ts"
import { json, type Reply } from "../http/Message.ts"
import * as V1Errors from "../v1/Errors.ts"

const v1 = (status: number, code: number, message: string, label?: string): Reply =>
  V1Errors.reply({
    _tag: "Failure",
    status,
    body: { errors: [{ code, message, label }] },
  })

/** @category constructors @since 0.1.0 */
export const notAuthenticated = (failure: AuthenticationFailure): Reply =>
  V1Errors.reply(V1Errors.notAuthenticated(failure))

/** A token that was never given, is used up or has expired. @category constructors @since 0.1.0 */
export const invalidToken = notAuthenticated("BadToken")

/** @category constructors @since 0.1.0 */
export const invalidVerifier = notAuthenticated("BadSignature")

/** @category constructors @since 0.1.0 */
export const callbackNotApproved = v1(
  403,
  415,
  "Callback URL not approved for this client application. Approved callback URLs can be adjusted in your application settings",
)

/** @category constructors @since 0.1.0 */
export const parameterMissing = (name: string): Reply =>
  v1(403, 38, `${name} parameter is missing.`)

/** @category constructors @since 0.1.0 */
export const parameterInvalid = (name: string): Reply =>
  V1Errors.reply(V1Errors.invalidParameter(name))

/** @category constructors @since 0.1.0 */
export const credentialsRefused = v1(
  403,
  99,
  "Unable to verify your credentials",
  "authenticity_token_error",
)

/** @category constructors @since 0.1.0 */
export const notAllowedByCredentials = V1Errors.reply(V1Errors.notAllowedByCredentials)

const oauth2 = (status: number, error: string, description: string): Reply =>
  json(status, { error, error_description: description }, { "cache-control": "no-store" })

/** @category constructors @since 0.1.0 */
export const invalidRequest = (description: string): Reply =>
  oauth2(400, "invalid_request", description)

/** @category constructors @since 0.1.0 */
export const missing = (name: string): Reply =>
  invalidRequest(`Missing required parameter [${name}].`)

/** @category constructors @since 0.1.0 */
export const invalidCode = invalidRequest("Value passed for the authorization code was invalid.")

/** @category constructors @since 0.1.0 */
export const wrongVerifier = invalidRequest(
  "Value passed for the code verifier did not match the code challenge.",
)

/** @category constructors @since 0.1.0 */
export const wrongRedirectUri = invalidRequest(
  "Value passed for the redirect uri did not match the uri of the authorization code.",
)

/** @category constructors @since 0.1.0 */
export const invalidOAuth2Token = invalidRequest("Value passed for the token was invalid.")

/** @category constructors @since 0.1.0 */
export const unsupportedGrantType = oauth2(
  400,
  "unsupported_grant_type",
  "Value passed for the grant type was invalid.",
)

/** @category constructors @since 0.1.0 */
export const unknownClient = oauth2(
  401,
  "invalid_client",
  "Value passed for the client id was invalid.",
)

/** @category constructors @since 0.1.0 */
export const unauthorizedClient = oauth2(
  401,
  "unauthorized_client",
  "Missing valid authorization header",
)
