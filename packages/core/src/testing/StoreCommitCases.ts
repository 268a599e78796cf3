/**
 * Cases of `commit` where nobody is in the way: what is kept, under which versions, and in which order.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Relationship from "../Relationship.ts"
import * as Event from "../RelationshipEvent.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import { keep, look, logOf, onStore, type StoreCase } from "./StoreCase.ts"

const followed = Event.followed(true, false)

/**
 * What a commit keeps, and in which order.
 *
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
    "gives a history back whole, however long it is",
    "All events of an edge, oldest first; none for an unknown edge.",
    (store) =>
      Effect.gen(function* () {
        const edge = yield* Fixtures.edge
        let before = yield* keep(store, edge, Fixtures.untouched, [followed])
        const expected = [...before.events]
        for (let round = 0; round < 11; round++) {
          before = yield* keep(
            store,
            edge,
            before,
            Array.from({ length: 100 }, (_, index) =>
              index % 2 === 0 ? Event.retweetsTurnedOff : Event.retweetsTurnedOn,
            ),
          )
          expected.push(...before.events)
        }
        const history = yield* store.history(edge)
        Check.equal("all 1,101 events are there", history.map(Fixtures.plain), expected)
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
    "answers an empty batch with an empty list",
    "An empty batch is answered with an empty list.",
    (store) =>
      Effect.gen(function* () {
        Check.equal("no change, no answer", yield* store.commit([]), [])
        Check.equal("no read, no snapshot", yield* store.load([]), [])
      }),
  ),
]
