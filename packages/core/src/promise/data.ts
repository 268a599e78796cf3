/**
 * What goes into the promise face and comes out of it: the same concepts as of the service, as plain
 * data.
 *
 * Ids are plain strings here; what is not an id is refused when it is used. What is handed out is
 * plain too: it can be compared, copied and turned into JSON.
 *
 * @since 0.1.0
 */
/**
 * What the source wants to see of the target. One that is left out is left alone.
 *
 * @category models
 * @since 0.1.0
 */
export interface Preferences {
  readonly retweets?: boolean | undefined
  readonly notifications?: boolean | undefined
}

/**
 * The two users of a relationship: `source` follows `target`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Edge {
  readonly source: string
  readonly target: string
}

/**
 * What a decision needs to know of an edge's users. Blocks that are left out are none.
 *
 * - `target`: `protected` means that the target approves its followers one by one; `missing`, that
 *   nobody knows it.
 * - `blockedByTarget`: the target blocks the source.
 * - `blocksTarget`: the source blocks the target.
 *
 * @category models
 * @since 0.1.0
 */
export interface Facts {
  readonly target: "public" | "protected" | "suspended" | "missing"
  readonly blockedByTarget?: boolean | undefined
  readonly blocksTarget?: boolean | undefined
}

/**
 * What somebody asks of an edge; see the table of commands in the documentation of `Command`.
 *
 * @category models
 * @since 0.1.0
 */
export type Command =
  | ({ readonly _tag: "Follow" | "UpdatePreferences" } & Edge & Preferences)
  | ({
      readonly _tag: "Unfollow" | "ApproveRequest" | "DenyRequest" | "RemoveFollower"
    } & Edge)

/**
 * The state of an edge.
 *
 * @category models
 * @since 0.1.0
 */
export type Relationship =
  | { readonly _tag: "None" }
  | {
      readonly _tag: "Pending" | "Following"
      readonly retweets: boolean
      readonly notifications: boolean
    }

/**
 * What happened to an edge.
 *
 * @category models
 * @since 0.1.0
 */
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

/**
 * An event with how it came to be. `time` is in milliseconds since 1970.
 *
 * @category models
 * @since 0.1.0
 */
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

/**
 * What a command came to; `Unchanged` when it was so already.
 *
 * @category models
 * @since 0.1.0
 */
export interface Receipt {
  readonly _tag: "Changed" | "Unchanged"
  readonly relationship: Relationship
  readonly version: number
  readonly events: ReadonlyArray<RecordedEvent>
  readonly attempts: number
}

/**
 * The state of an edge and the number of events that led there: `None` at version 0 unless something
 * happened to it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Snapshot {
  readonly relationship: Relationship
  readonly version: number
}

/**
 * The lists of a user; see the methods of `Relationships` that read them.
 *
 * @category models
 * @since 0.1.0
 */
export type ListName = "following" | "followers" | "requestsSent" | "requestsReceived"

/**
 * One row of a list. `since`, the position of the event that put it there, orders the list.
 *
 * @category models
 * @since 0.1.0
 */
export interface Entry {
  readonly user: string
  readonly relationship: Exclude<Relationship, { readonly _tag: "None" }>
  readonly since: number
}

/**
 * A page of a list, newest first, and the cursors of its neighbours.
 *
 * @category models
 * @since 0.1.0
 */
export interface Page {
  readonly entries: ReadonlyArray<Entry>
  readonly next?: string
  readonly previous?: string
}
