/**
 * A store said naively, as a plain value: what any store is compared with over generated changes.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
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
 * - `remembered`: whether the command id is looked up and remembered, as most are.
 *
 * @category models
 * @since 0.1.0
 */
export interface ChangePlan {
  readonly edge: number
  readonly skew: number
  readonly steps: Parameters<typeof eventsOf>[1]
  readonly command: number | null
  readonly remembered: boolean
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
        remembered: fc.integer({ min: 0, max: 4 }).map((dice) => dice > 0),
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
 * What is remembered of a command id.
 *
 * @category models
 * @since 0.1.0
 */
export interface Remembered {
  readonly edge: Edge.Edge
  readonly time: number
  readonly events: ReadonlyArray<RecordedEvent>
}

/**
 * Everything that was kept.
 *
 * @category models
 * @since 0.1.0
 */
export interface StoreModel {
  readonly log: Array<RecordedEvent>
  readonly commands: Map<string, Remembered>
}

/**
 * A store to which nothing has happened.
 *
 * @category constructors
 * @since 0.1.0
 */
export const empty = (): StoreModel => ({ log: [], commands: new Map() })

/**
 * The events of an edge, oldest first.
 *
 * @category getters
 * @since 0.1.0
 */
export const historyOf = (model: StoreModel, edge: Edge.Edge): ReadonlyArray<RecordedEvent> =>
  model.log.filter((event) => event.source === edge.source && event.target === edge.target)

/**
 * The state and version of an edge.
 *
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
    version: history.at(-1)?.version ?? 0,
  }
}

/**
 * Makes changes of plans: each decided on what its edge is by then, as the ones before it in the batch
 * will end. So one that can be committed says truly what its events come to.
 *
 * @category constructors
 * @since 0.1.0
 */
export const realise = (
  model: StoreModel,
  edges: ReadonlyArray<Edge.Edge>,
  ids: ReadonlyArray<string>,
  plans: ReadonlyArray<ChangePlan>,
  rest?: Partial<Change>,
): Effect.Effect<ReadonlyArray<Change>> =>
  Effect.gen(function* () {
    const then: StoreModel = { log: [...model.log], commands: new Map(model.commands) }
    const changes: Array<Change> = []
    for (const plan of plans) {
      const edge = edges[plan.edge]
      if (edge === undefined) continue
      const now = snapshotOf(then, edge)
      const before = {
        relationship: now.relationship,
        version: Math.max(0, now.version + plan.skew),
      }
      const commandId = plan.command === null ? undefined : ids[plan.command]
      const events = eventsOf(now.relationship, plan.steps)
      if (events.length === 0 && commandId === undefined) continue
      const forgotten = plan.remembered ? {} : { fingerprint: undefined }
      const change = yield* Fixtures.change(edge, before, events, {
        commandId,
        ...forgotten,
        ...rest,
      })
      changes.push(change)
      if (expect(then, change) === "Committed") {
        apply(then, change, (then.log.at(-1)?.position ?? 0) + 1)
      }
    }
    return changes
  })

/**
 * How a change has to end.
 *
 * @category operations
 * @since 0.1.0
 */
export const expect = (model: StoreModel, change: Change): "Committed" | "Conflict" | "Repeated" =>
  change.fingerprint !== undefined &&
  change.commandId !== undefined &&
  model.commands.has(change.commandId)
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
  const { commandId, edge, fingerprint, time } = change
  if (commandId === undefined || fingerprint === undefined) return
  model.commands.set(commandId, { edge, time, events })
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
