/**
 * What cases are made of: users that nobody used before, and changes as the service would make them.
 *
 * Cases never clean up: each takes fresh users, so that a store may be shared by many runs.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Decider from "../Decider.ts"
import type { Edge } from "../Edge.ts"
import * as EventId from "../EventId.ts"
import type { RecordedEvent } from "../RecordedEvent.ts"
import type { RelationshipEvent } from "../RelationshipEvent.ts"
import type { Change, Snapshot } from "../RelationshipStore.ts"
import * as UserId from "../UserId.ts"

const digits = (count: number): Effect.Effect<string> =>
  Effect.map(Effect.replicateEffect(Random.nextIntBetween(0, 9), count), (list) => list.join(""))

/**
 * Users that nobody used before, with ids of 18 digits.
 *
 * @category constructors
 * @since 0.1.0
 */
export const users = (count: number): Effect.Effect<ReadonlyArray<UserId.UserId>> =>
  Effect.replicateEffect(
    Effect.map(digits(17), (tail) => UserId.make(`1${tail}`)),
    count,
  )

/**
 * A user whom nobody used before, with an id of 18 digits.
 *
 * @category constructors
 * @since 0.1.0
 */
export const user: Effect.Effect<UserId.UserId> = Effect.map(digits(17), (tail) =>
  UserId.make(`1${tail}`),
)

/**
 * An edge between users that nobody used before.
 *
 * @category constructors
 * @since 0.1.0
 */
export const edge: Effect.Effect<Edge> = Effect.all({ source: user, target: user })

/**
 * A command id that nobody used before.
 *
 * @category constructors
 * @since 0.1.0
 */
export const commandId: Effect.Effect<string> = Effect.map(digits(24), (tail) => `case-${tail}`)

/**
 * Event ids that nobody used before.
 *
 * @category constructors
 * @since 0.1.0
 */
export const eventIds = (count: number): Effect.Effect<ReadonlyArray<EventId.EventId>> =>
  Effect.map(Random.nextIntBetween(0, 2 ** 48 - 1), (node) => {
    const next = EventId.generator(node)
    return Array.from({ length: count }, () => next(1_767_225_600_000))
  })

/**
 * An edge that nothing happened to.
 *
 * @category constructors
 * @since 0.1.0
 */
export const untouched: Snapshot = { relationship: Decider.initial, version: 0 }

/**
 * A change of an edge by events, as the service would make it: the state is what the events fold to.
 * What is not told is what a command without an id gives.
 *
 * @category constructors
 * @since 0.1.0
 */
export const change = (
  edge: Edge,
  before: Snapshot,
  events: ReadonlyArray<RelationshipEvent>,
  rest?: Partial<Change>,
): Effect.Effect<Change> =>
  Effect.map(eventIds(events.length), (ids) => ({
    edge,
    expectedVersion: before.version,
    relationship: Decider.fold(before.relationship, events),
    events: events.flatMap((event, index) => {
      const id = ids[index]
      return id === undefined ? [] : [{ id, event }]
    }),
    time: 1_767_225_600_000,
    commandId: undefined,
    correlationId: undefined,
    causationId: undefined,
    actor: edge.source,
    provenance: "decided",
    fingerprint: rest?.commandId === undefined ? "" : `fingerprint of ${rest.commandId}`,
    attempts: 1,
    ...rest,
  }))

/**
 * What is known of an edge after a change of it was committed.
 *
 * @category getters
 * @since 0.1.0
 */
export const after = (change: Change): Snapshot => ({
  relationship: change.relationship,
  version: change.expectedVersion + change.events.length,
})

/**
 * The events that a change leaves in the log when its first event is at `position`.
 *
 * @category getters
 * @since 0.1.0
 */
export const recorded = (change: Change, position: number): ReadonlyArray<RecordedEvent> => {
  const commandId = change.commandId ?? change.events[0]?.id ?? ""
  return change.events.map(({ event, id }, index) => ({
    id,
    source: change.edge.source,
    target: change.edge.target,
    version: change.expectedVersion + 1 + index,
    position: position + index,
    time: change.time,
    commandId,
    correlationId: change.correlationId ?? commandId,
    causationId: change.causationId ?? commandId,
    actor: change.actor,
    provenance: change.provenance,
    event,
  }))
}

/**
 * The members of an event and nothing else, whatever object a store made of it.
 *
 * @category getters
 * @since 0.1.0
 */
export const plain = (event: RecordedEvent): RecordedEvent => ({
  id: event.id,
  source: event.source,
  target: event.target,
  version: event.version,
  position: event.position,
  time: event.time,
  commandId: event.commandId,
  correlationId: event.correlationId,
  causationId: event.causationId,
  actor: event.actor,
  provenance: event.provenance,
  event: event.event,
})
