/**
 * Cases of many commands at once, in one call and in many.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Command from "../Command.ts"
import type { Edge } from "../Edge.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import type { RelationshipsCase } from "./RelationshipsCase.ts"
import { named, newEdge, newUsers, outcomeOf, plainReceipt } from "./RelationshipsFixtures.ts"

const tagOf = (outcome: Parameters<typeof outcomeOf>[0]): string => outcomeOf(outcome)._tag

/**
 * Many commands at once.
 *
 * @category constructors
 * @since 0.1.0
 */
export const relationshipsBatchCases: ReadonlyArray<RelationshipsCase> = [
  {
    title: "answers many commands in their order, and applies those to one edge in that order",
    promises: [
      "The answers come in the order of the commands, and commands to the same edge take effect in that order.",
    ],
    run: (bench) =>
      Effect.gen(function* () {
        const [a, b] = [yield* newEdge(bench), yield* newEdge(bench)]
        const { preferences } = bench.supports
        const nobody = yield* Fixtures.user
        const refused = ({ source, target }: Edge) =>
          preferences
            ? Command.updatePreferences(source, target, { retweets: false })
            : Command.follow(source, nobody)
        const [quiet, notified] = [{ retweets: false }, { notifications: true }]
        const outcomes = yield* bench.service.executeAll([
          [Command.follow(a.source, a.target)],
          [refused(b)],
          [Command.unfollow(a.source, a.target)],
          [Command.follow(b.source, b.target, named(bench, quiet))],
          [refused(a)],
          [Command.follow(a.source, a.target, named(bench, notified))],
          [Command.follow(b.source, b.target)],
        ])
        Check.equal("each has its answer", outcomes.map(tagOf), [
          "Changed",
          "CommandRejected",
          "Changed",
          "Changed",
          "CommandRejected",
          "Changed",
          "Unchanged",
        ])
        const versions = outcomes.map((it) => (Result.isSuccess(it) ? it.success.version : 0))
        Check.equal("each edge goes on", versions, [1, 0, 2, 1, 0, 3, 1])
        const states = yield* bench.service.relationships([b, a])
        Check.equal(
          "the last ones stay",
          states.map(({ relationship, version }) => ({ relationship, version })),
          [
            {
              relationship: { _tag: "Following", retweets: !preferences, notifications: false },
              version: 1,
            },
            {
              relationship: { _tag: "Following", retweets: true, notifications: preferences },
              version: 3,
            },
          ],
        )
      }),
  },
  {
    title: "answers no commands with no answers",
    promises: [
      "The answers come in the order of the commands, and commands to the same edge take effect in that order.",
    ],
    run: (bench) =>
      Effect.gen(function* () {
        Check.equal("no answers", yield* bench.service.executeAll([]), [])
        Check.equal("no snapshots", yield* bench.service.relationships([]), [])
      }),
  },
  {
    title: "lets each of many commands succeed or fail for itself",
    promises: ["It is no transaction: each command succeeds or fails for itself."],
    run: (bench) =>
      Effect.gen(function* () {
        const edge = yield* newEdge(bench)
        const nobody = yield* Fixtures.user
        const commandId = yield* Fixtures.commandId
        const follow = Command.follow(edge.source, edge.target)
        const outcomes = yield* bench.service.executeAll([
          [Command.follow(edge.source, nobody)],
          [Command.follow(edge.source, edge.source)],
          [follow, { commandId }],
          [Command.unfollow(edge.source, edge.target), { commandId }],
          [follow, { commandId: "" }],
          [follow, { commandId }],
        ])
        Check.equal("each has its answer", outcomes.map(tagOf), [
          "CommandRejected",
          "CommandRejected",
          "Changed",
          "CommandIdReused",
          "InvalidInput",
          "Changed",
        ])
        Check.equal(
          "the repeat has the receipt of the first",
          Result.map(outcomes[5] ?? Result.fail(undefined), plainReceipt),
          Result.map(outcomes[2] ?? Result.fail(undefined), plainReceipt),
        )
        Check.equal("one of them took effect", (yield* bench.service.history(edge)).length, 1)
      }),
  },
  {
    title: "carries out what many ask of one edge at the same time, one after the other",
    promises: [
      "Commands of concurrent callers are committed in groups, each on its own merits.",
      "When others change the edge in the same moment, the command is decided again on what they left, as often as the layer allows; `attempts` on the receipt tells.",
    ],
    run: (bench) =>
      Effect.gen(function* () {
        const edge = yield* newEdge(bench)
        const { source, target } = edge
        const commands = Array.from({ length: 20 }, (_, index) =>
          index % 2 === 0 ? Command.follow(source, target) : Command.unfollow(source, target),
        )
        const receipts = yield* Effect.forEach(commands, (it) => bench.service.execute(it), {
          concurrency: "unbounded",
        })
        const history = yield* bench.service.history(edge)
        Check.equal(
          "the receipts make up the history",
          receipts
            .flatMap((receipt) => plainReceipt(receipt).events)
            .toSorted((left, right) => left.version - right.version),
          history.map(Fixtures.plain),
        )
        Check.equal(
          "follows and unfollows take turns",
          history.map((it) => it.event._tag),
          history.map((_, index) => (index % 2 === 0 ? "Followed" : "Unfollowed")),
        )
      }),
  },
  {
    title: "carries out what many ask of many edges at the same time",
    promises: ["Commands of concurrent callers are committed in groups, each on its own merits."],
    run: (bench) =>
      Effect.gen(function* () {
        const target = yield* bench.world.add
        const sources = yield* newUsers(bench, bench.supports.many ? 30 : 9)
        const nobody = yield* Fixtures.user
        const outcomes = yield* Effect.forEach(
          sources,
          (source, index) =>
            Effect.result(
              bench.service.execute(Command.follow(source, index % 3 === 0 ? nobody : target)),
            ),
          { concurrency: "unbounded" },
        )
        Check.equal(
          "each has the answer that it has alone",
          outcomes.map(tagOf),
          sources.map((_, index) => (index % 3 === 0 ? "CommandRejected" : "Changed")),
        )
        const { followers } = yield* bench.service.counts(target)
        Check.equal("all are counted", followers, (sources.length * 2) / 3)
      }),
  },
]
