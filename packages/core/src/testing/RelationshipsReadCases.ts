/**
 * Cases of reading: edges now and in the past, histories, and the log as a stream.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as Command from "../Command.ts"
import * as Decider from "../Decider.ts"
import type { Receipt } from "../Receipt.ts"
import type { Snapshot } from "../RelationshipStore.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import {
  newEdge,
  newUsers,
  plainReceipt,
  positionOf,
  type RelationshipsBench,
  type RelationshipsCase,
  take,
} from "./RelationshipsCase.ts"
import { inTime } from "./StoreCase.ts"

const plain = ({ relationship, version }: Snapshot): Snapshot => ({ relationship, version })

/** Lets the clock of those who record go on, so that two commands have different times. */
const nextMoment = Effect.flatMap(Clock.currentTimeMillis, (before) =>
  Effect.repeat(Effect.andThen(Effect.yieldNow, Clock.currentTimeMillis), {
    until: (now) => now > before,
  }),
)

/** An edge with a long story; gives the receipts in order. */
const story = (bench: RelationshipsBench) =>
  Effect.gen(function* () {
    const { source, target } = yield* newEdge(bench)
    const receipts: Array<Receipt> = []
    const [follow, unfollow] = [Command.follow(source, target), Command.unfollow(source, target)]
    const commands = bench.supports.preferences
      ? [
          follow,
          Command.updatePreferences(source, target, { retweets: false, notifications: true }),
          unfollow,
          Command.follow(source, target, { retweets: false }),
        ]
      : [follow, unfollow, follow, unfollow, follow]
    for (const command of commands) {
      receipts.push(yield* bench.service.execute(command))
      yield* nextMoment
    }
    return { edge: { source, target }, receipts }
  })

/**
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
  {
    title: "streams what there is, then what comes",
    promises: [
      "The log behind a position: what there is, then what comes, without end, gap or repeat.",
    ],
    run: (bench) =>
      Effect.gen(function* () {
        const { edge, receipts } = yield* story(bench)
        const from = positionOf(receipts[0] ?? (yield* Effect.die("no receipt"))) - 1
        const expected = receipts.flatMap((receipt) => plainReceipt(receipt).events)
        const there = yield* take(bench.service, from, [edge.source], expected.length)
        Check.equal("there is the story", there, expected)
        const waiting = yield* Effect.forkChild(
          take(bench.service, from, [edge.source], expected.length + 3),
          { startImmediately: true },
        )
        const more: Array<Receipt> = []
        const { source, target } = edge
        for (const turn of [true, false, true]) {
          const command = bench.supports.preferences
            ? Command.updatePreferences(source, target, { notifications: turn })
            : turn
              ? Command.unfollow(source, target)
              : Command.follow(source, target)
          more.push(yield* bench.service.execute(command))
        }
        const all = yield* inTime("what comes is streamed", bench)(Fiber.join(waiting))
        Check.equal("then what comes", all, [
          ...expected,
          ...more.flatMap((receipt) => plainReceipt(receipt).events),
        ])
      }),
  },
  {
    title: "streams without gap or repeat while many write",
    promises: [
      "The log behind a position: what there is, then what comes, without end, gap or repeat.",
    ],
    run: (bench) =>
      Effect.gen(function* () {
        const { receipts } = yield* story(bench)
        const from = positionOf(receipts.at(-1) ?? (yield* Effect.die("no receipt")))
        const target = yield* bench.world.add
        const sources = yield* newUsers(bench, 12)
        const reading = yield* Effect.replicateEffect(
          Effect.forkChild(take(bench.service, from, sources, sources.length * 4), {
            startImmediately: true,
          }),
          2,
        )
        const written = yield* Effect.forEach(
          sources,
          (source) =>
            Effect.forEach(
              [
                Command.follow(source, target),
                Command.unfollow(source, target),
                Command.follow(source, target),
                bench.supports.preferences
                  ? Command.updatePreferences(source, target, { retweets: false })
                  : Command.unfollow(source, target),
              ],
              (command) => bench.service.execute(command),
            ),
          { concurrency: "unbounded" },
        )
        const expected = written
          .flat()
          .flatMap((receipt) => plainReceipt(receipt).events)
          .toSorted((left, right) => left.position - right.position)
        const seen = yield* inTime("the readers see everything", bench)(Fiber.joinAll(reading))
        for (const events of seen) {
          Check.equal("each reader sees everything once, in order", events, expected)
        }
      }),
  },
  {
    title: "streams on from the position of any event that was dealt with",
    promises: [
      "Keep the position of the last event that was dealt with, and begin there next time; 0 or nothing begins at the first event.",
    ],
    run: (bench) =>
      Effect.gen(function* () {
        const { edge } = yield* story(bench)
        const history = (yield* bench.service.history(edge)).map(Fixtures.plain)
        for (const [index, { position }] of history.slice(0, -1).entries()) {
          const rest = history.slice(index + 1)
          Check.equal(
            "from there on, the rest",
            yield* take(bench.service, position, [edge.source], rest.length),
            rest,
          )
        }
        const all = yield* take(bench.service, 0, [edge.source], history.length)
        Check.equal("from 0, everything", all, history)
        const [first] = yield* bench.service.changes().pipe(Stream.take(1), Stream.runCollect)
        const [zeroth] = yield* bench.service
          .changes({ from: 0 })
          .pipe(Stream.take(1), Stream.runCollect)
        Check.equal("from nothing, as from 0", first, zeroth)
      }),
  },
]
