/**
 * Cases of upkeep on stores that are opened more than once: again, or by two at the same time.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Event from "../RelationshipEvent.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import { awaitMore, keep, keepOne, newest } from "./StoreCase.ts"
import { inTime } from "./Timing.ts"
import { finish, here, type Kit, sameSight, see, sound, type UpkeepCase } from "./UpkeepCase.ts"
import { gone, popular } from "./UpkeepFixtures.ts"

const followed = Event.followed(true, false)

/**
 * What upkeep left, when a store is opened again.
 *
 * @category constructors
 * @since 0.1.0
 */
export const openCases: ReadonlyArray<UpkeepCase> = [
  {
    title: "is as it was left when it is opened again",
    promises: [
      "Positions go on where they were, so that nobody who follows the log takes the new for the old.",
      "On each such edge one `Erased` stays as a tombstone, with the edge's next version and a position of its own at the end of the log, so that those who follow the log learn of it.",
      "An edge whose tombstone is forgotten begins anew at version 1.",
    ],
    when: (supports) => supports.durable,
    run: (bench) =>
      Effect.gen(function* () {
        const target = yield* Fixtures.user
        const life = <A>(act: (kit: Kit) => Effect.Effect<A, unknown>) =>
          Effect.scoped(Effect.flatMap(bench.open, act))
        const { edges, sight, start, user } = yield* life((kit) =>
          Effect.gen(function* () {
            const start = yield* here(kit)
            const { edges, user } = yield* popular(kit, 6)
            yield* finish(kit.upkeep.erase(user))
            yield* finish(kit.upkeep.rebuild)
            return { edges, sight: yield* see(kit.store, edges, start), start, user }
          }),
        )
        const last = yield* life((kit) =>
          Effect.gen(function* () {
            sameSight("it is as it was left", yield* see(kit.store, edges, start), sight)
            yield* sound(kit)
            const last = yield* newest(kit.store, start)
            yield* kit.upkeep.forget(253_402_300_799_999)
            return last
          }),
        )
        const next = yield* life((kit) =>
          Effect.gen(function* () {
            const edge = { source: user, target }
            const { position } = yield* keep(kit.store, edge, Fixtures.untouched, [followed])
            Check.holds("positions go on after forgetting", position > last)
            Check.equal("forgotten is forgotten", yield* kit.store.counts(user), {
              followers: 0,
              following: 1,
              requestsReceived: 0,
              requestsSent: 0,
            })
            yield* kit.upkeep.clear
            return position
          }),
        )
        const kit = yield* bench.open
        Check.equal("cleared is cleared", yield* kit.store.log(0, 10), [])
        const { position } = yield* keepOne(kit.store)
        Check.holds("positions go on after clearing", position > next)
        yield* sound(kit)
      }),
  },
  {
    title: "tells everybody who has it open",
    promises: [
      "On each such edge one `Erased` stays as a tombstone, with the edge's next version and a position of its own at the end of the log, so that those who follow the log learn of it.",
      "Removes all events, what is derived from them, and the memory of command ids, in one step.",
    ],
    when: (supports) => supports.shared,
    run: (bench) =>
      Effect.gen(function* () {
        const [one, two] = yield* Effect.all([bench.open, bench.open])
        const start = yield* here(one)
        const { edges, user } = yield* popular(one, 6)
        const before = yield* see(two.store, edges, start)
        Check.equal("two sees what one did", before.log.length, 12)
        const last = yield* newest(two.store, start)
        const following = yield* Effect.forkChild(awaitMore(two.store, last), {
          startImmediately: true,
        })
        yield* finish(one.upkeep.erase(user))
        yield* inTime("who follows the log in two wakes up", bench)(Fiber.join(following))
        sameSight(
          "two sees what one erased",
          yield* see(two.store, edges, start),
          yield* see(one.store, edges, start),
        )
        yield* finish(two.upkeep.rebuild)
        yield* gone(one, user, edges, start)
        yield* two.upkeep.clear
        Check.equal("what two cleared is gone in one", yield* one.store.log(0, 10), [])
        yield* keepOne(one.store)
        yield* sound(two)
      }),
  },
]
