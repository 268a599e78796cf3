/**
 * A case of the service's suite, as data: what is promised, and a run that fails when it is not kept.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Command } from "../Command.ts"
import type { Relationships } from "../Relationships.ts"
import type { World } from "./World.ts"

/**
 * A service that is open.
 *
 * @category models
 * @since 0.1.0
 */
export type Service = Relationships["Service"]

/**
 * What the service and its world can, all of it unless told.
 *
 * What the service cannot do is checked to fail, and no case relies on it:
 *
 * - `targetCommands`: the target's own commands are carried out: `ApproveRequest`, `DenyRequest`,
 *   `RemoveFollower`. Absent: where they would change something they fail, and nothing changes.
 * - `preferences`: commands that name a preference are carried out: `UpdatePreferences`, and a
 *   `Follow` with one. Absent: where they would change something they fail, and nothing changes.
 *
 * What the world cannot do has no opposite; cases that need it do not run, or do without:
 *
 * - `suspension`, `removal`, `blocks`: it can suspend, remove and block users.
 * - `suspendedEdges`: suspended users go on acting, and relationships to them go on changing. Absent:
 *   all that is asked of suspended users is to be followed, which is refused.
 * - `blockedEdges`: follows and requests go on when one side blocks the other. Absent: the block may
 *   end them, and nobody blocks whom they have a relationship with.
 * - `many`: users are cheap, by the hundred. Absent: cases make do with few of them. They do not show
 *   that a page has 100 entries unless told, and play fewer sequences of calls.
 *
 * @category models
 * @since 0.1.0
 */
export interface RelationshipsSupports {
  readonly targetCommands: boolean
  readonly preferences: boolean
  readonly suspension: boolean
  readonly removal: boolean
  readonly blocks: boolean
  readonly suspendedEdges: boolean
  readonly blockedEdges: boolean
  readonly many: boolean
}

/**
 * A service and a world that can all of it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const everything: RelationshipsSupports = {
  targetCommands: true,
  preferences: true,
  suspension: true,
  removal: true,
  blocks: true,
  suspendedEdges: true,
  blockedEdges: true,
  many: true,
}

/**
 * What a case works with: the service under test, and control over its users.
 *
 * @category models
 * @since 0.1.0
 */
export interface RelationshipsBench {
  readonly service: Service
  readonly world: World["Service"]
  readonly supports: RelationshipsSupports
  /** Milliseconds after which something that never comes counts as missing. */
  readonly patience: number
}

/**
 * - `title`: what the case shows, in the third person.
 * - `promises`: the sentences of the service's documentation that it holds it to, word by word.
 * - `when`: the services that it concerns; all unless told.
 *
 * @category models
 * @since 0.1.0
 */
export interface RelationshipsCase {
  readonly title: string
  readonly promises: ReadonlyArray<string>
  readonly when?: (supports: RelationshipsSupports) => boolean
  readonly run: (bench: RelationshipsBench) => Effect.Effect<void, unknown, Scope.Scope>
}

/**
 * Whether a service that can do so much carries a command out.
 *
 * @category guards
 * @since 0.1.0
 */
export const isWithin =
  ({ preferences, targetCommands }: RelationshipsSupports) =>
  (command: Command): boolean => {
    switch (command._tag) {
      case "Follow":
        return (
          preferences || (command.retweets === undefined && command.notifications === undefined)
        )
      case "Unfollow":
        return true
      case "UpdatePreferences":
        return preferences
      case "ApproveRequest":
      case "DenyRequest":
      case "RemoveFollower":
        return targetCommands
    }
  }
