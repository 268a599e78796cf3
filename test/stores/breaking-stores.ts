/** What it takes to break a store: other snapshots, events, records than it gives, or other commits. */
import type { RecordedEvent, RelationshipStore } from "@kith/core"
import { Effect } from "effect"

export type Store = RelationshipStore.RelationshipStore["Service"]
export type Change = RelationshipStore.Change

type Snapshot = RelationshipStore.Snapshot
type CommandRecord = RelationshipStore.CommandRecord

/** One that commits each change for itself, in whatever way. */
export const each =
  (commit: (change: Change) => ReturnType<Store["commit"]>): Store["commit"] =>
  (changes) =>
    Effect.map(Effect.forEach(changes, commit), (outcomes) => outcomes.flat())

export const mapSnapshots = (good: Store, map: (snapshot: Snapshot) => Snapshot): Store => ({
  ...good,
  load: (reads) =>
    Effect.map(good.load(reads), (loaded) => loaded.map((it) => ({ ...it, ...map(it) }))),
})

export const mapEvents = (
  good: Store,
  map: (event: RecordedEvent.RecordedEvent) => RecordedEvent.RecordedEvent,
): Store => ({
  ...good,
  history: (edge) => Effect.map(good.history(edge), (events) => events.map(map)),
  log: (after, limit) => Effect.map(good.log(after, limit), (events) => events.map(map)),
})

export const mapRecords = (good: Store, map: (record: CommandRecord) => CommandRecord): Store => ({
  ...good,
  load: (reads) =>
    Effect.map(good.load(reads), (loaded) =>
      loaded.map((it) => ({ ...it, record: it.record === undefined ? undefined : map(it.record) })),
    ),
  commit: (changes) =>
    Effect.map(good.commit(changes), (outcomes) =>
      outcomes.map((outcome) =>
        outcome._tag === "Repeated" ? { ...outcome, record: map(outcome.record) } : outcome,
      ),
    ),
})
