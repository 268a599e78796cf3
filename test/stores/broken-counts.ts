/** Stores that break a promise about counts. */
import { StoreError, type UserId } from "@kith/core"
import { Effect } from "effect"
import { each, type Store } from "./breaking-stores.ts"

export const failsOnAnUnknownUser = (good: Store): Store => ({
  ...good,
  counts: (user) =>
    Effect.filterOrFail(
      good.counts(user),
      (counts) => Object.values(counts).some((count) => count > 0),
      () => new StoreError.StoreError({ reason: "Corrupt", message: "no such user" }),
    ),
})

export const neverCountsDown = (good: Store): Store => {
  const most = new Map<string, number>()
  return {
    ...good,
    counts: (user) =>
      Effect.map(good.counts(user), (counts) => {
        const followers = Math.max(most.get(user) ?? 0, counts.followers)
        most.set(user, followers)
        return { ...counts, followers }
      }),
  }
}

export const countsByRoundedIds = (good: Store): Store => {
  const sources = new Set<UserId.UserId>()
  return {
    ...good,
    commit: (changes) => {
      for (const { edge } of changes) sources.add(edge.source)
      return good.commit(changes)
    },
    counts: (user) =>
      Effect.gen(function* () {
        const isTaken = (it: UserId.UserId): boolean => it !== user && Number(it) === Number(user)
        const others = yield* Effect.forEach(Array.from(sources).filter(isTaken), good.counts)
        const own = yield* good.counts(user)
        const following = others.reduce((sum, it) => sum + it.following, own.following)
        return { ...own, following }
      }),
  }
}

/** Follows count as soon as they are on their way. */
export const countsAheadOfTheWrite = (good: Store): Store => {
  const coming: Array<UserId.UserId> = []
  return {
    ...good,
    commit: (changes) =>
      Effect.suspend(() => {
        coming.push(...changes.map(({ edge }) => edge.target))
        return Effect.andThen(Effect.yieldNow, () => {
          coming.splice(0, changes.length)
          return good.commit(changes)
        })
      }),
    counts: (user) =>
      Effect.map(good.counts(user), (counts) => ({
        ...counts,
        followers: counts.followers + coming.filter((each) => each === user).length,
      })),
  }
}

/** Reads how many there are, has others come in between, and writes one more or one less. */
export const losesACountInARace = (good: Store): Store => {
  const written = new Map<UserId.UserId, number>()
  const followersOf = (user: UserId.UserId) =>
    Effect.map(good.counts(user), ({ followers }) => followers)
  return {
    ...good,
    commit: each((change) =>
      Effect.gen(function* () {
        const { target } = change.edge
        const read = written.get(target) ?? (yield* followersOf(target))
        yield* Effect.yieldNow
        const before = yield* followersOf(target)
        const outcome = yield* good.commit([change])
        written.set(target, read + (yield* followersOf(target)) - before)
        return outcome
      }),
    ),
    counts: (user) =>
      Effect.map(good.counts(user), (counts) => ({
        ...counts,
        followers: written.get(user) ?? counts.followers,
      })),
  }
}
