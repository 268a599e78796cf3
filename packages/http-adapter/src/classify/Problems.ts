/**
 * The problem types of v2 by their last segment, and the errors of OAuth 2.0, as data.
 *
 * `about:blank` says no more than the status, and types that only streams have say nothing of
 * follows: neither is here.
 *
 * @since 0.1.0
 */
import type { Reason } from "./Refusal.ts"

/**
 * @category constants
 * @since 0.1.0
 */
export const types: ReadonlyMap<string, Reason> = new Map<string, Reason>([
  ["client-forbidden", "PlanRequired"],
  ["credits", "PlanRequired"],
  ["disallowed-resource", "NotAuthorized"],
  ["field-hydration-failure", "Outage"],
  ["field-unauthorized", "NotAuthorized"],
  ["internal-error", "Outage"],
  ["invalid-request", "Malformed"],
  ["not-authorized-for-field", "NotAuthorized"],
  ["not-authorized-for-resource", "NotAuthorized"],
  ["oauth1-permissions", "ScopeMissing"],
  ["rate-limit-exceeded", "WindowExhausted"],
  ["resource-not-found", "TargetNotFound"],
  // Gone, withheld or suspended: X does not say which.
  ["resource-unavailable", "NotFound"],
  ["unsupported-authentication", "UserContextRequired"],
  ["usage-capped", "CapExhausted"],
])

/**
 * What an authorization server or a guarded resource says (RFC 6749, RFC 6750).
 *
 * @category constants
 * @since 0.1.0
 */
export const oauth: ReadonlyMap<string, Reason> = new Map<string, Reason>([
  ["insufficient_scope", "ScopeMissing"],
  ["invalid_client", "Unauthenticated"],
  ["invalid_grant", "Unauthenticated"],
  ["invalid_token", "Unauthenticated"],
  ["server_error", "Outage"],
  ["temporarily_unavailable", "Outage"],
  ["unauthorized_client", "Unauthenticated"],
])
