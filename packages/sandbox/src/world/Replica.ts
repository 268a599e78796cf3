/**
 * A second picture of the relationships that is behind the first by a number of seconds: X answers
 * reads from such pictures ("eventually consistent").
 *
 * @since 0.1.0
 */
import { MemoryStore } from "@kith/memory-adapter"
import {
  Decider,
  Directory,
  type RecordedEvent,
  Relationships,
  RelationshipStore,
  type StoreError,
} from "@kith/core"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import type { SandboxClock } from "./SandboxClock.ts"

const logBatch = 1_000

/** @category models @since 0.1.0 */
export interface Replica {
  readonly lagSeconds: number
  /** The service as it was `lagSeconds` ago. Catching up costs what happened since the last call. */
  readonly reads: Effect.Effect<Relationships.Relationships["Service"], StoreError.StoreError>
}

/** The same events on the replica, whose ids and command ids nobody asks for. */
const toChange = (
  recorded: RecordedEvent.RecordedEvent,
  before: RelationshipStore.Snapshot,
): RelationshipStore.Change => ({
  edge: { source: recorded.source, target: recorded.target },
  expectedVersion: before.version,
  relationship: Decider.evolve(before.relationship, recorded.event),
  events: [{ id: recorded.id, event: recorded.event }],
  time: recorded.time,
  commandId: undefined,
  correlationId: undefined,
  causationId: undefined,
  actor: recorded.actor,
  provenance: recorded.provenance,
  fingerprint: "",
  attempts: 1,
})

/** @category constructors @since 0.1.0 */
export const make = Effect.fnUntraced(function* (
  log: RelationshipStore.RelationshipStore["Service"]["log"],
  directory: Directory.Directory["Service"],
  clock: SandboxClock,
  lagSeconds: number,
) {
  const store = yield* MemoryStore.make()
  const service = yield* Relationships.makeStore().pipe(
    Effect.provideService(RelationshipStore.RelationshipStore, store),
    Effect.provideService(Directory.Directory, directory),
  )
  const oneAtATime = yield* Semaphore.make(1)
  let position = 0
  const catchUp: Effect.Effect<void, StoreError.StoreError> = Effect.flatMap(
    Effect.suspend(() => log(position, logBatch)),
    Effect.fnUntraced(function* (events) {
      const until = clock.now() - lagSeconds * 1000
      for (const recorded of events) {
        if (recorded.time > until) return
        const [before] = yield* store.load([{ edge: recorded, commandId: undefined }])
        if (before !== undefined) yield* store.commit([toChange(recorded, before)])
        position = recorded.position
      }
      if (events.length === logBatch) yield* catchUp
    }),
  )
  const replica: Replica = {
    lagSeconds,
    reads: Effect.as(oneAtATime.withPermits(1)(catchUp), service),
  }
  return replica
})
