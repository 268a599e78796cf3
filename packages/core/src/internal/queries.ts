/** The reading half of the service over a store: adds cursors, time travel and streams to the port. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Decider from "../Decider.ts"
import type { Edge } from "../Edge.ts"
import * as Options from "../Options.ts"
import {
  decodeCursor,
  encodeCursor,
  InvalidPage,
  type ListName,
  type Page,
  type PageRequest,
} from "../Page.ts"
import type { RecordedEvent } from "../RecordedEvent.ts"
import type { RelationshipStore, Slice, Snapshot } from "../RelationshipStore.ts"
import type { StoreError } from "../StoreError.ts"
import type { UserId } from "../UserId.ts"
import { type AsOf, ofAsOf, ofChanges } from "./options.ts"

const logBatch = 512

const toPage = (
  list: ListName,
  user: UserId,
  slice: Slice,
  bound: Parameters<RelationshipStore["Service"]["list"]>[3],
): Page => {
  const first = slice.entries[0]
  const last = slice.entries[slice.entries.length - 1]
  // An empty page lies right beside its bound, which may be at the end of all positions.
  const newerThan =
    first?.since ?? (bound?.direction === "older" ? Math.max(0, bound.than - 1) : bound?.than)
  const olderThan =
    last?.since ??
    (bound?.direction === "newer" ? Math.min(Number.MAX_SAFE_INTEGER, bound.than + 1) : bound?.than)
  return {
    entries: slice.entries,
    ...(slice.older && olderThan !== undefined
      ? { next: encodeCursor(list, user, { direction: "older", than: olderThan }) }
      : {}),
    ...(slice.newer && newerThan !== undefined
      ? { previous: encodeCursor(list, user, { direction: "newer", than: newerThan }) }
      : {}),
  }
}

const until = (history: ReadonlyArray<RecordedEvent>, asOf: AsOf): Snapshot => {
  let relationship = Decider.initial
  let version = 0
  for (const recorded of history) {
    if (asOf.position !== undefined ? recorded.position > asOf.position : recorded.time > asOf.time)
      break
    relationship = Decider.evolve(relationship, recorded.event)
    version = recorded.version
  }
  return { relationship, version }
}

/** @internal */
export const make = (store: RelationshipStore["Service"]) => {
  const page = (
    list: ListName,
    user: UserId,
    request?: PageRequest,
  ): Effect.Effect<Page, StoreError | InvalidPage> =>
    Effect.suspend(() => {
      const limit = request?.limit ?? 100
      if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
        return Effect.fail(new InvalidPage({ message: "a page has 1 to 1000 entries" }))
      }
      if (request?.cursor === undefined) {
        return Effect.map(store.list(list, user, limit), (slice) =>
          toPage(list, user, slice, undefined),
        )
      }
      return Effect.flatMap(Effect.fromResult(decodeCursor(list, user, request.cursor)), (bound) =>
        Effect.map(store.list(list, user, limit, bound), (slice) =>
          toPage(list, user, slice, bound),
        ),
      )
    })

  const next = (after: number): Effect.Effect<ReadonlyArray<RecordedEvent>, StoreError> =>
    Effect.flatMap(store.log(after, logBatch), (events) =>
      events.length > 0
        ? Effect.succeed(events)
        : Effect.flatMap(store.awaitLog(after), () => next(after)),
    )

  return {
    relationship: (edge: Edge, options?: { readonly asOf?: AsOf | undefined }) => {
      const asOf = options?.asOf
      return asOf === undefined
        ? Effect.map(store.load([{ edge, commandId: undefined }]), ([loaded]) => ({
            relationship: loaded?.relationship ?? Decider.initial,
            version: loaded?.version ?? 0,
          }))
        : Effect.andThen(
            Options.check(asOf, ofAsOf, "asOf."),
            Effect.map(store.history(edge), (history) => until(history, asOf)),
          )
    },
    relationships: (edges: ReadonlyArray<Edge>) =>
      store.load(edges.map((edge) => ({ edge, commandId: undefined }))),
    history: store.history,
    following: (user: UserId, request?: PageRequest) => page("following", user, request),
    followers: (user: UserId, request?: PageRequest) => page("followers", user, request),
    requestsSent: (user: UserId, request?: PageRequest) => page("requestsSent", user, request),
    requestsReceived: (user: UserId, request?: PageRequest) =>
      page("requestsReceived", user, request),
    walk: (list: ListName, user: UserId, request?: PageRequest) =>
      Stream.paginate(request?.cursor, (cursor) =>
        Effect.map(page(list, user, { ...request, cursor }), (found) => [
          [found],
          found.next === undefined ? Option.none() : Option.some(found.next),
        ]),
      ),
    counts: store.counts,
    changes: (options?: { readonly from?: number | undefined }) => {
      const mistake = Options.mistake(options, ofChanges)
      if (mistake !== undefined) return Stream.die(mistake)
      return Stream.paginate(options?.from ?? 0, (after) =>
        Effect.map(next(after), (events) => [
          events,
          Option.some(events[events.length - 1]?.position ?? after),
        ]),
      )
    },
  }
}
