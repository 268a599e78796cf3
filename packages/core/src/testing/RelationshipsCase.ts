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
 * - `targetCommands`: the target's own commands are carried out: `ApproveRequest`, `DenyRequest`,
 *   `RemoveFollower`. Absent: they fail, and nothing changes.
 * - `suspension`, `removal`, `blocks`: the world can suspend, remove and block users. Absent: the
 *   cases that need it do not run; they have no opposite.
 *
 * @category models
 * @since 0.1.0
 */
export interface RelationshipsSupports {
  readonly targetCommands: boolean
  readonly suspension: boolean
  readonly removal: boolean
  readonly blocks: boolean
}

/**
 * @category constructors
 * @since 0.1.0
 */
export const everything: RelationshipsSupports = {
  targetCommands: true,
  suspension: true,
  removal: true,
  blocks: true,
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
