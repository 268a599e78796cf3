/**
 * The port to looking after a durable store: holding what is derived from the log against it, making
 * it anew, and forgetting.
 *
 * Each sentence here is a promise, and each promise has a case in `upkeepSuite` of
 * `@kith/core/testing`. Everything goes on beside commands and readers, in bites that end within a
 * moment; whatever is interrupted, by a crash too, can be begun again.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { StoreError } from "./StoreError.ts"
import type { UserId } from "./UserId.ts"

/**
 * How far it is: `done` of `total`, events or edges. The total is an estimate that may grow.
 *
 * @category models
 * @since 0.1.0
 */
export interface Progress {
  readonly _tag: "Progress"
  readonly done: number
  readonly total: number
}

/**
 * Something that is not what the log says.
 *
 * - `where`: `log` for events that contradict each other; `edges`, `lists` and `counts` for what is
 *   derived from them; `storage` for what the engine beneath says of its own files.
 * - `message`: what it is, of which edge or user, in one line.
 *
 * @category models
 * @since 0.1.0
 */
export interface Fault {
  readonly _tag: "Fault"
  readonly where: "log" | "edges" | "lists" | "counts" | "storage"
  readonly message: string
}

/**
 * How many command ids and tombstones were forgotten.
 *
 * @category models
 * @since 0.1.0
 */
export interface Forgotten {
  readonly commandIds: number
  readonly tombstones: number
}

/**
 * The upkeep of one store. It comes with the layers of stores that last.
 *
 * @category services
 * @since 0.1.0
 */
export class Upkeep extends Context.Service<
  Upkeep,
  {
    /**
     * Reads everything and changes nothing. The store is sound when no fault came. What is committed
     * meanwhile causes no fault.
     */
    readonly check: Stream.Stream<Progress | Fault, StoreError>

    /**
     * Makes the snapshots, the lists and the counts anew from the log. Readers see the old ones until
     * the new ones are there as a whole; commands go on. Afterwards `check` finds no fault in `edges`,
     * `lists` and `counts`. What the log itself has wrong stays, and so does the storage.
     */
    readonly rebuild: Stream.Stream<Progress, StoreError>

    /**
     * Erases a user: every event of every edge from or to the user goes, and so does the memory of
     * command ids on them. On each such edge one `Erased` stays as a tombstone, with the edge's next
     * version and a position of its own at the end of the log, so that those who follow the log learn
     * of it. Positions of others stay as they are. The user is redacted as `actor` of other edges.
     *
     * What others kept on their side, and the entries of the `Journal`, stay. An edge that comes to
     * be meanwhile may be missed.
     */
    readonly erase: (user: UserId) => Stream.Stream<Progress, StoreError>

    /**
     * Forgets the ids of commands that were carried out before a moment, in milliseconds since 1970,
     * and the tombstones of that time, with which the last trace of an erased user goes. An edge whose
     * tombstone is forgotten begins anew at version 1.
     */
    readonly forget: (before: number) => Effect.Effect<Forgotten, StoreError>

    /**
     * Removes all events, what is derived from them, and the memory of command ids, in one step.
     * Positions go on where they were, so that nobody who follows the log takes the new for the old.
     * The entries of the `Journal` stay: they are their owners' to delete.
     */
    readonly clear: Effect.Effect<void, StoreError>
  }
>()("@kith/core/Upkeep") {}
