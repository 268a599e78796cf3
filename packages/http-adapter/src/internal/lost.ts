/** A request without an answer, as an error of the remote. */
import { RemoteError } from "@kith/core"
import type { Name } from "../Endpoint.ts"
import type { TransportFailure } from "../Transport.ts"

/** These say that nothing was done, whatever the rest of the answer would have been. */
const refusing: ReadonlySet<number | undefined> = new Set([401, 420, 429])

/** @internal */
export const toError = (
  { message, phase, reason, status }: TransportFailure,
  { name, writes }: { readonly name: Name; readonly writes: boolean },
): RemoteError.RemoteError => {
  if (reason === "Unsendable") {
    return new RemoteError.RemoteError({
      outcome: "refused",
      reason: "Unauthenticated",
      message: `${name}: ${message}`,
      retryable: false,
    })
  }
  const isRefused = phase === "notSent" || !writes || refusing.has(status)
  return new RemoteError.RemoteError({
    outcome: isRefused ? "refused" : "unknown",
    reason: "Outage",
    // Of what may have taken effect, trying again is not the first thing to do.
    message: `${name}: ${message}${isRefused ? "; try again later" : ""}`,
    retryable: true,
  })
}
