/**
 * The options of the service's calls and layers, which `Relationships` gives out under the same names.
 *
 * @since 0.1.0
 */
import * as Options from "../Options.ts"
import type { UserId } from "../UserId.ts"

/**
 * - `commandId`: makes the command repeatable: the same id again gives the same receipt and no
 *   second effect, for as long as the store remembers it. Rejected commands are not remembered, nor
 *   are those that somebody asks of a relationship with themselves.
 * - `actor`: who acts, for the record; the source or the target, as the command has it, unless told.
 *   It is not checked: who may act for whom is the caller's question.
 * - `correlationId`, `causationId`: for the record; the command id unless told.
 *
 * All three ids are 1 to 128 printable ASCII characters without spaces; others are refused with
 * `InvalidInput`.
 *
 * @category models
 * @since 0.1.0
 */
export interface ExecuteOptions {
  readonly commandId?: string | undefined
  readonly actor?: UserId | undefined
  readonly correlationId?: string | undefined
  readonly causationId?: string | undefined
}

/**
 * A moment of the past: right after the event at a position, or at a time in milliseconds since 1970
 * on the clock of those who recorded the events. What cannot be meant is a defect.
 *
 * @category models
 * @since 0.1.0
 */
export type AsOf =
  | { readonly position: number; readonly time?: undefined }
  | { readonly time: number; readonly position?: undefined }

/** @internal */
export const ofAsOf = { position: Options.whole(0), time: Options.number(-Infinity) }

/** @internal */
export const ofChanges = { from: Options.whole(0) }

/**
 * - `maxAttempts`: how often a command is decided before it fails with `TooManyConflicts`; 8 unless
 *   told.
 * - `maxGroup`: how many commands are committed at once; 512 unless told.
 * - `maxWaiting`: how many commands may wait for a store that is busy; 100,000 unless told. One more
 *   fails at once, with a `StoreError` whose reason is `Unavailable`; nothing was done.
 *
 * All are whole numbers, 1 or more; any other is a defect.
 *
 * @category models
 * @since 0.1.0
 */
export interface StoreOptions {
  readonly maxAttempts?: number | undefined
  readonly maxGroup?: number | undefined
  readonly maxWaiting?: number | undefined
}

/** @internal */
export const ofStore: Options.Ranges<StoreOptions> = {
  maxAttempts: Options.whole(1),
  maxGroup: Options.whole(1),
  maxWaiting: Options.whole(1),
}

/**
 * - `freshFor`: a command that would change nothing is answered from what is known here when the edge
 *   was seen on the remote at most so many milliseconds ago; 60,000 unless told, 0 always asks. What
 *   was seen is remembered by the process, for the 100,000 edges seen last.
 * - `lag`: by how many milliseconds the remote's reads may be behind its writes; 5,000 unless told.
 *   Within that time after a command, a look at its edge tells nothing.
 * - `lease`: for how many milliseconds a command that is being sent belongs to the process that sends
 *   it; 60,000 unless told. It has to be longer than the remote takes at most. What a process leaves
 *   behind when it dies can be resolved by others after that time.
 * - `concurrency`: how many commands of `executeAll` are on their way at once; 16 unless told.
 * - `resolveAtStart`: whether open commands that others left behind are resolved in the background at
 *   the start; they are unless told.
 *
 * `freshFor` is any number from 0 on, `Infinity` too; `lag` and `lease` are a day at most. What cannot
 * be meant is a defect.
 *
 * @category models
 * @since 0.1.0
 */
export interface RemoteOptions {
  readonly freshFor?: number | undefined
  readonly lag?: number | undefined
  readonly lease?: number | undefined
  readonly concurrency?: number | undefined
  readonly resolveAtStart?: boolean | undefined
}

/** @internal */
export const patience: Options.Range = Options.number(0)

const day = 24 * 60 * 60 * 1000

/** @internal */
export const ofRemote: Options.Ranges<RemoteOptions> = {
  freshFor: Options.number(0),
  lag: Options.whole(0, day),
  lease: Options.whole(1, day),
  concurrency: Options.whole(1),
}
