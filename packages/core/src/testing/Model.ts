/**
 * A whole service said naively: a few users, a map of edges, an array of events.
 *
 * It is told what the real one answered, checks it, and remembers the positions and times that only
 * the real one knows. {@link ModelCommands} drives both.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Command from "../Command.ts"
import type { CommandError } from "../CommandError.ts"
import * as Decider from "../Decider.ts"
import * as Edge from "../Edge.ts"
import type { Facts } from "../Facts.ts"
import type { ListName } from "../Page.ts"
import type { Receipt } from "../Receipt.ts"
import type { RecordedEvent } from "../RecordedEvent.ts"
import type { Snapshot } from "../RelationshipStore.ts"
import type { UserId } from "../UserId.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import * as NaiveEdge from "./NaiveEdge.ts"
import { outcomeOf, plainReceipt } from "./RelationshipsFixtures.ts"

/**
 * What happened to one edge. `since` is the position at which its status of now began.
 *
 * @category models
 * @since 0.1.0
 */
export interface Story {
  readonly edge: Edge.Edge
  now: NaiveEdge.NaiveEdge
  since: number
  readonly events: Array<RecordedEvent>
}

/**
 * A walk through a list that goes on between other commands.
 *
 * @category models
 * @since 0.1.0
 */
export interface Walk {
  readonly list: ListName
  readonly user: UserId
  readonly limit: number
  /** Who was in the list when the walk began, since when. */
  readonly began: ReadonlyMap<UserId, number>
  readonly seen: Array<UserId>
  next: string | undefined
}

/**
 * What the naive service knows. `guarded` approve their followers one by one; `receipts` are by
 * command id.
 *
 * @category models
 * @since 0.1.0
 */
export interface Model {
  readonly users: ReadonlyArray<UserId>
  readonly guarded: Set<UserId>
  readonly suspended: Set<UserId>
  readonly blocks: Set<string>
  readonly stories: Map<string, Story>
  readonly log: Array<RecordedEvent>
  readonly receipts: Map<string, { readonly fingerprint: string; readonly receipt: Receipt }>
  walk: Walk | undefined
}

/**
 * A service to whose users nothing has happened.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (users: ReadonlyArray<UserId>): Model => ({
  users,
  guarded: new Set(),
  suspended: new Set(),
  blocks: new Set(),
  stories: new Map(),
  log: [],
  receipts: new Map(),
  walk: undefined,
})

/**
 * The story of an edge; an empty one when nothing happened.
 *
 * @category getters
 * @since 0.1.0
 */
export const storyOf = (model: Model, edge: Edge.Edge): Story =>
  model.stories.get(Edge.key(edge)) ?? { edge, now: NaiveEdge.nothing, since: 0, events: [] }

/**
 * The state and version of an edge.
 *
 * @category getters
 * @since 0.1.0
 */
export const snapshotOf = ({ events, now }: Story): Snapshot => ({
  relationship: NaiveEdge.relationshipOf(now),
  version: events.length,
})

/**
 * Whether either of two users follows the other, or has asked to.
 *
 * @category guards
 * @since 0.1.0
 */
export const hasRelationship = (model: Model, one: UserId, other: UserId): boolean =>
  [
    { source: one, target: other },
    { source: other, target: one },
  ].some((edge) => storyOf(model, edge).now.status !== "nothing")

const factsOf = (model: Model, { source, target }: Edge.Edge): Facts => ({
  target: model.suspended.has(target)
    ? "suspended"
    : model.guarded.has(target)
      ? "protected"
      : "public",
  blockedByTarget: model.blocks.has(`${target} ${source}`),
  blocksTarget: model.blocks.has(`${source} ${target}`),
})

/**
 * Who is in a list of a user, newest first, since which position.
 *
 * @category getters
 * @since 0.1.0
 */
export const listOf = (model: Model, list: ListName, user: UserId) => {
  const outgoing = list === "following" || list === "requestsSent"
  const status = list === "following" || list === "followers" ? "follows" : "asked"
  return Array.from(model.stories.values())
    .filter(
      ({ edge, now }) => (outgoing ? edge.source : edge.target) === user && now.status === status,
    )
    .map(({ edge, now, since }) => ({
      user: outgoing ? edge.target : edge.source,
      relationship: NaiveEdge.relationshipOf(now),
      since,
    }))
    .toSorted((left, right) => right.since - left.since)
}

/**
 * What an edge was as of a position or a time, by its events.
 *
 * @category getters
 * @since 0.1.0
 */
export const asOf = (story: Story, isPast: (event: RecordedEvent) => boolean): Snapshot => {
  const first = story.events.findIndex((event) => !isPast(event))
  const past = first < 0 ? story.events : story.events.slice(0, first)
  return {
    relationship: Decider.fold(
      Decider.initial,
      past.map((recorded) => recorded.event),
    ),
    version: past.length,
  }
}

/** Takes the events of a receipt over, after checking what is around them. */
const remember = (model: Model, story: Story, answer: NaiveEdge.Answer, receipt: Receipt): void => {
  const { source, target } = story.edge
  for (const [index, event] of receipt.events.entries()) {
    Check.equal("an event names its edge and the next version", event, {
      ...Fixtures.plain(event),
      source,
      target,
      version: story.events.length + 1,
    })
    Check.holds("an edge's positions go up", event.position > (story.events.at(-1)?.position ?? 0))
    const before = answer.edge.status
    if (index === 0 && before !== story.now.status) story.since = event.position
    story.events.push(Fixtures.plain(event))
    model.log.push(Fixtures.plain(event))
  }
  story.now = answer.edge
  if (story.events.length > 0) model.stories.set(Edge.key(story.edge), story)
  model.log.sort((left, right) => left.position - right.position)
}

/**
 * Checks what a command came to against what it had to come to, and takes it over.
 *
 * @category operations
 * @since 0.1.0
 */
export const settle = (
  model: Model,
  command: Command.Command,
  commandId: string | undefined,
  outcome: Result.Result<Receipt, CommandError>,
): void => {
  const fingerprint = Command.fingerprint(command)
  // What somebody asks of a relationship with themselves is not remembered.
  const isRemembered = commandId !== undefined && command.source !== command.target
  const known = !isRemembered ? undefined : model.receipts.get(commandId)
  if (known !== undefined) {
    const expected =
      known.fingerprint === fingerprint
        ? plainReceipt(known.receipt)
        : { _tag: "CommandIdReused", reason: undefined }
    Check.equal(
      "a command id that was used has its answer already",
      Result.isSuccess(outcome) ? plainReceipt(outcome.success) : outcomeOf(outcome),
      expected,
    )
    return
  }
  const story = storyOf(model, command)
  const answer = NaiveEdge.carryOut(story.now, command, factsOf(model, command))
  const isRejected = answer.rejected !== undefined
  Check.equal(
    "a command comes to what the rules say",
    outcomeOf(outcome),
    isRejected
      ? { _tag: "CommandRejected", reason: { _tag: answer.rejected } }
      : {
          _tag: answer.events.length > 0 ? "Changed" : "Unchanged",
          relationship: NaiveEdge.relationshipOf(answer.edge),
          version: story.events.length + answer.events.length,
          events: answer.events,
        },
  )
  if (Result.isFailure(outcome)) return
  remember(model, story, answer, outcome.success)
  if (isRemembered) {
    model.receipts.set(commandId, { fingerprint, receipt: outcome.success })
  }
}
