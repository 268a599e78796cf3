/** Why a command could not do what it was asked: one line for a person, and an exit code. */
import * as Schema from "effect/Schema"

/**
 * - `message`: what is wrong and what to do about it, on one line; several mistakes, on one line each.
 * - `exitCode`: 1 for what is refused, 2 for a command that is used wrongly, 3 when nobody knows
 *   whether the command took effect, 4 for what may go on later.
 */
export class Failure extends Schema.TaggedError<Failure>()("Failure", {
  message: Schema.String,
  exitCode: Schema.Literals([1, 2, 3, 4]),
}) {}

export const failed = (message: string): Failure => new Failure({ message, exitCode: 1 })

export const misused = (message: string): Failure => new Failure({ message, exitCode: 2 })

export const unknown = (message: string): Failure => new Failure({ message, exitCode: 3 })

export const later = (message: string): Failure => new Failure({ message, exitCode: 4 })
