/**
 * The suite that the upkeep of every store has to pass: each sentence of the port's documentation has
 * a case.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, it } from "vitest"
import { Journal } from "../Journal.ts"
import { RelationshipStore } from "../RelationshipStore.ts"
import { Upkeep } from "../Upkeep.ts"
import { noExtras, type UpkeepBench, type UpkeepCase, type UpkeepSupports } from "./UpkeepCase.ts"
import { eraseCases } from "./UpkeepEraseCases.ts"
import { forgetCases } from "./UpkeepForgetCases.ts"
import { lifeCases } from "./UpkeepLifeCases.ts"
import { modelCases } from "./UpkeepModelCases.ts"
import { openCases } from "./UpkeepOpenCases.ts"
import { rebuildCases } from "./UpkeepRebuildCases.ts"
import { tombstoneCases } from "./UpkeepTombstoneCases.ts"

/**
 * All cases, by topic.
 *
 * @category constructors
 * @since 0.1.0
 */
export const upkeepCases: Readonly<Record<string, ReadonlyArray<UpkeepCase>>> = {
  "checking and making anew": rebuildCases,
  "erasing a user": eraseCases,
  "what an erasure leaves": tombstoneCases,
  "forgetting and clearing": forgetCases,
  "generated histories": modelCases,
  "commands meanwhile, interruption, opening again": [...lifeCases, ...openCases],
}

/**
 * How a layer is put to the test: every case builds it anew.
 *
 * @param patience milliseconds after which something that never comes counts as missing
 * @category constructors
 * @since 0.1.0
 */
export const upkeepBench = (
  layer: Layer.Layer<RelationshipStore | Journal | Upkeep, unknown>,
  supports?: Partial<UpkeepSupports>,
  patience = 20_000,
): UpkeepBench => ({
  open: Effect.map(Layer.build(Layer.fresh(layer)), (context) => ({
    store: Context.get(context, RelationshipStore),
    journal: Context.get(context, Journal),
    upkeep: Context.get(context, Upkeep),
  })),
  supports: { ...noExtras, ...supports },
  patience,
})

/**
 * Runs one case. Fails with what is not as promised.
 *
 * @category operations
 * @since 0.1.0
 */
export const runUpkeepCase = (bench: UpkeepBench, each: UpkeepCase): Effect.Effect<void, unknown> =>
  Effect.scoped(each.run(bench))

/**
 * Declares the suite of a store's upkeep with vitest. An adapter's test file is this one call.
 *
 * Unlike the other suites it needs a store of its own: some cases forget and clear what is there, and
 * command ids must not be forgotten by age meanwhile.
 *
 * **Example** (The whole test file of an adapter)
 *
 * ```ts
 * import { upkeepSuite } from "@kith/core/testing"
 * import { SqliteAdapter } from "@kith/sqlite-adapter"
 * import { mkdtempSync } from "node:fs"
 * import { tmpdir } from "node:os"
 * import { join } from "node:path"
 *
 * const file = join(mkdtempSync(join(tmpdir(), "kith-")), "upkeep.db")
 * const layer = SqliteAdapter.layer({ file, keepCommandIdsFor: Infinity })
 *
 * upkeepSuite("SqliteAdapter", layer, { durable: true, shared: true })
 * ```
 *
 * @param layer built anew for each case
 * @param supports what it can beyond the port, and how to spoil what is derived from its log
 * @category constructors
 * @since 0.1.0
 */
export const upkeepSuite = (
  name: string,
  layer: Layer.Layer<RelationshipStore | Journal | Upkeep, unknown>,
  supports?: Partial<UpkeepSupports>,
): void => {
  const bench = upkeepBench(layer, supports)
  describe(name, () => {
    for (const [topic, cases] of Object.entries(upkeepCases)) {
      describe(topic, () => {
        for (const each of cases) {
          if (each.when !== undefined && !each.when(bench.supports)) continue
          it(each.title, { timeout: 60_000 }, () => Effect.runPromise(runUpkeepCase(bench, each)))
        }
      })
    }
  })
}
