/**
 * Why a command has no receipt. Nothing was changed by a command that failed with one of these.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Command } from "./Command.ts"
import * as Rejection from "./Rejection.ts"
import type { StoreError } from "./StoreError.ts"

/**
 * The rules refuse the command. `reason` says which rule; repeating the command does not help until
 * somebody changes the world.
 *
 * @category errors
 * @since 0.1.0
 */
export class CommandRejected extends Schema.TaggedError<CommandRejected>()("CommandRejected", {
  reason: Rejection.Rejection,
  command: Command,
}) {
  readonly retryable = false
  override get message(): string {
    const { _tag, source, target } = this.command
    return `${_tag} from ${source} to ${target}: ${Rejection.explain(this.reason)}`
  }
}

/**
 * The command id was used for a different command. Use a fresh id for each intent.
 *
 * @category errors
 * @since 0.1.0
 */
export class CommandIdReused extends Schema.TaggedError<CommandIdReused>()("CommandIdReused", {
  commandId: Schema.String,
}) {
  readonly retryable = false
  override get message(): string {
    return `the command id ${this.commandId} was used for another command; use a fresh id`
  }
}

/**
 * Others changed the edge at every attempt. Retrying helps.
 *
 * @category errors
 * @since 0.1.0
 */
export class TooManyConflicts extends Schema.TaggedError<TooManyConflicts>()("TooManyConflicts", {
  command: Command,
  attempts: Schema.Int,
}) {
  readonly retryable = true
  override get message(): string {
    const { source, target } = this.command
    return `the relationship of ${source} to ${target} changed during each of ${this.attempts} attempts; try again`
  }
}

/**
 * An argument has not the form that it must have. Retrying does not help.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidInput extends Schema.TaggedError<InvalidInput>()("InvalidInput", {
  message: Schema.String,
}) {
  readonly retryable = false
}

/**
 * @category errors
 * @since 0.1.0
 */
export type CommandError =
  | CommandRejected
  | CommandIdReused
  | TooManyConflicts
  | InvalidInput
  | StoreError
