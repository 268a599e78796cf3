/**
 * The suite that every `Relationships` has to pass, whatever is beneath it.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { describe, it } from "vitest"
import { Relationships } from "../Relationships.ts"
import { relationshipsModelCases } from "./RelationshipsModelCases.ts"
import { relationshipsBatchCases } from "./RelationshipsBatchCases.ts"
import {
  everything,
  type RelationshipsBench,
  type RelationshipsCase,
  type RelationshipsSupports,
} from "./RelationshipsCase.ts"
import { relationshipsCommandCases } from "./RelationshipsCommandCases.ts"
import { relationshipsLackCases } from "./RelationshipsLackCases.ts"
import { relationshipsListCases } from "./RelationshipsListCases.ts"
import { relationshipsLogCases } from "./RelationshipsLogCases.ts"
import { relationshipsPageCases } from "./RelationshipsPageCases.ts"
import { relationshipsReadCases } from "./RelationshipsReadCases.ts"
import { relationshipsRepeatCases } from "./RelationshipsRepeatCases.ts"
import { relationshipsRuleCases } from "./RelationshipsRuleCases.ts"
import { World } from "./World.ts"

/**
 * All cases, by topic.
 *
 * @category constructors
 * @since 0.1.0
 */
export const relationshipsCases: Readonly<Record<string, ReadonlyArray<RelationshipsCase>>> = {
  commands: [...relationshipsRuleCases, ...relationshipsCommandCases],
  "what there is no way to do": relationshipsLackCases,
  repeats: relationshipsRepeatCases,
  "many at once": relationshipsBatchCases,
  "edges, histories, the log": [...relationshipsReadCases, ...relationshipsLogCases],
  lists: [...relationshipsListCases, ...relationshipsPageCases],
  "the model": relationshipsModelCases,
}

/**
 * Builds a layer and puts it on the bench; it is closed with the scope.
 *
 * @param patience milliseconds after which something that never comes counts as missing
 * @category constructors
 * @since 0.1.0
 */
export const relationshipsBench = (
  layer: Layer.Layer<Relationships | World, unknown>,
  supports?: Partial<RelationshipsSupports>,
  patience = 10_000,
): Effect.Effect<RelationshipsBench, unknown, Scope.Scope> =>
  Effect.map(Layer.build(Layer.fresh(layer)), (context) => ({
    service: Context.get(context, Relationships),
    world: Context.get(context, World),
    supports: { ...everything, ...supports },
    patience,
  }))

/**
 * Declares the suite of a service with vitest. An adapter's test file is this one call.
 *
 * **Example** (A service over a store)
 *
 * ```ts
 * import { Relationships } from "@kith/core"
 * import { relationshipsSuite, World } from "@kith/core/testing"
 * import { MemoryStore } from "@kith/memory-adapter"
 * import { Layer } from "effect"
 *
 * relationshipsSuite(
 *   "Relationships over MemoryStore",
 *   Relationships.layerStore().pipe(
 *     Layer.provide(MemoryStore.layer),
 *     Layer.provideMerge(World.layerDirectory),
 *   ),
 * )
 * ```
 *
 * @param layer the service with control over its users; built anew for each case
 * @param supports what it and its world cannot do, such as `{ targetCommands: false }`
 * @category constructors
 * @since 0.1.0
 */
export const relationshipsSuite = (
  name: string,
  layer: Layer.Layer<Relationships | World, unknown>,
  supports?: Partial<RelationshipsSupports>,
): void => {
  const all = { ...everything, ...supports }
  const bench = relationshipsBench(layer, supports)
  describe(name, () => {
    for (const [topic, cases] of Object.entries(relationshipsCases)) {
      const concerned = cases.filter(({ when }) => when === undefined || when(all))
      // vitest takes a topic without cases for a mistake.
      if (concerned.length === 0) continue
      describe(topic, () => {
        for (const each of concerned) {
          it(each.title, { timeout: 60_000 }, () =>
            Effect.runPromise(Effect.scoped(Effect.flatMap(bench, each.run))),
          )
        }
      })
    }
  })
}
