/**
 * Before a command leaves: what is known of its edge, what stands open there, and whether it has to be
 * sent at all. Nothing here has an effect on the remote.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { actor, type Command, fingerprint } from "../Command.ts"
import {
  type CommandError,
  CommandIdReused,
  CommandRejected,
  OutcomeUnknown,
} from "../CommandError.ts"
import * as Decider from "../Decider.ts"
import type { Edge } from "../Edge.ts"
import type { EventId } from "../EventId.ts"
import * as Facts from "../Facts.ts"
import type { Receipt } from "../Receipt.ts"
import type { Answer, RelationshipRemote } from "../RelationshipRemote.ts"
import type { Loaded, RelationshipStore, Snapshot } from "../RelationshipStore.ts"
import type { RemoteError } from "../RemoteError.ts"
import { StoreError } from "../StoreError.ts"
import * as intents from "./intents.ts"
import type { Looked, Looking } from "./looking.ts"
import type { ExecuteOptions } from "./options.ts"
import { receiptOfRecord } from "./receipts.ts"
import type { Recorder } from "./recorder.ts"
import type { Seen } from "./seen.ts"

/** How long a look at somebody else's lease waits for the next one, in milliseconds. */
const pollEvery = 100

const tooFew = new StoreError({
  reason: "Unavailable",
  message: "the store answered less than it was asked",
})

/**
 * A command that may leave now: its intent is written down. `before` is the one whose place it took: a
 * command that it overtakes, or one that was answered and that reads need not show yet.
 *
 * @internal
 */
export interface Departure {
  readonly command: Command
  readonly known: Snapshot
  readonly open: intents.Open
  readonly before: intents.Open | undefined
  readonly send: Effect.Effect<Answer, RemoteError | StoreError>
}

/** A command without an id of its caller's is named after its first event. */
const named = (commandId: string | undefined, nextId: (now: number) => EventId, now: number) => {
  if (commandId !== undefined) return { commandId }
  const eventId = nextId(now)
  return { commandId: eventId, eventId }
}

/**
 * @param readyAt when a look tells at the earliest
 * @internal
 */
export const outcomeUnknown = (
  { command, commandId }: intents.Intent,
  reason: string,
  readyAt: number,
  now: number,
): OutcomeUnknown =>
  new OutcomeUnknown({ command, commandId, reason, ...(readyAt > now ? { resetAt: readyAt } : {}) })

/** @internal */
export const make = (options: {
  readonly remote: RelationshipRemote["Service"]
  readonly store: RelationshipStore["Service"]
  readonly journal: intents.Intents
  readonly recorder: Recorder
  readonly looking: Looking
  readonly seen: Seen
  readonly now: () => number
  readonly nextId: (now: number) => EventId
  readonly owner: string
  readonly freshFor: number
  readonly lease: number
}) => {
  const { journal, looking, now, recorder, remote, seen, store } = options

  const unknown = (open: intents.Open, reason: string) =>
    outcomeUnknown(open.intent, reason, looking.readyAt(open), now())

  const load = (edge: Edge, commandId: string | undefined): Effect.Effect<Loaded, StoreError> =>
    Effect.flatMap(store.load([{ edge, commandId }]), ([loaded]) =>
      loaded === undefined ? Effect.fail(tooFew) : Effect.succeed(loaded),
    )

  /**
   * What the local rules say, where they need not ask: it is so already, or it cannot be. `"again"` when
   * that is not so any more.
   */
  const decideHere = (
    command: Command,
    known: Snapshot,
    about: ExecuteOptions | undefined,
  ): Effect.Effect<Receipt | "again" | undefined, CommandRejected | StoreError> => {
    const decision = Decider.decide(known.relationship, command, Facts.open)
    if (decision._tag === "Failure") {
      return Effect.fail(new CommandRejected({ reason: decision.failure, command }))
    }
    if (decision.success.length > 0) return Effect.succeed(undefined)
    return Effect.map(
      recorder.record(command, known, [], {
        ...about,
        actor: about?.actor ?? actor(command),
        provenance: "confirmed",
        fingerprint: fingerprint(command),
      }),
      (outcome) => (outcome._tag === "Recorded" ? outcome.receipt : "again"),
    )
  }

  /**
   * Deals with the intent that stands on the edge.
   *
   * - `"again"`: look at everything anew.
   * - `"overtake"`: nobody knows yet what became of its command, and a newer one need not wait for that.
   * - `"settling"`: its command was answered, and all is known but by the remote's reads.
   */
  const dealWith = (
    open: intents.Open,
    edge: Edge,
    command: Command,
    about: ExecuteOptions | undefined,
  ): Effect.Effect<Looked | "again" | "overtake" | "settling", CommandError> =>
    Effect.gen(function* () {
      const { intent } = open
      const isOver = intent.isAnswered === true || intent.owner === options.owner
      const left = isOver ? 0 : intent.leaseUntil - now()
      if (left > 0) {
        yield* Effect.sleep(Math.min(left, pollEvery))
        return "again"
      }
      const mine = intent.commandId === about?.commandId
      if (mine && fingerprint(intent.command) !== fingerprint(command)) {
        return yield* new CommandIdReused({ commandId: intent.commandId })
      }
      const loaded = yield* load(edge, intent.commandId)
      const { overtaken } = intent
      if (overtaken !== undefined) {
        yield* recorder.remember(edge, loaded, overtaken)
        if (overtaken.commandId === about?.commandId) return "again"
      }
      if (mine && loaded.record !== undefined) return "again"
      const isEarly = now() < looking.readyAt(open)
      // What an older command did to preferences is known by a look alone.
      const isOnlyNotCleared = loaded.record !== undefined && overtaken === undefined
      if (intent.isAnswered === true || isOnlyNotCleared) {
        if (isEarly) return "settling"
        yield* journal.clear(open)
        return "again"
      }
      if (isEarly) {
        return mine ? yield* unknown(open, "it is too early to tell") : "overtake"
      }
      const seenNow = yield* Effect.result(remote.observe(edge.source, [edge.target]))
      if (Result.isFailure(seenNow)) {
        return mine ? yield* unknown(open, seenNow.failure.message) : "overtake"
      }
      const [observation] = seenNow.success
      if (observation === undefined && !mine) return "overtake"
      const looked = yield* looking.conclude(edge, loaded, open, observation, !mine)
      if (looked?.isEarly !== true) return looked ?? "again"
      return mine ? yield* unknown(open, "it is too early to tell") : "overtake"
    })

  /** Gives up on a command that did nothing: all is as it was before. */
  const letGo = ({ before, open }: Departure): Effect.Effect<unknown, StoreError> =>
    before === undefined ? journal.clear(open) : journal.begin(before.intent, open)

  /**
   * Whether nobody carried out a command under the id between our look at the store and our intent; else
   * the intent is put down. From now on nobody can, and whoever did has recorded it.
   */
  const isNew = (departure: Departure, commandId: string): Effect.Effect<boolean, StoreError> =>
    load(departure.command, commandId).pipe(
      Effect.onError(() => Effect.ignore(letGo(departure))),
      Effect.flatMap(({ record }) =>
        record === undefined ? Effect.succeed(true) : Effect.as(letGo(departure), false),
      ),
    )

  /** Everything before the command leaves. Nothing of it has an effect on the remote. */
  const prepare = (
    command: Command,
    about: ExecuteOptions | undefined,
  ): Effect.Effect<Receipt | Departure, CommandError> =>
    Effect.gen(function* () {
      const edge: Edge = { source: command.source, target: command.target }
      const key = intents.keyOf(edge)
      const commandId = about?.commandId
      for (;;) {
        const loaded = yield* load(edge, commandId)
        if (loaded.record !== undefined) {
          return loaded.record.fingerprint === fingerprint(command)
            ? receiptOfRecord(loaded.record)
            : yield* new CommandIdReused({ commandId: commandId ?? "" })
        }
        let known: Snapshot = loaded
        let [before] = yield* journal.find([edge])
        let overtaken: intents.Overtaken | undefined
        if (before !== undefined) {
          const dealt = yield* dealWith(before, edge, command, about)
          if (dealt === "again") continue
          if (dealt === "overtake") {
            const { intent } = before
            overtaken = { commandId: intent.commandId, fingerprint: fingerprint(intent.command) }
          } else if (dealt !== "settling") {
            if (dealt.receipt !== undefined && before.intent.commandId === commandId) {
              return dealt.receipt
            }
            known = dealt
            before = undefined
          }
        }
        if (overtaken === undefined && now() - seen.at(key) < options.freshFor) {
          const receipt = yield* decideHere(command, known, about)
          if (receipt === "again") continue
          if (receipt !== undefined) return receipt
        }
        const send = yield* remote.prepare(command)
        const startedAt = now()
        const open = yield* journal.begin(
          {
            ...named(commandId, options.nextId, startedAt),
            command,
            actor: about?.actor ?? actor(command),
            ...(about?.correlationId === undefined ? {} : { correlationId: about.correlationId }),
            ...(about?.causationId === undefined ? {} : { causationId: about.causationId }),
            owner: options.owner,
            startedAt,
            leaseUntil: startedAt + options.lease,
            ...(overtaken === undefined ? {} : { overtaken }),
          },
          before,
        )
        if (open === undefined) continue
        const departure: Departure = { command, known, open, before, send }
        if (commandId === undefined || (yield* isNew(departure, commandId))) return departure
      }
    })

  return { letGo, load, prepare }
}

/** @internal */
export type Preparing = ReturnType<typeof make>
