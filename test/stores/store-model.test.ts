/** What the suite of stores makes up: changes as a service might commit them. */
import { Decider, UserId } from "@kith/core"
import { StoreModel } from "@kith/core/testing"
import { Effect } from "effect"
import * as fc from "fast-check"
import { expect, test } from "vitest"

const [ada, bea] = [UserId.make("1"), UserId.make("2")]
const edges = [
  { source: ada, target: bea },
  { source: bea, target: ada },
]
const ids = ["a", "b", "c", "d", "e", "f", "g"]

test("a change that can be committed says what its events come to", () => {
  fc.assert(
    fc.property(StoreModel.batches(edges.length), (batches) => {
      const model = StoreModel.empty()
      for (const plans of batches) {
        for (const change of Effect.runSync(StoreModel.realise(model, edges, ids, plans))) {
          if (StoreModel.expect(model, change) !== "Committed") continue
          const { relationship } = StoreModel.snapshotOf(model, change.edge)
          const events = change.events.map(({ event }) => event)
          expect(change.relationship).toEqual(Decider.fold(relationship, events))
          StoreModel.apply(model, change, model.log.length + 1)
        }
      }
    }),
    { numRuns: 1000 },
  )
})
