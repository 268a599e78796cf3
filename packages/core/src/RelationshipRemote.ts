/**
 * The port to a network that is the authority: X itself, or another with follows.
 *
 * A remote carries commands out one at a time, says what it saw, and never repeats a command by
 * itself: whether a command that went unanswered took effect is found by observing.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Command, Tag } from "./Command.ts"
import type { Facts } from "./Facts.ts"
import type { ListName } from "./Page.ts"
import type { Observation } from "./Reconciliation.ts"
import type { RemoteError } from "./RemoteError.ts"
import type { StoreError } from "./StoreError.ts"
import type { UserId } from "./UserId.ts"

/**
 * What a remote's answer to a command showed.
 *
 * - `Carried`: the edge after it. It was carried out, or it was so already.
 * - `Partly`: the edge after the part of it that was carried out, and why the rest was refused. Of the
 *   rest nothing was done.
 * - `Refused`: the facts for which the rules refuse the command, and the edge where that was seen.
 * - `mayLag`: the observation is not the answer's own: it was read after it, and may be the past.
 *
 * @category models
 * @since 0.1.0
 */
export type Answer =
  | {
      readonly _tag: "Carried"
      readonly observation: Observation
      readonly mayLag?: boolean | undefined
    }
  | {
      readonly _tag: "Partly"
      readonly observation: Observation
      readonly because: RemoteError
      readonly mayLag?: boolean | undefined
    }
  | {
      readonly _tag: "Refused"
      readonly facts: Facts
      readonly observation?: Observation | undefined
      readonly mayLag?: boolean | undefined
    }

/**
 * What a remote can do at all, whoever asks; single users may lack the credentials for it.
 *
 * - `commands`: those that it has a call for. Of `Follow` and `UpdatePreferences` it may carry some
 *   preferences only.
 * - `preferences`: whether retweets and notifications can be set.
 * - `observesPreferences`: whether an observation shows them.
 * - `lists`: those that it can list.
 * - `observesAtOnce`: how many targets of one source a single observation may have.
 *
 * @category models
 * @since 0.1.0
 */
export interface Capabilities {
  readonly commands: ReadonlyArray<Tag>
  readonly preferences: boolean
  readonly observesPreferences: boolean
  readonly lists: ReadonlyArray<ListName>
  readonly observesAtOnce: number
}

/**
 * Which page of a remote's list.
 *
 * - `cursor`: the remote's own, from the page before; the first page without it.
 * - `limit`: at most so many users; the remote's largest page unless told.
 * - `as`: on whose behalf the list is read; its owner's unless told.
 *
 * @category models
 * @since 0.1.0
 */
export interface RemotePageRequest {
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
  readonly as?: UserId | undefined
}

/**
 * A page of users as the remote lists them. It may be empty, or shorter than asked, while `next` is
 * there; only a page without `next` is the last.
 *
 * - `missing`: users whom the page names without showing them, such as suspended ones.
 *
 * @category models
 * @since 0.1.0
 */
export interface RemotePage {
  readonly users: ReadonlyArray<UserId>
  readonly missing: ReadonlyArray<UserId>
  readonly next?: string | undefined
}

/**
 * The calls of the network. A {@link RemoteError} says why one did not do its part, a
 * {@link StoreError} that what the remote itself is to remember by failed, such as where it counts
 * its quota.
 *
 * @category services
 * @since 0.1.0
 */
export class RelationshipRemote extends Context.Service<
  RelationshipRemote,
  {
    readonly capabilities: Capabilities

    /**
     * Prepares to carry a command out: finds the credentials, reserves quota, and refuses what the
     * remote has no way to do. Nothing of the command has left when this fails.
     *
     * The effect that comes back sends the command, once, and is run once. It fails with the outcome
     * `refused` when the remote certainly did nothing, and with `unknown` when only an observation
     * tells. It ends within a time that the remote states, whatever the network does.
     */
    readonly prepare: (
      command: Command,
    ) => Effect.Effect<Effect.Effect<Answer, RemoteError | StoreError>, RemoteError | StoreError>

    /**
     * Looks at edges of one source as it sees them, in the order of the targets, at most
     * `observesAtOnce` of them; `undefined` for a target that the remote does not show. Changes
     * nothing and may be repeated.
     */
    readonly observe: (
      source: UserId,
      targets: ReadonlyArray<UserId>,
    ) => Effect.Effect<ReadonlyArray<Observation | undefined>, RemoteError | StoreError>

    /** Reads one page of a list, newest first. Changes nothing and may be repeated. */
    readonly list: (
      list: ListName,
      user: UserId,
      page?: RemotePageRequest,
    ) => Effect.Effect<RemotePage, RemoteError | StoreError>
  }
>()("@kith/core/RelationshipRemote") {}
