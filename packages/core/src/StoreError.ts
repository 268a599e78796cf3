/**
 * The failure of the machine beneath a store or directory, as opposed to a refusal by the rules.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * | reason | retrying |
 * | --- | --- |
 * | `Unavailable` | helps: the connection was lost, the lock was held, the server restarted |
 * | `Full` | helps once there is room |
 * | `ReadOnly` | does not help: the store may not be written |
 * | `Corrupt` | does not help: what was read is not what was written, or was written by newer code |
 *
 * A store that fails has done all of the operation or none of it. Where it cannot tell which, it
 * says `Unavailable`, and repeating a command under the same command id is safe.
 *
 * @category errors
 * @since 0.1.0
 */
export class StoreError extends Schema.TaggedError<StoreError>()("StoreError", {
  reason: Schema.Literals(["Unavailable", "Full", "ReadOnly", "Corrupt"]),
  message: Schema.String,
  cause: Schema.optional(Schema.Defect()),
}) {
  /** Whether the same call may succeed later. */
  get retryable(): boolean {
    return this.reason === "Unavailable" || this.reason === "Full"
  }
}
