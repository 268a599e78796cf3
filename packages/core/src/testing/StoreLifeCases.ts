/**
 * Cases of what happens at the same time: readers during writers, waking up, interruption.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Event from "../RelationshipEvent.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import {
  awaitMore,
  inTime,
  keep,
  keepOne,
  type Kept,
  logOf,
  look,
  newest,
  onStore,
  type StoreCase,
} from "./StoreCase.ts"

const followed = Event.followed(true, false)

/** Lets the other fibers go on for a while. */
const pause = (turns: number) => Effect.replicateEffect(Effect.yieldNow, turns, { discard: true })

/**
 * Readers and writers at once, and interruptions.
 *
 * @category constructors
 * @since 0.1.0
 */
export const lifeCases: ReadonlyArray<StoreCase> = [
  onStore(
    "shows an edge and its history in agreement to a reader during writers",
    "The snapshot of an edge, its place in the lists and the counts are what its events fold to, at every moment that a reader can see.",
    (store, bench) =>
      Effect.gen(function* () {
        const edge = yield* Fixtures.edge
        const rounds = 30
        const writing = yield* Effect.forkChild(
          Effect.gen(function* () {
            let before: Kept | typeof Fixtures.untouched = Fixtures.untouched
            for (let index = 0; index < rounds; index++) {
              const events =
                index % 2 === 0
                  ? [followed, Event.notificationsTurnedOn]
                  : [Event.retweetsTurnedOff, Event.unfollowed]
              before = yield* keep(store, edge, before, events)
              yield* Effect.yieldNow
            }
          }),
        )
        const reading = Effect.gen(function* () {
          let seen = 0
          while (seen < 2 * rounds) {
            const { relationship, version } = yield* look(store, edge)
            const history = yield* store.history(edge)
            const { entries } = yield* store.list("followers", edge.target, 10)
            Check.holds(
              "no change is seen in halves",
              version % 2 === 0 && history.length % 2 === 0,
            )
            Check.holds("an edge never goes back", version >= seen && history.length >= version)
            Check.equal(
              "the state fits the version",
              relationship._tag,
              version % 4 === 2 ? "Following" : "None",
            )
            Check.holds(
              "whoever is listed follows, with the preferences of a whole change",
              entries.every(
                (it) =>
                  it.relationship._tag === "Following" &&
                  it.relationship.notifications &&
                  it.relationship.retweets,
              ),
            )
            seen = version
            yield* Effect.yieldNow
          }
        })
        yield* inTime("the reader sees the writer's last change", bench)(reading)
        yield* Fiber.join(writing)
      }),
  ),
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
    "It may return early; it never sleeps through a commit.",
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
    "It may return early; it never sleeps through a commit.",
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
    "has committed a batch whole or not at all when the commit is interrupted",
    "An operation that is interrupted has happened as a whole or not at all.",
    (store, bench) =>
      Effect.gen(function* () {
        for (let turns = 0; turns < 25; turns++) {
          const { position } = yield* keepOne(store)
          const edges = yield* Effect.replicateEffect(Fixtures.edge, 3)
          const changes = yield* Effect.forEach(edges, (edge) =>
            Effect.flatMap(Fixtures.commandId, (commandId) =>
              Fixtures.change(edge, Fixtures.untouched, [followed, Event.retweetsTurnedOff], {
                commandId,
              }),
            ),
          )
          const committing = yield* Effect.forkChild(store.commit(changes), {
            startImmediately: turns % 2 === 0,
          })
          yield* pause(turns)
          yield* inTime("a commit can be interrupted", bench)(Fiber.interrupt(committing))
          const loaded = yield* store.load(changes)
          const versions = new Set(loaded.map((it) => it.version))
          const [version = 0] = versions
          const whole = version === 2
          Check.holds("all edges changed or none", versions.size === 1 && (whole || version === 0))
          Check.equal(
            "all command ids are remembered or none",
            loaded.map((it) => it.record !== undefined),
            changes.map(() => whole),
          )
          const sources = edges.map((edge) => edge.source)
          const log = yield* logOf(store, position, sources)
          Check.equal("the log has all events or none", log.length, whole ? 6 : 0)
          const counts = yield* Effect.forEach(sources, (source) => store.counts(source))
          Check.equal(
            "the counts have all or none",
            counts.map((it) => it.following),
            changes.map(() => (whole ? 1 : 0)),
          )
          const outcomes = yield* store.commit(changes)
          Check.equal(
            "repeating it under the same command ids finds out",
            outcomes.map((it) => it._tag),
            changes.map(() => (whole ? "Repeated" : "Committed")),
          )
        }
      }),
  ),
]
