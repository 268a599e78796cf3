/**
 * The suite that every store has to pass: each sentence of the port's documentation has a case.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, it } from "vitest"
import { RelationshipStore } from "../RelationshipStore.ts"
import { noExtras, type StoreBench, type StoreCase, type StoreSupports } from "./StoreCase.ts"
import { commandCases } from "./StoreCommandCases.ts"
import { commitCases } from "./StoreCommitCases.ts"
import { conflictCases } from "./StoreConflictCases.ts"
import { lifeCases } from "./StoreLifeCases.ts"
import { listCases } from "./StoreListCases.ts"
import { logCases } from "./StoreLogCases.ts"
import { modelCases } from "./StoreModelCases.ts"
import { openCases } from "./StoreOpenCases.ts"
import { pageCases } from "./StorePageCases.ts"
import { raceCases } from "./StoreRaceCases.ts"
import { recordCases } from "./StoreRecordCases.ts"
import { repeatCases } from "./StoreRepeatCases.ts"
import { wakingCases } from "./StoreWakingCases.ts"

/**
 * All cases, by topic.
 *
 * @category constructors
 * @since 0.1.0
 */
export const storeCases: Readonly<Record<string, ReadonlyArray<StoreCase>>> = {
  "changes and conflicts": [...commitCases, ...conflictCases],
  "what is kept": [...recordCases, ...repeatCases],
  "command ids": commandCases,
  "lists and counts": listCases,
  pages: pageCases,
  "the log": logCases,
  "waiting for the log": wakingCases,
  "readers, writers, interruption": lifeCases,
  "generated changes": modelCases,
  races: raceCases,
  "opening again": openCases,
}

/**
 * How a layer is put to the test: every case builds it anew.
 *
 * @param patience milliseconds after which something that never comes counts as missing
 * @category constructors
 * @since 0.1.0
 */
export const storeBench = (
  layer: Layer.Layer<RelationshipStore, unknown>,
  supports?: Partial<StoreSupports>,
  patience = 10_000,
): StoreBench => ({
  open: Effect.map(Layer.build(Layer.fresh(layer)), (context) =>
    Context.get(context, RelationshipStore),
  ),
  supports: { ...noExtras, ...supports },
  patience,
})

/**
 * Runs one case. Fails with what is not as promised.
 *
 * @category operations
 * @since 0.1.0
 */
export const runStoreCase = (bench: StoreBench, each: StoreCase): Effect.Effect<void, unknown> =>
  Effect.scoped(each.run(bench))

/**
 * Declares the suite of a store with vitest. An adapter's test file is this one call.
 *
 * **Example** (The whole test file of an adapter)
 *
 * ```ts
 * import { storeSuite } from "@kith/core/testing"
 * import { MemoryStore } from "@kith/memory-adapter"
 *
 * storeSuite("MemoryStore", MemoryStore.layer)
 * ```
 *
 * @param layer built anew for each case
 * @param supports what it can beyond the port, such as `{ durable: true, shared: true }`
 * @category constructors
 * @since 0.1.0
 */
export const storeSuite = (
  name: string,
  layer: Layer.Layer<RelationshipStore, unknown>,
  supports?: Partial<StoreSupports>,
): void => {
  const bench = storeBench(layer, supports)
  describe(name, () => {
    for (const [topic, cases] of Object.entries(storeCases)) {
      describe(topic, () => {
        for (const each of cases) {
          if (each.when !== undefined && !each.when(bench.supports)) continue
          it(each.title, { timeout: 60_000 }, () => Effect.runPromise(runStoreCase(bench, each)))
        }
      })
    }
  })
}
