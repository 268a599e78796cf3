/**
 * A world that a sandbox does not begin with.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as Mistake from "./Mistake.ts"

/**
 * What is wrong with a world: every mistake, each with its path. Nothing was begun.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidWorld extends Schema.TaggedError<InvalidWorld>()("InvalidWorld", {
  mistakes: Schema.Array(Mistake.Mistake),
}) {
  /** Always `false`: the same world is wrong each time. */
  readonly retryable = false
  /** A line for each mistake. */
  override get message(): string {
    return ["the world has mistakes:", ...this.mistakes.map(Mistake.explain)].join("\n  ")
  }
}
