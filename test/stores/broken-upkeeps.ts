/** Stores whose upkeep breaks a promise, each in a way that a real one might. */
import type { Edge, Relationship, Upkeep } from "@kith/core"
import { Effect, Stream } from "effect"
import {
  ending,
  isSame,
  isTombstone,
  type Recorded,
  touches,
  versions,
  withStore,
  withUpkeep,
} from "./breaking-upkeeps.ts"
import { keepOnly, type Kit, type Open } from "./toy-upkeep.ts"

/** A store that shows something else once it was rebuilt. */
const rebuilt = (good: Open, show: (isRebuilt: () => boolean) => Partial<Kit["store"]>): Kit => {
  let done = false
  return withUpkeep(
    withStore(
      good,
      show(() => done),
    ),
    {
      rebuild: ending(good.upkeep.rebuild, () => {
        done = true
      }),
    },
  )
}

export const changesWhatItChecks = (good: Open): Kit =>
  withUpkeep(good, {
    check: Stream.concat(
      good.upkeep.check,
      Stream.fromEffectDrain(Effect.sync(() => good.state.commands.clear())),
    ),
  })

export const checksAMovingTarget = (good: Open): Kit =>
  withUpkeep(good, {
    check: Stream.suspend(() => {
      const before = good.state.last
      const look = Effect.suspend(() => Effect.succeed(good.state.last === before))
      return Stream.fromEffect(Effect.andThen(Effect.yieldNow, look)).pipe(
        Stream.flatMap((same) =>
          same
            ? Stream.empty
            : Stream.make<[Upkeep.Fault]>({
                _tag: "Fault",
                where: "edges",
                message: "an edge is ahead of its log",
              }),
        ),
      )
    }),
  })

export const takesATombstoneForAFault = (good: Open): Kit =>
  withUpkeep(good, {
    check: Stream.suspend(() =>
      Stream.fromIterable(good.state.log.filter((event) => isTombstone(event))).pipe(
        Stream.map(({ source }): Upkeep.Fault => ({
          _tag: "Fault",
          where: "log",
          message: `the history of ${source} does not begin at version 1`,
        })),
      ),
    ),
  })

export const takesAnEmptyStoreForAFault = (good: Open): Kit =>
  withUpkeep(good, {
    check: Stream.suspend(() =>
      good.state.log.length > 0
        ? good.upkeep.check
        : Stream.make<[Upkeep.Fault]>({ _tag: "Fault", where: "log", message: "there is no log" }),
    ),
  })

export const countsPastTheEnd = (good: Open): Kit =>
  withUpkeep(good, {
    check: Stream.make({ _tag: "Progress", done: 2, total: 1 } as const),
  })

export const countsEventsForVersionsInARebuild = (good: Open): Kit =>
  rebuilt(good, (isRebuilt) => ({
    load: (reads) =>
      Effect.flatMap(good.store.load(reads), (loaded) =>
        Effect.forEach(loaded, (each, index) => {
          const edge = reads[index]?.edge
          return edge === undefined || !isRebuilt()
            ? Effect.succeed(each)
            : Effect.map(good.store.history(edge), ({ length }) => ({ ...each, version: length }))
        }),
      ),
  }))

export const movesWhoChangedPreferencesInARebuild = (good: Open): Kit =>
  rebuilt(good, (isRebuilt) => ({
    list: (list, user, limit, bound) =>
      Effect.map(good.store.list(list, user, limit, bound), (slice) => ({
        ...slice,
        entries: !isRebuilt()
          ? slice.entries
          : slice.entries.map((entry) => ({
              ...entry,
              since: Math.max(
                ...good.state.log
                  .filter((event) => touches(user, event) && touches(entry.user, event))
                  .map(({ position }) => position),
              ),
            })),
      })),
  }))

export const countsWhoLeftInARebuild = (good: Open): Kit =>
  rebuilt(good, (isRebuilt) => ({
    counts: (user) =>
      Effect.map(good.store.counts(user), (counts) =>
        isRebuilt()
          ? {
              ...counts,
              following: new Set(
                good.state.log
                  .filter(({ event, source }) => source === user && event._tag === "Followed")
                  .map(({ target }) => target),
              ).size,
            }
          : counts,
      ),
  }))

export const forgetsCommandIdsInARebuild = (good: Open): Kit =>
  withUpkeep(good, {
    rebuild: ending(good.upkeep.rebuild, () => good.state.commands.clear()),
  })

export const numbersTheLogAnewInARebuild = (good: Open): Kit =>
  withUpkeep(good, {
    rebuild: ending(good.upkeep.rebuild, () => {
      const { log } = good.state
      log.splice(0, log.length, ...log.map((event, index) => ({ ...event, position: index + 1 })))
    }),
  })

/** Empties its tables, fills them again, and readers look on. */
export const showsEmptyTablesInARebuild = (good: Open): Kit => {
  let empty = false
  const set = (to: boolean) =>
    Effect.sync(() => {
      empty = to
    })
  return withUpkeep(
    withStore(good, {
      counts: (user) =>
        Effect.map(good.store.counts(user), (counts) =>
          empty ? { followers: 0, following: 0, requestsReceived: 0, requestsSent: 0 } : counts,
        ),
    }),
    {
      rebuild: Stream.fromEffectDrain(
        Effect.andThen(
          set(true),
          Effect.andThen(Effect.replicateEffect(Effect.yieldNow, 30), set(false)),
        ),
      ),
    },
  )
}

/** Builds new tables of the log as it was when it began, and leaves it at that. */
export const losesCommandsInARebuild = (good: Open): Kit => {
  const stale = new Map<
    string,
    { readonly relationship: Relationship.Relationship; readonly version: number }
  >()
  const name = ({ source, target }: Edge.Edge) => `${source} ${target}`
  return withUpkeep(
    withStore(good, {
      load: (reads) =>
        Effect.map(good.store.load(reads), (loaded) =>
          loaded.map((each, index) => {
            const edge = reads[index]?.edge
            return edge === undefined ? each : { ...each, ...stale.get(name(edge)) }
          }),
        ),
    }),
    {
      rebuild: Stream.fromEffectDrain(
        Effect.gen(function* () {
          const log = Array.from(good.state.log)
          yield* Effect.replicateEffect(Effect.yieldNow, 30)
          for (const edge of log) {
            if (
              versions(log.filter(isSame(edge))) === versions(good.state.log.filter(isSame(edge)))
            )
              continue
            stale.set(name(edge), {
              relationship: { _tag: "None" },
              version: versions(log.filter(isSame(edge))),
            })
          }
        }),
      ),
    },
  )
}

/** What readers see of an interrupted rebuild is half of it. */
export const staysHalfRebuilt = (good: Open): Kit => {
  let half = false
  return withUpkeep(
    withStore(good, {
      list: (list, user, limit, bound) =>
        Effect.map(good.store.list(list, user, limit, bound), (slice) =>
          half ? { ...slice, entries: slice.entries.slice(1) } : slice,
        ),
    }),
    {
      rebuild: Stream.fromEffectDrain(
        Effect.gen(function* () {
          yield* Effect.yieldNow
          // What the transaction of a rebuild does not hold back when it is rolled back.
          yield* Effect.onInterrupt(Effect.replicateEffect(Effect.yieldNow, 8), () =>
            Effect.sync(() => {
              half = true
            }),
          )
        }),
      ),
    },
  )
}

export const forgetsTheMomentItself = (good: Open): Kit =>
  withUpkeep(good, { forget: (before) => good.upkeep.forget(before + 1) })

export const forgetsEveryCommandId = (good: Open): Kit =>
  withUpkeep(good, {
    forget: (before) =>
      Effect.tap(good.upkeep.forget(before), () => Effect.sync(() => good.state.commands.clear())),
  })

export const forgetsNoTombstone = (good: Open): Kit =>
  withUpkeep(good, {
    forget: (before) =>
      Effect.suspend(() => {
        const stones = good.state.log.filter(isTombstone)
        return Effect.map(good.upkeep.forget(before), (forgotten) => {
          good.state.log.push(...stones.filter((event) => !good.state.log.includes(event)))
          good.state.log.sort((left, right) => left.position - right.position)
          return forgotten
        })
      }),
  })

export const remembersTheVersionOfATombstone = (good: Open): Kit => {
  const old: Array<Recorded> = []
  return withUpkeep(
    withStore(good, {
      load: (reads) =>
        Effect.map(good.store.load(reads), (loaded) =>
          loaded.map((each, index) => {
            const edge = reads[index]?.edge
            const stone = edge === undefined ? undefined : old.find(isSame(edge))
            return each.version > 0 ? each : { ...each, version: stone?.version ?? 0 }
          }),
        ),
    }),
    {
      forget: (before) =>
        Effect.suspend(() => {
          old.push(...good.state.log.filter(isTombstone))
          return good.upkeep.forget(before)
        }),
    },
  )
}

export const forgetsWhatFollowedATombstone = (good: Open): Kit =>
  withUpkeep(good, {
    forget: (before) =>
      Effect.suspend(() => {
        const stones = good.state.log.filter((event) => isTombstone(event) && event.time < before)
        return Effect.tap(good.upkeep.forget(before), () =>
          Effect.sync(() => keepOnly(good.state.log, (event) => !stones.some(isSame(event)))),
        )
      }),
  })

export const forgetsEventsWithTheirCommands = (good: Open): Kit =>
  withUpkeep(good, {
    forget: (before) =>
      Effect.suspend(() => {
        const old = Array.from(good.state.commands).filter(([, { change }]) => change.time < before)
        const ids = new Set(old.map(([id]) => id))
        return Effect.tap(good.upkeep.forget(before), () =>
          Effect.sync(() => keepOnly(good.state.log, ({ commandId }) => !ids.has(commandId))),
        )
      }),
  })

export const countsWhatItForgetsWrong = (good: Open): Kit =>
  withUpkeep(good, {
    forget: (before) =>
      Effect.map(good.upkeep.forget(before), ({ commandIds, tombstones }) => ({
        commandIds: tombstones,
        tombstones: commandIds,
      })),
  })

export const beginsPositionsAnewAfterClearing = (good: Open): Kit =>
  withUpkeep(good, {
    clear: Effect.tap(good.upkeep.clear, () =>
      Effect.sync(() => {
        good.state.last = 0
      }),
    ),
  })

export const continuesBehindTheNewestEvent = (good: Open): Kit =>
  withUpkeep(good, {
    forget: (before) =>
      Effect.tap(good.upkeep.forget(before), () =>
        Effect.sync(() => {
          good.state.last = good.state.log.at(-1)?.position ?? 0
        }),
      ),
  })

export const clearsTheJournalToo = (good: Open): Kit =>
  withUpkeep(good, {
    clear: Effect.gen(function* () {
      yield* good.upkeep.clear
      for (const { key, version } of yield* good.journal.scan("", 1_000_000)) {
        yield* good.journal.write([{ key, value: undefined, expectedVersion: version }])
      }
    }),
  })

export const clearsAllButCommandIds = (good: Open): Kit =>
  withUpkeep(good, {
    clear: Effect.suspend(() => {
      const before = Array.from(good.state.commands)
      return Effect.tap(good.upkeep.clear, () =>
        Effect.sync(() => before.forEach(([id, ended]) => good.state.commands.set(id, ended))),
      )
    }),
  })

export const clearsInPieces = (good: Open): Kit =>
  withUpkeep(good, {
    clear: Effect.gen(function* () {
      keepOnly(good.state.log, () => false)
      yield* Effect.replicateEffect(Effect.yieldNow, 5)
      yield* good.upkeep.clear
    }),
  })
