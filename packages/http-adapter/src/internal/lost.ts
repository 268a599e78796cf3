/** A request without an answer, as an error of the remote. */
import { RemoteError } from "@kith/core"
import type { Name } from "../Endpoint.ts"
import type { TransportFailure } from "../Transport.ts"

/** These say that nothing was done, whatever the rest of the answer would have been. */
const refusing: ReadonlySet<number | undefined> = new Set([401, 420, 429])

/** @internal */
export const reasonOf = ({ reason }: TransportFailure): RemoteError.Reason =>
  reason === "Unsendable" ? "Unauthenticated" : "Outage"

/** @internal */
export const toError = (
  failure: TransportFailure,
  { name, writes }: { readonly name: Name; readonly writes: boolean },
): RemoteError.RemoteError => {
  const { message, phase, retryable, status } = failure
  const isRefused = phase === "notSent" || !writes || refusing.has(status)
  return new RemoteError.RemoteError({
    outcome: isRefused ? "refused" : "unknown",
    reason: reasonOf(failure),
    // Of what may have taken effect, trying again is not the first thing to do.
    message: `${name}: ${message}${isRefused && retryable ? "; try again later" : ""}`,
    retryable,
  })
}
