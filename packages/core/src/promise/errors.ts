/** Turns the failures of the service into the plain errors of the promise face. */
import * as Cause from "effect/Cause"
import * as Result from "effect/Result"
import { type CommandError, InvalidInput } from "../CommandError.ts"
import type { InvalidPage } from "../Page.ts"
import type { InvalidCursor } from "../Reconciler.ts"
import type { RemoteError } from "../RemoteError.ts"
import type { WalkStopped } from "../RemoteWalk.ts"
import { StoreError } from "../StoreError.ts"
import { KithError } from "./KithError.ts"

/**
 * Everything that a call can fail with.
 *
 * @category models
 * @since 0.1.0
 */
export type Failure = CommandError | InvalidPage | InvalidCursor | WalkStopped | KithError

const oneLine = (text: string): string => text.trim().replaceAll(/\s*\n\s*/g, " ")

/** What somebody threw, in one line. @internal */
export const messageOf = (defect: unknown): string =>
  oneLine(defect instanceof Error ? defect.message : String(defect))

const detailsOf = ({ evidence, reason, resetAt, retryable }: RemoteError) => ({
  evidence: evidence === undefined ? undefined : { ...evidence },
  reason,
  resetAt,
  retryable,
})

/** @internal */
export const fromFailure = (failure: Failure): KithError => {
  if (failure instanceof KithError) return failure
  switch (failure._tag) {
    case "CommandRejected":
      return new KithError(failure._tag, failure.message, { reason: failure.reason._tag })
    case "StoreError":
      return new KithError(failure._tag, oneLine(failure.message), failure)
    case "RemoteError":
      return new KithError(failure._tag, oneLine(failure.message), detailsOf(failure))
    case "OutcomeUnknown": {
      const { commandId, resetAt, retryable } = failure
      return new KithError(failure._tag, failure.message, { commandId, resetAt, retryable })
    }
    case "PartlyDone": {
      const { because, message, receipt } = failure
      return new KithError(failure._tag, oneLine(message), { ...detailsOf(because), receipt })
    }
    case "WalkStopped": {
      const { because, cursor, message } = failure
      return new KithError(failure._tag, oneLine(message), { ...detailsOf(because), cursor })
    }
    case "CommandIdReused":
    case "TooManyConflicts":
    case "InvalidInput":
    case "InvalidPage":
    case "InvalidCursor":
      return new KithError(failure._tag, failure.message, { retryable: failure.retryable })
  }
}

/** @internal */
export const fromCause = (cause: Cause.Cause<Failure>): KithError =>
  Result.match(Cause.findError(cause), {
    onSuccess: fromFailure,
    onFailure: (rest) => {
      const defect = Cause.squash(rest)
      if (defect instanceof InvalidInput) return fromFailure(defect)
      return new KithError("Unexpected", `a fault beneath the call: ${messageOf(defect)}`, {
        cause: defect,
      })
    },
  })

/** @internal */
export const unavailable = (cause: Cause.Cause<unknown>): KithError => {
  const error = Cause.squash(cause)
  if (error instanceof KithError) return error
  if (error instanceof InvalidInput) return fromFailure(error)
  const known =
    error instanceof StoreError ? { reason: error.reason, retryable: error.retryable } : {}
  return new KithError("Unavailable", `the layer could not be built: ${messageOf(error)}`, {
    ...known,
    cause: error,
  })
}

/** @internal */
export const closed = (): KithError =>
  new KithError("Closed", "the relationships were closed; connect again")
