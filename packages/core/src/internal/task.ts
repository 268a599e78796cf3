/** A command on its way through the service over a store, and what it can come to. */
import * as Cause from "effect/Cause"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Command, fingerprint } from "../Command.ts"
import { type CommandError, CommandIdReused, InvalidInput } from "../CommandError.ts"
import * as Decider from "../Decider.ts"
import type { Edge } from "../Edge.ts"
import * as Facts from "../Facts.ts"
import type { Receipt } from "../Receipt.ts"
import { CommandId } from "../RecordedEvent.ts"
import type { CommandRecord, Read, Snapshot } from "../RelationshipStore.ts"
import { StoreError } from "../StoreError.ts"
import type { ExecuteOptions } from "./options.ts"
import { receiptOfRecord } from "./receipts.ts"

/** @internal */
export type Outcome = Result.Result<Receipt, CommandError>

/**
 * One command on its way, and what is known of its edge.
 *
 * @internal
 */
export class Task implements Read {
  readonly command: Command
  readonly options: ExecuteOptions | undefined
  readonly edge: Edge
  readonly commandId: string | undefined
  /** How often it was decided. */
  attempts = 0
  relationship = Decider.initial
  version = 0
  /** Whether that is a guess, which the store will correct by a conflict. */
  isPresumed = false
  facts: Facts.Facts = Facts.open
  record: CommandRecord | undefined = undefined
  /** The next task of its group on the same edge, which can be decided once this one has ended. */
  next: Task | undefined = undefined
  /** The task before it in its group that has the same command id, and has to end first too. */
  namesake: Task | undefined = undefined
  outcome: Outcome | undefined = undefined
  /** Somebody who waits for the outcome. */
  onEnd: ((outcome: Outcome) => void) | undefined = undefined

  constructor(command: Command, options: ExecuteOptions | undefined) {
    this.command = command
    this.options = options
    this.edge = command
    this.commandId = options?.commandId
  }

  learn({ relationship, version }: Snapshot): void {
    this.relationship = relationship
    this.version = version
    this.isPresumed = false
  }

  /**
   * Takes over what became of its command id in the hands of its namesake, as if the store had been
   * asked for it just now; `false` when that is not known yet.
   */
  learnName(): boolean {
    const { namesake } = this
    if (namesake === undefined) return true
    if (namesake.outcome === undefined) return false
    this.record = Result.isSuccess(namesake.outcome)
      ? { ...namesake.outcome.success, fingerprint: fingerprint(namesake.command) }
      : namesake.record
    return true
  }

  /** Only the first outcome counts: a store that fails later does not undo it. */
  end(outcome: Outcome): void {
    if (this.outcome !== undefined) return
    this.outcome = outcome
    this.onEnd?.(outcome)
  }
}

/**
 * What a command comes to that was carried out before.
 *
 * @internal
 */
export const repeated = (task: Task, record: CommandRecord): Outcome =>
  record.fingerprint === fingerprint(task.command)
    ? Result.succeed(receiptOfRecord(record))
    : Result.fail(new CommandIdReused({ commandId: task.commandId ?? "" }))

const isId = Schema.is(CommandId)

/**
 * Refuses ids that could be written down but never read back.
 *
 * @internal
 */
export const invalid = (options: ExecuteOptions | undefined): InvalidInput | undefined => {
  if (options === undefined) return undefined
  for (const name of ["commandId", "correlationId", "causationId"] as const) {
    if (options[name] === undefined || isId(options[name])) continue
    return new InvalidInput({
      message: `${name} is not 1 to 128 printable ASCII characters without spaces; choose another`,
    })
  }
  return undefined
}

/** @internal */
export const toStoreError = (cause: Cause.Cause<StoreError>): StoreError =>
  Result.getOrElse(
    Cause.findError(cause),
    () =>
      new StoreError({
        reason: "Unavailable",
        message: "the store failed in a way that it does not explain",
        cause: Cause.squash(cause),
      }),
  )
