/**
 * Cases of what a service has no way to do: it says so, and leaves everything as it was.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Command from "../Command.ts"
import type { Edge } from "../Edge.ts"
import * as Check from "./Check.ts"
import type { RelationshipsBench, RelationshipsCase } from "./RelationshipsCase.ts"
import { newEdge } from "./RelationshipsFixtures.ts"

/** Checks that each of the commands fails, and that the edge stays as it is and can go on. */
const lacks = (
  { service }: RelationshipsBench,
  edge: Edge,
  commands: ReadonlyArray<Command.Command>,
) =>
  Effect.gen(function* () {
    const before = yield* service.relationship(edge)
    for (const command of commands) {
      const outcome = yield* Effect.result(service.execute(command))
      Check.holds(`${command._tag} fails`, Result.isFailure(outcome))
    }
    const outcomes = yield* service.executeAll(commands.map((command) => [command]))
    Check.equal(
      "so they do together",
      outcomes.map(Result.isFailure),
      commands.map(() => true),
    )
    Check.equal("nothing changed", yield* service.relationship(edge), before)
    Check.equal("nothing happened", (yield* service.history(edge)).length, before.version)
    const { relationship, version } = yield* service.execute(
      before.relationship._tag === "None"
        ? Command.follow(edge.source, edge.target)
        : Command.unfollow(edge.source, edge.target),
    )
    Check.equal("the edge goes on", version, before.version + 1)
    Check.holds("in its own way", relationship._tag !== before.relationship._tag)
  })

/**
 * What there is no way to do fails, and changes nothing.
 *
 * @category constructors
 * @since 0.1.0
 */
export const relationshipsLackCases: ReadonlyArray<RelationshipsCase> = [
  {
    title: "does not carry a target's commands out where there is no way to",
    promises: ["Carries a command out."],
    when: (supports) => !supports.targetCommands,
    run: (bench) =>
      Effect.gen(function* () {
        const asked = yield* newEdge(bench, true)
        yield* bench.service.execute(Command.follow(asked.source, asked.target))
        yield* lacks(bench, asked, [
          Command.approveRequest(asked.source, asked.target),
          Command.denyRequest(asked.source, asked.target),
        ])
        const { source, target } = yield* newEdge(bench)
        yield* bench.service.execute(Command.follow(source, target))
        yield* lacks(bench, { source, target }, [Command.removeFollower(source, target)])
      }),
  },
  {
    title: "does not carry out what names a preference where there is no way to",
    promises: ["Carries a command out."],
    when: (supports) => !supports.preferences,
    run: (bench) =>
      Effect.gen(function* () {
        for (const guarded of [false, true]) {
          const { source, target } = yield* newEdge(bench, guarded)
          // Those that ask for nothing but what a follow begins with may be carried out.
          const preferences = [
            { retweets: false },
            { notifications: true },
            { retweets: false, notifications: true },
          ]
          const follows = preferences.map((it) => Command.follow(source, target, it))
          const tunings = preferences.map((it) => Command.updatePreferences(source, target, it))
          yield* lacks(bench, { source, target }, follows)
          yield* lacks(bench, { source, target }, [...follows, ...tunings])
        }
      }),
  },
]
