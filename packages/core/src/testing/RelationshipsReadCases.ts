/**
 * Cases of reading edges: now, in the past, many at once, and their histories.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Decider from "../Decider.ts"
import type { Snapshot } from "../RelationshipStore.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import type { RelationshipsCase } from "./RelationshipsCase.ts"
import { newEdge, plainReceipt, story } from "./RelationshipsFixtures.ts"

const plain = ({ relationship, version }: Snapshot): Snapshot => ({ relationship, version })

/**
 * Edges and their histories, now and in the past.
 *
 * @category constructors
 * @since 0.1.0
 */
export const relationshipsReadCases: ReadonlyArray<RelationshipsCase> = [
  {
    title: "knows an edge that nothing happened to as None at version 0",
    promises: ["The state and version of an edge, now or as of a moment of the past."],
    run: (bench) =>
      Effect.gen(function* () {
        const edge = yield* newEdge(bench)
        const unknown = { source: yield* Fixtures.user, target: yield* Fixtures.user }
        for (const it of [edge, unknown]) {
          for (const asOf of [undefined, { position: 1_000_000 }, { time: 4_102_444_800_000 }]) {
            const found = yield* bench.service.relationship(it, { asOf })
            Check.equal("it is None", plain(found), Fixtures.untouched)
          }
          Check.equal("it has no history", yield* bench.service.history(it), [])
        }
      }),
  },
  {
    title: "shows an edge as it was right after any event",
    promises: [
      "A moment of the past: right after the event at a position, or at a time in milliseconds since 1970 on the clock of those who recorded the events.",
    ],
    run: (bench) =>
      Effect.gen(function* () {
        const { edge } = yield* story(bench)
        const history = yield* bench.service.history(edge)
        let state: Snapshot = Fixtures.untouched
        const first = history[0]
        if (first === undefined) return
        const before = yield* bench.service.relationship(edge, {
          asOf: { position: first.position - 1 },
        })
        Check.equal("before the first event it is None", plain(before), Fixtures.untouched)
        for (const [index, { event, position, version }] of history.entries()) {
          state = { relationship: Decider.evolve(state.relationship, event), version }
          const found = yield* bench.service.relationship(edge, { asOf: { position } })
          Check.equal(`it is as event ${index + 1} left it`, plain(found), state)
        }
        const now = yield* bench.service.relationship(edge)
        Check.equal("it is so now", plain(now), state)
      }),
  },
  {
    title: "shows an edge as it was at any time",
    promises: [
      "A moment of the past: right after the event at a position, or at a time in milliseconds since 1970 on the clock of those who recorded the events.",
    ],
    run: (bench) =>
      Effect.gen(function* () {
        const { edge, receipts } = yield* story(bench)
        let before: Snapshot = Fixtures.untouched
        for (const receipt of receipts) {
          const time = receipt.events[0]?.time ?? 0
          const earlier = yield* bench.service.relationship(edge, { asOf: { time: time - 1 } })
          Check.equal("a moment before, it was as it was", plain(earlier), plain(before))
          const then = yield* bench.service.relationship(edge, { asOf: { time } })
          Check.equal("at that time, all of the command is there", plain(then), plain(receipt))
          before = receipt
        }
      }),
  },
  {
    title: "shows many edges at once, in the order asked",
    promises: ["The same for many edges at once, now; in the order asked."],
    run: (bench) =>
      Effect.gen(function* () {
        const [a, b] = [yield* story(bench), yield* newEdge(bench)]
        const back = { source: a.edge.target, target: a.edge.source }
        const found = yield* bench.service.relationships([b, a.edge, back, a.edge])
        const [last] = a.receipts.slice(-1)
        Check.equal("in the order asked", found.map(plain), [
          Fixtures.untouched,
          last === undefined ? undefined : plain(last),
          Fixtures.untouched,
          last === undefined ? undefined : plain(last),
        ])
      }),
  },
  {
    title: "tells why an edge is as it is",
    promises: ["Why an edge is as it is: all its events, oldest first."],
    run: (bench) =>
      Effect.gen(function* () {
        const { edge, receipts } = yield* story(bench)
        const history = yield* bench.service.history(edge)
        Check.equal(
          "the history is what the receipts say",
          history.map(Fixtures.plain),
          receipts.flatMap((receipt) => plainReceipt(receipt).events),
        )
        Check.equal(
          "in this order",
          history.map((it) => it.event._tag),
          bench.supports.preferences
            ? ["Followed", "RetweetsTurnedOff", "NotificationsTurnedOn", "Unfollowed", "Followed"]
            : ["Followed", "Unfollowed", "Followed", "Unfollowed", "Followed"],
        )
      }),
  },
]
