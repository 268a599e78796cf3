import { Relationships } from "@kith/core"
import { RelationshipsCase, RelationshipsSuite, World } from "@kith/core/testing"
import { Effect, Layer } from "effect"
import { describe, expect, test } from "vitest"
import type { Kit } from "./breaking-services.ts"
import * as brokenCommands from "./broken-commands.ts"
import * as brokenReadings from "./broken-readings.ts"
import { failuresOf, findsEach, once } from "./broken-support.ts"
import * as ToyStore from "./toy-store.ts"

const cases: ReadonlyArray<RelationshipsCase.RelationshipsCase> = Object.values(
  RelationshipsSuite.relationshipsCases,
).flat()

const layer = Relationships.layerStore().pipe(
  Layer.provide(ToyStore.layer),
  Layer.provideMerge(World.layerDirectory),
)

/** The cases that fail on a service, by title, with the reason. */
const failuresOn = (
  breakIt: (good: Kit) => Kit,
  supports?: Partial<RelationshipsCase.RelationshipsSupports>,
  patience?: number,
) =>
  failuresOf(cases, { supports: { ...RelationshipsCase.everything, ...supports } }, (_, each) =>
    Effect.scoped(
      Effect.flatMap(RelationshipsSuite.relationshipsBench(layer, supports, patience), (bench) =>
        each.run({ ...bench, ...breakIt(bench) }),
      ),
    ),
  )

/** What each broken service is found out by: the cases, and what they say. */
const findings = {
  answersRefusalsLast: {
    "answers many commands in their order, and applies those to one edge in that order":
      "each has its answer",
  },
  asksNobodyForApproval: {
    "carries every command out, twice, in every state of a protected target":
      "Follow comes to what the rules say",
    "lists requests on both sides, newest first, and not as follows":
      "followers has who belongs there",
  },
  beginsAtThePosition: {
    "streams on from the position of any event that was dealt with":
      "the stream goes on behind its position",
  },
  carriesTheLastOutFirst: {
    "answers many commands in their order, and applies those to one edge in that order":
      "each has its answer",
  },
  countsVersionsFromOne: {
    "knows an edge that nothing happened to as None at version 0": "it is None",
  },
  endsTheStreamAtTheNewest: {
    "streams what there is, then what comes": "then what comes",
  },
  failsOnAnUnknownUser: {
    "has empty lists for a user that nobody knows": "no such user",
  },
  failsOnNoCommands: {
    "answers no commands with no answers": "syntax error at VALUES",
  },
  followsAcrossABlock: {
    "refuses a follow where either side blocks the other, until the block ends":
      "Follow comes to what the rules say",
  },
  followsTheSuspended: {
    "refuses a follow of somebody who is suspended, until the suspension ends":
      "Follow comes to what the rules say",
  },
  followsWhoIsGone: {
    "refuses a follow of somebody who is gone, but lets it end": "following again is refused",
  },
  ignoresCommandIds: {
    "finds out by repeating whether an interrupted command was carried out":
      "the repeat brings its event",
    "gives a repeated command id the same receipt, and no second effect": "the change again",
    "gives a command id to one of those who use it at the same time for different commands":
      "one of them changes something",
    "gives a repeat within many its receipt, also where the command would be refused by now":
      "the repeat has the receipt of the first",
  },
  keepsRequestsThatWereAnswered: {
    "moves an approved request to the follows, and forgets a denied one":
      "requestsReceived has who belongs there",
  },
  knowsThePresentOnly: {
    "shows an edge as it was right after any event": "before the first event it is None",
    "shows an edge as it was at any time": "a moment before, it was as it was",
  },
  leavesTheMomentItselfOut: {
    "shows an edge as it was right after any event": "it is as event 1 left it",
    "shows an edge as it was at any time": "at that time, all of the command is there",
  },
  listsRequestsAsFollows: {
    "lists requests on both sides, newest first, and not as follows":
      "following has who belongs there",
  },
  listsTheOldestFirst: {
    "lists follows on both sides, newest first": "following has who belongs there",
  },
  losesTheActor: {
    "writes down who acted, why, and as part of what": "what was told is written down",
  },
  losesTheConversation: {
    "writes down who acted, why, and as part of what": "what was told is written down",
  },
  losesWhatComesFirst: {
    "streams what there is, then what comes": "what comes is streamed",
    "streams without gap or repeat while many write": "the readers see everything",
  },
  offersAPageBeforeTheFirst: {
    "hands out cursors to the end and back": "the first page has nothing before it",
  },
  readsEachEdgeOnce: {
    "shows many edges at once, in the order asked": "in the order asked",
  },
  refusesWhenBusy: {
    "carries out what many ask of many edges at the same time":
      "each has the answer that it has alone",
  },
  remembersRefusals: {
    "lets each of many commands succeed or fail for itself": "each has its answer",
  },
  repeatsTheNewest: {
    "streams what there is, then what comes": "then what comes",
    "streams without gap or repeat while many write": "each reader sees everything once, in order",
  },
  setsAFlagThatIsLeftOut: {
    "carries every command of a source out, twice, in every state of a public target":
      "Follow comes to what the rules say",
    "refuses a command id that was used for another command": "a used id is refused",
  },
  sharesAReceipt: {
    "carries out what many ask of one edge at the same time, one after the other":
      "the receipts make up the history",
  },
  stopsAtTheFirstRefusal: {
    "lets each of many commands succeed or fail for itself": "each has its answer",
  },
  takesARefusalForNothingToDo: {
    "refuses to let anybody follow themselves": "Follow comes to what the rules say",
    "refuses to let a user follow somebody whom nobody knows": "Follow comes to what the rules say",
  },
  takesAnyCursor: {
    "refuses a cursor that is not one of this list of this user": "the cursor is refused",
  },
  takesIdsOfAnyForm: {
    "takes command ids of 1 to 128 printable characters, and refuses all others":
      'commandId "" is refused',
  },
  takesPagesOfAnySize: {
    "takes pages of 1 to 1,000, and 100 unless told": "a page of 0 is refused",
  },
  tellsTheNewestFirst: {
    "tells why an edge is as it is": "the history is what the receipts say",
  },
  walksByCount: {
    "shows whoever stays exactly once, while others come and go between the pages":
      "whoever stayed was seen once, in order",
  },
  walksFromTheStart: {
    "walks on from the cursor of any page as if it had not stopped": "the rest is the same",
  },
} satisfies Readonly<
  Record<
    keyof typeof brokenCommands | keyof typeof brokenReadings,
    Readonly<Record<string, string>>
  >
>

describe("the services' suite", () => {
  const modest = once(() =>
    failuresOn((good) => good, { targetCommands: false, preferences: false }),
  )

  test("finds nothing in a good service", async () => {
    expect(await failuresOn((good) => good)).toEqual({})
  })

  test("finds a service that can more than it says", async () => {
    expect(await modest()).toEqual({
      "does not carry a target's commands out where there is no way to": "ApproveRequest fails",
      "does not carry out what names a preference where there is no way to": "Follow fails",
    })
  })

  findsEach({
    kind: "service",
    cases,
    broken: { ...brokenCommands, ...brokenReadings },
    findings,
    // What does not come need not be waited for long.
    failures: (breakIt) => failuresOn(breakIt, {}, 500),
    others: [modest],
  })
})
