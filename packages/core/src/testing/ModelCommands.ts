/**
 * Everything that can be asked of a service, as commands of `fc.commands` that run against the
 * naive {@link Model} and the real one.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import * as Command from "../Command.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import * as Generators from "./Generators.ts"
import * as Model from "./Model.ts"
import { reads } from "./ModelReads.ts"
import { type Real, type Step, step, userOf } from "./ModelStep.ts"
import {
  everything,
  type RelationshipsBench,
  type RelationshipsSupports,
} from "./RelationshipsCase.ts"

export type { Real, Step } from "./ModelStep.ts"

const userCount = 4
const idCount = 5

/** The pool's users stand for those of the run. */
const pooled = Generators.pooledUserId

const realise = (model: Model.Model, command: Command.Command): Command.Command => ({
  ...command,
  source: userOf(model, command.source),
  target: userOf(model, command.target),
})

const commandIds = fc.option(fc.nat(idCount - 1), { freq: 2, nil: undefined })
const idOf = (real: Real, id: number | undefined): string | undefined =>
  id === undefined ? undefined : real.ids[id]

/** Whether the world lets a command come to what the rules say. */
const isOpen = (
  { suspended }: Model.Model,
  { suspendedEdges }: RelationshipsSupports,
  { _tag, source, target }: Command.Command,
): boolean =>
  suspendedEdges || (!suspended.has(source) && (_tag === "Follow" || !suspended.has(target)))

const execute = (supports: RelationshipsSupports) =>
  fc
    .record({ command: Generators.anyCommand(pooled, supports), id: commandIds })
    .map(({ command, id }) =>
      step(`execute ${Command.fingerprint(command)} id=${id}`, (model, real) =>
        Effect.gen(function* () {
          const actual = realise(model, command)
          if (!isOpen(model, supports, actual)) return
          const commandId = idOf(real, id)
          const outcome = yield* Effect.result(real.service.execute(actual, { commandId }))
          Model.settle(model, actual, commandId, outcome)
        }),
      ),
    )

const executeAll = (supports: RelationshipsSupports) =>
  fc
    .array(fc.record({ command: Generators.anyCommand(pooled, supports), id: commandIds }), {
      maxLength: 8,
    })
    .map((list) =>
      step(
        `executeAll [${list.map(({ command, id }) => `${Command.fingerprint(command)} id=${id}`).join(", ")}]`,
        (model, real) =>
          Effect.gen(function* () {
            const actual = list
              .map(({ command, id }) => [realise(model, command), idOf(real, id)] as const)
              .filter(([command]) => isOpen(model, supports, command))
            const outcomes = yield* real.service.executeAll(
              actual.map(([command, commandId]) => [command, { commandId }]),
            )
            Check.equal("each command has an answer", outcomes.length, actual.length)
            for (const [index, [command, commandId]] of actual.entries()) {
              const outcome = outcomes[index]
              if (outcome !== undefined) Model.settle(model, command, commandId, outcome)
            }
          }),
      ),
    )

const worlds = fc
  .record({
    what: fc.constantFrom("protected", "suspended", "blocked"),
    user: pooled,
    other: pooled,
    on: fc.boolean(),
  })
  .filter(({ other, user }) => user !== other)
  .map(({ on, other, user, what }) =>
    step(
      `${what} ${user} ${what === "blocked" ? `${other} ` : ""}${on}`,
      (model, { supports, world }) =>
        Effect.gen(function* () {
          const [who, whom] = [userOf(model, user), userOf(model, other)]
          const set = (target: Set<string>, key: string): void => {
            if (on) target.add(key)
            else target.delete(key)
          }
          if (what === "protected") {
            yield* world.setProtected(who, on)
            set(model.guarded, who)
          } else if (what === "suspended" && supports.suspension) {
            yield* world.setSuspended(who, on)
            set(model.suspended, who)
          } else if (what === "blocked" && supports.blocks) {
            // A block that ends a relationship would do so behind the model's back.
            const met = Model.hasRelationship(model, who, whom)
            if (on && met && !supports.blockedEdges) return
            yield* world.setBlocked(who, whom, on)
            set(model.blocks, `${who} ${whom}`)
          }
        }),
    ),
  )

/**
 * Sequences of steps for services that can do so much, for `fc.asyncModelRun`.
 *
 * @category generators
 * @since 0.1.0
 */
export const steps = (
  supports: RelationshipsSupports = everything,
  maxCommands = 40,
): fc.Arbitrary<Iterable<Step>> => {
  const one = execute(supports)
  return fc.commands([one, one, executeAll(supports), worlds, ...reads], {
    maxCommands,
    size: "max",
  })
}

/**
 * A model and a real one that begin alike: with users whom nobody used before.
 *
 * @category constructors
 * @since 0.1.0
 */
export const setup = (
  bench: RelationshipsBench,
): Effect.Effect<{ readonly model: Model.Model; readonly real: Real }, unknown> =>
  Effect.gen(function* () {
    const users = yield* Effect.replicateEffect(bench.world.add, userCount)
    const ids = yield* Effect.replicateEffect(Fixtures.commandId, idCount)
    return { model: Model.make(users), real: { ...bench, ids } }
  })
