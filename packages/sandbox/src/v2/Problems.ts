/**
 * How v2 says that something is wrong: bodies as recorded from X, or of the same form where no
 * recording is known.
 *
 * A request that fails as a whole gets one of the replies; a user that is missing from an answer is
 * an item of the answer's `errors`, with status 200.
 *
 * @since 0.1.0
 */
import type { Rejection } from "@kith/core"
import * as Message from "../http/Message.ts"
import { type Names, oldNames } from "./Fields.ts"

/**
 * A problem whose type says no more than its status (RFC 9457, `about:blank`).
 *
 * @category constructors
 * @since 0.1.0
 */
export const plain = (status: number, title: string, detail: string): Message.Reply =>
  Message.json(status, { title, detail, type: "about:blank", status })

/** @category constructors @since 0.1.0 */
export const unauthorized = plain(401, "Unauthorized", "Unauthorized")

/** @category constructors @since 0.1.0 */
export const forbidden = (detail: string): Message.Reply => plain(403, "Forbidden", detail)

/** @category constructors @since 0.1.0 */
export const missingScope = forbidden("Forbidden")

/** @category constructors @since 0.1.0 */
export const callerSuspended = forbidden(
  "Your account is suspended and is not permitted to access this feature.",
)

/** @category constructors @since 0.1.0 */
export const tooManyRequests = plain(429, "Too Many Requests", "Too Many Requests")

/** @category constructors @since 0.1.0 */
export const unavailable = plain(503, "Service Unavailable", "Service Unavailable")

/** @category constructors @since 0.1.0 */
export const readOnlyApp: Message.Reply = Message.json(403, {
  title: "Forbidden",
  detail:
    "Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.",
  type: `${oldNames.problems}oauth1-permissions`,
  status: 403,
})

/** @category constructors @since 0.1.0 */
export const unsupportedAuthentication: Message.Reply = {
  ...Message.json(403, {
    title: "Unsupported Authentication",
    detail:
      "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint. Supported authentication types are [OAuth 1.0a User Context, OAuth 2.0 User Context].",
    type: `${oldNames.problems}unsupported-authentication`,
    status: 403,
  }),
  contentType: "application/problem+json; charset=utf-8",
}

/**
 * One mistake in a request: the parameters with the values that are wrong, and what is wrong.
 *
 * @category models
 * @since 0.1.0
 */
export interface Mistake {
  readonly parameters: Readonly<Record<string, ReadonlyArray<string>>>
  readonly message: string
}

/** @category constructors @since 0.1.0 */
export const invalidRequest = (mistakes: ReadonlyArray<Mistake>): Message.Reply =>
  Message.json(400, {
    errors: mistakes,
    title: "Invalid Request",
    detail: "One or more parameters to your request was invalid.",
    type: `${oldNames.problems}invalid-request`,
  })

/** @category constructors @since 0.1.0 */
export const notTheCaller = (parameter: string, value: string, caller: string): Message.Reply =>
  invalidRequest([
    {
      parameters: { [parameter]: [value] },
      message: `The \`${parameter}\` query parameter value [${value}] must be the same as the authenticating user [${caller}]`,
    },
  ])

// X's own words where v1.1 is known to say them; no recording of v2 is.
const refusals: Readonly<Record<Rejection.Tag, string>> = {
  CannotFollowSelf: "You can't follow yourself.",
  TargetNotFound: "Cannot find specified user.",
  TargetSuspended: "User has been suspended.",
  BlockedByTarget: "You have been blocked from following this account at the request of the user.",
  BlockingTarget: "You are blocking this account. Unblock it before you follow it.",
  NotFollowing: "You are not following this account.",
  NoPendingRequest: "There is no pending follow request.",
}

/**
 * A command that the rules refuse.
 *
 * @category constructors
 * @since 0.1.0
 */
export const refused = (reason: Rejection.Rejection): Message.Reply =>
  forbidden(refusals[reason._tag])

/**
 * An item of `errors` in an answer about users.
 *
 * @category models
 * @since 0.1.0
 */
export interface UserError {
  readonly value: string
  readonly detail: string
  readonly title: string
  readonly resource_type: "user"
  readonly parameter: string
  readonly resource_id: string
  readonly section?: "data"
  readonly type: string
}

/** @category constructors @since 0.1.0 */
export const userNotFound = (names: Names, parameter: string, value: string): UserError => ({
  value,
  detail: `Could not find user with ${parameter}: [${value}].`,
  title: "Not Found Error",
  resource_type: "user",
  parameter,
  resource_id: value,
  type: `${names.problems}resource-not-found`,
})

/** @category constructors @since 0.1.0 */
export const userSuspended = (names: Names, parameter: string, value: string): UserError => ({
  value,
  detail: `User has been suspended: [${value}].`,
  title: "Forbidden",
  resource_type: "user",
  parameter,
  resource_id: value,
  type: `${names.problems}resource-not-found`,
})

/** @category constructors @since 0.1.0 */
export const userNotVisible = (names: Names, parameter: string, value: string): UserError => ({
  value,
  detail: `Sorry, you are not authorized to see the user with ${parameter}: [${value}].`,
  title: "Authorization Error",
  resource_type: "user",
  parameter,
  resource_id: value,
  section: "data",
  type: `${names.problems}not-authorized-for-resource`,
})
