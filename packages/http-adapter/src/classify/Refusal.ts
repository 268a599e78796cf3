/**
 * Why X did not do, or may not have done, what it was asked: one reason, and what follows from it.
 *
 * @since 0.1.0
 */
import { RemoteError } from "@kith/core"
import type { Name } from "../Endpoint.ts"

/**
 * Reasons that the rules of following explain: `AlreadyRequested`, which is no failure but says that
 * a request waits, and the rejections that X can tell.
 *
 * @category models
 * @since 0.1.0
 */
export type Rule =
  | "TargetNotFound"
  | "TargetSuspended"
  | "BlockedByTarget"
  | "BlockingTarget"
  | "CannotFollowSelf"
  | "NotFollowing"
  | "AlreadyRequested"

/**
 * A reason of a `RemoteError`, or a rule of following.
 *
 * @category models
 * @since 0.1.0
 */
export type Reason = RemoteError.Reason | Rule

/**
 * The members are those of a `RemoteError`; `reason` may be a rule's as well.
 *
 * @category models
 * @since 0.1.0
 */
export interface Refusal {
  readonly endpoint: Name
  readonly reason: Reason
  readonly outcome: "refused" | "unknown"
  readonly message: string
  readonly retryable: boolean
  readonly resetAt?: number | undefined
  readonly evidence: { readonly status: number; readonly body: string }
}

const explanations: Readonly<Record<Reason, string>> = {
  WindowExhausted: "the window of 15 minutes is spent; wait until it opens again",
  DayExhausted: "the day's requests are spent, the user's or the app's; wait until the day is over",
  CapExhausted:
    "the cap on use is spent, and X does not say until when; wait for the next period, or raise the cap",
  AccountLimit:
    "the account may not follow more people for now, through any app; try again in some hours",
  Unauthenticated: "the credentials are missing, wrong, expired or revoked; sign in again",
  ClockSkewed: "the signature's time is too far from X's; set this machine's clock",
  ScopeMissing:
    "neither the user's grant nor the app's permission covers this; change it, then sign in again",
  UserContextRequired:
    "these credentials are not enough here; sign as a user, on v1.1 by OAuth 1.0a",
  PlanRequired: "the app's plan or project does not include this call; see the developer portal",
  AppSuspended: "the app is suspended; see the developer portal",
  AccountLocked: "the account is locked; its owner has to unlock it on X's own site",
  AccountSuspended: "the account that acts is suspended; appeal on X's own site",
  Automated: "X takes the request for automated; act less often, and try again later",
  NotAuthorized:
    "the user may not see this, such as the lists of a protected account; follow it first",
  NotFound: "there is nothing by this id, or X does not show it; check the id",
  NotSupported: "X has no such call any more; do it on X's own site",
  Malformed: "X finds the request malformed; see the evidence",
  Outage: "X, or the network before it, failed; try again later",
  Unclassified: "X refused in words that are not known; see the evidence",
  TargetNotFound: "the user does not exist; check the id",
  TargetSuspended: "the user is suspended; nothing helps until X lifts that",
  BlockedByTarget: "the user blocks the one who acts; nothing helps until the user ends that",
  BlockingTarget: "the one who acts blocks the user; unblock it first",
  CannotFollowSelf: "nobody can follow themselves; name another target",
  NotFollowing: "there is neither a follow nor a request; follow first",
  AlreadyRequested: "a request to follow waits already; wait for its answer",
}

/**
 * What happened and what to do about it, in one line for a person.
 *
 * @category getters
 * @since 0.1.0
 */
export const explain = (reason: Reason): string => explanations[reason]

/**
 * What a rule's reason is where nobody follows anybody, such as in reading a list.
 */
const general: Readonly<Record<Rule, RemoteError.Reason>> = {
  TargetNotFound: "NotFound",
  TargetSuspended: "NotFound",
  BlockedByTarget: "NotAuthorized",
  BlockingTarget: "NotAuthorized",
  CannotFollowSelf: "Malformed",
  NotFollowing: "Unclassified",
  AlreadyRequested: "Unclassified",
}

/**
 * Whether a reason is one that the rules of following explain.
 *
 * @category guards
 * @since 0.1.0
 */
export const isRule = (reason: Reason): reason is Rule => Object.hasOwn(general, reason)

/**
 * The error for a refusal that no rule of the command at hand explains.
 *
 * @category operations
 * @since 0.1.0
 */
export const toError = (refusal: Refusal): RemoteError.RemoteError => {
  const { endpoint, evidence, message, outcome, reason, resetAt, retryable } = refusal
  return new RemoteError.RemoteError({
    outcome,
    reason: isRule(reason) ? general[reason] : reason,
    message: `${endpoint}: ${message}`,
    retryable,
    ...(resetAt === undefined ? {} : { resetAt }),
    evidence,
  })
}
