/**
 * What v1.1 says when it refuses: codes, statuses and messages, as data.
 *
 * Messages are those that X sends; clients match them to the letter. Which of them are not confirmed
 * by a recording is in `docs/x-assumptions.md`.
 *
 * @since 0.1.0
 */
import type { AuthenticationFailure } from "../auth/Caller.ts"
import type { Reply } from "../http/Message.ts"
import * as Json from "./Json.ts"

/**
 * A refusal, ready to be sent.
 *
 * @category models
 * @since 0.1.0
 */
export interface Failure {
  readonly _tag: "Failure"
  readonly status: number
  readonly body: Json.JsonObject
}

const failure = (status: number, code: number, message: string): Failure => ({
  _tag: "Failure",
  status,
  body: { errors: [{ code, message }] },
})

/** @category constructors @since 0.1.0 */
export const noUserMatches = failure(404, 17, "No user matches for specified terms.")
/** @category constructors @since 0.1.0 */
export const tooManyTerms = failure(403, 18, "Too many terms specified in query.")
/** @category constructors @since 0.1.0 */
export const parametersMissing = failure(400, 25, "Query parameters are missing.")
/** @category constructors @since 0.1.0 */
export const pageNotFound = failure(404, 34, "Sorry, that page does not exist.")
/** @category constructors @since 0.1.0 */
export const userNotFound = failure(404, 50, "User not found.")
/** @category constructors @since 0.1.0 */
export const userSuspended = failure(403, 63, "User has been suspended.")
/** @category constructors @since 0.1.0 */
export const callerSuspended = failure(
  403,
  64,
  "Your account is suspended and is not permitted to access this feature.",
)
/** @category constructors @since 0.1.0 */
export const retired = failure(
  410,
  68,
  "The Twitter REST API v1 is no longer active. Please migrate to API v1.1. https://dev.twitter.com/docs/api/1.1/overview.",
)
/** @category constructors @since 0.1.0 */
export const rateLimitExceeded = failure(429, 88, "Rate limit exceeded")
/** @category constructors @since 0.1.0 */
export const cannotFindUser = failure(403, 108, "Cannot find specified user.")
/** @category constructors @since 0.1.0 */
export const overCapacity = failure(503, 130, "Over capacity")
/** @category constructors @since 0.1.0 */
export const cannotFollowSelf = failure(403, 158, "You can't follow yourself.")
/** @category constructors @since 0.1.0 */
export const targetSuspended = failure(403, 159, "The user you want to follow is suspended.")
/** @category constructors @since 0.1.0 */
export const blockedByTarget = failure(
  403,
  162,
  "You have been blocked from following this account at the request of the user.",
)
/** @category constructors @since 0.1.0 */
export const sourceNotFound = failure(404, 163, "Could not determine source user.")
/** @category constructors @since 0.1.0 */
export const targetNotSpecified = failure(403, 164, "Target user not specified.")
/** @category constructors @since 0.1.0 */
export const badRequest = failure(400, 214, "Bad request.")
/** @category constructors @since 0.1.0 */
export const compressed = (message: string): Failure => failure(415, 214, message)
/** @category constructors @since 0.1.0 */
export const notAllowedByCredentials = failure(
  403,
  220,
  "Your credentials do not allow access to this resource.",
)
/** @category constructors @since 0.1.0 */
export const readOnlyApp = failure(403, 261, "Application cannot perform write actions.")

/**
 * For refusals that X has no recorded code for: following somebody whom one blocks, tuning a follow
 * that is not there. The code is X's general one, so that no client takes it for something else.
 *
 * @category constructors
 * @since 0.1.0
 */
export const forbidden = failure(403, 200, "Forbidden.")

/** @category constructors @since 0.1.0 */
export const invalidParameter = (name: string): Failure =>
  failure(400, 44, `${name} parameter is invalid.`)

/** @category constructors @since 0.1.0 */
export const alreadyRequested = (screenName: string): Failure =>
  failure(403, 160, `You've already requested to follow ${screenName}.`)

/**
 * The lists of a protected account, in the older form that X still sends there.
 *
 * @category constructors
 * @since 0.1.0
 */
export const notAuthorized = (path: string): Failure => ({
  _tag: "Failure",
  status: 401,
  body: { request: path, error: "Not authorized." },
})

const unauthenticated: Readonly<Record<AuthenticationFailure, Failure>> = {
  Missing: failure(400, 215, "Bad Authentication data."),
  BadSignature: failure(401, 32, "Could not authenticate you."),
  BadTimestamp: failure(401, 135, "Timestamp out of bounds."),
  BadToken: failure(401, 89, "Invalid or expired token."),
}

/** @category constructors @since 0.1.0 */
export const notAuthenticated = (reason: AuthenticationFailure): Failure => unauthenticated[reason]

/** @category constants @since 0.1.0 */
export const contentType = "application/json;charset=utf-8"

/**
 * The reply that says a refusal.
 *
 * @category operations
 * @since 0.1.0
 */
export const reply = (failure: Failure, headers?: Readonly<Record<string, string>>): Reply => ({
  status: failure.status,
  contentType,
  body: Json.write(failure.body),
  headers,
})
