/**
 * The upkeep of a store in plain TypeScript, without a type of Effect.
 *
 * @since 0.1.0
 */
import type { Abortable } from "./types.ts"

/**
 * How far it is: `done` of `total`, events or edges. The total is an estimate that may grow.
 *
 * @category models
 * @since 0.1.0
 */
export interface UpkeepProgress {
  readonly done: number
  readonly total: number
}

/**
 * Something that is not what the log says; see `Fault` of `Upkeep`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fault {
  readonly where: "log" | "edges" | "lists" | "counts" | "storage"
  readonly message: string
}

/**
 * `onProgress` is told how far it is, now and then. What it throws ends the work, which rejects with
 * `Unexpected`; whatever is ended early can be begun again.
 *
 * @category models
 * @since 0.1.0
 */
export interface UpkeepOptions extends Abortable {
  readonly onProgress?: ((progress: UpkeepProgress) => void) | undefined
}

/**
 * The upkeep of a store, beside those who work with it; see `Upkeep` of `@kith/core` for what is
 * promised. Every method rejects with a `KithError` and nothing else, but for the reason of an
 * `AbortSignal`.
 *
 * @category services
 * @since 0.1.0
 */
export interface Upkeep {
  /** Reads everything and changes nothing. The store is sound when no fault comes. */
  readonly check: (options?: UpkeepOptions) => AsyncIterable<Fault>
  /** Makes snapshots, lists and counts anew from the log, while commands and readers go on. */
  readonly rebuild: (options?: UpkeepOptions) => Promise<void>
  /**
   * Erases a user: all events of the user's edges go, and one tombstone stays on each, until it is
   * forgotten.
   */
  readonly erase: (user: string, options?: UpkeepOptions) => Promise<void>
  /**
   * Forgets the ids of commands that were carried out before a moment, and the tombstones of that time.
   *
   * @param before in milliseconds since 1970
   */
  readonly forget: (
    before: number,
    options?: Abortable,
  ) => Promise<{ readonly commandIds: number; readonly tombstones: number }>
  /** Lets what is on its way end, and closes the store. */
  readonly close: () => Promise<void>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}
