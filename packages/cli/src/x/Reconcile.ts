/** What `kith reconcile` does: finds out what became of commands, and how things are on X. */
import {
  Decider,
  Facts,
  Reconciler,
  Relationships,
  type RemoteWalk,
  StoreError,
  Waiting,
} from "@kith/core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { describe } from "../Description.ts"
import { detailsOf, failed, type Failure } from "../Failure.ts"
import * as Screen from "../Screen.ts"
import * as Shell from "../Shell.ts"
import { edgeOf } from "./Act.ts"
import * as Authority from "./Authority.ts"
import * as Explanation from "./Explanation.ts"
import * as People from "./People.ts"
import * as Progress from "../Progress.ts"
import * as Run from "./Run.ts"
import * as Session from "./Session.ts"

export interface Input extends Run.Input {
  readonly user: string
  readonly target: string | undefined
  readonly cursor: string | undefined
}

type Found = Reconciler.Reconciled

/** A command that was open on an edge: whether what X shows now leaves it nothing to do. */
const outcomeOf = (
  { command }: Reconciler.Unresolved,
  { relationship, visible }: Found,
): keyof typeof words => {
  if (!visible) return "unknown"
  const facts = relationship._tag === "Pending" ? Facts.guarded : Facts.open
  const decision = Decider.decide(relationship, command, facts)
  return decision._tag === "Success" && decision.success.length === 0 ? "done" : "not done"
}

const words = {
  done: "took effect",
  "not done": "did not take effect",
  unknown: "may have taken effect or not",
} as const

const reconcileEdge = (
  input: Input,
  source: Session.Person,
  target: Session.Person,
  open: ReadonlyArray<Reconciler.Unresolved>,
): Effect.Effect<void, Failure, Reconciler.Reconciler> =>
  Effect.gen(function* () {
    const reconciler = yield* Reconciler.Reconciler
    const found = yield* reconciler
      .reconcile({ source: source.id, target: target.id })
      .pipe(Waiting.upTo(input.wait * 1000), Effect.mapError(Explanation.fromEither))
    const outcomes = open.map((it) => ({ ...it, outcome: outcomeOf(it, found) }))
    if (input.json) {
      return yield* Screen.print(
        JSON.stringify({
          source: { id: source.id, username: source.username },
          target: { id: target.id, username: target.username },
          ...(found.visible ? describe(found.relationship, {}).members : { state: null }),
          commands: outcomes.map(({ command, commandId, outcome, startedAt }) => ({
            command: command._tag,
            commandId,
            startedAt: new Date(startedAt).toISOString(),
            outcome,
          })),
        }),
      )
    }
    const state = found.visible
      ? describe(found.relationship, {}).text
      : "X does not show the target"
    const told = outcomes.map(
      ({ command, outcome, startedAt }) =>
        `; the ${command._tag} of ${new Date(startedAt).toISOString()} ${words[outcome]}`,
    )
    yield* Screen.print(`${edgeOf(source, target)}: ${state}${told.join("")}`)
  })

const stopped = (
  input: Input,
  error: RemoteWalk.WalkStopped | StoreError.StoreError | Reconciler.InvalidCursor,
): Failure => {
  if (error instanceof StoreError.StoreError) return Explanation.fromStore(error)
  if (error._tag === "InvalidCursor") return failed(error.message, detailsOf(error))
  return Explanation.fromWalk(error, input.cursor, (cursor) => resume(input, cursor))
}

const resume = (input: Input, cursor: string): string =>
  Shell.line(["kith", "reconcile", input.user, "--cursor", cursor, ...Run.flagsOf(input)])

const reconcileUser = (
  input: Input,
  user: Session.Person,
  /** Whether X lists the user's requests for the credentials at hand. */
  listsRequests: boolean,
  progress: Progress.Progress,
): Effect.Effect<void, Failure, Reconciler.Reconciler | Relationships.Relationships> =>
  Effect.gen(function* () {
    const reconciler = yield* Reconciler.Reconciler
    const relationships = yield* Relationships.Relationships
    let cursor = input.cursor
    let missing = 0
    yield* reconciler.reconcileAll(user.id, { cursor, patience: input.wait * 1000 }).pipe(
      Stream.runForEach((step) =>
        Effect.sync(() => {
          cursor = step.cursor
          missing += step.missing.length
          if (step.phase === "listed") progress.add(step.seen)
        }),
      ),
      Effect.mapError((error) => stopped(input, error)),
      Effect.onInterrupt(() =>
        cursor === undefined
          ? Effect.void
          : Screen.note(`kith: stopped; go on with: ${resume(input, cursor)}`),
      ),
    )
    const { following, requestsSent } = yield* Effect.mapError(
      relationships.counts(user.id),
      Explanation.fromStore,
    )
    progress.clear()
    yield* Screen.print(
      input.json
        ? JSON.stringify({
            user: { id: user.id, username: user.username },
            following,
            requestsSent: listsRequests ? requestsSent : null,
            missing,
          })
        : `${Session.nameOf(user)}: follows ${following}, ${listsRequests ? `waits for the answer of ${requestsSent}` : "and X lists requests for OAuth 1.0a alone"}${missing === 0 ? "" : `; X does not show ${missing} more`}`,
    )
  })

/** Without OAuth 1.0a there is no list of requests, and the rest can be read all the same. */
const modeFor =
  (input: Input) =>
  (session: Session.Session): Session.Mode =>
    input.mode === "auto" && !Authority.hasOAuth1(session, input.user) ? "v2" : input.mode

export const reconcile = (input: Input): Effect.Effect<void, Failure> => {
  const progress = Progress.make("users")
  return Run.run(
    input,
    (session) =>
      Effect.gen(function* () {
        const source = yield* People.acting(session, input.user)
        const target =
          input.target === undefined
            ? undefined
            : yield* People.find(input.target, source, input.wait * 1000)
        const { unresolved } = yield* Reconciler.Reconciler
        const open = yield* Effect.mapError(Stream.runCollect(unresolved), Explanation.fromStore)
        const mine = open.filter(
          ({ command }) =>
            command.source === source.id && (target === undefined || command.target === target.id),
        )
        if (target !== undefined) return yield* reconcileEdge(input, source, target, mine)
        for (const each of mine) {
          yield* reconcileEdge(input, source, { id: each.command.target }, [each])
        }
        yield* reconcileUser(input, source, modeFor(input)(session) !== "v2", progress)
      }).pipe(Effect.ensuring(Effect.sync(progress.clear))),
    progress.waiting,
    modeFor(input),
  )
}
