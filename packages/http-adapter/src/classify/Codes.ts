/**
 * The codes of v1.1, as data.
 *
 * X published a list of them once. What is not on it was recorded, or is told by its message first
 * ({@link unconfirmed}). Codes that cannot concern a follow (spam reports, posts, mutes) are left
 * out: should one come, nobody knows what it means there, and `Unclassified` says so.
 *
 * @since 0.1.0
 */
import type { Reason } from "./Refusal.ts"

/**
 * @category constants
 * @since 0.1.0
 */
export const confirmed: ReadonlyMap<number, Reason> = new Map<number, Reason>([
  [17, "TargetNotFound"],
  [18, "Malformed"],
  [25, "Malformed"],
  [32, "Unauthenticated"],
  // Unfollowing somebody unknown and somebody suspended, a list of nobody, a path that X does not
  // have: they all look alike.
  [34, "NotFound"],
  [38, "Malformed"],
  [44, "Malformed"],
  [50, "TargetNotFound"],
  [63, "TargetSuspended"],
  [64, "AccountSuspended"],
  [68, "NotSupported"],
  [87, "PlanRequired"],
  [88, "WindowExhausted"],
  [89, "Unauthenticated"],
  [92, "Malformed"],
  [99, "Unauthenticated"],
  [108, "TargetNotFound"],
  [130, "Outage"],
  [131, "Outage"],
  [135, "ClockSkewed"],
  [136, "BlockedByTarget"],
  [160, "AlreadyRequested"],
  [161, "AccountLimit"],
  [162, "BlockedByTarget"],
  [163, "NotFound"],
  [164, "Malformed"],
  [179, "NotAuthorized"],
  [214, "Malformed"],
  [215, "Unauthenticated"],
  [220, "UserContextRequired"],
  [226, "Automated"],
  [251, "NotSupported"],
  [261, "ScopeMissing"],
  [326, "AccountLocked"],
  [344, "AccountLimit"],
  [415, "Malformed"],
  [416, "AppSuspended"],
  [417, "Malformed"],
  [453, "PlanRequired"],
])

/**
 * Codes whose number nobody has recorded: the message counts before them.
 *
 * @category constants
 * @since 0.1.0
 */
export const unconfirmed: ReadonlyMap<number, Reason> = new Map<number, Reason>([
  [158, "CannotFollowSelf"],
  [159, "TargetSuspended"],
])
