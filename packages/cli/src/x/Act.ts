/** Carries one command out on X, and prints what it came to; and looks at one edge. */
import {
  type Command,
  Reconciler,
  type Reconciliation,
  type Relationship,
  RelationshipRemote,
  Relationships,
  Waiting,
} from "@kith/core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { describe, type Preferences } from "../Description.ts"
import { type Failure, failed } from "../Failure.ts"
import * as Screen from "../Screen.ts"
import * as Shell from "../Shell.ts"
import * as Explanation from "./Explanation.ts"
import * as People from "./People.ts"
import * as Progress from "../Progress.ts"
import * as Run from "./Run.ts"
import * as Session from "./Session.ts"

export interface Input extends Run.Input {
  readonly source: string
  readonly target: string
}

/** The words for an edge: `happycamper → TwitterDev`. */
export const edgeOf = (source: Session.Person, target: Session.Person): string =>
  `${Session.nameOf(source)} → ${Session.nameOf(target)}`

/** The command that finds out what became of one whose outcome is unknown. */
export const findOut = (input: Input): string =>
  Shell.line(["kith", "reconcile", input.source, input.target, ...Run.flagsOf(input)])

const members = (person: Session.Person) => ({ id: person.id, username: person.username })

const withEdge = (
  input: Input,
  use: (
    source: Session.Person,
    target: Session.Person,
  ) => Effect.Effect<
    void,
    Failure,
    Relationships.Relationships | Reconciler.Reconciler | RelationshipRemote.RelationshipRemote
  >,
): Effect.Effect<void, Failure> => {
  const progress = Progress.make("commands")
  return Run.run(
    input,
    (session) =>
      Effect.gen(function* () {
        const source = yield* People.acting(session, input.source)
        const target = yield* People.find(input.target, source, input.wait * 1000)
        yield* use(source, target)
      }).pipe(Effect.ensuring(Effect.sync(progress.clear))),
    progress.waiting,
  )
}

/**
 * @param isNamed whether the command names preferences: of others X's answer does not tell
 */
export const act = (
  input: Input & { readonly commandId: string | undefined },
  make: (source: Command.Command["source"], target: Command.Command["target"]) => Command.Command,
  isNamed: boolean,
): Effect.Effect<void, Failure> =>
  withEdge(input, (source, target) =>
    Effect.gen(function* () {
      const relationships = yield* Relationships.Relationships
      const edge = edgeOf(source, target)
      const { events, relationship } = yield* relationships
        .execute(make(source.id, target.id), { commandId: input.commandId })
        .pipe(
          Waiting.upTo(input.wait * 1000),
          Effect.mapError((error) => Explanation.fromCommand(error, edge, findOut(input))),
        )
      const state = describe(relationship, isNamed ? preferencesOf(relationship) : {})
      const outcome = events.some(({ provenance }) => provenance === "observed")
        ? "observed"
        : "confirmed"
      yield* Screen.print(
        input.json
          ? JSON.stringify({
              source: members(source),
              target: members(target),
              ...state.members,
              outcome,
            })
          : `${edge}: ${state.text} (${outcome})`,
      )
    }),
  )

const openOn = (source: Session.Person, target: Session.Person) =>
  Effect.flatMap(Reconciler.Reconciler, ({ unresolved }) =>
    unresolved.pipe(
      Stream.filter(({ command }) => command.source === source.id && command.target === target.id),
      Stream.runHead,
      Effect.mapError(Explanation.fromStore),
    ),
  )

const preferencesOf = (seen: Reconciliation.Observation | Relationship.Relationship): Preferences =>
  seen._tag === "None" ? {} : seen

export const show = (input: Input): Effect.Effect<void, Failure> =>
  withEdge(input, (source, target) =>
    Effect.gen(function* () {
      const remote = yield* RelationshipRemote.RelationshipRemote
      const edge = edgeOf(source, target)
      const [seen] = yield* remote
        .observe(source.id, [target.id])
        .pipe(Waiting.upTo(input.wait * 1000), Effect.mapError(Explanation.fromEither))
      if (seen === undefined) {
        return yield* failed(
          `${edge}: X does not show the target, which may be suspended or gone`,
          { tag: "UserNotFound" },
        )
      }
      const state = describe(seen, preferencesOf(seen))
      yield* Screen.print(
        input.json
          ? JSON.stringify({
              source: members(source),
              target: members(target),
              ...state.members,
            })
          : `${edge}: ${state.text}`,
      )
      const open = yield* openOn(source, target)
      if (open._tag === "Some") {
        yield* Screen.note(
          `kith: nobody knows yet what became of the ${open.value.command._tag}; find out with: ${findOut(input)}`,
        )
      }
    }),
  )
