/**
 * Keeps the local picture true to the remote: resolves commands whose outcome is unknown, and finds
 * what changed on the remote behind our back.
 *
 * It comes with `Relationships.layerRemote`. What it finds is recorded as events with the provenance
 * `observed`.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { Command } from "./Command.ts"
import type { Edge } from "./Edge.ts"
import type { RecordedEvent } from "./RecordedEvent.ts"
import type { Snapshot } from "./RelationshipStore.ts"
import type { RemoteError } from "./RemoteError.ts"
import type { WalkStopped } from "./RemoteWalk.ts"
import type { StoreError } from "./StoreError.ts"
import type { UserId } from "./UserId.ts"

/**
 * What a look at one edge came to.
 *
 * - `events`: what had happened without being known here; none when the picture was true.
 * - `visible`: whether the remote shows the target at all. Of one that it does not show, such as a
 *   suspended user, nothing is concluded.
 *
 * @category models
 * @since 0.1.0
 */
export interface Reconciled extends Snapshot {
  readonly events: ReadonlyArray<RecordedEvent>
  readonly visible: boolean
}

/**
 * A step of {@link Reconciler} over a user's relationships.
 *
 * - `phase`: `listed` while the remote's lists are read, `known` while what is known here and was not
 *   in them is looked at.
 * - `seen`: how many relationships this step dealt with.
 * - `events`: what it found to have happened.
 * - `missing`: users of this step whom the remote does not show.
 * - `cursor`: goes on behind this step, also in another process; absent after the last one.
 *
 * @category models
 * @since 0.1.0
 */
export interface Progress {
  readonly phase: "listed" | "known"
  readonly seen: number
  readonly events: ReadonlyArray<RecordedEvent>
  readonly missing: ReadonlyArray<UserId>
  readonly cursor?: string | undefined
}

/**
 * A command that left, or was about to, and of which nobody knows yet what it came to.
 *
 * @category models
 * @since 0.1.0
 */
export interface Unresolved {
  readonly commandId: string
  readonly command: Command
  /** When it was sent, in milliseconds since 1970. */
  readonly startedAt: number
}

/**
 * The cursor is not one of this reconciliation. Begin without one.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidCursor extends Schema.TaggedError<InvalidCursor>()("InvalidCursor", {
  message: Schema.String,
}) {
  readonly retryable = false
}

/**
 * Looks at the remote, and records what it finds. It sends no command and changes nothing on the
 * remote; looking costs quota, as any request does.
 *
 * @category services
 * @since 0.1.0
 */
export class Reconciler extends Context.Service<
  Reconciler,
  {
    /**
     * Looks at an edge on the remote, and records what had happened to it. An open command on the edge
     * is resolved by the way: this waits while somebody may still be sending it, and until the remote's
     * reads can show it.
     */
    readonly reconcile: (edge: Edge) => Effect.Effect<Reconciled, RemoteError | StoreError>

    /**
     * Repairs the local picture of whom a user follows and has asked: reads the remote's lists, then
     * looks at everything known here that they did not show. When it has run to its end and nothing
     * changed on the remote meanwhile, the local lists are the remote's.
     *
     * It can be stopped after any step and resumed by the step's cursor. Requests that wait for an
     * answer are found only where the remote lists them, or where they are known here.
     *
     * - `patience`: how long it may wait for spent windows, in milliseconds, each time; 0 unless told.
     */
    readonly reconcileAll: (
      user: UserId,
      options?: {
        readonly cursor?: string | undefined
        readonly patience?: number | undefined
      },
    ) => Stream.Stream<Progress, WalkStopped | StoreError | InvalidCursor>

    /** The commands whose outcome is unknown, and those on their way right now. */
    readonly unresolved: Stream.Stream<Unresolved, StoreError>

    /**
     * Looks at the edges of all commands whose outcome is unknown, and that nobody is sending any
     * more. Those that could not be looked at stay, and the first reason is the failure.
     */
    readonly resolve: Effect.Effect<void, RemoteError | StoreError>
  }
>()("@kith/core/Reconciler") {}
