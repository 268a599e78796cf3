import { RelationshipStore } from "@kith/core"
import { type StoreCase, StoreSuite } from "@kith/core/testing"
import { Effect, Layer } from "effect"
import { describe, expect, test } from "vitest"
import { brokenStores } from "./broken-stores.ts"
import { failuresOf, findsEach, once } from "./broken-support.ts"
import * as ToyStore from "./toy-store.ts"

type Store = RelationshipStore.RelationshipStore["Service"]
type StoreLayer = typeof ToyStore.layer

const cases: ReadonlyArray<StoreCase.StoreCase> = Object.values(StoreSuite.storeCases).flat()

/** The cases that fail on a store, by title, with the reason. */
const failuresOn = (
  layer: StoreLayer,
  supports?: Partial<StoreCase.StoreSupports>,
  patience?: number,
) => failuresOf(cases, StoreSuite.storeBench(layer, supports, patience), StoreSuite.runStoreCase)

const broken = (breakIt: (good: Store) => Store): StoreLayer =>
  Layer.effect(
    RelationshipStore.RelationshipStore,
    Effect.map(RelationshipStore.RelationshipStore, breakIt),
  ).pipe(Layer.provide(ToyStore.layer))

/** One store for all who ever open it, as one on a disk is, but nobody says so. */
const lasting = (): StoreLayer => {
  const only = Effect.runSync(Effect.cached(Effect.scoped(Layer.build(ToyStore.layer))))
  return Layer.effectContext(only)
}

/** One store for all who open it, each of whom remembers the counts that they read until they write. */
const remembering = (): StoreLayer => {
  const good = ToyStore.make(ToyStore.empty())
  return Layer.effect(
    RelationshipStore.RelationshipStore,
    Effect.sync((): Store => {
      const read = new Map<string, RelationshipStore.Counts>()
      return {
        ...good,
        commit: (changes) =>
          Effect.tap(good.commit(changes), () => Effect.sync(() => read.clear())),
        counts: (user) =>
          Effect.map(good.counts(user), (counts) => {
            const known = read.get(user) ?? counts
            read.set(user, known)
            return known
          }),
      }
    }),
  )
}

/** What each broken store is found out by: the cases, and what they say. */
const findings = {
  acceptsAVersionYetToCome: {
    "refuses a change that was decided on a version that is yet to come":
      "a change ahead of its edge is in conflict",
  },
  alwaysHasMore: {
    "gives up to `limit` entries, the newest of all without a bound": "the newest 5",
    "says what lies beside a page that is empty": "above the newest",
  },
  breaksOrderAcrossPages: {
    "pages through a list to its end and back, in pages of every size": "the way up shows all",
    "pages through a list that is long and full of holes": "the way to what is newer, 17 at a time",
  },
  checksTheVersionAheadOfTheWrite: {
    "lets exactly one of two concurrent changes win": "exactly one of four wins",
  },
  commitsABatchInPieces: {
    "has committed a batch whole or not at all when the commit is interrupted":
      "all edges changed or none",
  },
  commitsAChangeInPieces: {
    "shows an edge and its history in agreement to a reader during writers":
      "no change is seen in halves",
    "has committed a batch whole or not at all when the commit is interrupted":
      "all edges changed or none",
  },
  countsAheadOfTheWrite: {
    "shows an edge and its history in agreement to a reader during writers":
      "what is read between two changes agrees: history, list, count",
  },
  countsByRoundedIds: {
    "keeps edges apart whose ids look alike": "the count of following agrees",
  },
  countsVersionsFromOne: {
    "knows nothing of an edge that nothing happened to": "an unknown edge is None at version 0",
  },
  cutsFingerprints: {
    "takes every command id that a caller may choose, and tells them apart":
      "each has its own record",
  },
  dropsAnEvent: {
    "keeps a change whole: state, version and events": "the edge is where the events led",
    "gives the log in pages of any size": "in pages of 1",
  },
  failsOnAnEmptyBatch: {
    "answers an empty batch with an empty list": "syntax error at VALUES",
  },
  failsOnAnUnknownUser: {
    "has four empty lists for a user that nobody knows": "no such user",
  },
  findsEachRecordOnce: {
    "remembers how a command with an id ended": "load finds the record",
  },
  forgetsCommandIds: {
    "remembers how a command with an id ended": "load finds the record",
    "lets a remembered command id win over a conflict": "the same change again is a repeat",
    "remembers a command id while others come": "all of them are remembered",
  },
  ignoresTheExpectedVersion: {
    "answers a stale change with the edge as it is now, and keeps nothing of it":
      "a stale change is in conflict",
    "lets exactly one of two concurrent changes win": "exactly one of four wins",
  },
  includesTheBoundInWhatASourceHas: {
    "begins at any position in both directions, and says whether there is more":
      "1 older than 21 of following",
  },
  isNeverDone: {
    "gives the log in pages of any size": "in pages of 11",
  },
  keepsIdsInSixtyFourBits: {
    "gives user ids of every length back as they were": "the history has it",
  },
  letsASmallerPositionAppearLate: {
    "shows a reader everything once while many write, and nothing late":
      "the reader sees all that was written",
  },
  listsWhatWas: {
    "shows an edge with its state of now, at the place where it entered the list":
      "a request stays where it began",
  },
  losesACountInARace: {
    "counts everybody who comes and goes at the same time": "the count of followers agrees",
  },
  losesAFlag: {
    "keeps a change whole: state, version and events": "the edge is where the events led",
    "keeps edges apart whose ids look alike": "the edges agree",
  },
  losesIdsAboveTheSafeIntegers: {
    "keeps edges apart whose ids look alike": "the change is committed",
  },
  losesTheCause: {
    "gives every event back as it was, with all that is known of it": "the history has every event",
  },
  matchesCommandIdsInAnyCase: {
    "takes every command id that a caller may choose, and tells them apart":
      "the change is committed",
  },
  movesWhoIsTuned: {
    "lists newest first, whatever was tuned since": "nobody moved",
  },
  neverCountsDown: {
    "has every edge in the lists that its state says, and in no other":
      "the counts are the lengths of the lists",
  },
  readsEachEdgeOnce: {
    "loads edges in the order asked, one of them twice": "snapshots come in the order asked",
  },
  refusesABatchForOneConflict: {
    "answers a batch in its order, each change on its own merits": "each has its own answer",
  },
  remembersCommandIdsByEdge: {
    "remembers a command id for the whole store, not for one edge": "load finds it",
    "lets exactly one of two concurrent changes with one command id win": "one wins",
  },
  remembersNoActor: {
    "remembers how a command with an id ended": "load finds the record",
  },
  remembersWhatIsOnlyCarried: {
    "carries a command id without remembering it where there is no fingerprint":
      "none is a repeat of the other",
  },
  repeatsAnEvent: {
    "gives the log in pages of any size": "a page of the log lies behind its position",
    "shows a reader everything once while many write, and nothing late":
      "the positions that a reader sees go up",
  },
  showsAHistoryInPart: {
    "gives a history back whole, however long it is": "all 1,101 events are there",
  },
  skipsByCount: {
    "neither skips nor repeats anybody who stays while others come and go": "the next page goes on",
  },
  sleepsThroughAWakeUp: {
    "wakes everybody who waits when something is committed, however early or late":
      "everybody who waits wakes up",
  },
  stopsAtAHoleInThePositions: {
    "shows what lies behind a change that was not kept": "the next event is there",
  },
  tellsAConflictFirst: {
    "lets a remembered command id win over a conflict": "the same change again is a repeat",
  },
  tellsAnOldState: {
    "answers a stale change with the edge as it is now, and keeps nothing of it":
      "a stale change is in conflict",
  },
  wakesAtTheNextCommitOnly: {
    "returns at once from waiting when there is something to read": "waiting behind 0 returns",
  },
  wakesForTheFirstPositionOfACommit: {
    "wakes whoever waits behind a position that is yet to come, once it has come":
      "the third event wakes the reader",
  },
  wakesNobodyWhereTheFirstIsInConflict: {
    "wakes whoever waits for a batch of which a part is in conflict":
      "what is kept wakes the reader",
  },
  wakesOneReaderOnly: {
    "wakes everybody who waits when something is committed, however early or late":
      "everybody who waits wakes up",
  },
} satisfies Readonly<Record<keyof typeof brokenStores, Readonly<Record<string, string>>>>

const boaster = once(() => failuresOn(ToyStore.layer, { durable: true, shared: true }))
const secretive = once(() => failuresOn(lasting()))

describe("the stores' suite", () => {
  test("finds nothing in a good store", async () => {
    expect(await failuresOn(ToyStore.layer)).toEqual({})
  })

  test("finds nothing in a good store that lasts and says so", async () => {
    expect(await failuresOn(lasting(), { durable: true, shared: true })).toEqual({})
  })

  test("finds a store that says it lasts and does not", async () => {
    expect(await boaster()).toEqual({
      "has everything that was written when it is opened again": "the edge is there",
      "is one store for all who have it open": "what one wrote, two reads",
    })
  })

  test("finds a store that lasts and does not say so", async () => {
    expect(await secretive()).toEqual({
      "is empty when it is opened again": "the edge is untouched",
      "is refused, or a store of its own, when it is opened twice": "two knows nothing of one",
    })
  })

  test("finds a store that does not notice what others write who have it open", async () => {
    expect(await failuresOn(remembering(), { durable: true, shared: true })).toEqual({
      "is one store for all who have it open": "the count of following agrees",
    })
  })

  findsEach({
    kind: "store",
    cases,
    broken: brokenStores,
    findings,
    // What does not come need not be waited for long.
    failures: (breakIt) => failuresOn(broken(breakIt), {}, 500),
    others: [boaster, secretive],
  })
})
