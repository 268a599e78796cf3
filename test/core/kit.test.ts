/** What the testing kit says when something does not hold, and what its generators reach. */
import { Command, Decider, Edge, Facts, RelationshipEvent as Event, UserId } from "@kith/core"
import {
  Check,
  Generators,
  given,
  JournalSuite,
  Linearizable,
  RelationshipsSuite,
  specification,
  StoreSuite,
  UpkeepSuite,
} from "@kith/core/testing"
import { Result, Schema } from "effect"
import * as fc from "fast-check"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"

const alice = UserId.make("1")
const bob = UserId.make("2")
const follow = Command.follow(alice, bob)
const followed = Event.followed(true, false)

/** The mismatch that a check ends in. */
const mismatch = (check: () => void): Check.Mismatch => {
  try {
    check()
  } catch (error) {
    if (error instanceof Check.Mismatch) return error
    throw error
  }
  return expect.fail("it holds")
}

describe("given, when, then", () => {
  test("says what was expected and what came, the right way round", () => {
    const error = mismatch(() => given().when(follow).then(Event.unfollowed))
    expect(error.expected).toEqual({ events: [Event.unfollowed] })
    expect(error.actual).toEqual({ events: [followed] })
    const [, expected = "", actual = ""] =
      /expected: ([^]*)actual: ([^]*)/.exec(error.message) ?? []
    expect(expected).toContain("Unfollowed")
    expect(actual).toContain("Followed")
    expect(actual).not.toContain("Unfollowed")
  })

  test("finds the right events in the wrong order", () => {
    const tune = Command.updatePreferences(alice, bob, { retweets: false, notifications: true })
    const events = [Event.retweetsTurnedOff, Event.notificationsTurnedOn]
    given(followed)
      .when(tune)
      .then(...events)
    mismatch(() =>
      given(followed)
        .when(tune)
        .then(...events.toReversed()),
    )
  })

  test("finds an event too few, one too many, and one twice in another's place", () => {
    const tune = Command.updatePreferences(alice, bob, { retweets: false, notifications: true })
    const [off, on] = [Event.retweetsTurnedOff, Event.notificationsTurnedOn]
    for (const wrong of [[], [off], [off, on, on], [off, off]]) {
      mismatch(() =>
        given(followed)
          .when(tune)
          .then(...wrong),
      )
    }
  })

  test("finds an event with another member", () => {
    mismatch(() => given().when(follow).then(Event.followed(true, true)))
  })

  test("tells events from a rejection, and one rejection from another", () => {
    expect(mismatch(() => given().when(follow).thenRejected("NotFollowing")).actual).toEqual({
      events: [followed],
    })
    const missing = given().when(follow, Facts.missing)
    missing.thenRejected("TargetNotFound")
    missing.thenRejected("TargetNotFound", {})
    expect(mismatch(() => missing.thenNothing()).actual).toEqual({
      rejected: { _tag: "TargetNotFound" },
    })
    expect(mismatch(() => missing.thenRejected("TargetSuspended")).expected).toEqual({
      rejected: { _tag: "TargetSuspended" },
    })
  })

  test("serves any decider, and compares what a rejection carries when it is named", () => {
    const counter = specification(
      {
        initial: 0,
        evolve: (state: number, event: { readonly by: number }) => state + event.by,
        decide: (state: number, by: number, limit: number) =>
          state + by > limit
            ? Result.fail({ _tag: "TooMuch" as const, room: limit - state })
            : Result.succeed(by === 0 ? [] : [{ by }]),
      },
      10,
    )
    counter({ by: 3 }).when(4).then({ by: 4 })
    counter({ by: 3 }).when(0).thenNothing()
    counter({ by: 3 }).when(8).thenRejected("TooMuch")
    counter({ by: 3 }).when(8).thenRejected("TooMuch", { room: 7 })
    counter({ by: 3 }).when(4, 5).thenRejected("TooMuch", { room: 2 })
    mismatch(() => counter({ by: 3 }).when(8).thenRejected("TooMuch", { room: 8 }))
  })
})

describe("Check", () => {
  test.each([
    [1, "1"],
    [
      [1, 2],
      [2, 1],
    ],
    [[1], [1, undefined]],
    [{ a: 1 }, { a: 1, b: 2 }],
    [{ a: 1, b: 2 }, { a: 1 }],
    [{ a: null }, {}],
    [[], {}],
    [null, undefined],
    [0, -0],
  ])("tells %j from %j", (left, right) => {
    expect(Check.same(left, right)).toBe(false)
    expect(Check.same(right, left)).toBe(false)
  })

  test.each([
    [
      { a: 1, b: [2, { c: 3 }] },
      { b: [2, { c: 3 }], a: 1 },
    ],
    [{ a: 1, b: undefined }, { a: 1 }],
    [Number.NaN, Number.NaN],
  ])("takes %j and %j for the same", (left, right) => {
    expect(Check.same(left, right)).toBe(true)
  })
})

describe("linearizable", () => {
  const id = fc.sample(Generators.eventId, 1)[0] ?? expect.fail("no id")
  const recorded = (version: number, event: Event.RelationshipEvent) => ({
    id,
    source: alice,
    target: bob,
    version,
    position: version,
    time: 0,
    commandId: id,
    correlationId: id,
    causationId: id,
    actor: alice,
    provenance: "decided" as const,
    event,
  })
  const receipt = (version: number, ...events: ReadonlyArray<ReturnType<typeof recorded>>) => ({
    command: follow,
    outcome: Result.succeed({
      _tag: events.length > 0 ? ("Changed" as const) : ("Unchanged" as const),
      relationship: { _tag: "Following" as const, retweets: true, notifications: false },
      version,
      events,
      attempts: 1,
    }),
  })
  const first = recorded(1, followed)

  test("accepts one of two follows that changed, and one that found it so", () => {
    Linearizable.linearizable([first], [receipt(1), receipt(1, first)], Facts.open)
  })
  test("finds two receipts for one event", () => {
    mismatch(() =>
      Linearizable.linearizable([first], [receipt(1, first), receipt(1, first)], Facts.open),
    )
  })
  test("finds an event that no receipt has", () => {
    mismatch(() => Linearizable.linearizable([first], [receipt(1)], Facts.open))
  })
  test("finds a second follow in the history", () => {
    const history = [first, recorded(2, followed)]
    mismatch(() => Linearizable.linearizable(history, [receipt(1, first)], Facts.open))
  })
  test("finds a version that comes twice", () => {
    mismatch(() => Linearizable.linearizable([first, first], [receipt(1, first)], Facts.open))
  })
})

describe("the generators", () => {
  test("give ids, edges and envelopes that the schemas accept", () => {
    fc.assert(
      fc.property(Generators.userId, Generators.edge(Generators.userId), (id, edge) => {
        expect(Schema.is(UserId.UserId)(id)).toBe(true)
        expect(Schema.is(Edge.Edge)(edge)).toBe(true)
      }),
    )
  })

  test("give every command, every event, and every state by a legal history", () => {
    const commands = new Set(
      fc
        .sample(Generators.command(), 2000)
        .map((command) => Command.fingerprint({ ...command, source: alice, target: bob })),
    )
    expect(commands.size).toBe(Generators.allCommands({ source: alice, target: bob }).length)
    const histories = fc.sample(Generators.history, 5000)
    const ends = new Set(histories.map((events) => Decider.fold(Decider.initial, events)))
    expect(ends.size).toBe(9)
    // All but `Erased`, which no command causes.
    expect(new Set(histories.flat()).size).toBe(Event.all.length - 1)
  })

  test("give histories in which every event changes something", () => {
    fc.assert(
      fc.property(Generators.history, (events) => {
        let state = Decider.initial
        for (const event of events) {
          const next = Decider.evolve(state, event)
          expect(next).not.toBe(state)
          state = next
        }
      }),
    )
  })
})

describe("the suites", () => {
  const source = join(import.meta.dirname, "../../packages/core/src")

  /** The sentences of a file's documentation, without its marks, as one text each. */
  const documentation = (file: string): ReadonlyArray<string> =>
    Array.from(
      readFileSync(join(source, file), "utf8").matchAll(/\/\*\*([^]*?)\*\//g),
      ([, text = ""]) =>
        text
          .replaceAll(/^ *\* ?/gm, " ")
          .replaceAll(/^ *@\w+.*$/gm, "")
          .replaceAll(/\*\*[A-Z]\w+\.\*\*/g, "")
          .replaceAll(/\s+/g, " ")
          .trim(),
    )

  const sentences = (file: string): ReadonlyArray<string> =>
    documentation(file)
      .flatMap((text) => text.split(/(?<=[.:]) (?:- )?(?=[A-Z0-9`])|(?:^| )- /))
      .filter((sentence) => sentence !== "")

  type Cases = Readonly<
    Record<
      string,
      ReadonlyArray<{ readonly title: string; readonly promises: ReadonlyArray<string> }>
    >
  >

  const promised = (cases: Cases) =>
    Object.values(cases).flatMap((list) =>
      list.flatMap((each) => each.promises.map((promise) => [each.title, promise] as const)),
    )

  const quoted = (files: ReadonlyArray<string>): string => files.flatMap(documentation).join(" ")
  const storeDocs = quoted(["RelationshipStore.ts", "Page.ts"])
  const journalDocs = quoted(["Journal.ts"])
  const upkeepDocs = quoted(["Upkeep.ts", "RelationshipStore.ts"])
  const serviceDocs = quoted([
    "Relationships.ts",
    "internal/options.ts",
    "Page.ts",
    "CommandError.ts",
    "Receipt.ts",
  ])

  test.each(promised(StoreSuite.storeCases))('keep their word for stores: "%s"', (_, promise) => {
    expect(storeDocs).toContain(promise)
  })

  test.each(promised(RelationshipsSuite.relationshipsCases))(
    'keep their word for services: "%s"',
    (_, promise) => {
      expect(serviceDocs).toContain(promise)
    },
  )

  test.each(promised(JournalSuite.journalCases))(
    'keep their word for journals: "%s"',
    (_, promise) => {
      expect(journalDocs).toContain(promise)
    },
  )

  test.each(promised(UpkeepSuite.upkeepCases))('keep their word for upkeep: "%s"', (_, promise) => {
    expect(upkeepDocs).toContain(promise)
  })

  /** Sentences that promise nothing that a case could see, or that other tests hold. */
  const exempt = new Set([
    // What the port is for.
    "Each sentence here is a promise, and each promise has a case in `storeSuite` of `@kith/core/testing`.",
    "Each sentence here is a promise, and each promise has a case in `journalSuite` of `@kith/core/testing`.",
    "Each sentence here is a promise, and each promise has a case in `upkeepSuite` of `@kith/core/testing`.",
    "The port to looking after a durable store: holding what is derived from the log against it, making it anew, and forgetting.",
    "A store knows nothing of the rules: it keeps what it is given, in order, and says when somebody was faster.",
    "One page of a list as a store sees it.",
    "Promises about all of it:",
    "The options of the service's calls and layers, which `Relationships` gives out under the same names.",
    "`layerStore` makes it of any {@link RelationshipStore} and {@link Directory}, `layerRemote` of any {@link RelationshipRemote} with a store and a {@link Journal} to remember by.",
    "Code that uses the service cannot tell them apart.",
    "A journal.",
    "Those who share one keep to keys with a beginning of their own, such as `quota/`.",
    "Commands, and what is known of edges.",
    "An edge to load.",
    "An edge as it is kept, with the record that was asked for.",
    "An event that is to be kept, under an id of its own.",
    "The upkeep of one store.",
    "It comes with the layers of stores that last.",
    // What fails how is in the types, and in the documentation of the errors.
    "A command without a receipt fails with a {@link CommandError}; what reads fails with a `StoreError` when the store does.",
    // Leave is given, nothing promised.
    "The same key twice is a mistake of the caller, and which of the two counts is not promised.",
    "Positions may have gaps.",
    "The total is an estimate that may grow.",
    "What the log itself has wrong stays, and so does the storage.",
    "It is not checked: who may act for whom is the caller's question.",
    // Costs are measured by the benchmarks.
    "The cost grows with `limit` and not with the length of the list or the depth of the page.",
    "The cost does not grow with them.",
    "Carries many commands out, in few commits: what that saves is a store's waiting for its disk or network.",
    // Of the service over a store alone: the tests of it hold them.
    "`maxAttempts`: how often a command is decided before it fails with `TooManyConflicts`; 8 unless told.",
    "`maxGroup`: how many commands are committed at once; 512 unless told.",
    "`maxWaiting`: how many commands may wait for a store that is busy; 100,000 unless told.",
    "One more fails at once, with a `StoreError` whose reason is `Unavailable`; nothing was done.",
    "All are whole numbers, 1 or more; any other is a defect.",
    "The service over a store that is the authority.",
    "It takes time from Effect's `Clock`.",
    "Adds a span to each call of `execute` and `executeAll`, such as `Relationships.execute` with the command's name and edge.",
    "A span costs a few microseconds, more than a command in memory, and so it is a layer of its own.",
    // Of the service over a remote alone: the tests of it hold them.
    "`freshFor`: a command that would change nothing is answered from what is known here when the edge was seen on the remote at most so many milliseconds ago; 60,000 unless told, 0 always asks.",
    "What was seen is remembered by the process, for the 100,000 edges seen last.",
    "`lag`: by how many milliseconds the remote's reads may be behind its writes; 5,000 unless told.",
    "Within that time after a command, a look at its edge tells nothing.",
    "`lease`: for how many milliseconds a command that is being sent belongs to the process that sends it; 60,000 unless told.",
    "It has to be longer than the remote takes at most.",
    "What a process leaves behind when it dies can be resolved by others after that time.",
    "`concurrency`: how many commands of `executeAll` are on their way at once; 16 unless told.",
    "`resolveAtStart`: whether open commands that others left behind are resolved in the background at the start; they are unless told.",
    "`freshFor` is any number from 0 on, `Infinity` too; `lag` and `lease` are a day at most.",
    "What cannot be meant is a defect.",
    "The service over a remote that is the authority, and what keeps it true.",
    "Lists, histories and states are those known here: what commands confirmed and what the {@link Reconciler} observed.",
    "A command is sent at most once for each call.",
    "When nobody can tell what became of it, it fails with `OutcomeUnknown`, and stays written down until a look at the edge tells.",
    "Interrupting a caller does not stop a command that has left.",
    "Closing the service waits for the commands that have left, and lets no other leave.",
    "Looks at the options of {@link layerRemote}, for a layer that opens something else before it.",
    "One that cannot be meant is a defect.",
    "It counts in Effect's metrics:",
    "`kith_remote_commands` by `outcome`, the tag of the receipt or of the error, and `kith_remote_observed_events`, what was found to have happened on the remote.",
  ])

  test.each([
    ["RelationshipStore.ts", { ...StoreSuite.storeCases, ...UpkeepSuite.upkeepCases }],
    ["Journal.ts", JournalSuite.journalCases],
    ["Upkeep.ts", UpkeepSuite.upkeepCases],
    ["Relationships.ts", RelationshipsSuite.relationshipsCases],
    ["internal/options.ts", RelationshipsSuite.relationshipsCases],
  ] as const)("have a case for every sentence of %s", (file, cases) => {
    const promises = promised(cases).map(([, promise]) => promise)
    const open = sentences(file).filter(
      (sentence) =>
        !exempt.has(sentence) && !promises.some((promise) => promise.includes(sentence)),
    )
    expect(open).toEqual([])
  })

  test("give each of their cases a title of its own", () => {
    for (const cases of [
      StoreSuite.storeCases,
      JournalSuite.journalCases,
      UpkeepSuite.upkeepCases,
      RelationshipsSuite.relationshipsCases,
    ].map((it): Cases => it)) {
      const titles = Object.values(cases).flatMap((list) => list.map((each) => each.title))
      expect(new Set(titles).size).toBe(titles.length)
    }
  })
})
