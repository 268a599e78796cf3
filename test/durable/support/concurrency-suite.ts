/** What every store has to bear: many processes write and read it at the same time. */
import { describe, expect, test } from "vitest"
import { concur, type Scale } from "./concurring.ts"
import { timeFor } from "./counts.ts"
import type { Kind } from "./places.ts"
import { makeOffice } from "./processes.ts"

export const concurrencySuite = (kind: Kind, scale: Scale): void => {
  const office = makeOffice()
  const { commands, edges, readers, writers } = scale
  describe(`${kind.name}, which ${writers} processes write and ${readers} follow at the same time`, () => {
    test(
      `is linearizable on each of ${edges} edges after ${commands} commands, and every reader sees one log`,
      timeFor(commands / 100),
      async ({ annotate }) => {
        const verdict = await concur(office, kind, scale)
        await annotate(JSON.stringify(verdict))
        expect(verdict.answered + verdict.rejected).toBeGreaterThanOrEqual(commands)
      },
    )
  })
}
