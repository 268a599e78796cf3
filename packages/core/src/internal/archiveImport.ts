/** How the events of an archive become part of a store. */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { ArchiveError } from "../ArchiveError.ts"
import * as Decider from "../Decider.ts"
import * as Edge from "../Edge.ts"
import type { EventCodec } from "../EventCodec.ts"
import type { RecordedEvent } from "../RecordedEvent.ts"
import type { Change, RelationshipStore, Snapshot } from "../RelationshipStore.ts"
import type { StoreError } from "../StoreError.ts"
import { type Chunk, chunkSize } from "./archiveLines.ts"

type Store = RelationshipStore["Service"]

const untouched: Snapshot = { relationship: Decider.initial, version: 0 }

const parse = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Unknown))

/** The events of a chunk in today's form. */
export const decode = (
  codec: EventCodec,
  { events, line }: Chunk,
): Effect.Effect<ReadonlyArray<RecordedEvent>, ArchiveError> =>
  Effect.forEach(events, (text, index) => {
    const decoded = Result.flatMap(parse(text), codec.decode)
    return Result.isSuccess(decoded)
      ? Effect.succeed(decoded.success)
      : Effect.fail(
          new ArchiveError({
            reason: "Unreadable",
            line: line + index,
            what: `the event cannot be read: ${decoded.failure.message.replaceAll(/\s+/g, " ")}`,
          }),
        )
  })

/** Whether an event was one change with the one before it. */
const belongs = (event: RecordedEvent, before: RecordedEvent): boolean =>
  event.version === before.version + 1 &&
  event.source === before.source &&
  event.target === before.target &&
  event.commandId === before.commandId &&
  event.correlationId === before.correlationId &&
  event.causationId === before.causationId &&
  event.time === before.time &&
  event.actor === before.actor &&
  event.provenance === before.provenance

const changeOf = (
  first: RecordedEvent,
  group: ReadonlyArray<RecordedEvent>,
  before: Snapshot,
): Change => ({
  edge: { source: first.source, target: first.target },
  expectedVersion: before.version,
  relationship: Decider.fold(
    before.relationship,
    group.map(({ event }) => event),
  ),
  events: group.map(({ event, id }) => ({ id, event })),
  time: first.time,
  commandId: first.commandId,
  correlationId: first.correlationId,
  causationId: first.causationId,
  actor: first.actor,
  provenance: first.provenance,
  // Whoever repeats a command does so within days, and on the store that carried it out.
  fingerprint: undefined,
  attempts: 1,
})

/** The changes that events were made of, on edges as a store has them. */
const changesOf = (
  events: ReadonlyArray<RecordedEvent>,
  known: Map<string, Snapshot>,
): ReadonlyArray<Change> => {
  const groups: Array<Array<RecordedEvent>> = []
  for (const event of events) {
    const group = groups.at(-1)
    const before = group?.at(-1)
    if (group !== undefined && before !== undefined && belongs(event, before)) group.push(event)
    else groups.push([event])
  }
  return groups.flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const key = Edge.key(first)
    const change = changeOf(first, group, known.get(key) ?? untouched)
    known.set(key, {
      relationship: change.relationship,
      version: change.expectedVersion + group.length,
    })
    return [change]
  })
}

/** Commits events that a store does not have. */
const append = (
  store: Store,
  events: ReadonlyArray<RecordedEvent>,
  line: number,
): Effect.Effect<void, ArchiveError | StoreError> =>
  Effect.gen(function* () {
    const edges = Array.from(
      new Map(
        events.map(({ source, target }) => [Edge.key({ source, target }), { source, target }]),
      ).values(),
    )
    const loaded = yield* store.load(edges.map((edge) => ({ edge, commandId: undefined })))
    const known = new Map<string, Snapshot>()
    for (const [index, edge] of edges.entries()) {
      const snapshot = loaded[index]
      if (snapshot !== undefined) known.set(Edge.key(edge), snapshot)
    }
    const outcomes = yield* store.commit(changesOf(events, known))
    if (outcomes.every(({ _tag }) => _tag === "Committed")) return
    return yield* new ArchiveError({
      reason: "OtherStore",
      line,
      what: "somebody else wrote to the store during the import; nothing but the import may write to it: begin anew with an empty store",
    })
  })

/**
 * What brings the events of an archive into a store, in order, a chunk at a time, and tells how many
 * of a chunk were there already.
 */
export const importer = (store: Store) => {
  let page: ReadonlyArray<RecordedEvent> = []
  let next = 0
  let position = 0
  let atEnd = false

  /** The event of the store that follows those that were held against the archive. */
  const following: Effect.Effect<RecordedEvent | undefined, StoreError> = Effect.suspend(() => {
    if (atEnd || next < page.length) return Effect.succeed(page[next])
    return Effect.map(store.log(position, chunkSize), (events) => {
      page = events
      next = 0
      position = events.at(-1)?.position ?? position
      atEnd = events.length === 0
      return events[0]
    })
  })

  return (
    events: ReadonlyArray<RecordedEvent>,
    line: number,
  ): Effect.Effect<number, ArchiveError | StoreError> =>
    Effect.gen(function* () {
      for (const [index, event] of events.entries()) {
        const present = yield* following
        if (present === undefined) {
          yield* append(store, events.slice(index), line + index)
          return index
        }
        if (present.id !== event.id) {
          return yield* new ArchiveError({
            reason: "OtherStore",
            line: line + index,
            what: `the store holds something else at position ${present.position}; import into an empty store`,
          })
        }
        next += 1
      }
      return events.length
    })
}
