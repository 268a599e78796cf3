/**
 * Cases of `commit` and `load`: order, versions, conflicts, repeats, what is kept.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Change } from "../RelationshipStore.ts"
import * as Relationship from "../Relationship.ts"
import * as Event from "../RelationshipEvent.ts"
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
 * @category constructors
 * @since 0.1.0
 */
export const commitCases: ReadonlyArray<StoreCase> = [
  onStore(
    "knows nothing of an edge that nothing happened to",
    [
      "An edge that nothing happened to is `None` at version 0.",
      "An unknown edge is `None` at version 0.",
    ],
    (store) =>
      Effect.gen(function* () {
        const edge = yield* Fixtures.edge
        Check.equal("an unknown edge is None at version 0", yield* look(store, edge), {
          relationship: Relationship.none,
          version: 0,
        })
        Check.equal("an unknown edge has no history", yield* store.history(edge), [])
      }),
  ),
  onStore(
    "keeps a change whole: state, version and events",
    [
      "`Committed`: all events of the change are kept; `position` is that of the first of them, the others follow it without a gap.",
      "The outcome of one command on one edge, to be kept whole or not at all.",
      "The state after the events.",
      "In order, oldest first.",
    ],
    (store) =>
      Effect.gen(function* () {
        const edge = yield* Fixtures.edge
        const kept = yield* keep(store, edge, Fixtures.untouched, [
          Event.followRequested(false, true),
          Event.followRequestApproved,
          Event.retweetsTurnedOn,
        ])
        Check.equal("the edge is where the events led", yield* look(store, edge), {
          relationship: Relationship.following(true, true),
          version: 3,
        })
        const history = yield* store.history(edge)
        Check.equal("all events are kept", history.map(Fixtures.plain), kept.events)
        Check.equal(
          "the log has them in one piece",
          yield* logOf(store, kept.position - 1, [edge.source]),
          kept.events,
        )
      }),
  ),
  onStore(
    "gives the events of an edge versions 1, 2, 3 …",
    [
      "The events of an edge have versions 1, 2, 3 … without gap or repeat.",
      "What is known of an edge: its state and how many events led there.",
    ],
    (store) =>
      Effect.gen(function* () {
        const edge = yield* Fixtures.edge
        const first = yield* keep(store, edge, Fixtures.untouched, [followed])
        const second = yield* keep(store, edge, first, [
          Event.retweetsTurnedOff,
          Event.notificationsTurnedOn,
        ])
        const third = yield* keep(store, edge, second, [Event.unfollowed])
        const history = yield* store.history(edge)
        Check.equal(
          "versions have no gap",
          history.map((it) => it.version),
          [1, 2, 3, 4],
        )
        Check.equal("the history is oldest first", history.map(Fixtures.plain), [
          ...first.events,
          ...second.events,
          ...third.events,
        ])
        Check.equal("the edge has the newest version", yield* look(store, edge), {
          relationship: Relationship.none,
          version: 4,
        })
      }),
  ),
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
    "applies a batch in the order given",
    "Applies changes in the order given and answers each, in that order.",
    (store) =>
      Effect.gen(function* () {
        const edges = yield* Effect.replicateEffect(Fixtures.edge, 25)
        const changes = yield* Effect.forEach(edges, (edge, index) =>
          Fixtures.change(
            edge,
            Fixtures.untouched,
            index % 2 === 0 ? [followed] : [followed, Event.notificationsTurnedOn],
          ),
        )
        const outcomes = yield* store.commit(changes)
        const positions = outcomes.map((it) => (it._tag === "Committed" ? it.position : 0))
        const expected = changes.flatMap((change, index) =>
          Fixtures.recorded(change, positions[index] ?? 0),
        )
        const log = yield* logOf(
          store,
          (positions[0] ?? 1) - 1,
          edges.map((edge) => edge.source),
        )
        Check.equal("the log has the changes in their order", log, expected)
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
  onStore(
    "answers an empty batch with an empty list",
    "An empty batch is answered with an empty list.",
    (store) =>
      Effect.gen(function* () {
        Check.equal("no change, no answer", yield* store.commit([]), [])
        Check.equal("no read, no snapshot", yield* store.load([]), [])
      }),
  ),
]
