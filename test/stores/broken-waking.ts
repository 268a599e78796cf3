/** Stores that let a reader who waits for the log sleep on. */
import { Deferred, Effect } from "effect"
import type { Store } from "./breaking-stores.ts"

/** Wakes all who have waited since it was given last. */
const signal = () => {
  let next = Deferred.makeUnsafe<void>()
  return {
    wait: Effect.suspend(() => Deferred.await(next)),
    give: Effect.suspend(() => {
      const before = next
      next = Deferred.makeUnsafe<void>()
      return Deferred.succeed(before, undefined)
    }),
  }
}

export const sleepsThroughAWakeUp = (good: Store): Store => {
  const commits = signal()
  return {
    ...good,
    commit: (changes) => Effect.tap(good.commit(changes), commits.give),
    // Looks, and only then begins to listen.
    awaitLog: (after) =>
      Effect.gen(function* () {
        if ((yield* good.log(after, 1)).length > 0) return
        yield* Effect.yieldNow
        yield* commits.wait
      }),
  }
}

export const wakesAtTheNextCommitOnly = (good: Store): Store => {
  const commits = signal()
  return {
    ...good,
    commit: (changes) => Effect.tap(good.commit(changes), commits.give),
    awaitLog: () => commits.wait,
  }
}

export const wakesNobodyWhereTheFirstIsInConflict = (good: Store): Store => {
  const commits = signal()
  return {
    ...good,
    commit: (changes) =>
      Effect.tap(good.commit(changes), ([first]) =>
        first?._tag === "Committed" ? commits.give : Effect.void,
      ),
    awaitLog: (after) =>
      Effect.flatMap(good.log(after, 1), (events) =>
        events.length > 0 ? Effect.void : commits.wait,
      ),
  }
}

export const wakesForTheFirstPositionOfACommit = (good: Store): Store => {
  const readers = new Map<Deferred.Deferred<void>, number>()
  return {
    ...good,
    commit: (changes) =>
      Effect.tap(good.commit(changes), (outcomes) => {
        const first = outcomes.find((outcome) => outcome._tag === "Committed")?.position ?? 0
        return Effect.forEach(readers, ([reader, after]) =>
          first > after ? Deferred.succeed(reader, undefined) : Effect.void,
        )
      }),
    awaitLog: (after) =>
      Effect.flatMap(good.log(after, 1), (events) => {
        if (events.length > 0) return Effect.void
        const reader = Deferred.makeUnsafe<void>()
        readers.set(reader, after)
        return Deferred.await(reader)
      }),
  }
}

export const wakesOneReaderOnly = (good: Store): Store => {
  const readers: Array<Deferred.Deferred<void>> = []
  return {
    ...good,
    commit: (changes) =>
      Effect.tap(good.commit(changes), () => {
        const reader = readers.shift()
        return reader === undefined ? Effect.void : Deferred.succeed(reader, undefined)
      }),
    awaitLog: (after) =>
      Effect.flatMap(good.log(after, 1), (events) => {
        if (events.length > 0) return Effect.void
        const reader = Deferred.makeUnsafe<void>()
        readers.push(reader)
        return Deferred.await(reader)
      }),
  }
}
