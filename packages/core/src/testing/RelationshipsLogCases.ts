/**
 * Cases of the log as a stream.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as Command from "../Command.ts"
import type { Receipt } from "../Receipt.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import type { RelationshipsCase } from "./RelationshipsCase.ts"
import { newUsers, plainReceipt, positionOf, story, take } from "./RelationshipsFixtures.ts"
import { inTime } from "./Timing.ts"

/**
 * The log, read and followed.
 *
 * @category constructors
 * @since 0.1.0
 */
export const relationshipsLogCases: ReadonlyArray<RelationshipsCase> = [
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
        const there = yield* take(bench.service, from, [edge.source], expected.length).pipe(
          inTime("what there is is streamed", bench),
        )
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
            yield* take(bench.service, position, [edge.source], rest.length).pipe(
              inTime("what there is is streamed", bench),
            ),
            rest,
          )
        }
        const all = yield* take(bench.service, 0, [edge.source], history.length).pipe(
          inTime("what there is is streamed", bench),
        )
        Check.equal("from 0, everything", all, history)
        const [first] = yield* bench.service.changes().pipe(Stream.take(1), Stream.runCollect)
        const [zeroth] = yield* bench.service
          .changes({ from: 0 })
          .pipe(Stream.take(1), Stream.runCollect)
        Check.equal("from nothing, as from 0", first, zeroth)
      }),
  },
]
