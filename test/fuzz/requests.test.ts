/**
 * Sends generated requests, good and broken ones, over real sockets. Whatever comes: an answer, none
 * of them a 5xx, errors in the form of the part of the API that was asked, no secret in them, and no
 * change that the model does not foresee.
 */
import { Sandbox } from "@kith/sandbox"
import fc from "fast-check"
import { afterAll, beforeAll, expect, test } from "vitest"
import { Range, type Target } from "../support/fuzz/range.ts"
import { acts } from "../support/fuzz/acts.ts"
import { shot, type Shot, variationsOf } from "../support/fuzz/shots.ts"
import { world } from "../support/fuzz/world.ts"

const runs = 420
const least = 20_000

let sandbox: Awaited<ReturnType<typeof Sandbox.start>>
let range: Range
beforeAll(async () => {
  sandbox = await Sandbox.start()
  range = await Range.open(sandbox.port, world)
})
afterAll(async () => {
  range.close()
  await sandbox.close()
})

/** What failed first, of a run. */
const play = async (shots: ReadonlyArray<Shot>): Promise<void> => {
  const target: Target = await range.begin()
  for (const one of shots) await target.fire(one)
  await target.compare()
}

test(
  `answers ${least} generated requests, and does no more than was asked and allowed`,
  { timeout: 360_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(shot, { minLength: 1, maxLength: 120, size: "max" }), play),
      { numRuns: runs, interruptAfterTimeLimit: 300_000 },
    )
    expect(range.fired).toBeGreaterThanOrEqual(least)
  },
)

test.each(Object.keys(acts))("answers %s in every way and with every flaw", async (act) => {
  await play(variationsOf(act))
})
