/** The tests of crashes themselves: they find nothing in a good store, and whatever a bad one does. */
import { Check } from "@kith/core/testing"
import { describe, expect, test } from "vitest"
import { crash } from "./support/crashing.ts"
import { lines } from "./support/kinds.ts"
import type { Flaw } from "./support/line-store.ts"
import { makeOffice } from "./support/processes.ts"

const office = makeOffice()
const good = lines()
const plan = { moment: "killedWorking", kills: 6, perStore: 6 } as const

const flaws: ReadonlyArray<Flaw> = [
  "acknowledges early",
  "loses the last",
  "keeps halves",
  "forgets commands",
]

describe("killing processes", () => {
  test("finds nothing in a good store", async ({ annotate }) => {
    const figures = await crash(office, good, plan)
    await annotate(JSON.stringify(figures))
    expect(figures.killedWorking).toBe(6)
    expect(figures.failures).toEqual({})
    expect(figures.acknowledged).toBeGreaterThan(6)
  })

  describe.each(flaws)("finds a store that %s", (flaw) => {
    const kind = lines(flaw)
    test("within a few deaths", async () => {
      await expect(crash(office, kind, { ...plan, kills: 8, perStore: 8 })).rejects.toBeInstanceOf(
        Check.Mismatch,
      )
    })
  })
})
