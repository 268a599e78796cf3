/**
 * Events as rows: what is as usual costs no byte.
 *
 * `code` has in its bits the place of the event in `RelationshipEvent.all` (5), of the provenance (2)
 * and of the actor (2), and whether the time is not that of the id (1). `rest` has what else is unusual
 * as words behind each other: the actor, the command id, the correlation id, the causation id, the time.
 */
import { type EventId, type RecordedEvent, RelationshipEvent, StoreError } from "@kith/core"
import type { RelationshipStore, UserId } from "@kith/core"
import * as Brand from "effect/Brand"
import * as Result from "effect/Result"
import { fromUserId, lines, toUserId } from "./values.ts"

const provenances: ReadonlyArray<RecordedEvent.Provenance> = ["decided", "confirmed", "observed"]

const actors = { nobody: 0, source: 1, target: 2, other: 3 } as const

const unchecked = Brand.nominal<EventId.EventId>()

/** An event of a change, ready to be written. */
export interface Row {
  readonly code: number
  readonly rest: string
}

/** The time within a UUID of version 7. */
const timeOf = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)

/** @internal */
export const encode = (
  change: RelationshipStore.Change,
  event: RelationshipStore.NewEvent,
): Row => {
  const { actor, causationId, correlationId, edge, time } = change
  const actorCode =
    actor === null
      ? actors.nobody
      : actor === edge.source
        ? actors.source
        : actor === edge.target
          ? actors.target
          : actors.other
  const command = change.commandId ?? change.events[0]?.id ?? event.id
  const timeDiffers = timeOf(event.id) !== time
  const code =
    RelationshipEvent.index(event.event) +
    (provenances.indexOf(change.provenance) << 5) +
    (actorCode << 7) +
    (timeDiffers ? 512 : 0)
  const rest =
    actorCode === actors.other ||
    command !== event.id ||
    timeDiffers ||
    correlationId !== undefined ||
    causationId !== undefined
      ? [
          actorCode === actors.other && actor !== null ? fromUserId(actor) : "",
          command === event.id ? "" : command,
          correlationId === undefined || correlationId === command ? "" : correlationId,
          causationId === undefined || causationId === command ? "" : causationId,
          timeDiffers ? time : "",
        ]
          .join(" ")
          .trimEnd()
      : ""
  return { code, rest }
}

const decode = (
  position: string,
  source: UserId.UserId,
  target: UserId.UserId,
  version: string,
  uuid: string,
  bits: number,
  rest: string,
): RecordedEvent.RecordedEvent | undefined => {
  const event = RelationshipEvent.all[bits & 31]
  const provenance = provenances[(bits >> 5) & 3]
  if (event === undefined || provenance === undefined) return undefined
  const id = unchecked(uuid)
  const [other = "", command = "", correlation = "", causation = "", time = ""] =
    rest === "" ? [] : rest.split(" ")
  const commandId = command === "" ? uuid : command
  const actor = (bits >> 7) & 3
  return {
    id,
    source,
    target,
    version: Number(version),
    position: Number(position),
    time: time === "" ? timeOf(uuid) : Number(time),
    commandId,
    correlationId: correlation === "" ? commandId : correlation,
    causationId: causation === "" ? commandId : causation,
    actor:
      actor === actors.nobody
        ? null
        : actor === actors.source
          ? source
          : actor === actors.target
            ? target
            : toUserId(other),
    provenance,
    event,
  }
}

const corrupt = (position: string): StoreError.StoreError =>
  new StoreError.StoreError({
    reason: "Corrupt",
    message: `the event at position ${position} was written by newer code, or is damaged; update Kith, or check the store`,
  })

/**
 * The events of columns as `log_after` and `history` give them.
 *
 * @internal
 */
export const decodeColumns = (
  columns: ReadonlyArray<string | null>,
): Result.Result<ReadonlyArray<RecordedEvent.RecordedEvent>, StoreError.StoreError> => {
  const [positions, sources = [], targets = [], versions = [], ids = [], codes = [], rests = []] =
    columns.map(lines)
  const events: Array<RecordedEvent.RecordedEvent> = []
  for (const [index, position] of (positions ?? []).entries()) {
    const event = decode(
      position,
      toUserId(sources[index] ?? ""),
      toUserId(targets[index] ?? ""),
      versions[index] ?? "",
      ids[index] ?? "",
      Number(codes[index]),
      rests[index] ?? "",
    )
    if (event === undefined) return Result.fail(corrupt(position))
    events.push(event)
  }
  return Result.succeed(events)
}
