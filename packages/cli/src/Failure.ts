/** Why a command could not do what it was asked: one line for a person, and an exit code. */
import * as Schema from "effect/Schema"

/**
 * - `message`: what is wrong and what to do about it, on one line; several mistakes, on one line each.
 * - `exitCode`: 1 for what the world refuses, 2 for a command that is used wrongly.
 */
export class Failure extends Schema.TaggedError<Failure>()("Failure", {
  message: Schema.String,
  exitCode: Schema.Literals([1, 2]),
}) {}

export const failed = (message: string): Failure => new Failure({ message, exitCode: 1 })

export const misused = (message: string): Failure => new Failure({ message, exitCode: 2 })
