/** Services that break a promise about what is read: edges, the log, lists. */
import { type Page, StoreError, type UserId } from "@kith/core"
import { Effect, Option, Stream } from "effect"
import { breakLists, breakService, mapPages, type Service } from "./breaking-services.ts"

export const countsVersionsFromOne = breakService(({ relationship }) => ({
  relationship: (edge, options) =>
    Effect.map(relationship(edge, options), (it) => ({ ...it, version: Math.max(1, it.version) })),
}))

export const knowsThePresentOnly = breakService(({ relationship }) => ({
  relationship: (edge) => relationship(edge),
}))

export const leavesTheMomentItselfOut = breakService(({ relationship }) => ({
  relationship: (edge, options) => {
    const { position, time } = { position: undefined, time: undefined, ...options?.asOf }
    if (position !== undefined) {
      return relationship(edge, { asOf: { position: Math.max(0, position - 1) } })
    }
    return relationship(edge, time === undefined ? {} : { asOf: { time: time - 1 } })
  },
}))

export const readsEachEdgeOnce = breakService(({ relationships }) => ({
  relationships: (edges) => relationships(Array.from(new Set(edges))),
}))

export const tellsTheNewestFirst = breakService(({ history }) => ({
  history: (edge) => Effect.map(history(edge), (events) => events.toReversed()),
}))

/** A change in the stream at the newest event that there was when somebody began to read. */
const atTheNewest = (
  change: (
    stream: ReturnType<Service["changes"]>,
    newest: number,
  ) => ReturnType<Service["changes"]>,
) =>
  breakService(({ changes, execute }) => {
    let newest = 0
    return {
      execute: (command, options) =>
        Effect.tap(execute(command, options), ({ events }) =>
          Effect.sync(() => {
            newest = Math.max(newest, events.at(-1)?.position ?? 0)
          }),
        ),
      changes: (options) => Stream.suspend(() => change(changes(options), newest)),
    }
  })

export const endsTheStreamAtTheNewest = atTheNewest((stream, newest) =>
  Stream.takeUntil(stream, ({ position }) => position >= newest),
)

export const losesWhatComesFirst = atTheNewest((stream, newest) =>
  Stream.filter(stream, ({ position }) => position !== newest + 1),
)

export const repeatsTheNewest = atTheNewest((stream, newest) =>
  Stream.flatMap(stream, (event) =>
    Stream.fromIterable(event.position === newest + 1 ? [event, event] : [event]),
  ),
)

export const beginsAtThePosition = breakService(({ changes }) => ({
  changes: (options) => changes({ from: Math.max(0, (options?.from ?? 0) - 1) }),
}))

export const listsTheOldestFirst = mapPages((page) => ({
  ...page,
  entries: page.entries.toReversed(),
}))

export const offersAPageBeforeTheFirst = mapPages((page) =>
  page.next === undefined ? page : { previous: page.next, ...page },
)

export const takesPagesOfAnySize = breakLists(
  (list) => (user, request) =>
    list(user, {
      ...request,
      limit: Math.min(1000, Math.max(1, Math.trunc(request?.limit ?? 100) || 1)),
    }),
)

export const takesAnyCursor = breakLists(
  (list) => (user, request) =>
    Effect.catchTag(list(user, request), "InvalidPage", (error) =>
      request?.cursor === undefined ? Effect.fail(error) : list(user, { limit: request.limit }),
    ),
)

export const listsRequestsAsFollows = breakService(({ following, requestsSent }) => ({
  following: (user, request) =>
    Effect.zipWith(following(user, request), requestsSent(user), (follows, requests) => ({
      ...follows,
      entries: [...follows.entries, ...requests.entries],
    })),
}))

export const keepsRequestsThatWereAnswered = breakService(({ execute, requestsReceived }) => {
  const answered = new Map<UserId.UserId, Page.Entry>()
  return {
    execute: (command, options) =>
      Effect.gen(function* () {
        const { entries } = yield* Effect.orDie(requestsReceived(command.target))
        const receipt = yield* execute(command, options)
        const entry = entries.find(({ user }) => user === command.source)
        if (entry !== undefined && command._tag === "ApproveRequest") {
          answered.set(command.target, entry)
        }
        return receipt
      }),
    requestsReceived: (user, request) =>
      Effect.map(requestsReceived(user, request), (page) => {
        const entry = answered.get(user)
        return entry === undefined ? page : { ...page, entries: [...page.entries, entry] }
      }),
  }
})

export const failsOnAnUnknownUser = breakService(({ counts }) => ({
  counts: (user) =>
    Effect.filterOrFail(
      counts(user),
      (all) => Object.values(all).some((count) => count > 0),
      () => new StoreError.StoreError({ reason: "Corrupt", message: "no such user" }),
    ),
}))

/** A cursor that is a number of entries. */
export const walksByCount = breakService(({ followers }) => ({
  walk: (_list, user, request) =>
    Stream.paginate(0, (offset) =>
      Effect.map(followers(user, { limit: 1000 }), ({ entries }) => {
        const limit = request?.limit ?? 100
        return [
          [{ entries: entries.slice(offset, offset + limit) }],
          Option.liftPredicate(offset + limit, (next) => next < entries.length),
        ] as const
      }),
    ),
}))

export const walksFromTheStart = breakService(({ walk }) => ({
  walk: (list, user, request) => walk(list, user, { limit: request?.limit }),
}))
