/**
 * What the cases of the service are made of: users and edges in its world, and what it answers in a
 * form to compare.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as Command from "../Command.ts"
import type { Edge } from "../Edge.ts"
import type { ListName, Page } from "../Page.ts"
import type { Receipt } from "../Receipt.ts"
import type { RecordedEvent } from "../RecordedEvent.ts"
import type { UserId } from "../UserId.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import type { RelationshipsBench, Service } from "./RelationshipsCase.ts"

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

/** Lets the clock of those who record go on, so that two commands have different times. */
const nextMoment = Effect.flatMap(Clock.currentTimeMillis, (before) =>
  Effect.repeat(Effect.andThen(Effect.yieldNow, Clock.currentTimeMillis), {
    until: (now) => now > before,
  }),
)

/**
 * An edge with a long story, and its receipts in order.
 *
 * @category constructors
 * @since 0.1.0
 */
export const story = (bench: RelationshipsBench) =>
  Effect.gen(function* () {
    const { source, target } = yield* newEdge(bench)
    const receipts: Array<Receipt> = []
    const [follow, unfollow] = [Command.follow(source, target), Command.unfollow(source, target)]
    const commands = bench.supports.preferences
      ? [
          follow,
          Command.updatePreferences(source, target, { retweets: false, notifications: true }),
          unfollow,
          Command.follow(source, target, { retweets: false }),
        ]
      : [follow, unfollow, follow, unfollow, follow]
    for (const command of commands) {
      receipts.push(yield* bench.service.execute(command))
      yield* nextMoment
    }
    return { edge: { source, target }, receipts }
  })

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
 * Demands that a call fails, with an error of this tag.
 *
 * @param what the sentence that does not hold when it does not
 * @category operations
 * @since 0.1.0
 */
export const failsWith = (
  tag: string,
  what: string,
  call: Effect.Effect<unknown, { readonly _tag: string }>,
): Effect.Effect<void> =>
  Effect.match(call, {
    onFailure: (error) => Check.equal(what, error._tag, tag),
    onSuccess: (value) => Check.equal(what, value, tag),
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
