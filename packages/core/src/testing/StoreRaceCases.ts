/**
 * Cases of races: services over one store, in every order that fast-check's scheduler finds.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import * as Races from "./Races.ts"
import { onStore, type Store, type StoreCase } from "./StoreCase.ts"

const race = (
  title: string,
  promise: string,
  property: (store: Store) => fc.IAsyncPropertyWithHooks<unknown>,
): StoreCase =>
  onStore(title, promise, (store, { patience }) =>
    Effect.promise(() =>
      fc.assert(property(store), {
        numRuns: 50,
        timeout: patience,
        interruptAfterTimeLimit: 2 * patience,
        markInterruptAsFailure: true,
      }),
    ),
  )

/**
 * Many who write at once.
 *
 * @category constructors
 * @since 0.1.0
 */
export const raceCases: ReadonlyArray<StoreCase> = [
  race(
    "lets commands on one edge through two services take effect one after the other",
    "The events of an edge have versions 1, 2, 3 … without gap or repeat.",
    Races.commandsOnOneEdge,
  ),
  race(
    "lets overlapping batches of two services take effect one after the other",
    "Each change is all or nothing on its own: a conflict of one does not hinder the others.",
    Races.overlappingBatches,
  ),
  race(
    "shows a reader of the changes everything once while two services write",
    "Once a reader has seen position `p`, no event with a smaller position ever appears.",
    Races.readerDuringWriters,
  ),
]
