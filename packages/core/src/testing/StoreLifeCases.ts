/**
 * Cases of what happens at the same time: readers during writers, many writers, interruption.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Event from "../RelationshipEvent.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import { keep, keepOne, type Kept, logOf, look, onStore, type StoreCase } from "./StoreCase.ts"
import * as StoreModel from "./StoreModel.ts"
import { agrees } from "./StoreModelCases.ts"
import { inTime, pause } from "./Timing.ts"

const followed = Event.followed(true, false)

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
            const { followers } = yield* store.counts(edge.target)
            const later = yield* look(store, edge)
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
            if (later.version === version) {
              const length = relationship._tag === "Following" ? 1 : 0
              Check.equal(
                "what is read between two changes agrees: history, list, count",
                [history.length, entries.length, followers],
                [version, length, length],
              )
            }
            seen = version
            yield* Effect.yieldNow
          }
        })
        yield* inTime("the reader sees the writer's last change", bench)(reading)
        yield* Fiber.join(writing)
      }),
  ),
  onStore(
    "counts everybody who comes and goes at the same time",
    "The snapshot of an edge, its place in the lists and the counts are what its events fold to, at every moment that a reader can see.",
    (store) =>
      Effect.gen(function* () {
        const marked = yield* keepOne(store)
        const [target, sources] = yield* Effect.all([Fixtures.user, Fixtures.users(12)])
        const edges = sources.map((source) => ({ source, target }))
        const kept = yield* Effect.forEach(
          edges,
          (edge, index) =>
            Effect.gen(function* () {
              const asked = yield* keep(store, edge, Fixtures.untouched, [
                Event.followRequested(true, false),
              ])
              const approved = yield* keep(store, edge, asked, [Event.followRequestApproved])
              return index % 3 > 0
                ? [asked, approved]
                : [asked, approved, yield* keep(store, edge, approved, [Event.unfollowed])]
            }),
          { concurrency: "unbounded" },
        )
        const model = StoreModel.empty()
        for (const { change, position } of kept
          .flat()
          .toSorted((a, b) => a.position - b.position)) {
          StoreModel.apply(model, change, position)
        }
        yield* agrees(store, model, marked.position, edges)
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
