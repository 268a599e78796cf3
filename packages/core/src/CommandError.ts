/**
 * Why a command has no receipt. Nothing was changed by a command that failed with one of these,
 * except by {@link PartlyDone}, which says what was, and by {@link OutcomeUnknown}, which says that
 * nobody knows.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Command } from "./Command.ts"
import { Receipt } from "./Receipt.ts"
import * as Rejection from "./Rejection.ts"
import { RemoteError } from "./RemoteError.ts"
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
 * An argument or an option has not the form that it must have. Nothing was done, and retrying does not
 * help.
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
 * The remote carried a part of the command out and refused the rest: somebody is followed, and the
 * preferences that the follow names were not set. The part is recorded, and the command is not
 * remembered: repeating it, under its id too, does what is left.
 *
 * - `receipt`: what the part came to.
 * - `because`: what the remote said of the rest; its `retryable` and `resetAt` tell when repeating the
 *   command may help.
 *
 * @category errors
 * @since 0.1.0
 */
export class PartlyDone extends Schema.TaggedError<PartlyDone>()("PartlyDone", {
  command: Command,
  receipt: Receipt,
  because: RemoteError,
}) {
  get retryable(): boolean {
    return this.because.retryable
  }
  get resetAt(): number | undefined {
    return this.because.resetAt
  }
  override get message(): string {
    const { _tag, source, target } = this.command
    const state = this.receipt.relationship._tag
    return `${_tag} from ${source} to ${target}: a part was carried out (it is ${state}), and the rest was refused: ${this.because.message}`
  }
}

/**
 * The last three come only from services over a remote.
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
  | PartlyDone
  | OutcomeUnknown
  | RemoteError
