/** Refusals of v2: every type of problem that is known, and the whole requests that X refused. */
import type { Refusal } from "@kith/http-adapter"
import { problems, type Recorded } from "./recorded.ts"

type Row = readonly [type: string, reason: Refusal.Reason, more?: object]

/** All of versions 2.159 and 2.167, and those that documents and recordings have besides. */
const types: ReadonlyArray<Row> = [
  ["resource-not-found", "TargetNotFound", { resource_type: "user" }],
  ["resource-unavailable", "NotFound", { resource_type: "user" }],
  ["not-authorized-for-resource", "NotAuthorized", { resource_type: "user" }],
  ["not-authorized-for-field", "NotAuthorized", { field: "connection_status" }],
  ["field-unauthorized", "NotAuthorized", { field: "connection_status" }],
  ["field-hydration-failure", "Outage", { field: "connection_status" }],
  ["disallowed-resource", "NotAuthorized"],
  ["invalid-request", "Malformed"],
  ["internal-error", "Outage"],
  ["client-forbidden", "PlanRequired", { reason: "official-client-forbidden" }],
  ["oauth1-permissions", "ScopeMissing"],
  ["unsupported-authentication", "UserContextRequired"],
  ["usage-capped", "CapExhausted", { period: "Monthly", scope: "Product" }],
  ["rate-limit-exceeded", "WindowExhausted"],
  ["credits", "PlanRequired"],
  ["client-disconnected", "Unclassified"],
  ["conflict", "Unclassified"],
  ["duplicate-rules", "Unclassified"],
  ["invalid-rules", "Unclassified"],
  ["noncompliant-rules", "Unclassified"],
  ["operational-disconnect", "Unclassified"],
  ["rule-cap", "Unclassified"],
  ["streaming-connection", "Unclassified"],
]

const hosts = [
  "https://api.twitter.com/2/problems/",
  "https://api.x.com/2/problems/",
  "https://api.X.com/2/problems/",
  "https://developer.x.com/en/support/x-api/error#",
]

const byType: ReadonlyArray<Recorded> = types.flatMap(([type, reason, more]) =>
  hosts.map((host): Recorded => ({
    title: `a problem of the type ${host}${type}`,
    endpoint: "getUsersFollowers",
    status: 403,
    body: JSON.stringify({ title: "…", detail: "…", type: `${host}${type}`, ...more }),
    reason,
  })),
)

const plain = (status: number, title: string, detail = title): string =>
  JSON.stringify({ title, type: "about:blank", status, detail })

const invalid = (message: string, parameters: object): string =>
  JSON.stringify({
    errors: [{ parameters, message }],
    title: "Invalid Request",
    detail: "One or more parameters to your request was invalid.",
    type: `${problems}invalid-request`,
  })

const unsupported = {
  title: "Unsupported Authentication",
  detail:
    "Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint. Supported authentication types are [OAuth 1.0a User Context, OAuth 2.0 User Context].",
  status: 403,
  type: `${problems}unsupported-authentication`,
}

const follow = { endpoint: "followUser" } as const

const whole: ReadonlyArray<Recorded> = [
  {
    title: "a value that is not valid",
    endpoint: "getUsersFollowing",
    status: 400,
    body: invalid("The `id` query parameter value [abc] is not valid", { id: ["abc"] }),
    reason: "Malformed",
  },
  {
    title: "a path that names another user than the credentials",
    ...follow,
    status: 400,
    body: invalid(
      "The `id` query parameter value [1] must be the same as the authenticating user [2]",
      { id: ["1"] },
    ),
    reason: "Unauthenticated",
  },
  {
    title: "a parameter that is there twice",
    endpoint: "getUsersFollowing",
    status: 400,
    body: invalid("Duplicate parameters are not allowed: the `id` query parameter", { id: ["1"] }),
    reason: "Malformed",
  },
  {
    title: "no credentials that X takes",
    ...follow,
    status: 401,
    body: plain(401, "Unauthorized"),
    reason: "Unauthenticated",
  },
  {
    title: "a scope that is missing",
    ...follow,
    status: 403,
    body: plain(403, "Forbidden"),
    reason: "ScopeMissing",
  },
  {
    title: "a token for reading only",
    ...follow,
    status: 403,
    body: JSON.stringify({
      title: "Forbidden",
      status: 403,
      detail:
        "Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.",
      type: `${problems}oauth1-permissions`,
    }),
    reason: "ScopeMissing",
  },
  {
    title: "an app outside of a project",
    ...follow,
    status: 403,
    body: JSON.stringify({
      client_id: "12345678",
      detail:
        "When authenticating requests to the Twitter API v2 endpoints, you must use keys and tokens from a Twitter developer App that is attached to a Project. You can create a project via the developer portal.",
      registration_url: "https://developer.twitter.com/en/docs/projects/overview",
      title: "Client Forbidden",
      required_enrollment: "Appropriate Level of API Access",
      reason: "client-not-enrolled",
      type: `${problems}client-forbidden`,
    }),
    reason: "PlanRequired",
  },
  {
    title: "an app on its own where a user is needed",
    ...follow,
    status: 403,
    headers: { "content-type": "application/problem+json; charset=utf-8" },
    body: JSON.stringify(unsupported),
    reason: "UserContextRequired",
  },
  {
    title: "the same inside of errors",
    ...follow,
    status: 403,
    body: JSON.stringify({ errors: [unsupported] }),
    reason: "UserContextRequired",
  },
  {
    title: "an access level that is too low, in v1.1's form",
    ...follow,
    status: 403,
    body: '{"errors":[{"message":"You currently have access to a subset of endpoints. You may need a different access level.","code":453}]}',
    reason: "PlanRequired",
  },
  {
    title: "a path that there is not",
    ...follow,
    status: 404,
    body: plain(404, "Not Found"),
    reason: "NotFound",
  },
  {
    title: "the same in v1.1's form",
    ...follow,
    status: 404,
    body: '{"errors":[{"message":"Sorry, that page does not exist","code":34}]}',
    reason: "NotFound",
  },
  {
    title: "credits that are used up",
    ...follow,
    status: 402,
    body: JSON.stringify({
      title: "CreditsDepleted",
      detail: "Your enrolled account does not have any credits to fulfill this request.",
      type: `${problems}credits`,
    }),
    reason: "PlanRequired",
  },
  {
    title: "the default error of the specification",
    ...follow,
    status: 409,
    body: '{"code":409,"message":"conflict"}',
    reason: "Unclassified",
  },
]

const words: ReadonlyArray<readonly [detail: string, reason: Refusal.Reason]> = [
  ["You can't follow yourself.", "CannotFollowSelf"],
  ["Cannot find specified user.", "TargetNotFound"],
  ["User has been suspended.", "TargetSuspended"],
  [
    "You have been blocked from following this account at the request of the user.",
    "BlockedByTarget",
  ],
  ["You are blocking this account. Unblock it before you follow it.", "BlockingTarget"],
  ["You are not following this account.", "NotFollowing"],
  ["You've already requested to follow quietbirch.", "AlreadyRequested"],
  ["You are unable to follow more people at this time.", "AccountLimit"],
  ["Your account is suspended and is not permitted to access this feature.", "AccountSuspended"],
  ["To protect our users, this account is temporarily locked.", "AccountLocked"],
  ["This request looks automated.", "Automated"],
  ["This application has been suspended.", "AppSuspended"],
  ["Something else.", "Unclassified"],
]

const bySaying: ReadonlyArray<Recorded> = words.map(([detail, reason]) => ({
  title: `a plain problem that says: ${detail}`,
  ...follow,
  status: 403,
  body: plain(403, "Forbidden", detail),
  reason,
}))

const missing = (value: string, more: object = {}) => ({
  value,
  detail: `Could not find user with id: [${value}].`,
  title: "Not Found Error",
  resource_type: "user",
  parameter: "id",
  resource_id: value,
  type: `${problems}resource-not-found`,
  ...more,
})

const inSuccess: ReadonlyArray<Recorded> = [
  {
    title: "a follow of nobody, as errors of a success",
    ...follow,
    status: 200,
    body: JSON.stringify({ errors: [missing("9", { parameter: "target_user_id" })] }),
    reason: "TargetNotFound",
  },
  {
    title: "the same with a code besides",
    ...follow,
    status: 200,
    body: JSON.stringify({ errors: [{ ...missing("9"), code: 50 }] }),
    reason: "TargetNotFound",
  },
  {
    title: "somebody suspended, as errors of a success",
    endpoint: "getUsersFollowers",
    status: 200,
    body: JSON.stringify({
      errors: [missing("9", { title: "Forbidden", detail: "User has been suspended: [9]." })],
    }),
    reason: "TargetSuspended",
  },
  {
    title: "a list that may not be seen, as errors of a success",
    endpoint: "getUsersFollowers",
    status: 200,
    body: JSON.stringify({
      errors: [
        missing("9", {
          title: "Authorization Error",
          detail: "Sorry, you are not authorized to see the user with id: [9].",
          section: "data",
          type: `${problems}not-authorized-for-resource`,
        }),
      ],
    }),
    reason: "NotAuthorized",
  },
  {
    title: "a failure of X's own, as errors of a success",
    ...follow,
    status: 200,
    body: JSON.stringify({ errors: [{ title: "…", type: `${problems}internal-error` }] }),
    reason: "Outage",
    outcome: "unknown",
  },
  {
    title: "errors of a success that nobody knows",
    ...follow,
    status: 200,
    body: JSON.stringify({ errors: [{ title: "Odd", detail: "Odd." }] }),
    reason: "Unclassified",
    outcome: "unknown",
  },
]

const tokens: ReadonlyArray<Recorded> = [
  {
    title: "an OAuth 2.0 token that is not good any more",
    ...follow,
    status: 400,
    body: '{"error":"invalid_request","error_description":"Value passed for the token was invalid."}',
    reason: "Unauthenticated",
  },
  {
    title: "an authorization code that is not good any more",
    ...follow,
    status: 400,
    body: '{"error":"invalid_request","error_description":"Value passed for the authorization code was invalid."}',
    reason: "Unauthenticated",
  },
  {
    title: "a parameter of OAuth 2.0 that is missing",
    ...follow,
    status: 400,
    body: '{"error":"invalid_request","error_description":"Missing required parameter [client_id]."}',
    reason: "Malformed",
  },
  {
    title: "a confidential client without its secret",
    ...follow,
    status: 401,
    body: '{"error":"unauthorized_client","error_description":"Missing valid authorization header"}',
    reason: "Unauthenticated",
  },
  {
    title: "a client that nobody knows",
    ...follow,
    status: 401,
    body: '{"error":"invalid_client","error_description":"Value passed for the client id was invalid."}',
    reason: "Unauthenticated",
  },
  {
    title: "a bearer token without the scope, as the standard says it",
    ...follow,
    status: 403,
    body: '{"error":"insufficient_scope"}',
    reason: "ScopeMissing",
  },
]

export const v2: ReadonlyArray<Recorded> = [
  ...byType,
  ...whole,
  ...bySaying,
  ...inSuccess,
  ...tokens,
]
