/**
 * Cases of a list's pages: both directions, every size, bounds anywhere, edges that come and go.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Bound, Entry } from "../Page.ts"
import * as Relationship from "../Relationship.ts"
import * as Event from "../RelationshipEvent.ts"
import type { Slice } from "../RelationshipStore.ts"
import type { UserId } from "../UserId.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import { keep, type Kept, onStore, type Store, type StoreCase } from "./StoreCase.ts"

const followed = Event.followed(true, false)

const join = (store: Store, target: UserId) =>
  Effect.flatMap(Fixtures.user, (source) =>
    keep(store, { source, target }, Fixtures.untouched, [followed]),
  )

const leave = (store: Store, kept: Kept) => keep(store, kept.change.edge, kept, [Event.unfollowed])

/** A user with followers, newest first. */
const crowd = (store: Store, size: number) =>
  Effect.gen(function* () {
    const target = yield* Fixtures.user
    const kept = yield* Effect.replicateEffect(join(store, target), size)
    return { target, newestFirst: kept.toReversed() }
  })

const row = (kept: Kept) => ({
  user: kept.change.edge.source,
  relationship: Relationship.following(true, false),
  since: kept.position,
})

/** What a page has to be, said naively. */
const naively = (rows: ReadonlyArray<Entry>, limit: number, bound: Bound | undefined): Slice => {
  const begin = bound === undefined ? 0 : rows.filter((it) => it.since >= bound.than).length
  const end = bound === undefined ? 0 : rows.filter((it) => it.since > bound.than).length
  const [from, to] =
    bound?.direction === "newer" ? [Math.max(0, end - limit), end] : [begin, begin + limit]
  return { entries: rows.slice(from, to), newer: from > 0, older: to < rows.length }
}

const walk = (
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
        const rows = newestFirst.map(row)
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
        const target = yield* Fixtures.user
        const rows: Array<Entry> = []
        // Others commit in between, so that there are positions that no entry has.
        for (let count = 0; count < 6; count++) {
          rows.unshift(row(yield* join(store, target)))
          yield* join(store, yield* Fixtures.user)
        }
        const positions = rows.flatMap(({ since }) => [since - 1, since, since + 1])
        for (const than of [0, ...positions, Number.MAX_SAFE_INTEGER]) {
          for (const direction of ["older", "newer"] as const) {
            for (const limit of [1, 2, 6]) {
              const bound = { direction, than }
              Check.equal(
                `${limit} ${direction} than ${than}`,
                yield* store.list("followers", target, limit, bound),
                naively(rows, limit, bound),
              )
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
        const rows = newestFirst.map(row)
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
        Check.equal("the first page", page.entries, [first, second, third].map(row))
        // The entry that the next page begins behind goes, so does one ahead, and two come.
        yield* leave(store, third)
        yield* leave(store, fourth)
        const [earlier, later] = [yield* join(store, target), yield* join(store, target)]
        const beyond = yield* store.list("followers", target, 3, {
          direction: "older",
          than: third.position,
        })
        Check.equal("the next page goes on", beyond, {
          entries: newestFirst.slice(4, 7).map(row),
          older: true,
          newer: true,
        })
        const back = yield* store.list("followers", target, 4, {
          direction: "newer",
          than: fifth.position,
        })
        Check.equal("the way back shows who stayed and who came", back, {
          entries: [later, earlier, first, second].map(row),
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
