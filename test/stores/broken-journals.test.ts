import { Journal } from "@kith/core"
import { type JournalCase, JournalSuite } from "@kith/core/testing"
import { MemoryJournal } from "@kith/memory-adapter"
import { Effect, Layer } from "effect"
import { describe, expect, test } from "vitest"
import * as brokenJournals from "./broken-journals.ts"
import { failuresOf, findsEach, once } from "./broken-support.ts"

type JournalLayer = typeof MemoryJournal.layer

const cases: ReadonlyArray<JournalCase.JournalCase> = Object.values(
  JournalSuite.journalCases,
).flat()

/** The cases that fail on a journal, by title, with the reason. */
const failuresOn = (
  layer: JournalLayer,
  supports?: Partial<JournalCase.JournalSupports>,
  patience?: number,
) =>
  failuresOf(
    cases,
    JournalSuite.journalBench(layer, supports, patience),
    JournalSuite.runJournalCase,
  )

const broken = (breakIt: (good: Journal.Journal["Service"]) => Journal.Journal["Service"]) =>
  Layer.effect(Journal.Journal, Effect.map(Journal.Journal, breakIt)).pipe(
    Layer.provide(MemoryJournal.layer),
  )

/** One journal for all who ever open it, as one on a disk is, but nobody says so. */
const lasting = (): JournalLayer => {
  const only = Effect.runSync(Effect.cached(Effect.scoped(Layer.build(MemoryJournal.layer))))
  return Layer.effectContext(only)
}

/** One journal for all who open it, each of whom remembers what they scanned until they write. */
const remembering = (): JournalLayer => {
  const good = Effect.runSync(MemoryJournal.make)
  return Layer.effect(
    Journal.Journal,
    Effect.sync((): Journal.Journal["Service"] => {
      const scanned = new Map<string, ReadonlyArray<Journal.Entry>>()
      return {
        ...good,
        write: (writes) => Effect.tap(good.write(writes), () => Effect.sync(() => scanned.clear())),
        scan: (...asked) =>
          Effect.map(good.scan(...asked), (entries) => {
            const known = scanned.get(asked.join(" ")) ?? entries
            scanned.set(asked.join(" "), known)
            return known
          }),
      }
    }),
  )
}

/** What each broken journal is found out by: the cases, and what they say. */
const findings = {
  checksTheVersionAheadOfTheWrite: {
    "lets at most one of concurrent writes on one version succeed": "at most one of four wins",
    "loses none of the counts that many write at the same time": "no count is lost",
  },
  countsWhatWasDeleted: {
    "scans through everything in pages of any size": "in pages of 1",
  },
  cutsLongKeys: {
    "tells keys apart by every one of their characters": "each key has its own value",
  },
  cutsLongTexts: {
    "keeps any text as it is, up to 64 KiB of it": "text 9 comes back as it was",
  },
  dropsAWrite: {
    "tells keys apart by every one of their characters": "each key has its own value",
    "writes many entries at once, and tells their versions in the order of the writes":
      "each entry has the version told",
  },
  endsTextsAtAZero: {
    "keeps any text as it is, up to 64 KiB of it": "text 6 comes back as it was",
  },
  failsOnNoKeys: {
    "reads entries in the order asked, and nothing where there is none": "syntax error at IN ()",
  },
  ignoresTheBound: {
    "scans what comes after a key, whether it is there or not": "what comes after a",
    "scans through everything in pages of any size": "a page comes after its bound",
  },
  ignoresTheCaseOfKeys: {
    "tells keys apart by every one of their characters": "each key has its own value",
  },
  ignoresTheExpectedVersion: {
    "writes an entry only on the version that is expected":
      "an entry that is not there has no version",
    "writes nothing of what is in conflict, and tells how all of its entries are":
      "a conflict tells how the entries are",
    "lets at most one of concurrent writes on one version succeed": "at most one of four wins",
    "loses none of the counts that many write at the same time": "no count is lost",
  },
  keepsTheVersionOfAnEqualValue: {
    "gives an entry a version of its own with every write": "no version comes twice",
  },
  leavesOutWhatIsMissing: {
    "reads entries in the order asked, and nothing where there is none":
      "the entries come in the order asked",
  },
  readsInTheOrderOfKeys: {
    "reads entries in the order asked, and nothing where there is none":
      "the entries come in the order asked",
  },
  refusesToDeleteWhatIsNotThere: {
    "deletes an entry, which can be written anew": "the entries are written",
  },
  reusesVersionsAfterDeletion: {
    "gives an entry a version of its own with every write": "no version comes twice",
  },
  scansFromTheBoundOn: {
    "scans what comes after a key, whether it is there or not": "what comes after a",
    "scans through everything in pages of any size": "a page comes after its bound",
  },
  scansInTheOrderOfWords: {
    "scans entries in the order of their characters": "the order is that of characters",
  },
  scansInTheOrderOfWriting: {
    "scans entries in the order of their characters": "the order is that of characters",
    "scans through everything in pages of any size": "in pages of 1",
  },
  scansOneTooMany: {
    "scans through everything in pages of any size": "a page has up to 1 entries",
  },
  scansUpToTheTilde: {
    "scans entries in the order of their characters": "the order is that of characters",
    "scans what begins with the prefix, and nothing else": "what begins with ~",
  },
  takesAPrefixForAPattern: {
    "scans what begins with the prefix, and nothing else": "what begins with %",
  },
  takesAnEmptyTextForNone: {
    "keeps any text as it is, up to 64 KiB of it": "text 0 comes back as it was",
  },
  takesTheBoundForAnEntry: {
    "scans what comes after a key, whether it is there or not": "what comes after aa",
  },
  tellsOnlyWhatIsInConflict: {
    "writes nothing of what is in conflict, and tells how all of its entries are":
      "a conflict tells how the entries are",
  },
  tellsTheVersionThatWasDeleted: {
    "deletes an entry, which can be written anew": "a deleted entry is told as 0",
    "writes many entries at once, and tells their versions in the order of the writes":
      "a deleted entry is told as 0",
  },
  tellsVersionsInTheOrderOfKeys: {
    "writes many entries at once, and tells their versions in the order of the writes":
      "each entry has the version told",
  },
  writesInPieces: {
    "shows a reader nothing of a write without all of it":
      "what was written together is seen together",
    "has written all or nothing when a write is interrupted": "all entries are written or none",
  },
  writesWhatFitsOfAConflict: {
    "writes nothing of what is in conflict, and tells how all of its entries are":
      "nothing is written",
  },
} satisfies Readonly<Record<keyof typeof brokenJournals, Readonly<Record<string, string>>>>

const boaster = once(() => failuresOn(MemoryJournal.layer, { durable: true, shared: true }))
const secretive = once(() => failuresOn(lasting()))

describe("the journals' suite", () => {
  test("finds nothing in a good journal", async () => {
    expect(await failuresOn(MemoryJournal.layer)).toEqual({})
  })

  test("finds nothing in a good journal that lasts and says so", async () => {
    expect(await failuresOn(lasting(), { durable: true, shared: true })).toEqual({})
  })

  test("finds a journal that says it lasts and does not", async () => {
    expect(await boaster()).toEqual({
      "has what was written when it is opened again": "the entries are there",
      "is one journal for all who have it open": "what one wrote, two reads",
    })
  })

  test("finds a journal that lasts and does not say so", async () => {
    expect(await secretive()).toEqual({
      "is empty when it is opened again": "the entry is gone",
      "is refused, or a journal of its own, when it is opened twice": "two knows nothing of one",
    })
  })

  test("finds a journal that does not notice what others write who have it open", async () => {
    expect(await failuresOn(remembering(), { durable: true, shared: true })).toEqual({
      "is one journal for all who have it open": "and scans as well",
    })
  })

  findsEach({
    kind: "journal",
    cases,
    broken: brokenJournals,
    findings,
    // What does not come need not be waited for long.
    failures: (breakIt) => failuresOn(broken(breakIt), {}, 500),
    others: [boaster, secretive],
  })
})
