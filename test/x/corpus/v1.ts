/** Refusals of v1.1: every code that is known, by the status that it comes with. */
import type { Refusal } from "@kith/http-adapter"
import type { Recorded } from "./recorded.ts"

type Row = readonly [
  code: number,
  status: number,
  message: string,
  reason: Refusal.Reason,
  endpoint?: Recorded["endpoint"],
  outcome?: "unknown",
]

const rows: ReadonlyArray<Row> = [
  [17, 404, "No user matches for specified terms.", "TargetNotFound", "users/lookup"],
  [18, 403, "Too many terms specified in query.", "Malformed", "users/lookup"],
  [25, 400, "Query parameters are missing.", "Malformed", "friendships/lookup"],
  [32, 401, "Could not authenticate you.", "Unauthenticated"],
  [34, 404, "Sorry, that page does not exist.", "NotFound", "friendships/destroy"],
  [34, 404, "Sorry, that page does not exist.", "NotFound", "followers/ids"],
  [36, 403, "You cannot report yourself for spam.", "Unclassified"],
  [38, 403, "user_id parameter is missing.", "Malformed"],
  [44, 400, "cursor parameter is invalid.", "Malformed", "followers/ids"],
  [50, 404, "User not found.", "TargetNotFound", "friendships/show"],
  [63, 403, "User has been suspended.", "TargetSuspended", "friendships/show"],
  [63, 403, "User has been suspended.", "TargetSuspended"],
  [
    64,
    403,
    "Your account is suspended and is not permitted to access this feature.",
    "AccountSuspended",
  ],
  [
    68,
    410,
    "The Twitter REST API v1 is no longer active. Please migrate to API v1.1.",
    "NotSupported",
  ],
  [87, 403, "Client is not permitted to perform this action.", "PlanRequired"],
  [88, 429, "Rate limit exceeded", "WindowExhausted", "followers/ids"],
  [89, 401, "Invalid or expired token.", "Unauthenticated"],
  [89, 403, "Invalid or expired token.", "Unauthenticated"],
  [92, 403, "SSL is required", "Malformed"],
  [99, 403, "Unable to verify your credentials", "Unauthenticated"],
  [108, 403, "Cannot find specified user.", "TargetNotFound"],
  [130, 503, "Over capacity", "Outage", "friendships/create", "unknown"],
  [130, 503, "Over capacity", "Outage", "friends/ids"],
  [131, 500, "Internal error", "Outage", "friendships/create", "unknown"],
  [135, 401, "Could not authenticate you.", "ClockSkewed"],
  [135, 401, "Timestamp out of bounds.", "ClockSkewed"],
  [
    136,
    401,
    "You have been blocked from viewing this user's profile.",
    "BlockedByTarget",
    "followers/ids",
  ],
  [158, 403, "You can't follow yourself.", "CannotFollowSelf"],
  [159, 403, "The user you want to follow is suspended.", "TargetSuspended"],
  [160, 403, "You've already requested to follow riverotter.", "AlreadyRequested"],
  [
    161,
    403,
    "You are unable to follow more people at this time. Learn more <a href='http://support.twitter.com/articles/66885-i-can-t-follow-people-follow-limits'>here</a>.",
    "AccountLimit",
  ],
  [
    162,
    403,
    "You have been blocked from following this account at the request of the user.",
    "BlockedByTarget",
  ],
  [163, 404, "Could not determine source user.", "NotFound", "friendships/show"],
  [163, 403, "Could not determine source user.", "NotFound", "friendships/show"],
  [164, 403, "Target user not specified.", "Malformed", "friendships/show"],
  [179, 403, "Sorry, you are not authorized to see this status.", "NotAuthorized"],
  [185, 403, "User is over daily status update limit.", "Unclassified"],
  [200, 403, "Forbidden.", "Unclassified"],
  [205, 403, "You are over the limit for spam reports.", "Unclassified"],
  [214, 400, "Bad request.", "Malformed"],
  [215, 400, "Bad Authentication data.", "Unauthenticated"],
  [220, 403, "Your credentials do not allow access to this resource.", "UserContextRequired"],
  [
    226,
    403,
    "This request looks like it might be automated. To protect our users from spam and other malicious activity, we can't complete this action right now. Please try again later.",
    "Automated",
  ],
  [251, 410, "This endpoint has been retired and should not be used.", "NotSupported"],
  [261, 403, "Application cannot perform write actions.", "ScopeMissing"],
  [271, 403, "You can't mute yourself.", "Unclassified"],
  [272, 403, "You are not muting the specified user.", "Unclassified"],
  [
    326,
    403,
    "To protect our users from spam and other malicious activity, this account is temporarily locked. Please log in to https://twitter.com to unlock your account.",
    "AccountLocked",
  ],
  [327, 403, "You have already retweeted this Tweet.", "Unclassified"],
  [344, 403, "You have reached your daily limit for this action.", "AccountLimit"],
  [
    415,
    403,
    "Callback URL not approved for this client application. Approved callback URLs can be adjusted in your application settings",
    "Malformed",
  ],
  [416, 401, "Invalid / suspended application.", "AppSuspended"],
  [417, 401, "Desktop applications only support the oauth_callback value 'oob'", "Malformed"],
  [
    453,
    403,
    "You currently have access to a subset of X API V2 endpoints and limited v1.1 endpoints (e.g. media post, oauth) only. If you need access to this endpoint, you may need a different access level.",
    "PlanRequired",
  ],
]

const byCode: ReadonlyArray<Recorded> = rows.map(
  ([code, status, message, reason, endpoint = "friendships/create", outcome]) => ({
    title: `code ${code} with ${status} on ${endpoint}: ${message}`,
    endpoint,
    status,
    body: JSON.stringify({ errors: [{ code, message }] }),
    reason,
    outcome: outcome ?? "refused",
  }),
)

const create = { endpoint: "friendships/create", status: 403 } as const

const others: ReadonlyArray<Recorded> = [
  {
    title: "a protected account's list in the older form",
    endpoint: "followers/ids",
    status: 401,
    body: '{"request":"\\/1.1\\/followers\\/ids.json","error":"Not authorized."}',
    reason: "NotAuthorized",
  },
  {
    title: "the message of following oneself without a code that is known",
    ...create,
    body: '{"errors":[{"code":999,"message":"You can\'t follow yourself."}]}',
    reason: "CannotFollowSelf",
  },
  {
    title: "the message before a code that nobody has confirmed",
    ...create,
    body: '{"errors":[{"code":159,"message":"You have been blocked from following this account at the request of the user."}]}',
    reason: "BlockedByTarget",
  },
  {
    title: "a code that nobody has confirmed, with a message that nobody knows",
    ...create,
    body: '{"errors":[{"code":159,"message":"…"}]}',
    reason: "TargetSuspended",
  },
  {
    title: "a code as text",
    ...create,
    body: '{"errors":[{"code":"162","message":""}]}',
    reason: "BlockedByTarget",
  },
  {
    title: "a single error instead of a list",
    ...create,
    body: '{"errors":{"code":326,"message":"locked"}}',
    reason: "AccountLocked",
  },
  {
    title: "an error as text",
    ...create,
    body: '{"errors":"Sorry, you have been blocked from following this account."}',
    reason: "BlockedByTarget",
  },
  {
    title: "several errors, of which one is known",
    ...create,
    body: '{"errors":[{"code":100001,"message":"?"},{"code":161,"message":"?"}]}',
    reason: "AccountLimit",
  },
  {
    title: "a code and a message outside of a list",
    ...create,
    body: '{"code":453,"message":"You need a different access level."}',
    reason: "PlanRequired",
  },
  {
    title: "a typographic apostrophe",
    ...create,
    body: '{"errors":[{"message":"You can’t follow yourself."}]}',
    reason: "CannotFollowSelf",
  },
  {
    title: "credentials that the token endpoint would not verify",
    endpoint: "account/verify_credentials",
    status: 403,
    body: '{"errors":[{"code":99,"label":"authenticity_token_error","message":"Unable to verify your credentials"}]}',
    reason: "Unauthenticated",
  },
  {
    title: "a code that nobody knows",
    ...create,
    body: '{"errors":[{"code":4711,"message":"The moon is in the wrong phase."}]}',
    reason: "Unclassified",
  },
]

export const v1: ReadonlyArray<Recorded> = [...byCode, ...others]
