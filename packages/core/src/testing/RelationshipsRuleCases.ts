/**
 * Cases of every rule: what a command comes to in every state, whatever the facts.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Command from "../Command.ts"
import * as Facts from "../Facts.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import * as Generators from "./Generators.ts"
import * as NaiveEdge from "./NaiveEdge.ts"
import {
  everything,
  isWithin,
  type RelationshipsBench,
  type RelationshipsCase,
} from "./RelationshipsCase.ts"
import { named, newEdge, outcomeOf } from "./RelationshipsFixtures.ts"

/** Whether a command is one of the source, and not of the target. */
const isSources = isWithin({ ...everything, targetCommands: false })

/** Carries commands out one after the other, and expects what the pedestrian rules say. */
const play = (
  { service }: RelationshipsBench,
  commands: ReadonlyArray<Command.Command>,
  facts: Facts.Facts,
) =>
  Effect.gen(function* () {
    let edge = NaiveEdge.nothing
    let version = 0
    for (const command of commands) {
      const outcome = yield* Effect.result(service.execute(command))
      const expected = NaiveEdge.carryOut(edge, command, facts)
      edge = expected.edge
      version += expected.events.length
      Check.equal(
        `${command._tag} comes to what the rules say`,
        outcomeOf(outcome),
        expected.rejected === undefined
          ? {
              _tag: expected.events.length > 0 ? "Changed" : "Unchanged",
              relationship: NaiveEdge.relationshipOf(edge),
              version,
              events: expected.events,
            }
          : { _tag: "CommandRejected", reason: { _tag: expected.rejected } },
      )
      const { source, target } = command
      if (source === target) continue
      Check.equal(
        "the edge is as the receipt says",
        yield* service.relationship({ source, target }),
        {
          relationship: NaiveEdge.relationshipOf(edge),
          version,
        },
      )
    }
  })

/**
 * The rules of following.
 *
 * @category constructors
 * @since 0.1.0
 */
export const relationshipsRuleCases: ReadonlyArray<RelationshipsCase> = [
  {
    title: "carries every command of a source out, twice, in every state of a public target",
    promises: ["Carries a command out."],
    run: (bench) =>
      Effect.gen(function* () {
        const edge = yield* newEdge(bench)
        const commands = Generators.allCommands(edge)
          .filter(isWithin(bench.supports))
          .filter(isSources)
        const notified = named(bench, { notifications: true })
        const follow = Command.follow(edge.source, edge.target, notified)
        const unfollow = Command.unfollow(edge.source, edge.target)
        yield* play(
          bench,
          commands.flatMap((command) => [unfollow, command, command, follow, command, command]),
          Facts.open,
        )
      }),
  },
  {
    title: "carries every command out, twice, in every state of a protected target",
    promises: ["Carries a command out."],
    run: (bench) =>
      Effect.gen(function* () {
        const edge = yield* newEdge(bench, true)
        const commands = Generators.allCommands(edge).filter(isWithin(bench.supports))
        const follow = Command.follow(edge.source, edge.target, named(bench, { retweets: false }))
        const unfollow = Command.unfollow(edge.source, edge.target)
        const approve = Command.approveRequest(edge.source, edge.target)
        yield* play(
          bench,
          commands.flatMap((command) =>
            [[], [follow], ...(bench.supports.targetCommands ? [[follow, approve]] : [])].flatMap(
              (before) => [unfollow, ...before, command, command],
            ),
          ),
          Facts.guarded,
        )
      }),
  },
  {
    title: "refuses to let anybody follow themselves",
    promises: ["Carries a command out."],
    run: (bench) =>
      Effect.gen(function* () {
        const user = yield* bench.world.add
        const commands = Generators.allCommands({ source: user, target: user })
        yield* play(bench, commands.filter(isWithin(bench.supports)), Facts.open)
      }),
  },
  {
    title: "refuses to let a user follow somebody whom nobody knows",
    promises: ["Carries a command out."],
    run: (bench) =>
      Effect.gen(function* () {
        const source = yield* bench.world.add
        const target = yield* Fixtures.user
        yield* play(bench, [Command.follow(source, target)], Facts.missing)
      }),
  },
  {
    title: "refuses a follow of somebody who is gone, but lets it end",
    promises: ["Carries a command out."],
    when: (supports) => supports.removal,
    run: (bench) =>
      Effect.gen(function* () {
        const { source, target } = yield* newEdge(bench)
        yield* bench.service.execute(Command.follow(source, target))
        yield* bench.world.remove(target)
        const again = yield* Effect.result(bench.service.execute(Command.follow(source, target)))
        Check.equal("following again is refused", outcomeOf(again), {
          _tag: "CommandRejected",
          reason: { _tag: "TargetNotFound" },
        })
        const ended = yield* bench.service.execute(Command.unfollow(source, target))
        Check.equal("unfollowing is not", ended.relationship, { _tag: "None" })
      }),
  },
  {
    title: "refuses a follow of somebody who is suspended, until the suspension ends",
    promises: ["Carries a command out."],
    when: (supports) => supports.suspension,
    run: (bench) =>
      Effect.gen(function* () {
        const { source, target } = yield* newEdge(bench)
        yield* bench.world.setSuspended(target, true)
        yield* play(bench, [Command.follow(source, target)], Facts.suspended)
        yield* bench.world.setSuspended(target, false)
        yield* play(bench, [Command.follow(source, target)], Facts.open)
      }),
  },
  {
    title: "refuses a follow where either side blocks the other, until the block ends",
    promises: ["Carries a command out."],
    when: (supports) => supports.blocks,
    run: (bench) =>
      Effect.gen(function* () {
        const { source, target } = yield* newEdge(bench)
        const follow = [Command.follow(source, target)]
        yield* bench.world.setBlocked(target, source, true)
        yield* play(bench, follow, { ...Facts.open, blockedByTarget: true })
        yield* bench.world.setBlocked(target, source, false)
        yield* bench.world.setBlocked(source, target, true)
        yield* play(bench, follow, { ...Facts.open, blocksTarget: true })
        yield* bench.world.setBlocked(source, target, false)
        yield* play(bench, follow, Facts.open)
      }),
  },
]
