/**
 * Stores that break one promise each: what the stores' suite is there to find.
 *
 * Each wraps a good store and is what a plausible mistake in an adapter comes to.
 */
import type { RelationshipStore } from "@kith/core"
import * as Reads from "./broken-reads.ts"
import * as Writes from "./broken-writes.ts"

type Store = RelationshipStore.RelationshipStore["Service"]

/** By what each of them does. */
export const brokenStores = {
  alwaysHasMore: Reads.alwaysHasMore,
  breaksOrderAcrossPages: Reads.breaksOrderAcrossPages,
  failsOnAnUnknownUser: Reads.failsOnAnUnknownUser,
  isNeverDone: Reads.isNeverDone,
  letsASmallerPositionAppearLate: Reads.letsASmallerPositionAppearLate,
  listsWhatWas: Reads.listsWhatWas,
  losesTheCause: Reads.losesTheCause,
  movesWhoIsTuned: Reads.movesWhoIsTuned,
  neverCountsDown: Reads.neverCountsDown,
  readsEachEdgeOnce: Reads.readsEachEdgeOnce,
  repeatsAnEvent: Reads.repeatsAnEvent,
  skipsByCount: Reads.skipsByCount,
  sleepsThroughAWakeUp: Reads.sleepsThroughAWakeUp,
  wakesAtTheNextCommitOnly: Reads.wakesAtTheNextCommitOnly,
  wakesOneReaderOnly: Reads.wakesOneReaderOnly,
  acceptsAVersionYetToCome: Writes.acceptsAVersionYetToCome,
  checksTheVersionAheadOfTheWrite: Writes.checksTheVersionAheadOfTheWrite,
  commitsABatchInPieces: Writes.commitsABatchInPieces,
  commitsAChangeInPieces: Writes.commitsAChangeInPieces,
  countsVersionsFromOne: Writes.countsVersionsFromOne,
  dropsAnEvent: Writes.dropsAnEvent,
  failsOnAnEmptyBatch: Writes.failsOnAnEmptyBatch,
  forgetsCommandIds: Writes.forgetsCommandIds,
  ignoresTheExpectedVersion: Writes.ignoresTheExpectedVersion,
  keepsIdsInSixtyFourBits: Writes.keepsIdsInSixtyFourBits,
  losesAFlag: Writes.losesAFlag,
  losesIdsAboveTheSafeIntegers: Writes.losesIdsAboveTheSafeIntegers,
  matchesCommandIdsInAnyCase: Writes.matchesCommandIdsInAnyCase,
  refusesABatchForOneConflict: Writes.refusesABatchForOneConflict,
  remembersCommandIdsByEdge: Writes.remembersCommandIdsByEdge,
  remembersWhatIsOnlyCarried: Writes.remembersWhatIsOnlyCarried,
  tellsAConflictFirst: Writes.tellsAConflictFirst,
  tellsAnOldState: Writes.tellsAnOldState,
} satisfies Readonly<Record<string, (good: Store) => Store>>
