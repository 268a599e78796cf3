/** The judge of concurrent processes itself: it lets a good store pass, and finds what a bad one does. */
import type { RelationshipStore } from "@kith/core"
import { RealTime } from "@kith/core/testing"
import { MemoryStore } from "@kith/memory-adapter"
import { Effect } from "effect"
import { describe, expect, test } from "vitest"
import * as Reads from "../stores/broken-reads.ts"
import * as Records from "../stores/broken-records.ts"
import * as Writes from "../stores/broken-writes.ts"
import { concurHere } from "./support/concurring.ts"

type Store = RelationshipStore.RelationshipStore["Service"]

/** Others come in before and after each operation, as they do with a store that is somewhere else. */
const slow = (store: Store): Store => {
  const around = <A, E>(operation: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.andThen(
      Effect.yieldNow,
      Effect.flatMap(operation, (result) => Effect.as(Effect.yieldNow, result)),
    )
  return {
    ...store,
    load: (reads) => around(store.load(reads)),
    commit: (changes) => around(store.commit(changes)),
    log: (after, limit) => around(store.log(after, limit)),
  }
}

/** Says that something is kept, and keeps it later. */
const answersAheadOfTheCommit = (good: Store): Store => {
  let position = 0
  return {
    ...good,
    commit: (changes) =>
      Effect.gen(function* () {
        const later = Effect.andThen(Effect.yieldNow, good.commit(changes))
        yield* Effect.forkDetach(later)
        return changes.map((change) => {
          position += change.events.length
          return { _tag: "Committed", position: position - change.events.length + 1 }
        })
      }),
  }
}

/** Looks an edge up as it was when somebody looked it up before. */
const looksAtACopy = (good: Store): Store => {
  const copies = new Map<string, RelationshipStore.Loaded>()
  return {
    ...good,
    load: (reads) =>
      Effect.map(good.load(reads), (loaded) =>
        loaded.map((now, index) => {
          const { edge } = reads[index] ?? {}
          const key = `${edge?.source} ${edge?.target}`
          const copy = copies.get(key) ?? now
          copies.set(key, now)
          return { ...copy, record: now.record }
        }),
      ),
  }
}

/** An operation that took from one moment to another. */
const from = (
  invoked: number,
  answered: number,
  versions: Pick<RealTime.Operation, "made" | "found">,
): RealTime.Operation => ({ name: `the one at ${invoked}`, invoked, answered, ...versions })

describe("operations on one edge", () => {
  test.each([
    ["one after the other", [from(1, 2, { made: 1 }), from(3, 4, { made: 2 })]],
    ["at the same time, whichever came first", [from(1, 4, { made: 2 }), from(2, 3, { made: 1 })]],
    [
      "that look before and after a change",
      [from(1, 5, { made: 1 }), from(2, 3, { found: [0] }), from(4, 6, { found: [1] })],
    ],
    [
      "one of which may have been early or late",
      [from(1, 2, { made: 1 }), from(3, 4, { found: [0, 5] }), from(3, 9, { made: 5 })],
    ],
  ])("are in order %s", (_, operations) => {
    expect(() => RealTime.inRealTime(operations)).not.toThrow()
  })

  test.each([
    ["the later is before the earlier", [from(1, 2, { made: 2 }), from(3, 4, { made: 1 })]],
    ["one looks at what was over", [from(1, 2, { made: 1 }), from(3, 4, { found: [0] })]],
    ["one looks at what is to come", [from(1, 2, { found: [1] }), from(3, 4, { made: 1 })]],
    [
      "two look, and the second at what was before",
      [from(0, 9, { made: 1 }), from(1, 2, { found: [1] }), from(3, 4, { found: [0] })],
    ],
    [
      "one has to be late for another and early for a third",
      [from(1, 2, { made: 3 }), from(3, 4, { found: [0, 5] }), from(5, 6, { made: 4 })],
    ],
  ])("are out of order when %s", (_, operations) => {
    expect(() => RealTime.inRealTime(operations)).toThrow("comes behind")
  })
})

const scale = { writers: 4, readers: 2, commands: 400, edges: 5, inFlight: 3 }

const run = (breakIt: (good: Store) => Store) =>
  Effect.runPromise(
    Effect.scoped(
      Effect.flatMap(MemoryStore.make(), (store) => concurHere(breakIt(slow(store)), scale, 500)),
    ),
  )

describe("the judge of concurrent processes", () => {
  test("lets a good store pass", async () => {
    const verdict = await run((good) => good)
    expect(verdict.answered + verdict.rejected).toBeGreaterThanOrEqual(400)
    expect(Math.min(...Object.values(verdict))).toBeGreaterThan(0)
  })

  test.each([
    ["ignores the expected version", Writes.ignoresTheExpectedVersion, /whole effect/],
    [
      "checks the version ahead of the write",
      Writes.checksTheVersionAheadOfTheWrite,
      /whole effect/,
    ],
    ["forgets command ids", Records.forgetsCommandIds, /has its effect once|one receipt/],
    [
      "commits a change in pieces",
      Writes.commitsAChangeInPieces,
      /whole effect|effect once|comes of a command/,
    ],
    ["answers ahead of the commit", answersAheadOfTheCommit, /./],
    ["looks at a copy", looksAtACopy, /comes behind/],
    ["repeats an event", Reads.repeatsAnEvent, /positions/],
    [
      "lets a smaller position appear late",
      Reads.letsASmallerPositionAppearLate,
      /positions of the log|state of its version|exactly one receipt|whole effect/,
    ],
  ])("finds a store that %s", async (_, breakIt, finding) => {
    await expect(run(breakIt)).rejects.toThrow(finding)
  })
})
