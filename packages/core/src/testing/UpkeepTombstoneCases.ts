/**
 * Cases of what an erasure leaves: tombstones, and the edges that go on behind them.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Relationship from "../Relationship.ts"
import * as Event from "../RelationshipEvent.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import { awaitMore, keep, logOf, look, newest } from "./StoreCase.ts"
import { inTime } from "./Timing.ts"
import { finish, onKit, see, sound, type UpkeepCase } from "./UpkeepCase.ts"
import { circle, erasedAfter, tags } from "./UpkeepFixtures.ts"

const followed = Event.followed(true, false)

/**
 * What an erasure leaves.
 *
 * @category constructors
 * @since 0.1.0
 */
export const tombstoneCases: ReadonlyArray<UpkeepCase> = [
  onKit(
    "tells those who follow the log of an erasure, and wakes them",
    "On each such edge one `Erased` stays as a tombstone, with the edge's next version and a position of its own at the end of the log, so that those who follow the log learn of it.",
    (kit, bench) =>
      Effect.gen(function* () {
        const { own, start, user } = yield* circle(kit)
        const last = yield* newest(kit.store, start)
        const following = yield* Effect.forkChild(awaitMore(kit.store, last), {
          startImmediately: true,
        })
        yield* finish(kit.upkeep.erase(user))
        yield* inTime("whoever waits for the log wakes up", bench)(Fiber.join(following))
        const news = yield* logOf(
          kit.store,
          last,
          own.map(({ source }) => source),
          1,
        )
        Check.equal(
          "the news is one tombstone for each edge",
          news.map(({ event, source, target }) => `${event._tag} ${source} ${target}`).toSorted(),
          own.map(({ source, target }) => `Erased ${source} ${target}`).toSorted(),
        )
        // What is gone leaves a gap, and a gap is not the end.
        const all = yield* logOf(
          kit.store,
          start,
          own.map(({ source }) => source),
          1,
        )
        Check.equal("a reader from before gets over the gap", all.at(-1)?.id, news.at(-1)?.id)
      }),
  ),
  onKit(
    "lets the versions of an erased edge go on",
    [
      "On each such edge one `Erased` stays as a tombstone, with the edge's next version and a position of its own at the end of the log, so that those who follow the log learn of it.",
      "The history of an edge that was erased begins at its tombstone (see {@link Upkeep}), and goes on from there.",
    ],
    (kit) =>
      Effect.gen(function* () {
        const { start, user } = yield* circle(kit)
        const target = yield* Fixtures.user
        const edge = { source: user, target }
        const old = yield* keep(kit.store, edge, Fixtures.untouched, [followed, Event.unfollowed])
        yield* finish(kit.upkeep.erase(user))
        const stale = yield* Fixtures.change(edge, Fixtures.untouched, [followed])
        const late = yield* Fixtures.change(edge, old, [followed])
        Check.equal(
          "a change that does not know of it is in conflict",
          yield* kit.store.commit([stale, late]),
          [
            { _tag: "Conflict", current: erasedAfter(2) },
            { _tag: "Conflict", current: erasedAfter(2) },
          ],
        )
        const anew = yield* keep(kit.store, edge, erasedAfter(2), [
          followed,
          Event.notificationsTurnedOn,
        ])
        const history = yield* kit.store.history(edge)
        Check.equal("the history begins at the tombstone", tags(history), [
          "Erased",
          "Followed",
          "NotificationsTurnedOn",
        ])
        Check.equal("and goes on from there", history.slice(1).map(Fixtures.plain), anew.events)
        const { counts, lists } = yield* see(kit.store, [edge], start)
        Check.equal(
          "the user is listed again",
          lists.flat().map((entry) => [entry.user, entry.since]),
          [
            [target, anew.position],
            [user, anew.position],
          ],
        )
        Check.equal(
          "and counted",
          counts.map((each) => each.following + each.followers),
          [1, 1],
        )
        yield* sound(kit)
      }),
  ),
  onKit(
    "erases a user again without a second tombstone where there is only one",
    "whatever is interrupted, by a crash too, can be begun again.",
    (kit) =>
      Effect.gen(function* () {
        const { edges, start, user } = yield* circle(kit)
        yield* finish(kit.upkeep.erase(user))
        const once = yield* see(kit.store, edges, start)
        yield* finish(kit.upkeep.erase(user))
        yield* finish(kit.upkeep.erase(yield* Fixtures.user))
        const twice = yield* see(kit.store, edges, start)
        Check.equal("the log stays", twice.log, once.log)
        Check.equal("and the edges", twice.snapshots, once.snapshots)
        const edge = edges[0]
        const snapshot = once.snapshots[0]
        if (edge === undefined || snapshot === undefined) return
        yield* keep(kit.store, edge, snapshot, [followed])
        yield* finish(kit.upkeep.erase(user))
        Check.equal("what came since is erased", tags(yield* kit.store.history(edge)), ["Erased"])
        Check.equal("under the next version", yield* look(kit.store, edge), {
          relationship: Relationship.none,
          version: snapshot.version + 2,
        })
      }),
  ),
]
