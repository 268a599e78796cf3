/**
 * Looking at an edge on the remote: what it shows is brought into the log, and settles the command
 * that is open there.
 */
import * as Effect from "effect/Effect"
import { type Command, fingerprint } from "../Command.ts"
import * as Decider from "../Decider.ts"
import type { Edge } from "../Edge.ts"
import * as Facts from "../Facts.ts"
import type { Receipt } from "../Receipt.ts"
import { type Observation, reconcile } from "../Reconciliation.ts"
import type { RecordedEvent } from "../RecordedEvent.ts"
import type { RelationshipRemote } from "../RelationshipRemote.ts"
import type { Loaded, RelationshipStore, Snapshot } from "../RelationshipStore.ts"
import type { RemoteError } from "../RemoteError.ts"
import type { StoreError } from "../StoreError.ts"
import type { UserId } from "../UserId.ts"
import * as intents from "./intents.ts"
import type { Locks, Release } from "./locks.ts"
import type { Recorder } from "./recorder.ts"
import { countObserved } from "./remoteMetrics.ts"
import type { Seen } from "./seen.ts"

/**
 * - `isEarly`: what was seen may be the past, and nothing was concluded.
 * - `receipt`: of the open command, when it took effect.
 *
 * @internal
 */
export interface Looked extends Snapshot {
  readonly events: ReadonlyArray<RecordedEvent>
  readonly visible: boolean
  readonly isEarly?: boolean | undefined
  readonly receipt?: Receipt | undefined
}

/** The facts that an edge's state speaks of: a request waits at protected accounts only. @internal */
export const factsOf = (observation: Observation): Facts.Facts =>
  observation._tag === "Pending" ? Facts.guarded : Facts.open

/** Whether an edge, as it was seen, leaves a command nothing to do. */
const hasEffect = (command: Command, snapshot: Snapshot, observation: Observation): boolean => {
  const after = Decider.fold(snapshot.relationship, reconcile(snapshot.relationship, observation))
  const decision = Decider.decide(after, command, factsOf(observation))
  return decision._tag === "Success" && decision.success.length === 0
}

/** @internal */
export const make = (options: {
  readonly remote: RelationshipRemote["Service"]
  readonly store: RelationshipStore["Service"]
  readonly journal: intents.Intents
  readonly locks: Locks
  readonly recorder: Recorder
  readonly now: () => number
  /** Milliseconds by which the remote's reads may be behind its writes. */
  readonly lag: number
  readonly seen: Seen
}) => {
  const { journal, lag, locks, now, recorder, remote, seen, store } = options

  /** Whether the remote carried out a command on the edge so lately that its reads may not show it. */
  const isSettling = (edge: Edge): Effect.Effect<boolean, StoreError> =>
    lag === 0
      ? Effect.succeed(false)
      : Effect.map(store.history(edge), (history) => {
          const last = history.at(-1)
          return last?.provenance === "confirmed" && now() < last.time + lag
        })

  /**
   * Takes in what was seen of an edge. A command that took effect is remembered; so is one that a newer
   * one overtakes, lest it be done when it is repeated. Of one that is remembered already the intent is
   * cleared. `undefined` when others changed the edge since it was loaded: what was seen may then be older
   * than what they know.
   */
  const conclude = (
    edge: Edge,
    loaded: Loaded,
    open: intents.Open | undefined,
    observation: Observation | undefined,
    isOvertaken = false,
  ): Effect.Effect<Looked | undefined, StoreError> =>
    Effect.gen(function* () {
      const { relationship, version } = loaded
      const asBefore: Looked = { relationship, version, events: [], visible: true }
      if (observation === undefined) {
        if (open !== undefined) yield* journal.clear(open)
        return { ...asBefore, visible: false }
      }
      const key = intents.keyOf(edge)
      const events = reconcile(relationship, observation)
      // What contradicts a fresh answer to a command is the past.
      if (events.length > 0 && (yield* isSettling(edge))) return { ...asBefore, isEarly: true }
      const intent =
        open !== undefined &&
        loaded.record === undefined &&
        (isOvertaken || hasEffect(open.intent.command, loaded, observation))
          ? open.intent
          : undefined
      const outcome = yield* recorder.record(
        edge,
        loaded,
        events,
        intent === undefined
          ? { actor: null, provenance: "observed" }
          : { ...intent, provenance: "observed", fingerprint: fingerprint(intent.command) },
      )
      if (outcome._tag !== "Recorded") return undefined
      if (open !== undefined) yield* journal.clear(open)
      seen.note(key, now())
      const { receipt } = outcome
      if (intent === undefined) yield* countObserved(receipt.events.length)
      return {
        relationship: receipt.relationship,
        version: receipt.version,
        events: receipt.events,
        visible: true,
        receipt: intent === undefined ? undefined : receipt,
      }
    })

  /**
   * From when on a look tells what became of an open command: until its lease ends it may arrive at the
   * remote, and after that the remote's reads have to catch up with it.
   */
  const readyAt = ({ intent }: intents.Open): number => intent.leaseUntil + lag

  /**
   * Looks at edges while nobody here acts on them; `undefined` for one to be looked at again.
   *
   * @param onlyOpen leaves those alone on which no command is open any more
   */
  const look = (
    source: UserId,
    targets: ReadonlyArray<UserId>,
    onlyOpen = false,
  ): Effect.Effect<ReadonlyArray<Looked | undefined>, RemoteError | StoreError> => {
    const edges = targets.map((target) => ({ source, target }))
    const held: Array<Release> = []
    return Effect.gen(function* () {
      held.push(yield* locks.acquire(...edges.map(intents.keyOf)))
      const opens = yield* journal.find(edges)
      const loaded = yield* store.load(
        edges.map((edge, index) => ({ edge, commandId: opens[index]?.intent.commandId })),
      )
      const ready: Array<{
        edge: Edge
        index: number
        known: Loaded
        open: intents.Open | undefined
      }> = []
      for (const [index, edge] of edges.entries()) {
        const known = loaded[index]
        let open = opens[index]
        if (known === undefined || (open !== undefined && readyAt(open) > now())) continue
        if (open?.intent.overtaken !== undefined) {
          yield* recorder.remember(edge, known, open.intent.overtaken)
        }
        if (open?.intent.isAnswered === true) {
          yield* journal.clear(open)
          open = undefined
        }
        if (open !== undefined || !onlyOpen) ready.push({ edge, index, known, open })
      }
      const looks: Array<Looked | undefined> = edges.map(() => undefined)
      if (ready.length === 0) return looks
      const observations = yield* remote.observe(
        source,
        ready.map(({ edge }) => edge.target),
      )
      for (const [at, { edge, index, known, open }] of ready.entries()) {
        looks[index] = yield* conclude(edge, known, open, observations[at])
      }
      return looks
    }).pipe(Effect.ensuring(Effect.sync(() => held.forEach((release) => release()))))
  }

  return { conclude, isSettling, look, readyAt }
}

/** @internal */
export type Looking = ReturnType<typeof make>
