/**
 * Cases of a list's pages: both directions, every size, bounds anywhere, edges that come and go.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Bound, Entry, ListName } from "../Page.ts"
import * as Event from "../RelationshipEvent.ts"
import type { Slice } from "../RelationshipStore.ts"
import type { UserId } from "../UserId.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import { keep, type Kept, onStore, type Store, type StoreCase } from "./StoreCase.ts"

const listNames = ["following", "followers", "requestsSent", "requestsReceived"] as const

/** Somebody comes into a list of a user. */
const join = (store: Store, user: UserId, list: ListName = "followers") =>
  Effect.flatMap(Fixtures.user, (other) => {
    const isOutgoing = list === "following" || list === "requestsSent"
    const isFollow = list === "following" || list === "followers"
    return keep(
      store,
      isOutgoing ? { source: user, target: other } : { source: other, target: user },
      Fixtures.untouched,
      [isFollow ? Event.followed(true, false) : Event.followRequested(true, false)],
    )
  })

const leave = (store: Store, kept: Kept) => keep(store, kept.change.edge, kept, [Event.unfollowed])

/** A user with followers, newest first. */
const crowd = (store: Store, size: number) =>
  Effect.gen(function* () {
    const target = yield* Fixtures.user
    const kept = yield* Effect.replicateEffect(join(store, target), size)
    return { target, newestFirst: kept.toReversed() }
  })

/** The rows of those who came into a list of a user. */
const rowsOf = (user: UserId, all: ReadonlyArray<Kept>): ReadonlyArray<Entry> =>
  all.flatMap(({ change, position, relationship }) => {
    const { source, target } = change.edge
    return relationship._tag === "None"
      ? []
      : [{ user: source === user ? target : source, relationship, since: position }]
  })

/** What a page has to be, said naively. */
const naively = (rows: ReadonlyArray<Entry>, limit: number, bound: Bound | undefined): Slice => {
  const begin = bound === undefined ? 0 : rows.filter((it) => it.since >= bound.than).length
  const end = bound === undefined ? 0 : rows.filter((it) => it.since > bound.than).length
  const [from, to] =
    bound?.direction === "newer" ? [Math.max(0, end - limit), end] : [begin, begin + limit]
  return { entries: rows.slice(from, to), newer: from > 0, older: to < rows.length }
}

/**
 * The pages of a user's followers in one direction, from a bound to the end.
 *
 * @category operations
 * @since 0.1.0
 */
export const walk = (
  store: Store,
  target: UserId,
  limit: number,
  direction: Bound["direction"],
  from?: Bound,
) =>
  Effect.gen(function* () {
    const found: Array<Slice> = []
    let bound = from
    for (;;) {
      const slice = yield* store.list("followers", target, limit, bound)
      const isBeyond = ({ since }: Entry): boolean =>
        bound === undefined || (direction === "older" ? since < bound.than : since > bound.than)
      Check.holds("a page lies beyond its bound", slice.entries.every(isBeyond))
      found.push(slice)
      const last = direction === "older" ? slice.entries.at(-1) : slice.entries[0]
      if (last === undefined || !slice[direction]) return found
      bound = { direction, than: last.since }
    }
  })

/**
 * Pages of lists.
 *
 * @category constructors
 * @since 0.1.0
 */
export const pageCases: ReadonlyArray<StoreCase> = [
  onStore(
    "gives up to `limit` entries, the newest of all without a bound",
    "Up to `limit` (1 or more) entries of a list, newest first, beside the bound; the newest of all without a bound.",
    (store) =>
      Effect.gen(function* () {
        const { newestFirst, target } = yield* crowd(store, 5)
        const rows = rowsOf(target, newestFirst)
        for (const limit of [1, 2, 4, 5, 6, 1000]) {
          Check.equal(
            `the newest ${limit}`,
            yield* store.list("followers", target, limit),
            naively(rows, limit, undefined),
          )
        }
      }),
  ),
  onStore(
    "begins at any position in both directions, and says whether there is more",
    "Where a page begins: at the newest entry older than a position, or, going back, such that it ends at the oldest entry newer than a position.",
    (store) =>
      Effect.gen(function* () {
        const user = yield* Fixtures.user
        // All lists grow by turns, so that each knows positions that no entry of it has.
        const rows: Record<ListName, Array<Entry>> = {
          following: [],
          followers: [],
          requestsSent: [],
          requestsReceived: [],
        }
        for (let count = 0; count < 6; count++) {
          for (const list of listNames) {
            rows[list].unshift(...rowsOf(user, [yield* join(store, user, list)]))
          }
        }
        for (const list of listNames) {
          const positions = rows[list].flatMap(({ since }) => [since - 1, since, since + 1])
          for (const than of [0, ...positions, Number.MAX_SAFE_INTEGER]) {
            for (const direction of ["older", "newer"] as const) {
              for (const limit of [1, 2, 6]) {
                const bound = { direction, than }
                Check.equal(
                  `${limit} ${direction} than ${than} of ${list}`,
                  yield* store.list(list, user, limit, bound),
                  naively(rows[list], limit, bound),
                )
              }
            }
          }
        }
      }),
  ),
  onStore(
    "pages through a list to its end and back, in pages of every size",
    "Newest first.",
    (store) =>
      Effect.gen(function* () {
        const { newestFirst, target } = yield* crowd(store, 12)
        const rows = rowsOf(target, newestFirst)
        for (const limit of [1, 2, 3, 5, 11, 12, 13]) {
          const down = yield* walk(store, target, limit, "older")
          Check.equal(
            "the way down shows all",
            down.flatMap((it) => it.entries),
            rows,
          )
          Check.equal(
            "the way down ends where there is nothing older",
            down.map((it) => [it.newer, it.older]),
            down.map((_, index) => [index > 0, index < down.length - 1]),
          )
          const up = yield* walk(store, target, limit, "newer", { direction: "newer", than: 0 })
          Check.equal(
            "the way up shows all",
            up.toReversed().flatMap((it) => it.entries),
            rows,
          )
          Check.equal(
            "the way up ends where there is nothing newer",
            up.map((it) => [it.newer, it.older]),
            up.map((_, index) => [index < up.length - 1, index > 0]),
          )
        }
      }),
  ),
  onStore(
    "neither skips nor repeats anybody who stays while others come and go",
    "Whether the list has entries older than the bound's page.",
    (store) =>
      Effect.gen(function* () {
        const { newestFirst, target } = yield* crowd(store, 9)
        const [first, second, third, fourth, fifth] = newestFirst
        if (!first || !second || !third || !fourth || !fifth) return
        const page = yield* store.list("followers", target, 3)
        Check.equal("the first page", page.entries, rowsOf(target, [first, second, third]))
        // The entry that the next page begins behind goes, so does one ahead, and two come.
        yield* leave(store, third)
        yield* leave(store, fourth)
        const [earlier, later] = [yield* join(store, target), yield* join(store, target)]
        const beyond = yield* store.list("followers", target, 3, {
          direction: "older",
          than: third.position,
        })
        Check.equal("the next page goes on", beyond, {
          entries: rowsOf(target, newestFirst.slice(4, 7)),
          older: true,
          newer: true,
        })
        const back = yield* store.list("followers", target, 4, {
          direction: "newer",
          than: fifth.position,
        })
        Check.equal("the way back shows who stayed and who came", back, {
          entries: rowsOf(target, [later, earlier, first, second]),
          older: true,
          newer: false,
        })
      }),
  ),
  onStore(
    "says what lies beside a page that is empty",
    "Whether the list has entries newer than the bound's page.",
    (store) =>
      Effect.gen(function* () {
        const { newestFirst, target } = yield* crowd(store, 2)
        const [newest, oldest] = newestFirst
        if (!newest || !oldest) return
        const list = (bound: Bound) => store.list("followers", target, 10, bound)
        Check.equal(
          "below the oldest",
          yield* list({ direction: "older", than: oldest.position }),
          { entries: [], older: false, newer: true },
        )
        Check.equal(
          "above the newest",
          yield* list({ direction: "newer", than: newest.position }),
          { entries: [], older: true, newer: false },
        )
        yield* leave(store, newest)
        yield* leave(store, oldest)
        Check.equal(
          "in a list that emptied",
          yield* list({ direction: "older", than: oldest.position }),
          { entries: [], older: false, newer: false },
        )
      }),
  ),
]
