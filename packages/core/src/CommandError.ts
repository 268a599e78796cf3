/**
 * Why a command has no receipt. Nothing was changed by a command that failed with one of these,
 * except by {@link OutcomeUnknown}, which says that nobody knows.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Command } from "./Command.ts"
import * as Rejection from "./Rejection.ts"
import type { RemoteError } from "./RemoteError.ts"
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
 * The command was sent to the remote, and no answer tells what became of it. It is written down, and
 * is resolved by looking at the edge: by repeating the command under `commandId`, by reconciling the
 * edge, or at the next start. When a newer command on the edge came first, repeating this one does
 * nothing more, and its receipt is `Unchanged` whatever it did.
 *
 * - `commandId`: the caller's, or the one that the command was given.
 * - `reason`: what happened to the answer.
 * - `resetAt`: when looking will tell at the earliest, in milliseconds since 1970, where the remote's
 *   reads are behind its writes.
 *
 * @category errors
 * @since 0.1.0
 */
export class OutcomeUnknown extends Schema.TaggedError<OutcomeUnknown>()("OutcomeUnknown", {
  command: Command,
  commandId: Schema.String,
  reason: Schema.String,
  resetAt: Schema.optional(Schema.Int),
}) {
  readonly retryable = true
  override get message(): string {
    const { _tag, source, target } = this.command
    return `${_tag} from ${source} to ${target}: nobody knows whether it took effect (${this.reason}); repeat it under the command id ${this.commandId} to find out`
  }
}

/**
 * The last two come only from services over a remote.
 *
 * @category errors
 * @since 0.1.0
 */
export type CommandError =
  | CommandRejected
  | CommandIdReused
  | TooManyConflicts
  | InvalidInput
  | StoreError
  | OutcomeUnknown
  | RemoteError
