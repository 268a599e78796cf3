/**
 * The promise face in plain TypeScript: the service and how it is asked, without a type of Effect.
 *
 * @since 0.1.0
 */
import type {
  Command,
  Edge,
  Facts,
  ListName,
  Page,
  Receipt,
  RecordedEvent,
  Snapshot,
} from "./data.ts"
import type { KithError } from "./KithError.ts"

/**
 * The part of an `AbortSignal` that is used; pass one of the platform's.
 *
 * @category models
 * @since 0.1.0
 */
export interface Signal {
  readonly aborted: boolean
  readonly reason: unknown
  throwIfAborted(): void
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void
  removeEventListener(type: "abort", listener: () => void): void
}

/**
 * Stops waiting. A command that is on its way may still be carried out.
 *
 * @category models
 * @since 0.1.0
 */
export interface Abortable {
  readonly signal?: Signal | undefined
}

/**
 * `limit` is 1 to 1,000, 100 unless told; `cursor` comes from a page of the same list.
 *
 * @category models
 * @since 0.1.0
 */
export interface PageRequest extends Abortable {
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/**
 * The same id again gives the same receipt; see `ExecuteOptions` of `Relationships`.
 *
 * @category models
 * @since 0.1.0
 */
export interface ExecuteOptions {
  readonly commandId?: string | undefined
  readonly actor?: string | undefined
  readonly correlationId?: string | undefined
  readonly causationId?: string | undefined
}

/**
 * A moment of the past: right after the event at a position, or at a time in milliseconds.
 *
 * @category models
 * @since 0.1.0
 */
export type AsOf =
  | { readonly position: number; readonly time?: undefined }
  | { readonly time: number; readonly position?: undefined }

/**
 * The service with promises. Every method rejects with a {@link KithError} and nothing else, but
 * for the reason of an `AbortSignal`. A signal that is aborted before the call keeps it from being
 * made.
 *
 * @category services
 * @since 0.1.0
 */
export interface Relationships {
  /** Carries a command out; see `Relationships.execute` of `@kith/core` for what is promised. */
  readonly execute: (command: Command, options?: ExecuteOptions & Abortable) => Promise<Receipt>
  /** Carries many commands out. Answers in order: a receipt, or why there is none. */
  readonly executeAll: (
    commands: ReadonlyArray<readonly [command: Command, options?: ExecuteOptions]>,
    options?: Abortable,
  ) => Promise<ReadonlyArray<Receipt | KithError>>
  /** The state and version of an edge, now or at a moment of the past. */
  readonly relationship: (
    edge: Edge,
    options?: { readonly asOf?: AsOf | undefined } & Abortable,
  ) => Promise<Snapshot>
  /** The same for many edges at once, now; in the order asked. */
  readonly relationships: (
    edges: ReadonlyArray<Edge>,
    options?: Abortable,
  ) => Promise<ReadonlyArray<Snapshot>>
  /** Why an edge is as it is: all its events, oldest first. */
  readonly history: (edge: Edge, options?: Abortable) => Promise<ReadonlyArray<RecordedEvent>>
  /** Whom a user follows, newest first. */
  readonly following: (user: string, page?: PageRequest) => Promise<Page>
  /** Who follows a user, newest first. */
  readonly followers: (user: string, page?: PageRequest) => Promise<Page>
  /** Whose answer a user waits for, newest first. */
  readonly requestsSent: (user: string, page?: PageRequest) => Promise<Page>
  /** Who waits for a user's answer, newest first. */
  readonly requestsReceived: (user: string, page?: PageRequest) => Promise<Page>
  /**
   * A whole list page by page. Leaving the loop ends the walk; `next` of a page resumes it. Each
   * loop over what is returned is a walk of its own.
   */
  readonly walk: (list: ListName, user: string, page?: PageRequest) => AsyncIterable<Page>
  /** How long a user's lists are; zeros for an unknown user. */
  readonly counts: (
    user: string,
    options?: Abortable,
  ) => Promise<Readonly<Record<ListName, number>>>
  /**
   * The log behind a position, then what comes, without end. Leaving the loop ends it. Each loop
   * over what is returned begins at the position again.
   */
  readonly changes: (
    options?: { readonly from?: number | undefined } & Abortable,
  ) => AsyncIterable<RecordedEvent>
  /**
   * Lets the calls that are on their way end, and gives everything back. Walks and changes end with
   * the error `Closed`, so that nobody takes half a list for a whole one; and so does every later
   * call. Closing again waits for the first time.
   */
  readonly close: () => Promise<void>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

/**
 * Anything that makes a `Relationships` service and needs nothing, such as `MemoryAdapter.layer`,
 * `XAdapter.layer`, or `Relationships.layerStore` above a store and a directory. It is opaque here.
 *
 * @category models
 * @since 0.1.0
 */
export interface RelationshipsLayer {
  readonly "~effect/Layer": { readonly _RIn: (_: never) => never }
}

/**
 * A store, and who there is.
 *
 * - `store`: a layer that makes a `RelationshipStore` and needs nothing, such as
 *   `SqliteAdapter.layer({ file })`. It is opaque here.
 * - `facts`: what is known of each edge's users, in the order asked; a promise, or at once. It is called
 *   once for a whole group of commands, and only for those whose decision depends on it: follows. When
 *   it throws or rejects, those fail with a `StoreError` that may be retried, and nothing is done.
 * - `maxAttempts`: how often a command is decided before it fails with `TooManyConflicts`; 8 unless
 *   told.
 * - `maxGroup`: how many commands are committed at once; 512 unless told.
 * - `maxWaiting`: how many commands may wait for a store that is busy; 100,000 unless told. One more
 *   fails at once, with a `StoreError` whose reason is `Unavailable`; nothing was done.
 *
 * @category models
 * @since 0.1.0
 */
export interface StoreOptions {
  readonly store: { readonly "~effect/Layer": { readonly _RIn: (_: never) => never } }
  readonly facts: (
    edges: ReadonlyArray<Edge>,
  ) => ReadonlyArray<Facts> | PromiseLike<ReadonlyArray<Facts>>
  readonly maxAttempts?: number | undefined
  readonly maxGroup?: number | undefined
  readonly maxWaiting?: number | undefined
}
