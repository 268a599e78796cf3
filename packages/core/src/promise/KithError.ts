/**
 * What every call of the promise face is rejected with: one class, its tags and its reasons.
 *
 * @since 0.1.0
 */
import type { Receipt } from "./data.ts"

/**
 * - `CommandRejected`, `CommandIdReused`, `TooManyConflicts`, `InvalidPage`, `StoreError`,
 *   `PartlyDone`, `OutcomeUnknown`, `RemoteError`, `WalkStopped`, `InvalidCursor`: as in the
 *   services.
 * - `InvalidInput`: an argument or an option has not the form that it must have; nothing was done.
 * - `Unavailable`: the layer could not be built.
 * - `Closed`: it was closed before, or while a walk or changes went on.
 * - `Unexpected`: a fault in an adapter or in Kith itself; `cause` has the evidence.
 *
 * @category errors
 * @since 0.1.0
 */
export type ErrorTag =
  | "CommandRejected"
  | "CommandIdReused"
  | "TooManyConflicts"
  | "InvalidPage"
  | "StoreError"
  | "PartlyDone"
  | "OutcomeUnknown"
  | "RemoteError"
  | "WalkStopped"
  | "InvalidCursor"
  | "InvalidInput"
  | "Unavailable"
  | "Closed"
  | "Unexpected"

/**
 * The rule that refuses a command, then what ails a store, then why a remote did not do it.
 *
 * @category errors
 * @since 0.1.0
 */
export type ErrorReason =
  | "CannotFollowSelf"
  | "TargetNotFound"
  | "TargetSuspended"
  | "BlockedByTarget"
  | "BlockingTarget"
  | "NotFollowing"
  | "NoPendingRequest"
  | "Unavailable"
  | "Full"
  | "ReadOnly"
  | "Corrupt"
  | "WindowExhausted"
  | "DayExhausted"
  | "CapExhausted"
  | "AccountLimit"
  | "Unauthenticated"
  | "ClockSkewed"
  | "ScopeMissing"
  | "UserContextRequired"
  | "PlanRequired"
  | "AppSuspended"
  | "AccountLocked"
  | "AccountSuspended"
  | "Automated"
  | "NotAuthorized"
  | "NotFound"
  | "NotSupported"
  | "Malformed"
  | "Outage"
  | "Unclassified"

/**
 * What a remote answered: its HTTP status, and the beginning of its body.
 *
 * @category errors
 * @since 0.1.0
 */
export interface Evidence {
  readonly status: number
  readonly body: string
}

/**
 * What went wrong, as a plain error with one line for a person.
 *
 * - `reason`: of a rejected command, the rule; of a store's or remote's failure, what ails it.
 * - `retryable`: whether the same call may succeed later.
 * - `resetAt`: when it may, in milliseconds since 1970, where that is known.
 * - `commandId`: of an unknown outcome, the id under which repeating the command tells.
 * - `cursor`: of a walk that stopped, where it goes on; absent when it had not begun.
 * - `receipt`: of a command that was partly done, what the part came to.
 * - `evidence`: what the remote said, where that needs a look, without secrets.
 * - `cause`: what the error comes from, where there is more to know.
 *
 * @category errors
 * @since 0.1.0
 */
export class KithError extends Error {
  override readonly name = "KithError"
  readonly _tag: ErrorTag
  readonly reason: ErrorReason | undefined
  readonly retryable: boolean
  // Declared, so that an error has only those that it knows.
  declare readonly resetAt?: number
  declare readonly commandId?: string
  declare readonly cursor?: string
  declare readonly receipt?: Receipt
  declare readonly evidence?: Evidence
  constructor(
    tag: ErrorTag,
    message: string,
    details?: {
      readonly reason?: ErrorReason | undefined
      readonly retryable?: boolean | undefined
      readonly resetAt?: number | undefined
      readonly commandId?: string | undefined
      readonly cursor?: string | undefined
      readonly receipt?: Receipt | undefined
      readonly evidence?: Evidence | undefined
      readonly cause?: unknown
    },
  ) {
    super(message, details?.cause === undefined ? {} : { cause: details.cause })
    this._tag = tag
    this.reason = details?.reason
    this.retryable = details?.retryable ?? false
    if (details?.resetAt !== undefined) this.resetAt = details.resetAt
    if (details?.commandId !== undefined) this.commandId = details.commandId
    if (details?.cursor !== undefined) this.cursor = details.cursor
    if (details?.receipt !== undefined) this.receipt = details.receipt
    if (details?.evidence !== undefined) this.evidence = details.evidence
  }
}
