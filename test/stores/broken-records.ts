/** Stores that break a promise about command ids, and what is remembered under them. */
import { Effect } from "effect"
import { type Change, each, mapEvents, mapRecords, type Store } from "./breaking-stores.ts"

export const forgetsCommandIds = (good: Store): Store => {
  let count = 0
  const stored = (commandId: string | undefined): string | undefined =>
    commandId === undefined ? undefined : `${commandId}~~${count++}`
  return mapEvents(
    {
      ...good,
      load: (reads) => good.load(reads.map((read) => ({ ...read, commandId: undefined }))),
      commit: (changes) =>
        good.commit(
          changes.map((change) => ({
            ...change,
            commandId: stored(change.commandId),
            correlationId: change.correlationId ?? change.commandId,
            causationId: change.causationId ?? change.commandId,
          })),
        ),
    },
    (event) => ({ ...event, commandId: event.commandId.replace(/~~\d+$/, "") }),
  )
}

export const remembersWhatIsOnlyCarried = (good: Store): Store => ({
  ...good,
  commit: (changes) =>
    good.commit(
      changes.map((change) => ({ ...change, fingerprint: change.fingerprint ?? "carried" })),
    ),
})

export const remembersCommandIdsByEdge = (good: Store): Store => {
  const own = new Map<string, string>()
  const isElsewhere = (commandId: string | undefined, edge: Change["edge"]): boolean =>
    commandId !== undefined && (own.get(commandId) ?? edge.source) !== edge.source
  return {
    ...good,
    load: (reads) =>
      good.load(
        reads.map((read) =>
          isElsewhere(read.commandId, read.edge) ? { ...read, commandId: undefined } : read,
        ),
      ),
    commit: each((change) => {
      if (isElsewhere(change.commandId, change.edge)) {
        return good.commit([{ ...change, commandId: undefined }])
      }
      if (change.commandId !== undefined) own.set(change.commandId, change.edge.source)
      return good.commit([change])
    }),
  }
}

export const matchesCommandIdsInAnyCase = (good: Store): Store => ({
  ...good,
  load: (reads) =>
    good.load(reads.map((read) => ({ ...read, commandId: read.commandId?.toLowerCase() }))),
  commit: (changes) =>
    good.commit(
      changes.map((change) => ({ ...change, commandId: change.commandId?.toLowerCase() })),
    ),
})

export const cutsFingerprints = (good: Store): Store =>
  mapRecords(good, (record) => ({ ...record, fingerprint: record.fingerprint.slice(0, 64) }))

export const remembersNoActor = (good: Store): Store =>
  mapRecords(good, (record) => ({
    ...record,
    events: record.events.map((event) => ({ ...event, actor: event.source })),
  }))

export const findsEachRecordOnce = (good: Store): Store => ({
  ...good,
  load: (reads) =>
    Effect.map(good.load(reads), (loaded) =>
      loaded.map((it, index) =>
        reads.findIndex(({ commandId }) => commandId === reads[index]?.commandId) === index
          ? it
          : { relationship: it.relationship, version: it.version },
      ),
    ),
})
