/**
 * Cases of the log: order, pages, readers during writers.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { Edge } from "../Edge.ts"
import type { RecordedEvent } from "../RecordedEvent.ts"
import * as Event from "../RelationshipEvent.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import {
  keep,
  keepOne,
  type Kept,
  logOf,
  newest,
  onStore,
  type Store,
  type StoreCase,
} from "./StoreCase.ts"
import { inTime } from "./Timing.ts"

const followed = Event.followed(true, false)

/** Writes `count` events on an edge, one commit each. */
const write = (store: Store, edge: Edge, count: number) =>
  Effect.gen(function* () {
    let before: Kept | typeof Fixtures.untouched = Fixtures.untouched
    const events: Array<RecordedEvent> = []
    for (let index = 0; index < count; index++) {
      const kept: Kept = yield* keep(store, edge, before, [
        index % 2 === 0 ? followed : Event.unfollowed,
      ])
      events.push(...kept.events)
      before = kept
    }
    return events
  })

/** Reads on from a position, waiting where there is nothing, until `count` events of the sources came. */
const follow = (store: Store, after: number, count: number, sources: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const seen: Array<RecordedEvent> = []
    let position = after
    while (seen.length < count) {
      const page = yield* store.log(position, 3)
      for (const event of page) {
        Check.holds("the positions that a reader sees go up", event.position > position)
        position = event.position
        if (sources.includes(event.source)) seen.push(Fixtures.plain(event))
      }
      if (page.length === 0) yield* store.awaitLog(position)
    }
    return seen
  })

/**
 * The log, and waiting for it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const logCases: ReadonlyArray<StoreCase> = [
  onStore(
    "gives events positions that go up in the order of commit",
    "Positions are strictly increasing in the order of commit.",
    (store) =>
      Effect.gen(function* () {
        const marked = yield* keepOne(store)
        const [a, b] = yield* Effect.all([Fixtures.edge, Fixtures.edge])
        const expected = [...(yield* write(store, a, 5)), ...(yield* write(store, b, 5))]
        const positions = [marked.position, ...expected.map((event) => event.position)]
        Check.holds("the first position is 1 or more", marked.position >= 1)
        Check.equal(
          "positions go up",
          positions,
          positions.toSorted((a, b) => a - b),
        )
        Check.equal("no position comes twice", new Set(positions).size, positions.length)
        Check.equal(
          "the log has that order",
          yield* logOf(store, marked.position, [a.source, b.source]),
          expected,
        )
      }),
  ),
  onStore(
    "gives the log in pages of any size",
    "Up to `limit` (1 or more) events with positions greater than `after`, in order.",
    (store) =>
      Effect.gen(function* () {
        const marked = yield* keepOne(store)
        const edges = yield* Effect.replicateEffect(Fixtures.edge, 6)
        const changes = yield* Effect.forEach(edges, (edge) =>
          Fixtures.change(edge, Fixtures.untouched, [followed, Event.notificationsTurnedOn]),
        )
        const outcomes = yield* store.commit(changes)
        const expected = changes.flatMap((change, index) => {
          const outcome = outcomes[index]
          return outcome?._tag === "Committed" ? Fixtures.recorded(change, outcome.position) : []
        })
        const sources = edges.map((edge) => edge.source)
        for (const limit of [1, 2, 3, 11, 12, 13, 1000]) {
          Check.equal(
            `in pages of ${limit}`,
            yield* logOf(store, marked.position, sources, limit),
            expected,
          )
        }
        for (const [index, event] of expected.entries()) {
          Check.equal(
            "from any event on, the next ones",
            yield* logOf(store, event.position, sources, 5),
            expected.slice(index + 1),
          )
        }
      }),
  ),
  onStore(
    "shows what lies behind a change that was not kept",
    [
      "Empty only when there are none yet.",
      "Up to `limit` (1 or more) events with positions greater than `after`, in order.",
    ],
    (store) =>
      Effect.gen(function* () {
        const commandId = yield* Fixtures.commandId
        const edge = yield* Fixtures.edge
        const first = yield* keep(store, edge, Fixtures.untouched, [followed], { commandId })
        // Each of them may have been given positions before it was found out.
        const stale = yield* Fixtures.change(edge, Fixtures.untouched, [followed])
        yield* store.commit([first.change, stale, stale, first.change])
        yield* store.commit([stale])
        const next = yield* keepOne(store)
        const sources = [edge.source, next.change.edge.source]
        Check.equal(
          "the next event is there",
          yield* logOf(store, first.position - 1, sources, 1),
          [...first.events, ...next.events],
        )
      }),
  ),
  onStore("has nothing behind its newest event", "Empty only when there are none yet.", (store) =>
    Effect.gen(function* () {
      const marked = yield* keepOne(store)
      const last = yield* newest(store, marked.position)
      Check.equal("far behind it there is nothing", yield* store.log(last + 1_000_000, 10), [])
      Check.holds("it is there itself", (yield* store.log(last - 1, 1)).length === 1)
    }),
  ),
  onStore(
    "shows a reader everything once while many write, and nothing late",
    "Once a reader has seen position `p`, no event with a smaller position ever appears.",
    (store, bench) =>
      Effect.gen(function* () {
        const marked = yield* keepOne(store)
        const edges = yield* Effect.replicateEffect(Fixtures.edge, 6)
        const sources = edges.map((edge) => edge.source)
        const each = 15
        const reading = yield* Effect.forkChild(
          follow(store, marked.position, edges.length * each, sources),
          { startImmediately: true },
        )
        const written = yield* Effect.forEach(edges, (edge) => write(store, edge, each), {
          concurrency: "unbounded",
        })
        const seen = yield* Fiber.join(reading).pipe(
          inTime("the reader sees all that was written", bench),
        )
        const expected = written.flat().toSorted((left, right) => left.position - right.position)
        Check.equal("the reader saw everything once, in order", seen, expected)
        Check.equal(
          "whoever reads later sees the same",
          yield* logOf(store, marked.position, sources),
          expected,
        )
      }),
  ),
]
