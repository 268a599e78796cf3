/**
 * What the promise face of a service over a remote has beyond that of a store.
 *
 * @since 0.1.0
 */
import type { Command, Edge, RecordedEvent, Snapshot } from "./data.ts"
import type { Abortable, Relationships } from "./types.ts"

/**
 * See `Reconciled` of `@kith/core`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Reconciled extends Snapshot {
  readonly events: ReadonlyArray<RecordedEvent>
  readonly visible: boolean
}

/**
 * A step of a reconciliation; see `Progress` of `@kith/core`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Progress {
  readonly phase: "listed" | "known"
  readonly seen: number
  readonly events: ReadonlyArray<RecordedEvent>
  readonly missing: ReadonlyArray<string>
  readonly cursor?: string | undefined
}

/**
 * A command of which nobody knows yet what it came to. `startedAt` is in milliseconds since 1970.
 *
 * @category models
 * @since 0.1.0
 */
export interface Unresolved {
  readonly commandId: string
  readonly command: Command
  readonly startedAt: number
}

/**
 * The services over a remote with promises; see `Reconciler` of `@kith/core` for what is promised.
 *
 * @category services
 * @since 0.1.0
 */
export interface RemoteRelationships extends Relationships {
  /** Looks at an edge on the remote, and records what had happened to it. */
  readonly reconcile: (edge: Edge, options?: Abortable) => Promise<Reconciled>
  /**
   * Repairs the local picture of whom a user follows and has asked, step by step. Leaving the loop
   * ends it; the `cursor` of a step resumes it behind that step. `patience` is how long each step may
   * wait for spent windows, in milliseconds.
   */
  readonly reconcileAll: (
    user: string,
    options?: {
      readonly cursor?: string | undefined
      readonly patience?: number | undefined
    } & Abortable,
  ) => AsyncIterable<Progress>
  /** The commands whose outcome is unknown, and those on their way right now. */
  readonly unresolved: (options?: Abortable) => AsyncIterable<Unresolved>
  /** Looks at the edges of all commands whose outcome is unknown. */
  readonly resolve: (options?: Abortable) => Promise<void>
}
