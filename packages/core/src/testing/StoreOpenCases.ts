/**
 * Cases of stores that are opened more than once: again, or by two at the same time.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Event from "../RelationshipEvent.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import {
  awaitMore,
  commitOne,
  keep,
  keepOne,
  logOf,
  look,
  newest,
  type StoreCase,
} from "./StoreCase.ts"
import * as StoreModel from "./StoreModel.ts"
import { agrees } from "./StoreModelCases.ts"
import { inTime } from "./Timing.ts"

/**
 * What is there when a store is opened again, or twice.
 *
 * @category constructors
 * @since 0.1.0
 */
export const openCases: ReadonlyArray<StoreCase> = [
  {
    title: "has everything that was written when it is opened again",
    promises: ["The port to where events are kept and the store is the authority."],
    when: (supports) => supports.durable,
    run: (bench) =>
      Effect.gen(function* () {
        const commandId = yield* Fixtures.commandId
        const kept = yield* Effect.scoped(
          Effect.gen(function* () {
            const store = yield* bench.open
            const first = yield* keepOne(store)
            return yield* keep(store, first.change.edge, first, [Event.retweetsTurnedOff], {
              commandId,
            })
          }),
        )
        const { edge } = kept.change
        const store = yield* bench.open
        Check.equal("the edge is there", yield* look(store, edge), Fixtures.after(kept.change))
        const history = yield* store.history(edge)
        Check.equal("its newest event is there", history.slice(1).map(Fixtures.plain), kept.events)
        const { entries } = yield* store.list("followers", edge.target, 10)
        Check.equal(
          "its list is there",
          entries.map((it) => it.user),
          [edge.source],
        )
        Check.equal("its count is there", (yield* store.counts(edge.target)).followers, 1)
        const [loaded] = yield* store.load([{ edge, commandId }])
        Check.equal("its command is remembered", loaded?.record?.version, 2)
        const next = yield* keepOne(store)
        Check.holds("positions go on", next.position > kept.position)
        Check.equal(
          "the log goes on",
          (yield* logOf(store, kept.position - 1, [edge.source, next.change.edge.source])).length,
          2,
        )
      }),
  },
  {
    title: "is empty when it is opened again",
    promises: ["The port to where events are kept and the store is the authority."],
    when: (supports) => !supports.durable,
    run: (bench) =>
      Effect.gen(function* () {
        const kept = yield* Effect.scoped(Effect.flatMap(bench.open, keepOne))
        const { edge } = kept.change
        const store = yield* bench.open
        Check.equal("the edge is untouched", yield* look(store, edge), Fixtures.untouched)
        Check.equal("the log is empty", yield* store.log(0, 10), [])
        Check.equal("nobody is counted", (yield* store.counts(edge.source)).following, 0)
      }),
  },
  {
    title: "is one store for all who have it open",
    promises: [
      "Of two concurrent changes with the same expected version of one edge, exactly one is committed.",
      "The snapshot of an edge, its place in the lists and the counts are what its events fold to, at every moment that a reader can see.",
    ],
    when: (supports) => supports.shared,
    run: (bench) =>
      Effect.gen(function* () {
        const [one, two] = yield* Effect.all([bench.open, bench.open])
        let kept = yield* keepOne(one)
        const { change, position } = kept
        Check.equal(
          "what one wrote, two reads",
          yield* look(two, change.edge),
          Fixtures.after(change),
        )
        // What two has read before is not what it reads for ever.
        const model = StoreModel.empty()
        StoreModel.apply(model, change, position)
        for (const event of [Event.retweetsTurnedOff, Event.unfollowed]) {
          kept = yield* keep(one, change.edge, kept, [event])
          StoreModel.apply(model, kept.change, kept.position)
          yield* agrees(two, model, position - 1, [change.edge])
        }
        const after = yield* newest(two, kept.position)
        const waiting = yield* Effect.forkChild(awaitMore(two, after), { startImmediately: true })
        yield* keepOne(one)
        yield* inTime("what one commits wakes two", bench)(Fiber.join(waiting))
        for (let round = 0; round < 20; round++) {
          const edge = yield* Fixtures.edge
          const [left, right] = yield* Effect.all([
            Fixtures.change(edge, Fixtures.untouched, [Event.followed(true, false)]),
            Fixtures.change(edge, Fixtures.untouched, [Event.followed(true, false)]),
          ])
          const outcomes = yield* Effect.all([one.commit([left]), two.commit([right])], {
            concurrency: "unbounded",
          })
          Check.equal(
            "exactly one of two wins",
            outcomes
              .flat()
              .map((it) => it._tag)
              .toSorted(),
            ["Committed", "Conflict"],
          )
        }
      }),
  },
  {
    title: "is refused, or a store of its own, when it is opened twice",
    promises: ["The port to where events are kept and the store is the authority."],
    when: (supports) => !supports.shared,
    run: (bench) =>
      Effect.gen(function* () {
        const one = yield* bench.open
        const { change } = yield* keepOne(one)
        const opened = yield* Effect.exit(bench.open)
        if (Exit.isFailure(opened)) return
        const two = opened.value
        Check.equal("two knows nothing of one", yield* look(two, change.edge), Fixtures.untouched)
        yield* commitOne(two, change)
        Check.equal(
          "one knows nothing of two",
          yield* look(one, change.edge),
          Fixtures.after(change),
        )
      }),
  },
]
