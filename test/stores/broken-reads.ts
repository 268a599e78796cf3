/** Stores that break a promise about lists, histories or the log. */
import type { Relationship } from "@kith/core"
import { Effect } from "effect"
import { mapEvents, type Store } from "./breaking-stores.ts"
import * as ToyStore from "./toy-store.ts"

export const repeatsAnEvent = (good: Store): Store => ({
  ...good,
  log: (after, limit) => good.log(Math.max(0, after - 1), limit),
})

export const breaksOrderAcrossPages = (good: Store): Store => ({
  ...good,
  // The newest of all that are newer, where the nearest were asked for.
  list: (list, user, limit, bound) =>
    bound?.direction !== "newer"
      ? good.list(list, user, limit, bound)
      : Effect.map(good.list(list, user, 1_000_000, bound), (slice) => ({
          entries: slice.entries.slice(0, limit),
          older: true,
          newer: slice.entries.length > limit,
        })),
})

export const skipsByCount = (good: Store): Store => {
  // Remembers how many entries came before a position, as an offset does.
  const offsets = new Map<string, number>()
  return {
    ...good,
    list: (list, user, limit, bound) =>
      Effect.gen(function* () {
        const all = yield* good.list(list, user, 1_000_000)
        const key = `${list} ${user} ${bound?.than}`
        const offset =
          bound?.direction === "newer"
            ? Math.max(0, all.entries.filter((it) => it.since > bound.than).length - limit)
            : (offsets.get(key) ??
              (bound === undefined ? 0 : all.entries.filter((it) => it.since >= bound.than).length))
        const newer =
          bound?.direction === "newer"
            ? all.entries.filter((it) => it.since > bound.than).length
            : offset + limit
        const entries = all.entries.slice(offset, newer)
        const last = entries.at(-1)
        if (last !== undefined) offsets.set(`${list} ${user} ${last.since}`, newer)
        return { entries, newer: offset > 0, older: newer < all.entries.length }
      }),
  }
}

export const listsWhatWas = (good: Store): Store => {
  const first = new Map<string, Relationship.Pending | Relationship.Following>()
  return {
    ...good,
    list: (list, user, limit, bound) =>
      Effect.map(good.list(list, user, limit, bound), (slice) => ({
        ...slice,
        entries: slice.entries.map((entry) => {
          const key = `${list} ${user} ${entry.user} ${entry.since}`
          const relationship = first.get(key) ?? entry.relationship
          first.set(key, relationship)
          return { ...entry, relationship }
        }),
      })),
  }
}

export const movesWhoIsTuned = (good: Store): Store => {
  const touched = new Map<string, number>()
  return {
    ...good,
    commit: (changes) =>
      Effect.tap(good.commit(changes), (outcomes) =>
        Effect.sync(() => {
          for (const [index, outcome] of outcomes.entries()) {
            const edge = changes[index]?.edge
            if (edge === undefined || outcome._tag !== "Committed") continue
            touched.set(`${edge.source} ${edge.target}`, outcome.position)
          }
        }),
      ),
    list: (list, user, limit, bound) =>
      Effect.map(good.list(list, user, limit, bound), (slice) => ({
        ...slice,
        entries: slice.entries
          .map((entry) => ({
            ...entry,
            since:
              touched.get(`${user} ${entry.user}`) ??
              touched.get(`${entry.user} ${user}`) ??
              entry.since,
          }))
          .toSorted((left, right) => right.since - left.since),
      })),
  }
}

export const alwaysHasMore = (good: Store): Store => ({
  ...good,
  list: (list, user, limit, bound) =>
    Effect.map(good.list(list, user, limit, bound), (slice) => ({
      ...slice,
      older: slice.entries.length === limit,
    })),
})

/** An event at every fifth position is not to be seen until a reader has seen a later one. */
export const letsASmallerPositionAppearLate = (good: Store): Store => {
  let seen = 0
  const isHidden = (position: number): boolean => position % 5 === 0 && position > seen
  return {
    ...good,
    log: (after, limit) =>
      Effect.map(good.log(after, limit), (events) => {
        const visible = events.filter((event) => !isHidden(event.position))
        seen = Math.max(seen, visible.at(-1)?.position ?? 0)
        return visible
      }),
  }
}

export const losesTheCause = (good: Store): Store =>
  mapEvents(good, (event) => ({ ...event, causationId: event.commandId }))

export const readsEachEdgeOnce = (good: Store): Store => ({
  ...good,
  load: (reads) =>
    good.load(
      Array.from(
        new Map(reads.map((read) => [`${read.edge.source} ${read.edge.target}`, read])).values(),
      ),
    ),
})

export const isNeverDone = (good: Store): Store => ({
  ...good,
  // A last page that is not full counts as nothing yet.
  log: (after, limit) =>
    Effect.map(good.log(after, limit), (events) =>
      events.length < Math.min(limit, 2) ? [] : events,
    ),
})

export const showsAHistoryInPart = (good: Store): Store => ({
  ...good,
  history: (edge) => Effect.map(good.history(edge), (events) => events.slice(0, 1000)),
})

/** Positions are spent on what is in conflict, and looked for one after the other. */
export const stopsAtAHoleInThePositions = (): Store => {
  const state = ToyStore.empty()
  const good = ToyStore.make(state)
  return {
    ...good,
    commit: (changes) =>
      Effect.tap(good.commit(changes), (outcomes) =>
        Effect.sync(() => {
          state.last += outcomes.filter(({ _tag }) => _tag === "Conflict").length
        }),
      ),
    log: (after, limit) =>
      Effect.map(good.log(after, limit), (events) =>
        events.filter((event) => event.position <= after + limit),
      ),
  }
}

export const includesTheBoundInWhatASourceHas = (good: Store): Store => ({
  ...good,
  list: (list, user, limit, bound) =>
    good.list(
      list,
      user,
      limit,
      bound?.direction === "older" && (list === "following" || list === "requestsSent")
        ? { ...bound, than: bound.than + 1 }
        : bound,
    ),
})
