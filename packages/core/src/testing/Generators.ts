/**
 * fast-check arbitraries of everything that the core knows.
 *
 * They shrink: ids towards the pool's first and `0`, histories towards the empty one, flags towards
 * the absent one.
 *
 * @since 0.1.0
 */
import * as fc from "fast-check"
import * as Command from "../Command.ts"
import * as Decider from "../Decider.ts"
import type { Edge } from "../Edge.ts"
import * as EventId from "../EventId.ts"
import { type Facts, guarded, open } from "../Facts.ts"
import type { Observation } from "../Reconciliation.ts"
import type { RecordedEvent } from "../RecordedEvent.ts"
import * as Relationship from "../Relationship.ts"
import * as Event from "../RelationshipEvent.ts"
import * as UserId from "../UserId.ts"
import { allFacts, allObservations } from "./All.ts"

export { allCommands, allFacts, allObservations } from "./All.ts"

/**
 * A handful of users, so that generated commands meet.
 *
 * @category constructors
 * @since 0.1.0
 */
export const pool: ReadonlyArray<UserId.UserId> = ["1", "2", "3", "63046977"].map(UserId.make)

/**
 * One of {@link pool}.
 *
 * @category generators
 * @since 0.1.0
 */
export const pooledUserId: fc.Arbitrary<UserId.UserId> = fc.constantFrom(...pool)

/**
 * Any user id there is, of 1 to 19 digits.
 *
 * @category generators
 * @since 0.1.0
 */
export const userId: fc.Arbitrary<UserId.UserId> = fc
  .bigInt(0n, 9_999_999_999_999_999_999n)
  .map((id) => UserId.make(String(id)))

/**
 * Two different users.
 *
 * @category generators
 * @since 0.1.0
 */
export const edge = (users: fc.Arbitrary<UserId.UserId> = pooledUserId): fc.Arbitrary<Edge> =>
  fc.record({ source: users, target: users }).filter(({ source, target }) => source !== target)

/**
 * Preferences as a command names them: each on, off, or left out.
 *
 * @category generators
 * @since 0.1.0
 */
export const namedPreferences: fc.Arbitrary<{
  readonly retweets?: boolean | undefined
  readonly notifications?: boolean | undefined
}> = fc.record({ retweets: fc.boolean(), notifications: fc.boolean() }, { requiredKeys: [] })

/**
 * Which commands are generated, all of them unless told.
 *
 * - `targetCommands`: those of the target: `ApproveRequest`, `DenyRequest`, `RemoveFollower`.
 * - `preferences`: `UpdatePreferences`, and a `Follow` that names a preference.
 *
 * @category models
 * @since 0.1.0
 */
export interface Kinds {
  readonly targetCommands?: boolean
  readonly preferences?: boolean
}

const commandsOf = (
  { source, target }: Edge,
  { preferences = true, targetCommands = true }: Kinds = {},
): fc.Arbitrary<Command.Command> => {
  const named = preferences ? namedPreferences : fc.constant({})
  const tunings = named.map((it) => Command.updatePreferences(source, target, it))
  const answers = [Command.approveRequest, Command.denyRequest, Command.removeFollower]
  return fc.oneof(
    { weight: 3, arbitrary: named.map((it) => Command.follow(source, target, it)) },
    fc.constant(Command.unfollow(source, target)),
    ...(preferences ? [{ weight: 2, arbitrary: tunings }] : []),
    ...(targetCommands ? answers.map((answer) => fc.constant(answer(source, target))) : []),
  )
}

/**
 * A command between two different users.
 *
 * @category generators
 * @since 0.1.0
 */
export const command = (
  users: fc.Arbitrary<UserId.UserId> = pooledUserId,
): fc.Arbitrary<Command.Command> => edge(users).chain((it) => commandsOf(it))

/**
 * A command that may also be one on oneself.
 *
 * @category generators
 * @since 0.1.0
 */
export const anyCommand = (
  users: fc.Arbitrary<UserId.UserId> = pooledUserId,
  kinds?: Kinds,
): fc.Arbitrary<Command.Command> =>
  fc.record({ source: users, target: users }).chain((it) => commandsOf(it, kinds))

/**
 * Facts, most of which let a target be followed.
 *
 * @category generators
 * @since 0.1.0
 */
export const facts: fc.Arbitrary<Facts> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(open, guarded) },
  fc.constantFrom(...allFacts),
)

/**
 * Every state there is.
 *
 * @category generators
 * @since 0.1.0
 */
export const relationship: fc.Arbitrary<Relationship.Relationship> = fc.constantFrom(
  ...Relationship.all,
)

/**
 * Every event there is, also where it cannot happen.
 *
 * @category generators
 * @since 0.1.0
 */
export const event: fc.Arbitrary<Event.RelationshipEvent> = fc.constantFrom(...Event.all)

/**
 * Every observation there is.
 *
 * @category generators
 * @since 0.1.0
 */
export const observation: fc.Arbitrary<Observation> = fc.constantFrom(...allObservations)

/**
 * Commands on one edge, each with the facts of its moment.
 *
 * @category generators
 * @since 0.1.0
 */
export const steps: fc.Arbitrary<ReadonlyArray<readonly [Command.Command, Facts]>> = fc.array(
  fc.tuple(commandsOf({ source: UserId.make("1"), target: UserId.make("2") }), facts),
  { maxLength: 20, size: "max" },
)

/**
 * A history that can happen: what commands on one edge came to, one after the other.
 *
 * @category generators
 * @since 0.1.0
 */
export const history: fc.Arbitrary<ReadonlyArray<Event.RelationshipEvent>> = steps.map((list) => {
  const events: Array<Event.RelationshipEvent> = []
  let state = Decider.initial
  for (const [command, facts] of list) {
    const decision = Decider.decide(state, command, facts)
    if (decision._tag === "Failure") continue
    events.push(...decision.success)
    state = Decider.fold(state, decision.success)
  }
  return events
})

/**
 * A command id as a caller may choose it.
 *
 * @category generators
 * @since 0.1.0
 */
export const commandId: fc.Arbitrary<string> = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 128,
})

/**
 * An event id of any moment and any generator.
 *
 * @category generators
 * @since 0.1.0
 */
export const eventId: fc.Arbitrary<EventId.EventId> = fc
  .record({ node: fc.nat(2 ** 31 - 1), time: fc.nat(2 ** 31 - 1) })
  .map(({ node, time }) => EventId.generator(node)(time))

/**
 * Any event with any envelope.
 *
 * @category generators
 * @since 0.1.0
 */
export const recordedEvent: fc.Arbitrary<RecordedEvent> = fc
  .record({
    edge: edge(userId),
    id: eventId,
    version: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    position: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    time: fc.nat(4_102_444_800_000),
    commandId,
    correlationId: commandId,
    causationId: commandId,
    actor: fc.option(userId),
    provenance: fc.constantFrom("decided", "confirmed", "observed"),
    event,
  })
  .map(({ edge, ...rest }) => ({ ...edge, ...rest }))
