/**
 * Cases of repeats: a command id that is remembered brings the record of its command.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Event from "../RelationshipEvent.ts"
import type { CommandRecord } from "../RelationshipStore.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import { keep, type Kept, look, onStore, type Store, type StoreCase } from "./StoreCase.ts"

const followed = Event.followed(true, false)

const plainRecord = (record: CommandRecord | undefined) =>
  record === undefined
    ? undefined
    : {
        fingerprint: record.fingerprint,
        relationship: record.relationship,
        version: record.version,
        attempts: record.attempts,
        events: record.events.map(Fixtures.plain),
      }

const recordOf = ({ change, events, relationship, version }: Kept): CommandRecord => ({
  fingerprint: change.fingerprint ?? "",
  relationship,
  version,
  attempts: change.attempts,
  events,
})

/** Looks a command id up both ways: by reading, and by using it again for something that would fit. */
const remembers = (store: Store, commandId: string, kept: Kept) =>
  Effect.gen(function* () {
    const { edge } = kept.change
    const read = { edge, commandId }
    for (const loaded of yield* store.load([read, read])) {
      Check.equal("load finds the record", plainRecord(loaded.record), recordOf(kept))
    }
    const now = yield* look(store, edge)
    const again = yield* Fixtures.change(edge, now, [], { commandId })
    const [outcome] = yield* store.commit([again])
    Check.equal("a repeat is answered as such", outcome?._tag, "Repeated")
    if (outcome?._tag === "Repeated") {
      Check.equal("a repeat brings the record", plainRecord(outcome.record), recordOf(kept))
    }
  })

/**
 * What is kept under a command id.
 *
 * @category constructors
 * @since 0.1.0
 */
export const repeatCases: ReadonlyArray<StoreCase> = [
  onStore(
    "remembers how a command with an id ended",
    [
      "`Repeated`: nothing is kept, because the command id is remembered.",
      "Tells a repeated command from another one under the same id.",
      "Also look for the record of this command.",
    ],
    (store) =>
      Effect.gen(function* () {
        const edge = yield* Fixtures.edge
        const commandId = yield* Fixtures.commandId
        const [unknown] = yield* store.load([{ edge, commandId }])
        Check.equal("nothing is remembered before", unknown?.record, undefined)
        const kept = yield* keep(
          store,
          edge,
          Fixtures.untouched,
          [followed, Event.notificationsTurnedOn],
          {
            commandId,
            attempts: 3,
            correlationId: `${commandId}-c`,
            causationId: `${commandId}-b`,
            actor: null,
            provenance: "observed",
            time: 1_767_225_600_123,
          },
        )
        yield* remembers(store, commandId, kept)
        const later = yield* keep(store, edge, kept, [Event.unfollowed])
        yield* remembers(store, commandId, kept)
        const repeat = yield* Fixtures.change(edge, later, [followed], { commandId })
        const [outcome] = yield* store.commit([repeat])
        Check.equal("the repeat is answered as such", outcome?._tag, "Repeated")
        Check.equal("nothing of it is kept", yield* look(store, edge), Fixtures.after(later.change))
        const [other] = yield* store.load([{ edge, commandId: yield* Fixtures.commandId }])
        Check.equal("another id is not remembered", other?.record, undefined)
        const [none] = yield* store.load([{ edge, commandId: undefined }])
        Check.equal("without an id there is no record", none?.record, undefined)
      }),
  ),
  onStore(
    "lets a remembered command id win over a conflict",
    "A remembered command id wins over a conflict.",
    (store) =>
      Effect.gen(function* () {
        const edge = yield* Fixtures.edge
        const commandId = yield* Fixtures.commandId
        const kept = yield* keep(store, edge, Fixtures.untouched, [followed], { commandId })
        const [outcome] = yield* store.commit([kept.change])
        Check.equal("the same change again is a repeat", outcome?._tag, "Repeated")
        if (outcome?._tag === "Repeated") {
          Check.equal("with its record", plainRecord(outcome.record), recordOf(kept))
        }
        Check.equal("the edge stays", yield* look(store, edge), Fixtures.after(kept.change))
      }),
  ),
  onStore(
    "remembers a command id for the whole store, not for one edge",
    "A command id belongs to the whole store, not to one edge.",
    (store) =>
      Effect.gen(function* () {
        const [edge, other] = yield* Effect.all([Fixtures.edge, Fixtures.edge])
        const commandId = yield* Fixtures.commandId
        const kept = yield* keep(store, edge, Fixtures.untouched, [followed], { commandId })
        const [loaded] = yield* store.load([{ edge: other, commandId }])
        Check.equal("load finds it", plainRecord(loaded?.record), recordOf(kept))
        const change = yield* Fixtures.change(other, Fixtures.untouched, [followed], { commandId })
        const [outcome] = yield* store.commit([change])
        Check.equal("it is a repeat", outcome?._tag, "Repeated")
        Check.equal("the other edge is untouched", yield* look(store, other), Fixtures.untouched)
      }),
  ),
]
