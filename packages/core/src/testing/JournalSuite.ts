/**
 * The suite that every journal has to pass: each sentence of the port's documentation has a case.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, it } from "vitest"
import { Journal } from "../Journal.ts"
import {
  type JournalBench,
  type JournalCase,
  type JournalSupports,
  noExtras,
} from "./JournalCase.ts"
import { lifeCases } from "./JournalLifeCases.ts"
import { modelCases } from "./JournalModelCases.ts"
import { scanCases } from "./JournalScanCases.ts"
import { writeCases } from "./JournalWriteCases.ts"

/**
 * All cases, by topic.
 *
 * @category constructors
 * @since 0.1.0
 */
export const journalCases: Readonly<Record<string, ReadonlyArray<JournalCase>>> = {
  "entries and conflicts": writeCases,
  scans: scanCases,
  "generated writes and races": modelCases,
  "readers, interruption, opening again": lifeCases,
}

/**
 * How a layer is put to the test: every case builds it anew.
 *
 * @param patience milliseconds after which something that never comes counts as missing
 * @category constructors
 * @since 0.1.0
 */
export const journalBench = (
  layer: Layer.Layer<Journal, unknown>,
  supports?: Partial<JournalSupports>,
  patience = 10_000,
): JournalBench => ({
  open: Effect.map(Layer.build(Layer.fresh(layer)), (context) => Context.get(context, Journal)),
  supports: { ...noExtras, ...supports },
  patience,
})

/**
 * Runs one case. Fails with what is not as promised.
 *
 * @category operations
 * @since 0.1.0
 */
export const runJournalCase = (
  bench: JournalBench,
  each: JournalCase,
): Effect.Effect<void, unknown> => Effect.scoped(each.run(bench))

/**
 * Declares the suite of a journal with vitest. An adapter's test file is this one call.
 *
 * **Example** (The whole test file of an adapter)
 *
 * ```ts
 * import { journalSuite } from "@kith/core/testing"
 * import { MemoryJournal } from "@kith/memory-adapter"
 *
 * journalSuite("MemoryJournal", MemoryJournal.layer)
 * ```
 *
 * @param layer built anew for each case
 * @param supports what it can beyond the port, such as `{ durable: true, shared: true }`
 * @category constructors
 * @since 0.1.0
 */
export const journalSuite = (
  name: string,
  layer: Layer.Layer<Journal, unknown>,
  supports?: Partial<JournalSupports>,
): void => {
  const bench = journalBench(layer, supports)
  describe(name, () => {
    for (const [topic, cases] of Object.entries(journalCases)) {
      describe(topic, () => {
        for (const each of cases) {
          if (each.when !== undefined && !each.when(bench.supports)) continue
          it(each.title, { timeout: 60_000 }, () => Effect.runPromise(runJournalCase(bench, each)))
        }
      })
    }
  })
}
