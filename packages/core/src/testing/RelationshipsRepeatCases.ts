/**
 * Cases of repeats under a command id.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Command from "../Command.ts"
import type { ExecuteOptions } from "../Relationships.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import type { RelationshipsBench, RelationshipsCase } from "./RelationshipsCase.ts"
import {
  failsWith,
  named,
  newEdge,
  newEdges,
  outcomeOf,
  plainReceipt,
} from "./RelationshipsFixtures.ts"

/** Commands that are refused until what stands in their way is cleared, each on an edge of its own. */
const refusedForNow = (bench: RelationshipsBench) =>
  Effect.gen(function* () {
    const { service, supports, world } = bench
    const found: Array<{
      readonly command: Command.Command
      readonly clear: Effect.Effect<unknown, unknown>
    }> = []
    if (supports.preferences) {
      const { source, target } = yield* newEdge(bench)
      found.push({
        command: Command.updatePreferences(source, target, { retweets: false }),
        clear: service.execute(Command.follow(source, target)),
      })
    }
    if (supports.targetCommands) {
      const { source, target } = yield* newEdge(bench, true)
      found.push({
        command: Command.approveRequest(source, target),
        clear: service.execute(Command.follow(source, target)),
      })
    }
    if (supports.suspension) {
      const { source, target } = yield* newEdge(bench)
      yield* world.setSuspended(target, true)
      found.push({
        command: Command.follow(source, target),
        clear: world.setSuspended(target, false),
      })
    }
    if (supports.blocks) {
      const { source, target } = yield* newEdge(bench)
      yield* world.setBlocked(target, source, true)
      found.push({
        command: Command.follow(source, target),
        clear: world.setBlocked(target, source, false),
      })
    }
    return found
  })

/**
 * Commands that come again.
 *
 * @category constructors
 * @since 0.1.0
 */
export const relationshipsRepeatCases: ReadonlyArray<RelationshipsCase> = [
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
          Command.follow(source, target, named(bench, { notifications: true })),
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
          ...(bench.supports.preferences
            ? [Command.follow(source, target, { notifications: false })]
            : []),
          Command.unfollow(source, target),
          Command.follow(target, source),
        ]) {
          const call = bench.service.execute(other, { commandId })
          yield* failsWith("CommandIdReused", "a used id is refused", call)
        }
        const history = yield* bench.service.history({ source, target })
        Check.equal("nothing happened", history.length, 1)
        const back = yield* bench.service.history({ source: target, target: source })
        Check.equal("there neither", back.length, 0)
      }),
  },
  {
    title: "gives a command id to one of those who use it at the same time for different commands",
    promises: ["The command id was used for a different command."],
    run: (bench) =>
      Effect.gen(function* () {
        const commandId = yield* Fixtures.commandId
        const edges = yield* newEdges(bench, 5)
        const outcomes = yield* Effect.forEach(
          edges,
          ({ source, target }) =>
            Effect.result(bench.service.execute(Command.follow(source, target), { commandId })),
          { concurrency: "unbounded" },
        )
        const tags = outcomes.map((outcome) => outcomeOf(outcome)._tag)
        Check.equal("one of them changes something", tags.toSorted(), [
          "Changed",
          ...edges.slice(1).map(() => "CommandIdReused"),
        ])
        const states = yield* bench.service.relationships(edges)
        Check.equal(
          "the others do not",
          states.map((state) => state.version),
          tags.map((tag) => (tag === "Changed" ? 1 : 0)),
        )
      }),
  },
  {
    title: "carries a command out that was rejected before under its id",
    promises: [
      "Rejected commands are not remembered, nor are those that somebody asks of a relationship with themselves.",
    ],
    when: (supports) =>
      supports.preferences || supports.targetCommands || supports.suspension || supports.blocks,
    run: (bench) =>
      Effect.gen(function* () {
        for (const { command, clear } of yield* refusedForNow(bench)) {
          const commandId = yield* Fixtures.commandId
          const call = bench.service.execute(command, { commandId })
          yield* failsWith("CommandRejected", "something stands in the way", call)
          yield* clear
          const receipt = yield* call
          Check.equal("now nothing does", receipt._tag, "Changed")
          const { source, target } = command
          const history = yield* bench.service.history({ source, target })
          Check.equal(
            "it happened once, and last",
            history.slice(receipt.version - 1).map(Fixtures.plain),
            plainReceipt(receipt).events,
          )
        }
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
            yield* failsWith(
              "InvalidInput",
              `${name} ${JSON.stringify(text)} is refused`,
              bench.service.execute(Command.unfollow(edge.source, edge.target), options),
            )
          }
        }
        Check.equal("nothing happened", (yield* bench.service.history(edge)).length, 1)
      }),
  },
  {
    title: "gives a repeat within many its receipt, also where the command would be refused by now",
    promises: [
      "`commandId`: makes the command repeatable: the same id again gives the same receipt and no second effect, for as long as the store remembers it.",
    ],
    when: (supports) => supports.preferences || supports.targetCommands,
    run: (bench) =>
      Effect.gen(function* () {
        const { preferences } = bench.supports
        const { source, target } = yield* newEdge(bench, !preferences)
        yield* bench.service.execute(Command.follow(source, target))
        const commandId = yield* Fixtures.commandId
        const command = preferences
          ? Command.updatePreferences(source, target, { retweets: false })
          : Command.approveRequest(source, target)
        const [first, , again] = yield* bench.service.executeAll([
          [command, { commandId }],
          [Command.unfollow(source, target)],
          [command, { commandId }],
        ])
        Check.equal(
          "the repeat has the receipt of the first",
          Result.map(again ?? Result.fail(undefined), plainReceipt),
          Result.map(first ?? Result.fail(undefined), plainReceipt),
        )
      }),
  },
  {
    title: "gives a repeat its receipt, also where the world would refuse the command by now",
    promises: [
      "`commandId`: makes the command repeatable: the same id again gives the same receipt and no second effect, for as long as the store remembers it.",
    ],
    when: (supports) => supports.suspension || supports.blocks,
    run: (bench) =>
      Effect.gen(function* () {
        const { source, target } = yield* newEdge(bench)
        const commandId = yield* Fixtures.commandId
        const follow = Command.follow(source, target)
        const first = yield* bench.service.execute(follow, { commandId })
        yield* bench.supports.suspension
          ? bench.world.setSuspended(target, true)
          : bench.world.setBlocked(target, source, true)
        const again = yield* bench.service.execute(follow, { commandId })
        Check.equal("the receipt is the first", plainReceipt(again), plainReceipt(first))
        const fresh = bench.service.execute(follow)
        yield* failsWith("CommandRejected", "a new command is refused", fresh)
      }),
  },
]
