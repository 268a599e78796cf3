import type { Edge, Upkeep } from "@kith/core"
import { type UpkeepCase, UpkeepSuite } from "@kith/core/testing"
import { Effect, Layer, Stream } from "effect"
import { describe, expect, test } from "vitest"
import * as brokenErasures from "./broken-erasures.ts"
import * as brokenUpkeeps from "./broken-upkeeps.ts"
import { failuresOf, findsEach, once } from "./broken-support.ts"
import * as ToyUpkeep from "./toy-upkeep.ts"

type UpkeepLayer = typeof ToyUpkeep.layer
type Where = keyof UpkeepCase.Damage

const cases: ReadonlyArray<UpkeepCase.UpkeepCase> = Object.values(UpkeepSuite.upkeepCases).flat()

/** The cases that fail on a store, by title, with the reason. */
const failuresOn = (
  layer: UpkeepLayer,
  supports?: Partial<UpkeepCase.UpkeepSupports>,
  patience?: number,
) =>
  failuresOf(cases, UpkeepSuite.upkeepBench(layer, supports, patience), UpkeepSuite.runUpkeepCase)

const broken = (breakIt: (good: ToyUpkeep.Open) => ToyUpkeep.Kit): UpkeepLayer =>
  Layer.effectContext(Effect.map(ToyUpkeep.open, (good) => ToyUpkeep.contextOf(breakIt(good))))

/** One store for all who ever open it, as one on a disk is. */
const lasting = (): UpkeepLayer =>
  Layer.effectContext(
    Effect.runSync(Effect.cached(Effect.map(ToyUpkeep.open, ToyUpkeep.contextOf))),
  )

/** A toy that can be spoilt: what it says of an edge is wrong from then on, until it is rebuilt. */
const spoilable = (sees: boolean, heals: boolean) => {
  const spoilt = new Map<Where, Edge.Edge>()
  const isSpoilt = (where: Where, { source, target }: Edge.Edge): boolean =>
    spoilt.get(where)?.source === source && spoilt.get(where)?.target === target
  const breakIt = (good: ToyUpkeep.Open): ToyUpkeep.Kit => ({
    ...good,
    store: {
      ...good.store,
      load: (reads) =>
        Effect.map(good.store.load(reads), (loaded) =>
          loaded.map((each, index) => {
            const edge = reads[index]?.edge
            return edge !== undefined && isSpoilt("edges", edge)
              ? { ...each, version: each.version + 1 }
              : each
          }),
        ),
      list: (list, user, limit, bound) =>
        Effect.map(good.store.list(list, user, limit, bound), (slice) =>
          spoilt.get("lists")?.source === user ? { ...slice, entries: [] } : slice,
        ),
      counts: (user) =>
        Effect.map(good.store.counts(user), (counts) =>
          spoilt.get("counts")?.source === user
            ? { ...counts, following: counts.following + 1 }
            : counts,
        ),
    },
    upkeep: {
      ...good.upkeep,
      check: Stream.suspend(() =>
        Stream.fromIterable(sees ? spoilt : []).pipe(
          Stream.map(([where, edge]): Upkeep.Fault => ({
            _tag: "Fault",
            where,
            message: `${edge.source} is not as the log has it`,
          })),
        ),
      ),
      rebuild: Stream.suspend(() => {
        if (heals) spoilt.clear()
        return good.upkeep.rebuild
      }),
    },
  })
  const spoil = (where: Where) => (edge: Edge.Edge) =>
    Effect.sync(() => {
      // The case before may have ended in the middle.
      spoilt.clear()
      spoilt.set(where, edge)
    })
  const damage = { edges: spoil("edges"), lists: spoil("lists"), counts: spoil("counts") }
  return failuresOn(broken(breakIt), { damage })
}

/** What each broken store is found out by: the cases, and what they say. */
const findings = {
  beginsPositionsAnewAfterClearing: {
    "clears everything but the journal, and lets positions go on": "positions go on",
  },
  beginsVersionsAtTheTombstone: {
    "erases every event of a user's edges, in both directions, and leaves one tombstone on each":
      "the edge has its next version",
    "lets the versions of an erased edge go on": "a change that does not know of it is in conflict",
    "erases a user again without a second tombstone where there is only one":
      "under the next version",
  },
  changesWhatItChecks: {
    "finds no fault in a sound store, and changes nothing": "nothing is forgotten",
  },
  checksAMovingTarget: {
    "takes nothing that is committed meanwhile for a fault": "the store is sound",
  },
  clearsAllButCommandIds: {
    "clears everything but the journal, and lets positions go on": "no command id",
  },
  clearsTheJournalToo: {
    "clears everything but the journal, and lets positions go on": "the journal stays",
  },
  clearsInPieces: {
    "has cleared everything or nothing when it is interrupted":
      "all command ids are remembered or none",
  },
  closesTheGapsInTheLog: {
    "erases every event of a user's edges, in both directions, and leaves one tombstone on each":
      "they are at the end of the log",
    "leaves the events of others where they are, and takes the user's name off them":
      "the others' events are as they were, without the user's name",
    "tells those who follow the log of an erasure, and wakes them":
      "the news is one tombstone for each edge",
  },
  continuesBehindTheNewestEvent: {
    "forgets the tombstones from before a moment, and lets their edges begin anew":
      "positions go on",
  },
  countsEventsForVersionsInARebuild: {
    "makes snapshots, lists and counts anew, the same as they were": "all is as it was: snapshots",
    "takes nothing from an edge that went on after its tombstone": "for good",
  },
  countsPastTheEnd: {
    "finds no fault in a sound store, and changes nothing": "no more is done than there is",
  },
  countsWhatItForgetsWrong: {
    "forgets the ids of commands from before a moment, and remembers newer ones": "two were older",
    "forgets the tombstones from before a moment, and lets their edges begin anew":
      "both tombstones go",
  },
  countsWhoLeftInARebuild: {
    "makes snapshots, lists and counts anew, the same as they were": "all is as it was: counts",
  },
  erasesAPageOfEdges: {
    "erases a user with more than a thousand edges": "every edge has one tombstone",
  },
  erasesOneDirection: {
    "erases every event of a user's edges, in both directions, and leaves one tombstone on each":
      "only tombstones are left in the log",
    "takes an erased user out of the lists and counts of others": "nobody has the user in a list",
    "tells those who follow the log of an erasure, and wakes them":
      "the news is one tombstone for each edge",
  },
  erasesTheJournalToo: {
    "leaves the journal as it is when a user is erased": "the entry is there",
  },
  erasesWhatTheUserDidForOthers: {
    "leaves the events of others where they are, and takes the user's name off them":
      "the others' events are as they were, without the user's name",
  },
  forgetsCommandIdsInARebuild: {
    "makes snapshots, lists and counts anew, the same as they were": "and command ids",
  },
  forgetsEventsWithTheirCommands: {
    "forgets the ids of commands from before a moment, and remembers newer ones":
      "no event is forgotten",
  },
  forgetsEveryCommandId: {
    "forgets the ids of commands from before a moment, and remembers newer ones":
      "the newer ones are remembered",
  },
  forgetsEverybodysCommands: {
    "forgets the command ids on a user's edges, those without events too, and no others":
      "one of others is remembered",
    "leaves the events of others where they are, and takes the user's name off them":
      "the memory of the command does not name the user either",
  },
  forgetsNoTombstone: {
    "forgets the tombstones from before a moment, and lets their edges begin anew":
      "the edge is new",
  },
  forgetsTheMomentItself: {
    "forgets the ids of commands from before a moment, and remembers newer ones": "two were older",
    "forgets the tombstones from before a moment, and lets their edges begin anew":
      "a tombstone is not older than itself",
  },
  forgetsWhatFollowedATombstone: {
    "takes nothing from an edge that went on after its tombstone": "it stays",
  },
  leavesNoTombstone: {
    "erases every event of a user's edges, in both directions, and leaves one tombstone on each":
      "only tombstones are left in the log",
    "tells those who follow the log of an erasure, and wakes them":
      "the news is one tombstone for each edge",
    "lets the versions of an erased edge go on": "a change that does not know of it is in conflict",
  },
  leavesTheEventsOfAnErasedUser: {
    "erases every event of a user's edges, in both directions, and leaves one tombstone on each":
      "only tombstones are left in the log",
    "lets the versions of an erased edge go on": "the history begins at the tombstone",
    "erases a user again without a second tombstone where there is only one": "the log stays",
  },
  leavesTheNameInTheMemoryOfCommands: {
    "leaves the events of others where they are, and takes the user's name off them":
      "the memory of the command does not name the user either",
  },
  leavesTheNameOfWhoActed: {
    "leaves the events of others where they are, and takes the user's name off them":
      "the others' events are as they were, without the user's name",
  },
  losesCommandsInARebuild: {
    "shows readers no other state while everything is made anew, and lets commands go on":
      "no command is lost",
  },
  losesWhatWasCommittedDuringAnErasure: {
    "leaves the events of others where they are, and takes the user's name off them":
      "the others' events are as they were, without the user's name",
  },
  movesWhoChangedPreferencesInARebuild: {
    "makes snapshots, lists and counts anew, the same as they were": "all is as it was: lists",
  },
  neverFinishesWhatWasInterrupted: {
    "erases a user again without a second tombstone where there is only one":
      "what came since is erased",
    "erases the rest when it is begun again after an interruption": "every edge has one tombstone",
  },
  numbersTheLogAnewInARebuild: {
    "makes snapshots, lists and counts anew, the same as they were": "all is as it was: histories",
  },
  putsATombstoneOnATombstone: {
    "erases a user again without a second tombstone where there is only one": "the log stays",
  },
  putsTheTombstoneWhereTheEventsWere: {
    "erases every event of a user's edges, in both directions, and leaves one tombstone on each":
      "they are at the end of the log",
    "tells those who follow the log of an erasure, and wakes them":
      "the news is one tombstone for each edge",
  },
  remembersCommandsWithoutEvents: {
    "forgets the command ids on a user's edges, those without events too, and no others":
      "a command id of the user is forgotten",
  },
  remembersTheCommandsOfAnErasedUser: {
    "forgets the command ids on a user's edges, those without events too, and no others":
      "a command id of the user is forgotten",
  },
  remembersTheVersionOfATombstone: {
    "forgets the tombstones from before a moment, and lets their edges begin anew":
      "the edge is new",
  },
  showsEmptyTablesInARebuild: {
    "shows readers no other state while everything is made anew, and lets commands go on":
      "a reader sees what was: counts",
    "leaves a store sound when a check or a rebuild is interrupted, and begins again":
      "all is as it was: counts",
  },
  staysHalfRebuilt: {
    "leaves a store sound when a check or a rebuild is interrupted, and begins again":
      "all is as it was: lists",
  },
  stopsAtAGapInTheLog: {
    "tells those who follow the log of an erasure, and wakes them":
      "a reader from before gets over the gap",
  },
  takesATombstoneForAFault: {
    "finds no fault in a sound store, and changes nothing": "the store is sound",
  },
  takesAnEmptyStoreForAFault: {
    "clears everything but the journal, and lets positions go on": "the store is sound",
  },
  takesEverybodysNameAway: {
    "leaves the events of others where they are, and takes the user's name off them":
      "the others' events are as they were, without the user's name",
  },
  tellsNobodyOfAnErasure: {
    "tells those who follow the log of an erasure, and wakes them":
      "whoever waits for the log wakes up",
  },
} satisfies Readonly<
  Record<keyof typeof brokenErasures | keyof typeof brokenUpkeeps, Readonly<Record<string, string>>>
>

const boaster = once(() => failuresOn(ToyUpkeep.layer, { durable: true, shared: true }))
const blind = once(() => spoilable(false, true))

describe("the suite for upkeep", () => {
  test("finds nothing in a good store that lasts and says so", async () => {
    expect(await failuresOn(lasting(), { durable: true, shared: true })).toEqual({})
  })

  test("finds nothing in a good store that can be spoilt", async () => {
    expect(await spoilable(true, true)).toEqual({})
  })

  test("finds a store that says it lasts and does not", async () => {
    expect(await boaster()).toEqual({
      "is as it was left when it is opened again": "it is as it was left: snapshots",
      "tells everybody who has it open": "two sees what one did",
    })
  })

  test("finds a check that does not see what is spoilt", async () => {
    expect(await blind()).toEqual({
      "finds damage to the snapshots of edges, and makes them anew": "the damage is found",
      "finds damage to lists, and makes them anew": "the damage is found",
      "finds damage to counts, and makes them anew": "the damage is found",
    })
  })

  test("finds a rebuild that leaves what is spoilt", async () => {
    expect(await spoilable(true, false)).toMatchObject({
      "finds damage to the snapshots of edges, and makes them anew": "the store is sound",
      "finds damage to lists, and makes them anew": "the store is sound",
      "finds damage to counts, and makes them anew": "the store is sound",
    })
  })

  findsEach({
    kind: "store",
    cases,
    broken: { ...brokenErasures, ...brokenUpkeeps },
    findings,
    // What does not come need not be waited for long.
    failures: (breakIt) => failuresOn(broken(breakIt), {}, 1000),
    others: [boaster, blind],
  })
})
