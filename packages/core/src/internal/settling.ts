/**
 * What became of a command that left: it is recorded by what the remote answered, and its intent is put
 * down. Where the answer does not tell, or could not be recorded, the intent stays for a look.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type Command, fingerprint, follow } from "../Command.ts"
import { type CommandError, CommandRejected, PartlyDone } from "../CommandError.ts"
import * as Decider from "../Decider.ts"
import type { Receipt } from "../Receipt.ts"
import { type Observation, reconcile } from "../Reconciliation.ts"
import type { Relationship } from "../Relationship.ts"
import type { RelationshipEvent } from "../RelationshipEvent.ts"
import type { Answer } from "../RelationshipRemote.ts"
import type { Snapshot } from "../RelationshipStore.ts"
import { RemoteError } from "../RemoteError.ts"
import { StoreError } from "../StoreError.ts"
import { attribute, showsPreferences } from "./answers.ts"
import type * as intents from "./intents.ts"
import type { Looking } from "./looking.ts"
import { type Departure, outcomeUnknown, type Preparing } from "./preparing.ts"
import { receiptOfRecord } from "./receipts.ts"
import type { About, Recorder } from "./recorder.ts"
import type { Seen } from "./seen.ts"

type Refused = Extract<Answer, { readonly _tag: "Refused" }>
type Done = Exclude<Answer, Refused>

const maxAttempts = 8

const contended = new StoreError({
  reason: "Unavailable",
  message: "others changed the edge at every attempt to record the answer",
})

/** @internal */
export const make = (options: {
  readonly looking: Looking
  readonly preparing: Preparing
  readonly journal: intents.Intents
  readonly recorder: Recorder
  readonly seen: Seen
  readonly now: () => number
  readonly lag: number
  readonly scope: Scope.Scope
}) => {
  const { journal, lag, looking, now, preparing, recorder, seen } = options

  /**
   * Records what an answer showed. Others may have changed the edge meanwhile, or have recorded something
   * under the command's id: then it is done again on what there is.
   */
  const record = (
    command: Command,
    known: Snapshot,
    eventsOn: (state: Relationship) => ReadonlyArray<RelationshipEvent>,
    about: About,
  ): Effect.Effect<Receipt, StoreError> => {
    const attempts = about.attempts ?? 1
    const events = eventsOn(known.relationship)
    return Effect.flatMap(recorder.record(command, known, events, about), (outcome) => {
      if (outcome._tag === "Recorded") return Effect.succeed(outcome.receipt)
      if (attempts === maxAttempts) return Effect.fail(contended)
      if (outcome._tag === "Conflict") {
        return record(command, outcome.current, eventsOn, { ...about, attempts: attempts + 1 })
      }
      return Effect.gen(function* () {
        const current = yield* preparing.load(command, undefined)
        const { actor, provenance } = about
        const receipt = yield* record(command, current, eventsOn, {
          actor,
          provenance,
          attempts: attempts + 1,
        })
        return outcome.record.fingerprint === about.fingerprint
          ? receiptOfRecord(outcome.record)
          : receipt
      })
    })
  }

  /** What others had done before is not the command's, nor done by who gave it. */
  const recordDone = (
    command: Command,
    known: Snapshot,
    observation: Observation,
    about: Omit<About, "provenance">,
  ): Effect.Effect<Receipt, StoreError> =>
    Effect.flatMap(
      record(command, known, (state) => attribute(state, command, observation).before, {
        actor: null,
        provenance: "observed",
      }),
      (now) =>
        record(
          command,
          now,
          (state) => {
            const { before, own } = attribute(state, command, observation)
            return [...before, ...own]
          },
          { ...about, provenance: "confirmed" },
        ),
    )

  const carried = ({ command, known, open }: Departure, observation: Observation) =>
    recordDone(command, known, observation, { ...open.intent, fingerprint: fingerprint(command) })

  /**
   * Of a follow it is the preferences that were refused. Not under the command's id: what is left of it
   * is done when it is repeated.
   */
  const part = ({ command, known, open }: Departure, observation: Observation) => {
    const { actor, causationId, commandId, correlationId } = open.intent
    const { source, target } = command
    return recordDone(
      command._tag === "Follow" ? follow(source, target) : command,
      known,
      observation,
      {
        actor,
        correlationId: correlationId ?? commandId,
        causationId: causationId ?? commandId,
      },
    )
  }

  /** Whoever finds the intent need not wait for us any more. */
  const lapse = (open: intents.Open) => journal.begin({ ...open.intent, leaseUntil: now() }, open)

  /**
   * Puts down the intent of a command that was answered and recorded. It stays on purpose where an older
   * command may have set preferences that the answer does not show, and for a while where there is no
   * event by which a look knows that it may show the past.
   */
  const putDown = (
    { command, known, open }: Departure,
    observation: Observation,
    { events }: Receipt,
  ): Effect.Effect<unknown, StoreError> =>
    Effect.gen(function* () {
      const { overtaken } = open.intent
      if (overtaken !== undefined) {
        yield* recorder.remember(command, known, overtaken)
        if (!showsPreferences(observation)) return yield* lapse(open)
      }
      if (lag === 0 || events.length > 0) return yield* journal.clear(open)
      const answered = yield* journal.begin(
        { ...open.intent, leaseUntil: now(), isAnswered: true },
        open,
      )
      if (answered === undefined) return
      const clear = Effect.ignore(Effect.delay(journal.clear(answered), lag))
      yield* Effect.forkIn(clear, options.scope, { startImmediately: true })
    })

  /** Whether an answer was explained by a look that the last command on the edge may be hidden from. */
  const isDoubtful = (
    { before, command, known }: Departure,
    { mayLag, observation }: Answer,
  ): Effect.Effect<boolean, StoreError> =>
    mayLag === true && observation !== undefined && observation._tag !== known.relationship._tag
      ? before !== undefined && lag > 0
        ? Effect.succeed(true)
        : looking.isSettling(command)
      : Effect.succeed(false)

  /** The rule for which the remote refused the command. */
  const refused = (
    departure: Departure,
    { facts, observation }: Refused,
  ): Effect.Effect<never, CommandError> =>
    Effect.gen(function* () {
      const { command, known, open } = departure
      let state = known.relationship
      if (observation !== undefined) {
        const events = reconcile(state, observation)
        state = Decider.fold(state, events)
        yield* recorder.record(command, known, events, { actor: null, provenance: "observed" })
        seen.note(open.key, now())
      }
      yield* Effect.ignore(preparing.letGo(departure))
      const decision = Decider.decide(state, command, facts)
      return decision._tag === "Failure"
        ? yield* new CommandRejected({ reason: decision.failure, command })
        : yield* new RemoteError({
            outcome: "refused",
            reason: "Unclassified",
            message: "the remote refused the command for facts that do not forbid it",
            retryable: false,
          })
    })

  const notKnown = Effect.fnUntraced(function* ({ open }: Departure, reason: string) {
    seen.forget(open.key)
    yield* Effect.ignore(lapse(open))
    return yield* outcomeUnknown(open.intent, reason, now() + lag, now())
  })

  /** What the remote carried out is recorded, all or part of the command. */
  const done = (departure: Departure, answer: Done): Effect.Effect<Receipt, CommandError> =>
    Effect.gen(function* () {
      const { command, open } = departure
      const { observation } = answer
      const isPart = answer._tag === "Partly"
      const receipt = yield* Effect.catch(
        isPart ? part(departure, observation) : carried(departure, observation),
        ({ message }) =>
          notKnown(departure, `it was carried out and could not be recorded: ${message}`),
      )
      // What is not shown of preferences may be other than is known here.
      const isWhole =
        (!isPart && open.intent.overtaken === undefined) || showsPreferences(observation)
      if (isWhole) seen.note(open.key, now())
      else seen.forget(open.key)
      // The record under the command's id says all: an intent that stays is recognised by it.
      yield* Effect.ignore(putDown(departure, observation, receipt))
      if (isPart) return yield* new PartlyDone({ command, receipt, because: answer.because })
      return receipt
    })

  return {
    /** What a command came to by the remote's answer. */
    answered: (departure: Departure, answer: Answer): Effect.Effect<Receipt, CommandError> =>
      Effect.gen(function* () {
        const doubt = Effect.catch(isDoubtful(departure, answer), ({ message }) =>
          notKnown(departure, message),
        )
        if (yield* doubt) return yield* notKnown(departure, "it is too early to tell")
        return yield* answer._tag === "Refused"
          ? refused(departure, answer)
          : done(departure, answer)
      }),

    /** What it came to without one. */
    unanswered: (
      departure: Departure,
      error: RemoteError | StoreError,
    ): Effect.Effect<never, CommandError> =>
      error._tag === "RemoteError" && error.outcome === "refused"
        ? // An intent that stays is resolved by a look; why nothing was done is known here alone.
          Effect.andThen(Effect.ignore(preparing.letGo(departure)), Effect.fail(error))
        : notKnown(departure, error.message),
  }
}

/** @internal */
export type Settling = ReturnType<typeof make>
