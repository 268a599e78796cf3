/** Stores that break a promise about changes, versions or ids. */
import { Relationship, type RelationshipStore, UserId } from "@kith/core"
import { Effect } from "effect"
import { type Change, each, mapSnapshots, type Store } from "./breaking-stores.ts"

type CommitOutcome = RelationshipStore.CommitOutcome

export const dropsAnEvent = (good: Store): Store => ({
  ...good,
  commit: (changes) =>
    good.commit(
      changes.map((change) =>
        change.events.length > 1 ? { ...change, events: change.events.slice(0, -1) } : change,
      ),
    ),
})

export const ignoresTheExpectedVersion = (good: Store): Store => ({
  ...good,
  commit: each((change) =>
    Effect.flatMap(good.load([{ edge: change.edge, commandId: undefined }]), ([now]) =>
      good.commit([{ ...change, expectedVersion: now?.version ?? 0 }]),
    ),
  ),
})

export const checksTheVersionAheadOfTheWrite = (good: Store): Store => ({
  ...good,
  commit: each((change) =>
    Effect.gen(function* () {
      const [now] = yield* good.load([{ edge: change.edge, commandId: change.commandId }])
      if (now === undefined || now.record !== undefined || now.version !== change.expectedVersion) {
        return yield* good.commit([change])
      }
      yield* Effect.yieldNow
      const [later] = yield* good.load([{ edge: change.edge, commandId: undefined }])
      return yield* good.commit([{ ...change, expectedVersion: later?.version ?? 0 }])
    }),
  ),
})

export const acceptsAVersionYetToCome = (good: Store): Store => ({
  ...good,
  commit: each((change) =>
    Effect.flatMap(good.load([{ edge: change.edge, commandId: undefined }]), ([now]) =>
      good.commit([
        { ...change, expectedVersion: Math.min(change.expectedVersion, now?.version ?? 0) },
      ]),
    ),
  ),
})

export const losesAFlag = (good: Store): Store =>
  mapSnapshots(good, (it) => ({
    ...it,
    relationship:
      it.relationship._tag === "Following"
        ? Relationship.following(it.relationship.retweets, false)
        : it.relationship,
  }))

export const tellsAConflictFirst = (good: Store): Store => ({
  ...good,
  commit: each((change) =>
    Effect.flatMap(
      good.load([{ edge: change.edge, commandId: undefined }]),
      ([now]): ReturnType<Store["commit"]> =>
        now === undefined || now.version === change.expectedVersion
          ? good.commit([change])
          : Effect.succeed([{ _tag: "Conflict", current: now }]),
    ),
  ),
})

export const tellsAnOldState = (good: Store): Store => ({
  ...good,
  commit: (changes) =>
    Effect.map(good.commit(changes), (outcomes) =>
      outcomes.map((outcome): CommitOutcome =>
        outcome._tag === "Conflict"
          ? { ...outcome, current: { ...outcome.current, relationship: Relationship.none } }
          : outcome,
      ),
    ),
})

export const refusesABatchForOneConflict = (good: Store): Store => ({
  ...good,
  commit: (changes) =>
    Effect.gen(function* () {
      const before = yield* good.load(changes.map(({ edge }) => ({ edge, commandId: undefined })))
      const isStale = changes.some(
        (it, index) => it.expectedVersion > (before[index]?.version ?? 0),
      )
      return isStale
        ? before.map((current): CommitOutcome => ({ _tag: "Conflict", current }))
        : yield* good.commit(changes)
    }),
})

export const commitsABatchInPieces = (good: Store): Store => ({
  ...good,
  commit: each((change) => Effect.tap(good.commit([change]), () => Effect.yieldNow)),
})

export const commitsAChangeInPieces = (good: Store): Store => ({
  ...good,
  commit: each((change) =>
    Effect.gen(function* () {
      if (change.events.length < 2) return yield* good.commit([change])
      let first: CommitOutcome | undefined
      for (const [index, event] of change.events.entries()) {
        const isLast = index === change.events.length - 1
        const [outcome] = yield* good.commit([
          {
            ...change,
            events: [event],
            expectedVersion: change.expectedVersion + index,
            commandId: isLast ? change.commandId : undefined,
          },
        ])
        first ??= outcome
        if (first?._tag !== "Committed") break
        yield* Effect.yieldNow
      }
      return first === undefined ? [] : [first]
    }),
  ),
})

export const losesIdsAboveTheSafeIntegers = (good: Store): Store => {
  const round = (edge: Change["edge"]): string => `${Number(edge.source)} ${Number(edge.target)}`
  const edges = new Map<string, Change["edge"]>()
  const known = (edge: Change["edge"]): Change["edge"] => {
    const first = edges.get(round(edge)) ?? edge
    edges.set(round(edge), first)
    return first
  }
  return {
    ...good,
    load: (reads) => good.load(reads.map((read) => ({ ...read, edge: known(read.edge) }))),
    commit: (changes) =>
      good.commit(changes.map((change) => ({ ...change, edge: known(change.edge) }))),
    history: (edge) => good.history(known(edge)),
  }
}

export const failsOnAnEmptyBatch = (good: Store): Store => ({
  ...good,
  commit: (changes) =>
    changes.length === 0 ? Effect.die(new Error("syntax error at VALUES")) : good.commit(changes),
})

const wrap = (id: UserId.UserId): UserId.UserId => UserId.make(String(BigInt(id) % 2n ** 63n))

export const keepsIdsInSixtyFourBits = (good: Store): Store => {
  const wrapped = (edge: Change["edge"]): Change["edge"] => ({
    source: wrap(edge.source),
    target: wrap(edge.target),
  })
  return {
    ...good,
    load: (reads) => good.load(reads.map((read) => ({ ...read, edge: wrapped(read.edge) }))),
    commit: (changes) =>
      good.commit(changes.map((change) => ({ ...change, edge: wrapped(change.edge) }))),
    history: (edge) => good.history(wrapped(edge)),
    list: (list, user, limit, bound) => good.list(list, wrap(user), limit, bound),
  }
}

export const countsVersionsFromOne = (good: Store): Store =>
  mapSnapshots(good, (it) => ({ ...it, version: Math.max(1, it.version) }))
