/**
 * Cases of `commit` where somebody was faster: which changes are kept, and what is said of the others.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Relationship from "../Relationship.ts"
import * as Event from "../RelationshipEvent.ts"
import type { Change } from "../RelationshipStore.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import { keep, look, logOf, onStore, type Store, type StoreCase } from "./StoreCase.ts"

const followed = Event.followed(true, false)

const tags = (outcomes: ReadonlyArray<{ readonly _tag: string }>): ReadonlyArray<string> =>
  outcomes.map((outcome) => outcome._tag)

/** Neither the edge nor the log nor the lists show a trace of it. */
const untouchedBy = (store: Store, change: Change) =>
  Effect.gen(function* () {
    const { edge } = change
    Check.equal("its edge stays untouched", yield* look(store, edge), Fixtures.untouched)
    Check.equal("its edge has no history", yield* store.history(edge), [])
    Check.equal(
      "its list stays empty",
      (yield* store.list("following", edge.source, 10)).entries,
      [],
    )
    Check.equal("its source counts nobody", (yield* store.counts(edge.source)).following, 0)
  })

/**
 * Changes that come too late.
 *
 * @category constructors
 * @since 0.1.0
 */
export const conflictCases: ReadonlyArray<StoreCase> = [
  onStore(
    "answers a stale change with the edge as it is now, and keeps nothing of it",
    "`Conflict`: nothing is kept, and here is the edge as it is now, so that deciding again needs no second read.",
    (store) =>
      Effect.gen(function* () {
        const edge = yield* Fixtures.edge
        const kept = yield* keep(store, edge, Fixtures.untouched, [followed])
        const commandId = yield* Fixtures.commandId
        const stale = yield* Fixtures.change(
          edge,
          Fixtures.untouched,
          [Event.followRequested(true, true), Event.followRequestCancelled],
          { commandId },
        )
        Check.equal("a stale change is in conflict", yield* store.commit([stale]), [
          {
            _tag: "Conflict",
            current: { relationship: Relationship.following(true, false), version: 1 },
          },
        ])
        Check.equal("the edge stays", yield* look(store, edge), Fixtures.after(kept.change))
        const history = yield* store.history(edge)
        Check.equal("the history stays", history.map(Fixtures.plain), kept.events)
        Check.equal(
          "the log stays",
          yield* logOf(store, kept.position - 1, [edge.source]),
          kept.events,
        )
        const [loaded] = yield* store.load([{ edge, commandId }])
        Check.equal("its command id is not remembered", loaded?.record, undefined)
      }),
  ),
  onStore(
    "refuses a change that was decided on a version that is yet to come",
    "The version that the decision was made on.",
    (store) =>
      Effect.gen(function* () {
        const edge = yield* Fixtures.edge
        const change = yield* Fixtures.change(edge, { ...Fixtures.untouched, version: 1 }, [
          followed,
        ])
        Check.equal("a change ahead of its edge is in conflict", yield* store.commit([change]), [
          { _tag: "Conflict", current: Fixtures.untouched },
        ])
        yield* untouchedBy(store, change)
      }),
  ),
  onStore(
    "lets exactly one of two concurrent changes win",
    "Of two concurrent changes with the same expected version of one edge, exactly one is committed.",
    (store) =>
      Effect.gen(function* () {
        const edge = yield* Fixtures.edge
        let before = Fixtures.untouched
        for (let round = 0; round < 20; round++) {
          const event =
            before.version === 0
              ? followed
              : before.version % 2 === 0
                ? Event.retweetsTurnedOn
                : Event.retweetsTurnedOff
          const changes = yield* Effect.replicateEffect(Fixtures.change(edge, before, [event]), 4)
          const outcomes = yield* Effect.forEach(changes, (change) => store.commit([change]), {
            concurrency: "unbounded",
          })
          const answers = tags(outcomes.flat())
          Check.equal("exactly one of four wins", answers.toSorted(), [
            "Committed",
            "Conflict",
            "Conflict",
            "Conflict",
          ])
          const winner = changes[answers.indexOf("Committed")]
          if (winner !== undefined) before = Fixtures.after(winner)
          for (const outcome of outcomes.flat()) {
            if (outcome._tag === "Conflict") {
              Check.equal("the losers see the winner", outcome.current, before)
            }
          }
        }
        const history = yield* store.history(edge)
        Check.equal(
          "versions have no gap",
          history.map((it) => it.version),
          Array.from({ length: 20 }, (_, index) => index + 1),
        )
      }),
  ),
  onStore(
    "answers a batch in its order, each change on its own merits",
    "Each change is all or nothing on its own: a conflict of one does not hinder the others.",
    (store) =>
      Effect.gen(function* () {
        const [a, b, c] = yield* Effect.all([Fixtures.edge, Fixtures.edge, Fixtures.edge])
        const ahead = { ...Fixtures.untouched, version: 7 }
        const changes = yield* Effect.all([
          Fixtures.change(a, Fixtures.untouched, [followed]),
          Fixtures.change(b, ahead, [followed, Event.retweetsTurnedOff]),
          Fixtures.change(c, Fixtures.untouched, [Event.followRequested(true, false)]),
        ])
        const outcomes = yield* store.commit(changes)
        Check.equal("each has its own answer", tags(outcomes), [
          "Committed",
          "Conflict",
          "Committed",
        ])
        Check.equal("the first is kept", yield* look(store, a), Fixtures.after(changes[0]))
        yield* untouchedBy(store, changes[1])
        Check.equal("the third is kept", yield* look(store, c), Fixtures.after(changes[2]))
      }),
  ),
  onStore(
    "lets one batch hold a chain of changes to one edge",
    "A later change sees the earlier ones, so one batch may hold a chain of changes to one edge.",
    (store) =>
      Effect.gen(function* () {
        const edge = yield* Fixtures.edge
        const first = yield* Fixtures.change(edge, Fixtures.untouched, [followed])
        const second = yield* Fixtures.change(edge, Fixtures.after(first), [Event.unfollowed])
        const stale = yield* Fixtures.change(edge, Fixtures.after(first), [Event.followerRemoved])
        const third = yield* Fixtures.change(edge, Fixtures.after(second), [
          Event.followRequested(false, false),
        ])
        const outcomes = yield* store.commit([first, second, stale, third])
        Check.equal("each sees the ones before", tags(outcomes), [
          "Committed",
          "Committed",
          "Conflict",
          "Committed",
        ])
        Check.equal("a conflict tells of the change before it", outcomes[2], {
          _tag: "Conflict",
          current: Fixtures.after(second),
        })
        Check.equal("the last one stays", yield* look(store, edge), Fixtures.after(third))
      }),
  ),
]
