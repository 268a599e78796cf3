/** What every store has to endure: its processes are killed at random moments. */
import { describe, expect, test } from "vitest"
import { timeFor } from "./counts.ts"
import { crash } from "./crashing.ts"
import type { Kind } from "./places.ts"
import { makeOffice } from "./processes.ts"

/** @param perStore after how many deaths a new store is begun */
export const crashSuite = (
  kind: Kind,
  kills: { readonly working: number; readonly opening: number },
  perStore: number,
): void => {
  const office = makeOffice()
  describe(`${kind.name}, whose processes are killed`, () => {
    test(
      `loses nothing that was acknowledged, and has nothing by halves, after ${kills.working} of them at work`,
      timeFor(kills.working),
      async ({ annotate }) => {
        const plan = { moment: "killedWorking", kills: kills.working, perStore } as const
        const figures = await crash(office, kind, plan)
        await annotate(JSON.stringify(figures))
        expect(figures.killedWorking).toBe(kills.working)
        expect(figures.failures).toEqual({})
        expect(figures.acknowledged).toBeGreaterThanOrEqual(kills.working)
      },
    )

    test(
      `opens again after ${kills.opening} of them while they made or opened it`,
      timeFor(kills.opening),
      async ({ annotate }) => {
        const plan = { moment: "killedOpening", kills: kills.opening, perStore: 3 } as const
        const figures = await crash(office, kind, plan)
        await annotate(JSON.stringify(figures))
        expect(figures.killedOpening).toBe(kills.opening)
        expect(figures.failures).toEqual({})
      },
    )
  })
}
