/**
 * A storage that a sandbox does not take.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * | reason | why, and what to do |
 * | --- | --- |
 * | `HasWorld` | it has a world, and one was given: leave one of the two out, or replace it on purpose |
 * | `NotASandbox` | it holds something that no sandbox wrote, and stays as it is: use another one |
 * | `InUse` | another sandbox lives on it: end that one |
 *
 * @category errors
 * @since 0.1.0
 */
export class StorageRefused extends Schema.TaggedError<StorageRefused>()("StorageRefused", {
  reason: Schema.Literals(["HasWorld", "NotASandbox", "InUse"]),
  message: Schema.String,
}) {
  /** Whether the same call may succeed later. */
  get retryable(): boolean {
    return this.reason === "InUse"
  }
}

/** @category constructors @since 0.1.0 */
export const hasWorld = new StorageRefused({
  reason: "HasWorld",
  message:
    "the store has a world already; leave --world out to go on with it, or give --replace to put the new one in its place",
})

/** @category constructors @since 0.1.0 */
export const notASandbox = new StorageRefused({
  reason: "NotASandbox",
  message:
    "the store holds what no sandbox wrote, such as a backend's relationships, and stays as it is; give the sandbox a store of its own",
})
