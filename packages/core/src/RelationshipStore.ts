/**
 * The port to where events are kept and the store is the authority.
 *
 * Each sentence here is a promise, and each promise has a case in `storeSuite` of
 * `@kith/core/testing`. A store knows nothing of the rules: it keeps what it is given, in order, and
 * says when somebody was faster.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Edge } from "./Edge.ts"
import type { EventId } from "./EventId.ts"
import type { Bound, Entry, ListName } from "./Page.ts"
import type { Provenance, RecordedEvent } from "./RecordedEvent.ts"
import type { Relationship } from "./Relationship.ts"
import type { RelationshipEvent } from "./RelationshipEvent.ts"
import type { StoreError } from "./StoreError.ts"
import type { UserId } from "./UserId.ts"

/**
 * What is known of an edge: its state and how many events led there. An edge that nothing happened
 * to is `None` at version 0.
 *
 * @category models
 * @since 0.1.0
 */
export interface Snapshot {
  readonly relationship: Relationship
  readonly version: number
}

/**
 * How a command with an id ended, so that its repetition can be answered alike.
 *
 * @category models
 * @since 0.1.0
 */
export interface CommandRecord {
  /** Tells a repeated command from another one under the same id. */
  readonly fingerprint: string
  readonly relationship: Relationship
  readonly version: number
  readonly attempts: number
  readonly events: ReadonlyArray<RecordedEvent>
}

/**
 * An edge to load.
 *
 * @category models
 * @since 0.1.0
 */
export interface Read {
  readonly edge: Edge
  /** Also look for the record of this command. */
  readonly commandId: string | undefined
}

/**
 * An edge as it is kept, with the record that was asked for.
 *
 * @category models
 * @since 0.1.0
 */
export interface Loaded extends Snapshot {
  /** Present when the command id asked for is remembered. */
  readonly record?: CommandRecord | undefined
}

/**
 * An event that is to be kept, under an id of its own.
 *
 * @category models
 * @since 0.1.0
 */
export interface NewEvent {
  readonly id: EventId
  readonly event: RelationshipEvent
}

/**
 * The outcome of one command on one edge, to be kept whole or not at all.
 *
 * @category models
 * @since 0.1.0
 */
export interface Change {
  readonly edge: Edge
  /** The version that the decision was made on. */
  readonly expectedVersion: number
  /** The state after the events. */
  readonly relationship: Relationship
  /** In order, oldest first. Empty when only the command id is to be remembered. */
  readonly events: ReadonlyArray<NewEvent>
  /** Milliseconds since 1970, the same for all events of the change. */
  readonly time: number
  /** `undefined`: not the caller's; the events carry the id of the first of them, nothing else is kept. */
  readonly commandId: string | undefined
  /** `undefined`: the command id. */
  readonly correlationId: string | undefined
  /** `undefined`: the command id. */
  readonly causationId: string | undefined
  readonly actor: UserId | null
  readonly provenance: Provenance
  /** `undefined`: the events carry the command id, which is neither looked up nor remembered. */
  readonly fingerprint: string | undefined
  readonly attempts: number
}

/**
 * - `Committed`: all events of the change are kept; `position` is that of the first of them, the
 *   others follow it without a gap. 0 when there were no events.
 * - `Conflict`: nothing is kept, and here is the edge as it is now, so that deciding again needs no
 *   second read.
 * - `Repeated`: nothing is kept, because the command id is remembered.
 *
 * @category models
 * @since 0.1.0
 */
export type CommitOutcome =
  | { readonly _tag: "Committed"; readonly position: number }
  | { readonly _tag: "Conflict"; readonly current: Snapshot }
  | { readonly _tag: "Repeated"; readonly record: CommandRecord }

/**
 * One page of a list as a store sees it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Slice {
  /** Newest first. */
  readonly entries: ReadonlyArray<Entry>
  /** Whether the list has entries older than the bound's page. */
  readonly older: boolean
  /** Whether the list has entries newer than the bound's page. */
  readonly newer: boolean
}

/**
 * How many entries each list of a user has.
 *
 * @category models
 * @since 0.1.0
 */
export type Counts = Readonly<Record<ListName, number>>

/**
 * Promises about all of it:
 *
 * - **Order.** Positions are strictly increasing in the order of commit. Once a reader has seen
 *   position `p`, no event with a smaller position ever appears. Positions may have gaps.
 * - **Versions.** The events of an edge have versions 1, 2, 3 … without gap or repeat. The history of
 *   an edge that was erased begins at its tombstone (see {@link Upkeep}), and goes on from there.
 * - **Agreement.** The snapshot of an edge, its place in the lists and the counts are what its
 *   events fold to, at every moment that a reader can see.
 * - **Interruption.** An operation that is interrupted has happened as a whole or not at all.
 *
 * @category services
 * @since 0.1.0
 */
export class RelationshipStore extends Context.Service<
  RelationshipStore,
  {
    /**
     * The snapshots of edges, in the order asked, and the records of command ids that are
     * remembered. An unknown edge is `None` at version 0. The same edge may be asked for twice.
     */
    readonly load: (reads: ReadonlyArray<Read>) => Effect.Effect<ReadonlyArray<Loaded>, StoreError>

    /**
     * Applies changes in the order given and answers each, in that order.
     *
     * Each change is all or nothing on its own: a conflict of one does not hinder the others. A
     * later change sees the earlier ones, so one batch may hold a chain of changes to one edge. A
     * remembered command id wins over a conflict. A command id belongs to the whole store, not to
     * one edge. Of two concurrent changes with the same expected version of one edge, exactly one is
     * committed. An empty batch is answered with an empty list.
     *
     * A change without events keeps the command id alone, and is in conflict like any other when
     * the edge has moved on.
     */
    readonly commit: (
      changes: ReadonlyArray<Change>,
    ) => Effect.Effect<ReadonlyArray<CommitOutcome>, StoreError>

    /** All events of an edge, oldest first; none for an unknown edge. */
    readonly history: (edge: Edge) => Effect.Effect<ReadonlyArray<RecordedEvent>, StoreError>

    /**
     * Up to `limit` (1 or more) entries of a list, newest first, beside the bound; the newest of all
     * without a bound. The cost grows with `limit` and not with the length of the list or the depth
     * of the page.
     */
    readonly list: (
      list: ListName,
      user: UserId,
      limit: number,
      bound?: Bound,
    ) => Effect.Effect<Slice, StoreError>

    /** The lengths of a user's lists; zeros for an unknown user. The cost does not grow with them. */
    readonly counts: (user: UserId) => Effect.Effect<Counts, StoreError>

    /**
     * Up to `limit` (1 or more) events with positions greater than `after`, in order. Empty only
     * when there are none yet.
     */
    readonly log: (
      after: number,
      limit: number,
    ) => Effect.Effect<ReadonlyArray<RecordedEvent>, StoreError>

    /**
     * Returns once the log may have events with positions greater than `after`, at once when it has.
     * It may return early; it never sleeps through a commit.
     */
    readonly awaitLog: (after: number) => Effect.Effect<void, StoreError>
  }
>()("@kith/core/RelationshipStore") {}
