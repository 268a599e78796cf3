/** Random histories as tests. */
import fc from "fast-check"
import { afterAll, beforeAll, describe, test } from "vitest"
import { historyOf } from "./history.ts"
import { play } from "./play.ts"
import type { Way } from "./process.ts"
import { openPlace, type Place } from "./stand.ts"

/** Milliseconds; a failure is made small, which takes its time. */
const atMost = 600_000

/** Plays so many histories over each way to act on X; see `judge.ts` for what has to hold in them. */
export const histories = (...ways: ReadonlyArray<readonly [way: Way, count: number]>): void => {
  describe.each(ways)("a random history over %s, with faults of every kind,", (way, numRuns) => {
    let place: Place
    beforeAll(async () => {
      place = await openPlace()
    })
    afterAll(() => place[Symbol.asyncDispose]())

    test(
      "tells the truth all along, and ends with what X has and nothing done twice",
      () =>
        fc.assert(
          fc.asyncProperty(historyOf(way), (history) => play(place, history)),
          { numRuns },
        ),
      atMost,
    )
  })
}
