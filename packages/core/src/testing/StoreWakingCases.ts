/**
 * Cases of waiting for the log: that whoever waits is woken, and nobody for ever.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Event from "../RelationshipEvent.ts"
import * as Fixtures from "./Fixtures.ts"
import { awaitMore, keep, keepOne, newest, onStore, type StoreCase } from "./StoreCase.ts"
import { inTime, pause } from "./Timing.ts"

const followed = Event.followed(true, false)

const neverSleeps = "It may return early; it never sleeps through a commit."

/**
 * Readers that wait.
 *
 * @category constructors
 * @since 0.1.0
 */
export const wakingCases: ReadonlyArray<StoreCase> = [
  onStore(
    "returns at once from waiting when there is something to read",
    "Returns once the log may have events with positions greater than `after`, at once when it has.",
    (store, bench) =>
      Effect.gen(function* () {
        const { position } = yield* keepOne(store)
        for (const after of [0, position - 1]) {
          yield* inTime(`waiting behind ${after} returns`, bench)(store.awaitLog(after))
        }
      }),
  ),
  onStore(
    "wakes everybody who waits when something is committed, however early or late",
    neverSleeps,
    (store, bench) =>
      Effect.gen(function* () {
        let { position } = yield* keepOne(store)
        for (let turns = 0; turns < 30; turns++) {
          position = yield* newest(store, position)
          const waiting = yield* Effect.replicateEffect(
            Effect.forkChild(awaitMore(store, position), { startImmediately: turns % 2 === 0 }),
            3,
          )
          yield* pause(turns)
          yield* keepOne(store)
          yield* inTime("everybody who waits wakes up", bench)(Fiber.joinAll(waiting))
        }
      }),
  ),
  onStore(
    "lets go of a reader that is interrupted, and wakes the others",
    neverSleeps,
    (store, bench) =>
      Effect.gen(function* () {
        const position = yield* newest(store, (yield* keepOne(store)).position)
        const [leaving, staying] = yield* Effect.all([
          Effect.forkChild(awaitMore(store, position), { startImmediately: true }),
          Effect.forkChild(awaitMore(store, position), { startImmediately: true }),
        ])
        yield* inTime("a waiting reader can be interrupted", bench)(Fiber.interrupt(leaving))
        yield* keepOne(store)
        yield* inTime("the other one wakes up", bench)(Fiber.join(staying))
      }),
  ),
  onStore(
    "wakes whoever waits for a batch of which a part is in conflict",
    neverSleeps,
    (store, bench) =>
      Effect.gen(function* () {
        const kept = yield* keepOne(store)
        const stale = yield* Fixtures.change(kept.change.edge, Fixtures.untouched, [followed])
        const good = yield* Effect.flatMap(Fixtures.edge, (edge) =>
          Fixtures.change(edge, Fixtures.untouched, [followed]),
        )
        const position = yield* newest(store, kept.position)
        const waiting = yield* Effect.forkChild(awaitMore(store, position), {
          startImmediately: true,
        })
        yield* store.commit([stale, good, stale])
        yield* inTime("what is kept wakes the reader", bench)(Fiber.join(waiting))
      }),
  ),
  onStore(
    "wakes whoever waits behind a position that is yet to come, once it has come",
    neverSleeps,
    (store, bench) =>
      Effect.gen(function* () {
        const position = yield* newest(store, (yield* keepOne(store)).position)
        const waiting = yield* Effect.forkChild(awaitMore(store, position + 2), {
          startImmediately: true,
        })
        const edge = yield* Fixtures.edge
        yield* keep(store, edge, Fixtures.untouched, [
          followed,
          Event.retweetsTurnedOff,
          Event.unfollowed,
        ])
        yield* inTime("the third event wakes the reader", bench)(Fiber.join(waiting))
      }),
  ),
]
