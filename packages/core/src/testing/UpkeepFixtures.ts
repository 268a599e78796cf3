/**
 * What the cases of upkeep are made of: users with edges, and commands that go on meanwhile.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { Edge } from "../Edge.ts"
import type { RecordedEvent } from "../RecordedEvent.ts"
import * as Relationship from "../Relationship.ts"
import * as Event from "../RelationshipEvent.ts"
import type { Snapshot } from "../RelationshipStore.ts"
import type { UserId } from "../UserId.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import { keep, logOf, look } from "./StoreCase.ts"
import { finish, here, type Kit, sound } from "./UpkeepCase.ts"

const followed = Event.followed(true, false)

/**
 * What an edge of an erased user looks like when it had so many events.
 *
 * @category constructors
 * @since 0.1.0
 */
export const erasedAfter = (events: number) => ({
  relationship: Relationship.none,
  version: events + 1,
})

/**
 * What happened, by name.
 *
 * @category getters
 * @since 0.1.0
 */
export const tags = (events: ReadonlyArray<RecordedEvent>): ReadonlyArray<string> =>
  events.map(({ event }) => event._tag)

/**
 * Whether an edge, or an event of one, is from or to a user.
 *
 * @category predicates
 * @since 0.1.0
 */
export const touches = (user: UserId) => (event: Edge) =>
  event.source === user || event.target === user

/**
 * A user in the midst of others: edges in both directions, one of each state, and one of others.
 *
 * @category constructors
 * @since 0.1.0
 */
export const circle = (kit: Kit) =>
  Effect.gen(function* () {
    const start = yield* here(kit)
    const user = yield* Fixtures.user
    const [a, b, c] = yield* Effect.all([Fixtures.user, Fixtures.user, Fixtures.user])
    const plans: ReadonlyArray<readonly [Edge, ReadonlyArray<Event.RelationshipEvent>]> = [
      [{ source: user, target: a }, [followed, Event.notificationsTurnedOn]],
      [{ source: a, target: user }, [Event.followRequested(true, false)]],
      [{ source: user, target: b }, [followed, Event.unfollowed]],
      [
        { source: b, target: user },
        [Event.followRequested(true, true), Event.followRequestApproved],
      ],
      [{ source: user, target: c }, [Event.followRequested(false, false)]],
      [{ source: a, target: b }, [followed]],
      [{ source: c, target: a }, [Event.followRequested(true, false)]],
    ]
    const kept = yield* Effect.forEach(plans, ([edge, events]) =>
      Effect.flatMap(Fixtures.commandId, (commandId) =>
        keep(kit.store, edge, Fixtures.untouched, events, { commandId }),
      ),
    )
    const edges = plans.map(([edge]) => edge)
    return { start, user, others: [a, b, c], kept, edges, own: edges.filter(touches(user)) }
  })

/**
 * Edges of one user with pasts that a rebuild likes to get wrong, and one that was erased.
 *
 * @category constructors
 * @since 0.1.0
 */
export const pasts = (kit: Kit) =>
  Effect.gen(function* () {
    const start = yield* here(kit)
    const user = yield* Fixtures.user
    const plans: ReadonlyArray<ReadonlyArray<ReadonlyArray<Event.RelationshipEvent>>> = [
      // Stays where it is in its list, whatever comes of its preferences.
      [[followed], [Event.retweetsTurnedOff, Event.notificationsTurnedOn]],
      // Moves from one list to another, and to the front of it.
      [[Event.followRequested(true, true)], [Event.followRequestApproved]],
      // Comes, goes and comes back.
      [[followed], [Event.unfollowed], [Event.followed(false, true)]],
      // Comes and goes within one change.
      [[followed, Event.unfollowed, Event.followRequested(false, false)]],
      [[Event.followRequested(true, false)], [Event.followRequestDenied]],
      [[followed]],
    ]
    const states: Array<{ readonly edge: Edge; snapshot: Snapshot }> = []
    for (const outgoing of [true, false]) {
      for (const _ of plans) {
        const other = yield* Fixtures.user
        const edge = outgoing ? { source: user, target: other } : { source: other, target: user }
        states.push({ edge, snapshot: Fixtures.untouched })
      }
    }
    const commandIds: Array<string> = []
    // Round by round, so that the edges' events lie between each other's.
    for (const round of [0, 1, 2]) {
      for (const [index, each] of states.entries()) {
        const events = plans[index % plans.length]?.[round]
        if (events === undefined) continue
        const commandId = yield* Fixtures.commandId
        commandIds.push(commandId)
        each.snapshot = yield* keep(kit.store, each.edge, each.snapshot, events, { commandId })
      }
    }
    // One whose only event is a tombstone, and one that was followed since.
    const gone = yield* Fixtures.user
    const erased = { source: user, target: gone }
    const back = { source: gone, target: user }
    for (const edge of [erased, back]) {
      yield* keep(kit.store, edge, Fixtures.untouched, [followed, Event.retweetsTurnedOff])
    }
    yield* finish(kit.upkeep.erase(gone))
    const [tombstone] = yield* kit.store.load([{ edge: back, commandId: undefined }])
    if (tombstone !== undefined) yield* keep(kit.store, back, tombstone, [followed])
    return { start, commandIds, edges: [...states.map(({ edge }) => edge), erased, back] }
  })

/**
 * A user with so many edges, half of them from the user and half of them to the user.
 *
 * @category constructors
 * @since 0.1.0
 */
export const popular = ({ store }: Kit, count: number) =>
  Effect.gen(function* () {
    const [user, ...others] = yield* Fixtures.users(count + 1)
    if (user === undefined) throw new Check.Mismatch("there is a user", 1, 0)
    const edges = others.map((other, index) =>
      index % 2 === 0 ? { source: user, target: other } : { source: other, target: user },
    )
    const changes = yield* Effect.forEach(edges, (edge) =>
      Effect.flatMap(Fixtures.commandId, (commandId) =>
        Fixtures.change(edge, Fixtures.untouched, [followed, Event.retweetsTurnedOff], {
          commandId,
        }),
      ),
    )
    for (let from = 0; from < changes.length; from += 500) {
      yield* store.commit(changes.slice(from, from + 500))
    }
    return { user, edges, commandIds: changes.map(({ commandId }) => commandId) }
  })

/**
 * Commands on an edge of their own, until told to stop.
 *
 * @category operations
 * @since 0.1.0
 */
export const busy = ({ store }: Kit) =>
  Effect.gen(function* () {
    const edge = yield* Fixtures.edge
    let before: Snapshot = Fixtures.untouched
    const task = { stopped: false }
    const fiber = yield* Effect.forkChild(
      Effect.gen(function* () {
        while (!task.stopped) {
          const event = before.version % 2 === 0 ? followed : Event.unfollowed
          before = yield* keep(store, edge, before, [event, Event.retweetsTurnedOff])
          yield* Effect.yieldNow
        }
      }),
      { startImmediately: true },
    )
    const stop = Effect.suspend(() => {
      task.stopped = true
      return Effect.map(Fiber.join(fiber), () => ({ edge, snapshot: before }))
    })
    return stop
  })

/**
 * Commands on edges of a user, each on what it finds, until told to stop.
 *
 * @category operations
 * @since 0.1.0
 */
export const pestering = ({ store }: Kit, edges: ReadonlyArray<Edge>) =>
  Effect.gen(function* () {
    const task = { stopped: false }
    const fiber = yield* Effect.forkChild(
      Effect.gen(function* () {
        for (let round = 0; !task.stopped; round++) {
          const edge = edges[round % edges.length]
          if (edge === undefined) return
          const now: Snapshot = yield* look(store, edge)
          yield* Effect.yieldNow
          const event = now.relationship._tag === "None" ? followed : Event.unfollowed
          yield* store.commit([yield* Fixtures.change(edge, now, [event])])
        }
      }),
      { startImmediately: true },
    )
    return Effect.suspend(() => {
      task.stopped = true
      return Fiber.join(fiber)
    })
  })

/**
 * Checks that every edge of an erased user has one tombstone, and that no follow is left.
 *
 * @category operations
 * @since 0.1.0
 */
export const gone = (kit: Kit, user: UserId, edges: ReadonlyArray<Edge>, start: number) =>
  Effect.gen(function* () {
    const sources = edges.map(({ source }) => source)
    const log = yield* logOf(kit.store, start, sources, 1000)
    Check.equal("every edge has one tombstone", log.length, edges.length)
    Check.holds(
      "and nothing else",
      log.every(({ event, version }) => event._tag === "Erased" && version === 3),
    )
    const counts = yield* kit.store.counts(user)
    Check.equal("nothing is counted", [counts.following, counts.followers], [0, 0])
    yield* sound(kit)
  })
