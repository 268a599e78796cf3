/**
 * A store whose operations a scheduler lets go on: before and after each of them, what others do may
 * come in between. `Races` gives it out under the same name.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as fc from "fast-check"
import * as Check from "./Check.ts"
import type { Store } from "./StoreCase.ts"

/**
 * A store whose operations wait for their turn, before and after.
 *
 * @category combinators
 * @since 0.1.0
 */
export const scheduled = (scheduler: fc.Scheduler, store: Store): Store => {
  let turns = 0
  const turn = (label: string) =>
    Effect.promise(() => {
      // A reader that never gets on would go round for ever.
      if (++turns > 1000)
        throw new Check.Mismatch("a race comes to an end", "in 1,000 turns", label)
      return scheduler.schedule(Promise.resolve(), label)
    })
  const around = <A, E>(label: string, operation: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.andThen(
      turn(`${label} begins`),
      Effect.flatMap(operation, (result) => Effect.as(turn(`${label} ends`), result)),
    )
  return {
    load: (reads) => around("load", store.load(reads)),
    commit: (changes) => around("commit", store.commit(changes)),
    history: (edge) => around("history", store.history(edge)),
    list: (list, user, limit, bound) => around("list", store.list(list, user, limit, bound)),
    counts: (user) => around("counts", store.counts(user)),
    log: (after, limit) => around("log", store.log(after, limit)),
    awaitLog: (after) => around("awaitLog", store.awaitLog(after)),
  }
}
