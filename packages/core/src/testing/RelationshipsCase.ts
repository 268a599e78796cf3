/**
 * A case of the service's suite, as data: what is promised, and a run that fails when it is not kept.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Command from "../Command.ts"
import type { Edge } from "../Edge.ts"
import type { ListName, Page } from "../Page.ts"
import type { Receipt } from "../Receipt.ts"
import type { RecordedEvent } from "../RecordedEvent.ts"
import type { Relationships } from "../Relationships.ts"
import type { UserId } from "../UserId.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import type { World } from "./World.ts"

/**
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
 * New users.
 *
 * @category operations
 * @since 0.1.0
 */
export const newUsers = (
  { world }: RelationshipsBench,
  count: number,
): Effect.Effect<ReadonlyArray<UserId>, unknown> => Effect.replicateEffect(world.add, count)

/**
 * Two new users, the second of whom approves followers when `guarded`.
 *
 * @category operations
 * @since 0.1.0
 */
export const newEdge = (
  { world }: RelationshipsBench,
  guarded = false,
): Effect.Effect<{ readonly source: UserId; readonly target: UserId }, unknown> =>
  Effect.gen(function* () {
    const [source, target] = [yield* world.add, yield* world.add]
    if (guarded) yield* world.setProtected(target, true)
    return { source, target }
  })

/**
 * As many edges as asked between few new users, nothing of which happened yet.
 *
 * @category operations
 * @since 0.1.0
 */
export const newEdges = (
  bench: RelationshipsBench,
  count: number,
): Effect.Effect<ReadonlyArray<Edge>, unknown> => {
  let size = 2
  while (size * (size - 1) < count) size++
  return Effect.map(newUsers(bench, size), (users) =>
    users
      .flatMap((source) =>
        users.flatMap((target) => (source === target ? [] : [{ source, target }])),
      )
      .slice(0, count),
  )
}

/**
 * The preferences for a command to name: none where none can be set.
 *
 * @category getters
 * @since 0.1.0
 */
export const named = (
  { supports }: RelationshipsBench,
  preferences: { readonly retweets?: boolean; readonly notifications?: boolean },
): typeof preferences => (supports.preferences ? preferences : {})

/**
 * Whether a service that can do so much carries a command out.
 *
 * @category guards
 * @since 0.1.0
 */
export const isWithin =
  ({ preferences, targetCommands }: RelationshipsSupports) =>
  (command: Command.Command): boolean => {
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

/**
 * Lets each of the sources follow the target, one after the other.
 *
 * @category operations
 * @since 0.1.0
 */
export const followAll = (
  service: Service,
  sources: ReadonlyArray<UserId>,
  target: UserId,
): Effect.Effect<ReadonlyArray<Receipt>, unknown> =>
  Effect.forEach(sources, (source) => service.execute(Command.follow(source, target)))

/**
 * What a command came to, in a form to compare: the receipt without its envelopes, or the reason.
 *
 * @category operations
 * @since 0.1.0
 */
export const outcomeOf = (
  outcome: Result.Result<Receipt, { readonly _tag: string; readonly reason?: unknown }>,
) =>
  Result.match(outcome, {
    onSuccess: ({ _tag, events, relationship, version }) => ({
      _tag,
      relationship,
      version,
      events: events.map((recorded) => recorded.event),
    }),
    onFailure: ({ _tag, reason }) => ({ _tag, reason }),
  })

/**
 * A receipt with plain events, whatever objects the store made of them.
 *
 * @category getters
 * @since 0.1.0
 */
export const plainReceipt = (receipt: Receipt) => ({
  ...receipt,
  events: receipt.events.map(Fixtures.plain),
})

/**
 * The users of a page.
 *
 * @category getters
 * @since 0.1.0
 */
export const usersOf = (page: Page): ReadonlyArray<UserId> => page.entries.map((it) => it.user)

/**
 * One page of a list, by its name.
 *
 * @category operations
 * @since 0.1.0
 */
export const listBy = (service: Service, name: ListName): Service["following"] => service[name]

/**
 * The first `count` events of these sources behind a position.
 *
 * @category operations
 * @since 0.1.0
 */
export const take = (
  service: Service,
  from: number,
  sources: ReadonlyArray<UserId>,
  count: number,
): Effect.Effect<ReadonlyArray<RecordedEvent>, unknown> =>
  service.changes({ from }).pipe(
    Stream.tap((event) =>
      Effect.sync(() =>
        Check.holds("the stream goes on behind its position", event.position > from),
      ),
    ),
    Stream.filter((event) => sources.includes(event.source)),
    Stream.take(count),
    Stream.map(Fixtures.plain),
    Stream.runCollect,
  )

/**
 * The position of the newest event of a receipt; the receipt has to have one.
 *
 * @category getters
 * @since 0.1.0
 */
export const positionOf = (receipt: Receipt): number => {
  const last = receipt.events.at(-1)
  if (last === undefined) throw new Check.Mismatch("the command caused events", "events", receipt)
  return last.position
}
