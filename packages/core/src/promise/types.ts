/**
 * The promise face in plain TypeScript: the same concepts as the service, without a type of Effect.
 *
 * Ids are plain strings here; what is not an id is refused when it is used. What is handed out is
 * plain too: it can be compared, copied and turned into JSON.
 *
 * @since 0.1.0
 */

/** What the source wants to see of the target. One that is left out is left alone. */
export interface Preferences {
  readonly retweets?: boolean | undefined
  readonly notifications?: boolean | undefined
}

/** The two users of a relationship: `source` follows `target`. */
export interface Edge {
  readonly source: string
  readonly target: string
}

/** What somebody asks of an edge; see the table of commands in the documentation of `Command`. */
export type Command =
  | ({ readonly _tag: "Follow" | "UpdatePreferences" } & Edge & Preferences)
  | ({
      readonly _tag: "Unfollow" | "ApproveRequest" | "DenyRequest" | "RemoveFollower"
    } & Edge)

/** The state of an edge. */
export type Relationship =
  | { readonly _tag: "None" }
  | {
      readonly _tag: "Pending" | "Following"
      readonly retweets: boolean
      readonly notifications: boolean
    }

/** What happened to an edge. */
export type RelationshipEvent =
  | {
      readonly _tag: "FollowRequested" | "Followed"
      readonly retweets: boolean
      readonly notifications: boolean
    }
  | {
      readonly _tag:
        | "FollowRequestApproved"
        | "FollowRequestDenied"
        | "FollowRequestCancelled"
        | "Unfollowed"
        | "FollowerRemoved"
        | "RetweetsTurnedOn"
        | "RetweetsTurnedOff"
        | "NotificationsTurnedOn"
        | "NotificationsTurnedOff"
        | "Erased"
    }

/** An event with how it came to be. `time` is in milliseconds since 1970. */
export interface RecordedEvent extends Edge {
  readonly id: string
  readonly version: number
  readonly position: number
  readonly time: number
  readonly commandId: string
  readonly correlationId: string
  readonly causationId: string
  readonly actor: string | null
  readonly provenance: "decided" | "confirmed" | "observed"
  readonly event: RelationshipEvent
}

/** What a command came to; `Unchanged` when it was so already. */
export interface Receipt {
  readonly _tag: "Changed" | "Unchanged"
  readonly relationship: Relationship
  readonly version: number
  readonly events: ReadonlyArray<RecordedEvent>
  readonly attempts: number
}

/** The state of an edge and the number of events that led there. */
export interface Snapshot {
  readonly relationship: Relationship
  readonly version: number
}

/** The four lists of a user. */
export type ListName = "following" | "followers" | "requestsSent" | "requestsReceived"

/** One row of a list; `since` orders it. */
export interface Entry {
  readonly user: string
  readonly relationship: Exclude<Relationship, { readonly _tag: "None" }>
  readonly since: number
}

/** A page of a list, newest first, and the cursors of its neighbours. */
export interface Page {
  readonly entries: ReadonlyArray<Entry>
  readonly next?: string
  readonly previous?: string
}

/** The part of an `AbortSignal` that is used; pass one of the platform's. */
export interface Signal {
  readonly aborted: boolean
  readonly reason: unknown
  throwIfAborted(): void
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void
  removeEventListener(type: "abort", listener: () => void): void
}

/** Stops waiting. A command that is on its way may still be carried out. */
export interface Abortable {
  readonly signal?: Signal | undefined
}

/** `limit` is 1 to 1,000, 100 unless told; `cursor` comes from a page of the same list. */
export interface PageRequest extends Abortable {
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** See the service's `ExecuteOptions`. */
export interface ExecuteOptions {
  readonly commandId?: string | undefined
  readonly actor?: string | undefined
  readonly correlationId?: string | undefined
  readonly causationId?: string | undefined
}

/** A moment of the past: right after the event at a position, or at a time in milliseconds. */
export type AsOf = { readonly position: number } | { readonly time: number }

/**
 * The service with promises. Every method rejects with a {@link KithError} and nothing else, but for
 * the reason of an `AbortSignal`. A signal that is aborted before the call keeps it from being made.
 */
export interface Relationships {
  /** Carries a command out; see `Relationships.execute` of `@kith/core` for what is promised. */
  readonly execute: (command: Command, options?: ExecuteOptions & Abortable) => Promise<Receipt>
  /** Carries many commands out. Answers in order: a receipt, or why there is none. */
  readonly executeAll: (
    commands: ReadonlyArray<readonly [command: Command, options?: ExecuteOptions]>,
    options?: Abortable,
  ) => Promise<ReadonlyArray<Receipt | KithError>>
  readonly relationship: (
    edge: Edge,
    options?: { readonly asOf?: AsOf | undefined } & Abortable,
  ) => Promise<Snapshot>
  /** The same for many edges at once, now; in the order asked. */
  readonly relationships: (
    edges: ReadonlyArray<Edge>,
    options?: Abortable,
  ) => Promise<ReadonlyArray<Snapshot>>
  readonly history: (edge: Edge, options?: Abortable) => Promise<ReadonlyArray<RecordedEvent>>
  readonly following: (user: string, page?: PageRequest) => Promise<Page>
  readonly followers: (user: string, page?: PageRequest) => Promise<Page>
  readonly requestsSent: (user: string, page?: PageRequest) => Promise<Page>
  readonly requestsReceived: (user: string, page?: PageRequest) => Promise<Page>
  /**
   * A whole list page by page. Leaving the loop ends the walk; `next` of a page resumes it. Each
   * loop over what is returned is a walk of its own.
   */
  readonly walk: (list: ListName, user: string, page?: PageRequest) => AsyncIterable<Page>
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
 * Anything that makes a `Relationships` service and needs nothing: a layer of an adapter. It is
 * opaque here; pass what the adapter gives you.
 */
export interface RelationshipsLayer {
  readonly "~effect/Layer": { readonly _RIn: (_: never) => never }
}

/**
 * - `CommandRejected`, `CommandIdReused`, `TooManyConflicts`, `InvalidPage`, `StoreError`,
 *   `PartlyDone`, `OutcomeUnknown`, `RemoteError`, `WalkStopped`, `InvalidCursor`: as in the services.
 * - `InvalidInput`: an argument has not the form that it must have; nothing was done.
 * - `Unavailable`: the layer could not be built.
 * - `Closed`: it was closed before, or while a walk or changes went on.
 * - `Unexpected`: a fault in an adapter or in Kith itself; `cause` has the evidence.
 */
export type ErrorTag =
  | "CommandRejected"
  | "CommandIdReused"
  | "TooManyConflicts"
  | "InvalidPage"
  | "StoreError"
  | "PartlyDone"
  | "OutcomeUnknown"
  | "RemoteError"
  | "WalkStopped"
  | "InvalidCursor"
  | "InvalidInput"
  | "Unavailable"
  | "Closed"
  | "Unexpected"

/** The rule that refuses a command, then what ails a store, then why a remote did not do it. */
export type ErrorReason =
  | "CannotFollowSelf"
  | "TargetNotFound"
  | "TargetSuspended"
  | "BlockedByTarget"
  | "BlockingTarget"
  | "NotFollowing"
  | "NoPendingRequest"
  | "Unavailable"
  | "Full"
  | "ReadOnly"
  | "Corrupt"
  | "WindowExhausted"
  | "DayExhausted"
  | "CapExhausted"
  | "AccountLimit"
  | "Unauthenticated"
  | "ClockSkewed"
  | "ScopeMissing"
  | "UserContextRequired"
  | "PlanRequired"
  | "AppSuspended"
  | "AccountLocked"
  | "AccountSuspended"
  | "Automated"
  | "NotAuthorized"
  | "NotFound"
  | "NotSupported"
  | "Malformed"
  | "Outage"
  | "Unclassified"

/**
 * What went wrong, as a plain error with one line for a person.
 *
 * - `reason`: of a rejected command, the rule; of a store's or remote's failure, what ails it.
 * - `retryable`: whether the same call may succeed later.
 * - `resetAt`: when it may, in milliseconds since 1970, where that is known.
 * - `commandId`: of an unknown outcome, the id under which repeating the command tells.
 * - `cursor`: of a walk that stopped, where it goes on; absent when it had not begun.
 * - `cause`: what the error comes from, where there is more to know.
 */
export class KithError extends Error {
  override readonly name = "KithError"
  readonly _tag: ErrorTag
  readonly reason: ErrorReason | undefined
  readonly retryable: boolean
  // Declared, so that an error has only those that it knows.
  declare readonly resetAt?: number
  declare readonly commandId?: string
  declare readonly cursor?: string
  constructor(
    tag: ErrorTag,
    message: string,
    details?: {
      readonly reason?: ErrorReason | undefined
      readonly retryable?: boolean | undefined
      readonly resetAt?: number | undefined
      readonly commandId?: string | undefined
      readonly cursor?: string | undefined
      readonly cause?: unknown
    },
  ) {
    super(message, details?.cause === undefined ? {} : { cause: details.cause })
    this._tag = tag
    this.reason = details?.reason
    this.retryable = details?.retryable ?? false
    if (details?.resetAt !== undefined) this.resetAt = details.resetAt
    if (details?.commandId !== undefined) this.commandId = details.commandId
    if (details?.cursor !== undefined) this.cursor = details.cursor
  }
}
