/**
 * Cases of carrying commands out: what is written down of it, and interruption.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Command from "../Command.ts"
import type { ExecuteOptions } from "../Relationships.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import type { RelationshipsCase } from "./RelationshipsCase.ts"
import { newEdge, newEdges, newUsers, plainReceipt } from "./RelationshipsFixtures.ts"

/**
 * What is written down of a command, and interruption.
 *
 * @category constructors
 * @since 0.1.0
 */
export const relationshipsCommandCases: ReadonlyArray<RelationshipsCase> = [
  {
    title: "writes down who acted, why, and as part of what",
    promises: [
      "`actor`: who acts, for the record; the source or the target, as the command has it, unless told.",
      "`correlationId`, `causationId`: for the record; the command id unless told.",
    ],
    run: (bench) =>
      Effect.gen(function* () {
        const edge = yield* newEdge(bench)
        const { source, target } = edge
        const [agent] = yield* newUsers(bench, 1)
        const commandId = yield* Fixtures.commandId
        const told: ExecuteOptions = {
          commandId,
          actor: agent,
          correlationId: "conversation",
          causationId: "cause",
        }
        const plain = yield* bench.service.execute(Command.follow(source, target))
        const full = yield* bench.service.execute(Command.unfollow(source, target), told)
        const history = yield* bench.service.history(edge)
        Check.equal("the history has what the receipts have", history.map(Fixtures.plain), [
          ...plainReceipt(plain).events,
          ...plainReceipt(full).events,
        ])
        const [first, second] = history
        Check.equal(
          "unless told, the source acts and everything is named after the first event",
          [first?.actor, first?.commandId, first?.correlationId, first?.causationId],
          [source, first?.id, first?.id, first?.id],
        )
        Check.equal(
          "what was told is written down",
          [second?.actor, second?.commandId, second?.correlationId, second?.causationId],
          [agent, commandId, "conversation", "cause"],
        )
        Check.equal(
          "every event names its edge and its version",
          history.map((it) => [it.source, it.target, it.version]),
          [
            [source, target, 1],
            [source, target, 2],
          ],
        )
      }),
  },
  {
    title: "finds out by repeating whether an interrupted command was carried out",
    promises: [
      "Interrupting the caller does not tell whether the command was carried out: repeat it under the same command id to find out.",
    ],
    run: (bench) =>
      Effect.gen(function* () {
        for (const [turns, edge] of (yield* newEdges(bench, 15)).entries()) {
          const commandId = yield* Fixtures.commandId
          const follow = bench.service.execute(Command.follow(edge.source, edge.target), {
            commandId,
          })
          const fiber = yield* Effect.forkChild(follow, { startImmediately: true })
          yield* Effect.replicateEffect(Effect.yieldNow, turns, { discard: true })
          yield* Fiber.interrupt(fiber)
          const receipt = yield* follow
          Check.equal("the follow happened once", receipt.version, 1)
          Check.equal("the repeat brings its event", receipt.events.length, 1)
          const history = yield* bench.service.history(edge)
          Check.equal(
            "there is one event",
            history.map(Fixtures.plain),
            plainReceipt(receipt).events,
          )
        }
      }),
  },
]
