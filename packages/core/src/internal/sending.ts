/**
 * The writing half of the service over a remote: a command that was written down is sent once, and is
 * recorded by what the remote answered.
 *
 * One command is on its way on an edge at a time: within a process by a lock, between processes by
 * the intent in the journal and its lease.
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import { type Command, fingerprint } from "../Command.ts"
import { type CommandError, CommandRejected } from "../CommandError.ts"
import * as Decider from "../Decider.ts"
import type { Receipt } from "../Receipt.ts"
import { type Observation, reconcile } from "../Reconciliation.ts"
import type { ExecuteOptions } from "../Relationships.ts"
import type { Answer } from "../RelationshipRemote.ts"
import { RemoteError } from "../RemoteError.ts"
import { StoreError } from "../StoreError.ts"
import { eventsOf, showsPreferences } from "./answers.ts"
import * as intents from "./intents.ts"
import type { Looking } from "./looking.ts"
import type { Locks, Release } from "./locks.ts"
import { type Departure, outcomeUnknown, type Preparing } from "./preparing.ts"
import { receiptOfRecord } from "./receipts.ts"
import type { About, Recorder } from "./recorder.ts"
import type { Seen } from "./seen.ts"

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
  readonly locks: Locks
  readonly seen: Seen
  readonly now: () => number
  readonly lag: number
  readonly scope: Scope.Scope
}) => {
  const { journal, locks, looking, now, preparing, recorder, seen } = options
  const running = new Set<Fiber.Fiber<Receipt, CommandError>>()

  const unknown = (intent: intents.Intent, reason: string) =>
    outcomeUnknown(intent, reason, now() + options.lag, now())

  /**
   * Records that the remote carried the command out. Others may have changed the edge meanwhile, or
   * have recorded something under the command's id: then it is done again on what there is.
   */
  const carried = (
    { command, known }: Pick<Departure, "command" | "known">,
    observation: Observation,
    about: About,
  ): Effect.Effect<Receipt, StoreError> => {
    const attempts = about.attempts ?? 1
    const events = eventsOf(known.relationship, command, observation)
    return Effect.flatMap(recorder.record(command, known, events, about), (outcome) => {
      if (outcome._tag === "Recorded") return Effect.succeed(outcome.receipt)
      if (attempts === maxAttempts) return Effect.fail(contended)
      if (outcome._tag === "Conflict") {
        return carried({ command, known: outcome.current }, observation, {
          ...about,
          attempts: attempts + 1,
        })
      }
      return Effect.gen(function* () {
        const current = yield* preparing.load(command, undefined)
        const { actor, provenance } = about
        const receipt = yield* carried({ command, known: current }, observation, {
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

  /** Whoever finds the intent need not wait for us any more. */
  const lapse = (open: intents.Open) => journal.begin({ ...open.intent, leaseUntil: now() }, open)

  /** Gives up on a command that did nothing: all is as it was before. */
  const letGo = ({ before, open }: Departure): Effect.Effect<unknown, StoreError> =>
    before === undefined ? journal.clear(open) : journal.begin(before.intent, open)

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
      if (options.lag === 0 || events.length > 0) return yield* journal.clear(open)
      const answered = yield* journal.begin(
        { ...open.intent, leaseUntil: now(), isAnswered: true },
        open,
      )
      if (answered === undefined) return
      const clear = Effect.ignore(Effect.delay(journal.clear(answered), options.lag))
      yield* Effect.forkIn(clear, options.scope, { startImmediately: true })
    })

  /** Whether an answer was explained by a look that the last command on the edge may be hidden from. */
  const isDoubtful = (
    { before, command, known }: Departure,
    { mayLag, observation }: Answer,
  ): Effect.Effect<boolean, StoreError> =>
    mayLag === true && observation !== undefined && observation._tag !== known.relationship._tag
      ? before !== undefined && options.lag > 0
        ? Effect.succeed(true)
        : looking.isSettling(command)
      : Effect.succeed(false)

  /** The rule for which the remote refused the command. */
  const refused = (
    departure: Departure,
    { facts, observation }: Extract<Answer, { readonly _tag: "Refused" }>,
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
      yield* letGo(departure)
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

  /** From the sending to the record. Nobody interrupts it: the remote bounds its time. */
  const depart = (departure: Departure): Effect.Effect<Receipt, CommandError> =>
    Effect.gen(function* () {
      const { intent, key } = departure.open
      const notKnown = Effect.fnUntraced(function* (reason: string) {
        seen.forget(key)
        yield* Effect.ignore(lapse(departure.open))
        return yield* unknown(intent, reason)
      })
      const result = yield* Effect.result(departure.send)
      if (Result.isFailure(result)) {
        const error = result.failure
        if (error._tag === "RemoteError" && error.outcome === "refused") {
          yield* letGo(departure)
          return yield* error
        }
        return yield* notKnown(error.message)
      }
      const answer = result.success
      const doubt = Effect.catch(isDoubtful(departure, answer), ({ message }) => notKnown(message))
      if (yield* doubt) return yield* notKnown("it is too early to tell")
      if (answer._tag === "Refused") return yield* refused(departure, answer)
      const about: About = {
        ...intent,
        provenance: "confirmed",
        fingerprint: fingerprint(departure.command),
      }
      const receipt = yield* Effect.catch(
        carried(departure, answer.observation, about),
        ({ message }) => notKnown(`it was carried out and could not be recorded: ${message}`),
      )
      const isWhole = intent.overtaken === undefined || showsPreferences(answer.observation)
      if (isWhole) seen.note(key, now())
      else seen.forget(key)
      // The record under the command's id says all: an intent that stays is recognised by it.
      yield* Effect.ignore(putDown(departure, answer.observation, receipt))
      return receipt
    })

  const detached = (departure: Departure, release: Release) =>
    Effect.map(
      Effect.forkDetach(Effect.ensuring(depart(departure), Effect.sync(release)), {
        startImmediately: true,
      }),
      (fiber) => {
        running.add(fiber)
        fiber.addObserver(() => running.delete(fiber))
        return fiber
      },
    )

  return {
    /** Carries a command out. Interrupting it stops nothing that has left already. */
    execute: (
      command: Command,
      about: ExecuteOptions | undefined,
    ): Effect.Effect<Receipt, CommandError> =>
      Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          const names = [intents.keyOf(command)]
          // Under one id no two commands are on their way, whatever their edges.
          if (about?.commandId !== undefined) names.push(`command/${about.commandId}`)
          const release = yield* restore(locks.acquire(...names))
          const prepared = yield* Effect.onError(restore(preparing.prepare(command, about)), () =>
            Effect.sync(release),
          )
          if ("_tag" in prepared) {
            release()
            return prepared
          }
          return yield* restore(Fiber.join(yield* detached(prepared, release)))
        }),
      ),

    /** Waits until what has left is answered. */
    idle: Effect.suspend(() => Fiber.awaitAll([...running])),
  }
}
