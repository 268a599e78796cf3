/**
 * Cases of upkeep beside commands, and of upkeep that is interrupted.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import { keepOne, logOf, look, newest } from "./StoreCase.ts"
import { inTime, pause } from "./Timing.ts"
import { finish, here, onKit, sameSight, see, sound, type UpkeepCase } from "./UpkeepCase.ts"
import { gone, pestering, popular } from "./UpkeepFixtures.ts"

/**
 * Upkeep while commands go on, and interruptions.
 *
 * @category constructors
 * @since 0.1.0
 */
export const lifeCases: ReadonlyArray<UpkeepCase> = [
  onKit(
    "erases a user with more than a thousand edges",
    "Erases a user: every event of every edge from or to the user goes, and so does the memory of command ids on them.",
    (kit, bench) =>
      Effect.gen(function* () {
        const start = yield* here(kit)
        const { edges, user } = yield* popular(kit, 1200)
        yield* inTime("the erasure ends", bench)(finish(kit.upkeep.erase(user)))
        yield* gone(kit, user, edges, start)
      }),
  ),
  onKit(
    "erases a user while commands go on, on the user's edges too",
    [
      "Everything goes on beside commands and readers, in bites that end within a moment; whatever is interrupted, by a crash too, can be begun again.",
      "An edge that comes to be meanwhile may be missed.",
    ],
    (kit, bench) =>
      Effect.gen(function* () {
        const start = yield* here(kit)
        const { edges, user } = yield* popular(kit, 60)
        const stop = yield* Effect.all([
          pestering(kit, edges.slice(0, 3)),
          pestering(kit, edges.slice(57)),
        ])
        for (let round = 0; round < 3; round++) {
          yield* inTime("the erasure ends", bench)(finish(kit.upkeep.erase(user)))
          yield* inTime("a check ends", bench)(sound(kit))
        }
        yield* inTime("the commands go on", bench)(Effect.all(stop))
        yield* sound(kit)
        yield* finish(kit.upkeep.erase(user))
        const log = yield* logOf(
          kit.store,
          start,
          edges.map(({ source }) => source),
        )
        Check.equal("in the end each edge has a tombstone and nothing else", log.length, 60)
        for (const edge of edges) {
          const history = yield* kit.store.history(edge)
          Check.equal(
            "which is its history",
            history.map(({ event }) => event._tag),
            ["Erased"],
          )
          Check.equal("and its state", yield* look(kit.store, edge), {
            relationship: Fixtures.untouched.relationship,
            version: history[0]?.version,
          })
        }
      }),
  ),
  onKit(
    "erases the rest when it is begun again after an interruption",
    "whatever is interrupted, by a crash too, can be begun again.",
    (kit, bench) =>
      Effect.gen(function* () {
        for (let turns = 0; turns < 10; turns++) {
          const start = yield* here(kit)
          const { edges, user } = yield* popular(kit, 40)
          const erasing = yield* Effect.forkChild(Stream.runDrain(kit.upkeep.erase(user)), {
            startImmediately: turns % 2 === 0,
          })
          yield* pause(turns)
          yield* inTime("an erasure can be interrupted", bench)(Fiber.interrupt(erasing))
          yield* sound(kit)
          yield* finish(kit.upkeep.erase(user))
          yield* gone(kit, user, edges, start)
        }
      }),
  ),
  onKit(
    "forgets and clears while commands go on",
    "Everything goes on beside commands and readers, in bites that end within a moment; whatever is interrupted, by a crash too, can be begun again.",
    (kit, bench) =>
      Effect.gen(function* () {
        const edges = yield* Effect.replicateEffect(Fixtures.edge, 4)
        const stop = yield* Effect.all([pestering(kit, edges), pestering(kit, edges.slice(1))])
        let last = yield* here(kit)
        for (let round = 0; round < 5; round++) {
          yield* inTime("forgetting ends", bench)(kit.upkeep.forget(253_402_300_799_999))
          yield* pause(round)
          last = yield* newest(kit.store, last)
          yield* inTime("clearing ends", bench)(kit.upkeep.clear)
          const { position } = yield* keepOne(kit.store)
          Check.holds("positions go on", position > last)
          yield* inTime("a check ends", bench)(sound(kit))
        }
        yield* inTime("the commands go on", bench)(Effect.all(stop))
        for (const edge of edges) {
          const history = yield* kit.store.history(edge)
          Check.equal(
            "the versions begin at 1",
            history.map(({ version }) => version),
            history.map((_, index) => index + 1),
          )
        }
        yield* sound(kit)
      }),
  ),
  onKit(
    "has cleared everything or nothing when it is interrupted",
    "Removes all events, what is derived from them, and the memory of command ids, in one step.",
    (kit, bench) =>
      Effect.gen(function* () {
        for (let turns = 0; turns < 15; turns++) {
          const start = yield* here(kit)
          const { commandIds, edges } = yield* popular(kit, 5)
          const before = yield* see(kit.store, edges, start)
          const clearing = yield* Effect.forkChild(kit.upkeep.clear, {
            startImmediately: turns % 2 === 0,
          })
          yield* pause(turns)
          yield* inTime("clearing can be interrupted", bench)(Fiber.interrupt(clearing))
          const after = yield* see(kit.store, edges, start)
          const isCleared = after.log.length === 0
          if (isCleared) {
            Check.equal(
              "no edge is left",
              after.snapshots,
              edges.map(() => Fixtures.untouched),
            )
            Check.equal("and no entry of a list", after.lists.flat(), [])
          } else sameSight("all is as it was", after, before)
          const loaded = yield* kit.store.load(
            edges.map((edge, index) => ({ edge, commandId: commandIds[index] })),
          )
          Check.equal(
            "all command ids are remembered or none",
            loaded.map(({ record }) => record !== undefined),
            edges.map(() => !isCleared),
          )
          yield* sound(kit)
        }
      }),
  ),
]
