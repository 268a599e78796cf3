/**
 * Whether operations on one edge can have happened one after the other, each at some moment while it
 * went on: what everybody means who calls a store linearizable.
 *
 * Since every effect has a version, there is no order to search for. What changed the edge comes where
 * its version says, what found it in a version comes between two of those, and what could have found
 * it in several comes as early as it can.
 *
 * @since 0.1.0
 */
import * as Check from "./Check.ts"

/**
 * When an operation was asked for, and when its answer was there, on one clock for all operations.
 *
 * @category models
 * @since 0.1.0
 */
export interface Span {
  readonly invoked: number
  readonly answered: number
}

/**
 * - `name`: what to call it when its time is wrong.
 * - `made`: the version that it took the edge to; absent when it changed nothing.
 * - `found`: the versions in which it may have found the edge, when it changed nothing.
 *
 * @category models
 * @since 0.1.0
 */
export interface Operation extends Span {
  readonly name: string
  readonly made?: number | undefined
  readonly found?: ReadonlyArray<number> | undefined
}

/** The places of an operation in the order of all: versions are even, what found them is behind. */
const placesOf = ({ found = [], made }: Operation): ReadonlyArray<number> =>
  made === undefined
    ? found.map((version) => 2 * version + 1).toSorted((left, right) => left - right)
    : [2 * made]

/**
 * Checks that operations on one edge have an order in which none comes behind another that was asked
 * for only after its answer was there.
 *
 * @category operations
 * @since 0.1.0
 */
export const inRealTime = (operations: ReadonlyArray<Operation>): void => {
  const places = new Map<Operation, number>()
  const byAnswer = operations.toSorted((left, right) => left.answered - right.answered)
  let ended = 0
  let latest: Operation | undefined
  const placeOf = (operation: Operation | undefined): number =>
    operation === undefined ? 0 : (places.get(operation) ?? 0)
  for (const operation of operations.toSorted((left, right) => left.invoked - right.invoked)) {
    // Whoever was answered before this one was asked for was asked for before it, and has a place.
    for (; ended < byAnswer.length; ended++) {
      const other = byAnswer[ended]
      if (other === undefined || other.answered >= operation.invoked) break
      if (placeOf(other) > placeOf(latest)) latest = other
    }
    const place = placesOf(operation).find((place) => place >= placeOf(latest))
    if (place === undefined) {
      throw new Check.Mismatch(
        `${operation.name} comes behind ${latest?.name}, which had its answer before`,
        latest,
        operation,
      )
    }
    places.set(operation, place)
  }
}
