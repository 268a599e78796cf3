/**
 * A remote did not do what it was asked, or nobody knows whether it did.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * Why, in one word each. What the rules of the domain explain (a block, a missing target) is no
 * error of the remote: it becomes a rejection.
 *
 * | reason | what happened, and what to do |
 * | --- | --- |
 * | `WindowExhausted` | a short window is spent; wait until `resetAt` |
 * | `DayExhausted` | a window of a day is spent, the user's or the app's; wait until `resetAt` |
 * | `CapExhausted` | the app's or the product's cap on use is spent; wait, or raise the cap |
 * | `AccountLimit` | the account itself may not follow more people for now, through any app |
 * | `Unauthenticated` | the credentials are missing, wrong, expired or revoked; sign in again |
 * | `ClockSkewed` | this machine's clock is too far from the remote's; set it |
 * | `ScopeMissing` | the user's grant, or the app's permission, does not cover this; ask for it anew |
 * | `UserContextRequired` | only a user's credentials will do, and the app's own were used |
 * | `PlanRequired` | the app's plan does not include this call |
 * | `AppSuspended` | the app may not act at all |
 * | `AccountLocked` | the account has to be unlocked by its owner on the remote's own site |
 * | `AccountSuspended` | the account that acts is suspended |
 * | `Automated` | the remote takes the request for spam; act less, and like a person |
 * | `NotAuthorized` | the acting user may not see this, such as a protected account's lists |
 * | `NotFound` | what was asked for is not there |
 * | `NotSupported` | the remote has no call for it, or not with the credentials at hand |
 * | `Malformed` | the remote finds the request malformed, or its answer cannot be understood |
 * | `Outage` | the remote or the network between failed |
 * | `Unclassified` | an answer that nobody recognises; see `evidence` |
 *
 * @category schemas
 * @since 0.1.0
 */
export const Reason = Schema.Literals([
  "WindowExhausted",
  "DayExhausted",
  "CapExhausted",
  "AccountLimit",
  "Unauthenticated",
  "ClockSkewed",
  "ScopeMissing",
  "UserContextRequired",
  "PlanRequired",
  "AppSuspended",
  "AccountLocked",
  "AccountSuspended",
  "Automated",
  "NotAuthorized",
  "NotFound",
  "NotSupported",
  "Malformed",
  "Outage",
  "Unclassified",
])

/**
 * @category models
 * @since 0.1.0
 */
export type Reason = typeof Reason.Type

/**
 * - `outcome`: `"refused"` when the remote certainly did nothing; `"unknown"` after a time-out, a
 *   lost connection or a server's failure, when only an observation tells. Reading has no effect to
 *   be unsure of, and is always `"refused"`.
 * - `message`: one line for a person, with what to do.
 * - `retryable`: whether the same may succeed later, with nobody doing anything but wait.
 * - `resetAt`: when it may, in milliseconds since 1970, where that is known.
 * - `evidence`: what the remote said, for reasons that need a look: at most 1,024 characters of it,
 *   without secrets.
 *
 * @category errors
 * @since 0.1.0
 */
export class RemoteError extends Schema.TaggedError<RemoteError>()("RemoteError", {
  outcome: Schema.Literals(["refused", "unknown"]),
  reason: Reason,
  message: Schema.String,
  retryable: Schema.Boolean,
  resetAt: Schema.optional(Schema.Int),
  evidence: Schema.optional(Schema.Struct({ status: Schema.Int, body: Schema.String })),
}) {}
