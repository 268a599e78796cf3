/**
 * A store said naively, as a plain value: what any store is compared with over generated changes.
 *
 * @since 0.1.0
 */
import * as fc from "fast-check"
import * as Decider from "../Decider.ts"
import * as Edge from "../Edge.ts"
import type { ListName } from "../Page.ts"
import type { RecordedEvent } from "../RecordedEvent.ts"
import type * as Event from "../RelationshipEvent.ts"
import type { Pending, Following } from "../Relationship.ts"
import type { Change, Snapshot } from "../RelationshipStore.ts"
import type { UserId } from "../UserId.ts"
import * as Fixtures from "./Fixtures.ts"
import * as Generators from "./Generators.ts"

/**
 * What is to happen to one edge: the plan of a change, before it is known what state it meets.
 *
 * - `edge`: a number that stands for an edge.
 * - `skew`: what the expected version is off by.
 * - `steps`: commands whose events, decided one after the other, make up the change.
 * - `command`: a number that stands for a command id, none for most.
 *
 * @category models
 * @since 0.1.0
 */
export interface ChangePlan {
  readonly edge: number
  readonly skew: number
  readonly steps: Parameters<typeof eventsOf>[1]
  readonly command: number | null
}

/**
 * A few batches of changes that overlap in edges and command ids.
 *
 * @param edges how many edges there are
 * @category generators
 * @since 0.1.0
 */
export const batches = (edges: number): fc.Arbitrary<ReadonlyArray<ReadonlyArray<ChangePlan>>> =>
  fc.array(
    fc.array(
      fc.record({
        edge: fc.nat(edges - 1),
        skew: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.constantFrom(-1, 1)),
        steps: Generators.steps.map((steps) => steps.slice(0, 3)),
        command: fc.option(fc.nat(6), { freq: 3 }),
      }),
      { maxLength: 6 },
    ),
    { maxLength: 12, size: "max" },
  )

/**
 * The events of commands that are decided one after the other.
 *
 * @category operations
 * @since 0.1.0
 */
export const eventsOf = (
  state: Snapshot["relationship"],
  steps: ReadonlyArray<
    readonly [Parameters<typeof Decider.decide>[1], Parameters<typeof Decider.decide>[2]]
  >,
): ReadonlyArray<Event.RelationshipEvent> => {
  const events: Array<Event.RelationshipEvent> = []
  let current = state
  for (const [command, facts] of steps) {
    const decision = Decider.decide(current, command, facts)
    if (decision._tag === "Failure") continue
    events.push(...decision.success)
    current = Decider.fold(current, decision.success)
  }
  return events
}

/**
 * Everything that was kept.
 *
 * @category models
 * @since 0.1.0
 */
export interface StoreModel {
  readonly log: Array<RecordedEvent>
  readonly commands: Map<string, ReadonlyArray<RecordedEvent>>
}

/**
 * @category constructors
 * @since 0.1.0
 */
export const empty = (): StoreModel => ({ log: [], commands: new Map() })

/**
 * @category getters
 * @since 0.1.0
 */
export const historyOf = (model: StoreModel, edge: Edge.Edge): ReadonlyArray<RecordedEvent> =>
  model.log.filter((event) => event.source === edge.source && event.target === edge.target)

/**
 * @category getters
 * @since 0.1.0
 */
export const snapshotOf = (model: StoreModel, edge: Edge.Edge): Snapshot => {
  const history = historyOf(model, edge)
  return {
    relationship: Decider.fold(
      Decider.initial,
      history.map((recorded) => recorded.event),
    ),
    version: history.length,
  }
}

/**
 * How a change has to end.
 *
 * @category operations
 * @since 0.1.0
 */
export const expect = (model: StoreModel, change: Change): "Committed" | "Conflict" | "Repeated" =>
  change.commandId !== undefined && model.commands.has(change.commandId)
    ? "Repeated"
    : snapshotOf(model, change.edge).version === change.expectedVersion
      ? "Committed"
      : "Conflict"

/**
 * Keeps a change that was committed at a position.
 *
 * @category operations
 * @since 0.1.0
 */
export const apply = (model: StoreModel, change: Change, position: number): void => {
  const events = Fixtures.recorded(change, position)
  model.log.push(...events)
  if (change.commandId !== undefined) model.commands.set(change.commandId, events)
}

/**
 * A whole list, newest first.
 *
 * @category getters
 * @since 0.1.0
 */
export const listOf = (model: StoreModel, list: ListName, user: UserId) => {
  const outgoing = list === "following" || list === "requestsSent"
  const wanted = list === "following" || list === "followers" ? "Following" : "Pending"
  const own = model.log.filter((event) => (outgoing ? event.source : event.target) === user)
  const edges = new Map(
    own.map(({ source, target }) => [Edge.key({ source, target }), { source, target }]),
  )
  return Array.from(edges.values())
    .flatMap((edge) => {
      let relationship = Decider.initial
      let since = 0
      for (const { event, position } of historyOf(model, edge)) {
        const next = Decider.evolve(relationship, event)
        if (next._tag !== relationship._tag) since = position
        relationship = next
      }
      const isListed = (it: typeof relationship): it is Pending | Following => it._tag === wanted
      return isListed(relationship)
        ? [{ user: outgoing ? edge.target : edge.source, relationship, since }]
        : []
    })
    .toSorted((left, right) => right.since - left.since)
}
