/** Writing down what a remote showed of an edge, whoever else writes at the same time. */
import * as Effect from "effect/Effect"
import * as Decider from "../Decider.ts"
import type { Edge } from "../Edge.ts"
import type { EventId } from "../EventId.ts"
import type { Receipt } from "../Receipt.ts"
import type { Provenance } from "../RecordedEvent.ts"
import type { RelationshipEvent } from "../RelationshipEvent.ts"
import type { Change, CommandRecord, RelationshipStore, Snapshot } from "../RelationshipStore.ts"
import { StoreError } from "../StoreError.ts"
import type { UserId } from "../UserId.ts"
import { receiptOf } from "./receipts.ts"

/** What is written beside the events. @internal */
export interface About {
  readonly commandId?: string | undefined
  /** The id of the first event; a new one unless told. */
  readonly eventId?: EventId | undefined
  readonly correlationId?: string | undefined
  readonly causationId?: string | undefined
  readonly actor: UserId | null
  readonly provenance: Provenance
  readonly fingerprint?: string | undefined
  readonly attempts?: number | undefined
}

/** @internal */
export type Recorded =
  | { readonly _tag: "Recorded"; readonly receipt: Receipt }
  | { readonly _tag: "Repeated"; readonly record: CommandRecord }
  | { readonly _tag: "Conflict"; readonly current: Snapshot }

const recorded = (receipt: Receipt): Recorded => ({ _tag: "Recorded", receipt })

/** @internal */
export const make = (
  store: RelationshipStore["Service"],
  nextId: (now: number) => EventId,
  now: () => number,
) => {
  const changeOf = (
    edge: Edge,
    known: Snapshot,
    events: ReadonlyArray<RelationshipEvent>,
    about: About,
  ): Change => {
    const time = now()
    return {
      edge,
      expectedVersion: known.version,
      relationship: Decider.fold(known.relationship, events),
      events: events.map((event, index) => ({
        id: (index === 0 ? about.eventId : undefined) ?? nextId(time),
        event,
      })),
      time,
      commandId: about.commandId,
      correlationId: about.correlationId,
      causationId: about.causationId,
      actor: about.actor,
      provenance: about.provenance,
      fingerprint: about.fingerprint ?? "",
      attempts: about.attempts ?? 1,
    }
  }

  /** Writes changes down, each on its own. One without events or command id is nothing to write. */
  const recordAll = (
    changes: ReadonlyArray<Change>,
  ): Effect.Effect<ReadonlyArray<Recorded>, StoreError> =>
    Effect.map(store.commit(changes), (outcomes) =>
      outcomes.flatMap((outcome, index): ReadonlyArray<Recorded> => {
        const change = changes[index]
        if (change === undefined) return []
        switch (outcome._tag) {
          case "Committed":
            return [recorded(receiptOf(change, outcome.position))]
          case "Repeated":
          case "Conflict":
            return [outcome]
        }
      }),
    )

  /**
   * Writes down what happened to an edge, unless others changed it since it was read, or the command
   * id is remembered.
   */
  const record = (
    edge: Edge,
    known: Snapshot,
    events: ReadonlyArray<RelationshipEvent>,
    about: About,
  ): Effect.Effect<Recorded, StoreError> => {
    const change = changeOf(edge, known, events, about)
    if (events.length === 0 && about.commandId === undefined) {
      return Effect.succeed(recorded(receiptOf(change, 0)))
    }
    return Effect.flatMap(recordAll([change]), ([outcome]) =>
      outcome === undefined
        ? Effect.fail(
            new StoreError({
              reason: "Unavailable",
              message: "the store answered less than it was asked",
            }),
          )
        : Effect.succeed(outcome),
    )
  }

  /**
   * Remembers a command as done without any event, whoever else changes the edge, so that repeating it
   * does nothing.
   */
  const remember = (
    edge: Edge,
    known: Snapshot,
    command: { readonly commandId: string; readonly fingerprint: string },
  ): Effect.Effect<void, StoreError> =>
    Effect.flatMap(
      record(edge, known, [], { ...command, actor: null, provenance: "confirmed" }),
      (outcome) =>
        outcome._tag === "Conflict" ? remember(edge, outcome.current, command) : Effect.void,
    )

  return { changeOf, record, recordAll, remember }
}

/** @internal */
export type Recorder = ReturnType<typeof make>
