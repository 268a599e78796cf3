/** How far a log goes, for those who show how far they are. */
import type { RelationshipStore, StoreError } from "@kith/core"
import * as Effect from "effect/Effect"

type Log = RelationshipStore.RelationshipStore["Service"]["log"]

/**
 * The position of the last event, or one shortly before it; 0 when there is none. A log is read
 * forwards alone, so this looks whether something comes behind twice as far, and then closes in.
 */
export const lastPosition = (log: Log): Effect.Effect<number, StoreError.StoreError> =>
  Effect.gen(function* () {
    const behind = (position: number) => Effect.map(log(position, 1), ([event]) => event?.position)
    let last = yield* behind(0)
    if (last === undefined) return 0
    let beyond = last * 2
    for (let found = yield* behind(beyond); found !== undefined; found = yield* behind(beyond)) {
      last = found
      beyond = found * 2
    }
    while (beyond - last > last / 100) {
      const middle = Math.floor((last + beyond) / 2)
      const found: number | undefined = yield* behind(middle)
      if (found === undefined) beyond = middle
      else last = found
    }
    return last
  })
