/**
 * Cases of repeats under a command id, and of many commands at once.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Command from "../Command.ts"
import type { ExecuteOptions } from "../Relationships.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import {
  newEdge,
  newUsers,
  outcomeOf,
  plainReceipt,
  type RelationshipsCase,
} from "./RelationshipsCase.ts"

const tagOf = (outcome: Parameters<typeof outcomeOf>[0]): string => outcomeOf(outcome)._tag

/**
 * @category constructors
 * @since 0.1.0
 */
export const relationshipsBatchCases: ReadonlyArray<RelationshipsCase> = [
  {
    title: "gives a repeated command id the same receipt, and no second effect",
    promises: [
      "`commandId`: makes the command repeatable: the same id again gives the same receipt and no second effect, for as long as the store remembers it.",
    ],
    run: (bench) =>
      Effect.gen(function* () {
        const edge = yield* newEdge(bench)
        const { source, target } = edge
        const [changing, idle] = yield* Effect.all([Fixtures.commandId, Fixtures.commandId])
        const follow = bench.service.execute(
          Command.follow(source, target, { notifications: true }),
          { commandId: changing },
        )
        const same = bench.service.execute(Command.follow(source, target), { commandId: idle })
        const [first, second] = [yield* follow, yield* same]
        Check.equal("the first one changes", [first._tag, second._tag], ["Changed", "Unchanged"])
        yield* bench.service.execute(Command.unfollow(source, target))
        Check.equal("the change again", plainReceipt(yield* follow), plainReceipt(first))
        Check.equal("no change again", plainReceipt(yield* same), plainReceipt(second))
        const now = yield* bench.service.relationship(edge)
        Check.equal("neither had a second effect", now, {
          relationship: { _tag: "None" },
          version: 2,
        })
      }),
  },
  {
    title: "refuses a command id that was used for another command",
    promises: ["The command id was used for a different command."],
    run: (bench) =>
      Effect.gen(function* () {
        const { source, target } = yield* newEdge(bench)
        const commandId = yield* Fixtures.commandId
        yield* bench.service.execute(Command.follow(source, target), { commandId })
        for (const other of [
          Command.follow(source, target, { notifications: false }),
          Command.unfollow(source, target),
          Command.follow(target, source),
        ]) {
          const error = yield* Effect.flip(bench.service.execute(other, { commandId }))
          Check.equal("it is refused", error._tag, "CommandIdReused")
        }
        const history = yield* bench.service.history({ source, target })
        Check.equal("nothing happened", history.length, 1)
        const back = yield* bench.service.history({ source: target, target: source })
        Check.equal("there neither", back.length, 0)
      }),
  },
  {
    title: "carries a command out that was rejected before under its id",
    promises: [
      "Rejected commands are not remembered, nor are those that somebody asks of a relationship with themselves.",
    ],
    run: (bench) =>
      Effect.gen(function* () {
        const { source, target } = yield* newEdge(bench)
        const commandId = yield* Fixtures.commandId
        const tune = Command.updatePreferences(source, target, { retweets: false })
        const error = yield* Effect.flip(bench.service.execute(tune, { commandId }))
        Check.equal("there is nothing to tune", error._tag, "CommandRejected")
        yield* bench.service.execute(Command.follow(source, target))
        const receipt = yield* bench.service.execute(tune, { commandId })
        Check.equal("now there is", [receipt._tag, receipt.version], ["Changed", 2])
      }),
  },
  {
    title: "takes command ids of 1 to 128 printable characters, and refuses all others",
    promises: [
      "All three ids are 1 to 128 printable ASCII characters without spaces; others are refused with `InvalidInput`.",
    ],
    run: (bench) =>
      Effect.gen(function* () {
        const edge = yield* newEdge(bench)
        const follow = Command.follow(edge.source, edge.target)
        const unique = yield* Fixtures.commandId
        const good = yield* bench.service.execute(follow, { commandId: unique.padEnd(128, "~") })
        Check.equal("one of 128 is good", good._tag, "Changed")
        for (const text of ["", " ", "a b", "x".repeat(129), "é", "\u0000", "\n", "\u007f"]) {
          for (const name of ["commandId", "correlationId", "causationId"] as const) {
            const options: ExecuteOptions = { [name]: text }
            const error = yield* Effect.flip(
              bench.service.execute(Command.unfollow(edge.source, edge.target), options),
            )
            Check.equal(`${name} ${JSON.stringify(text)} is refused`, error._tag, "InvalidInput")
          }
        }
        Check.equal("nothing happened", (yield* bench.service.history(edge)).length, 1)
      }),
  },
  {
    title: "answers many commands in their order, and applies those to one edge in that order",
    promises: [
      "The answers come in the order of the commands, and commands to the same edge take effect in that order.",
    ],
    run: (bench) =>
      Effect.gen(function* () {
        const [a, b] = [yield* newEdge(bench), yield* newEdge(bench)]
        const outcomes = yield* bench.service.executeAll([
          [Command.follow(a.source, a.target)],
          [Command.updatePreferences(b.source, b.target, { retweets: false })],
          [Command.unfollow(a.source, a.target)],
          [Command.follow(b.source, b.target, { retweets: false })],
          [Command.updatePreferences(a.source, a.target, { retweets: false })],
          [Command.follow(a.source, a.target, { notifications: true })],
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
              relationship: { _tag: "Following", retweets: false, notifications: false },
              version: 1,
            },
            {
              relationship: { _tag: "Following", retweets: true, notifications: true },
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
    title: "gives a repeat within many its receipt, also where the command would be refused by now",
    promises: [
      "`commandId`: makes the command repeatable: the same id again gives the same receipt and no second effect, for as long as the store remembers it.",
    ],
    run: (bench) =>
      Effect.gen(function* () {
        const { source, target } = yield* newEdge(bench)
        yield* bench.service.execute(Command.follow(source, target))
        const commandId = yield* Fixtures.commandId
        const tune = Command.updatePreferences(source, target, { retweets: false })
        const [first, , again] = yield* bench.service.executeAll([
          [tune, { commandId }],
          [Command.unfollow(source, target)],
          [tune, { commandId }],
        ])
        Check.equal(
          "the repeat has the receipt of the first",
          Result.map(again ?? Result.fail(undefined), plainReceipt),
          Result.map(first ?? Result.fail(undefined), plainReceipt),
        )
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
        const sources = yield* newUsers(bench, 30)
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
        Check.equal("all are counted", (yield* bench.service.counts(target)).followers, 20)
      }),
  },
]
