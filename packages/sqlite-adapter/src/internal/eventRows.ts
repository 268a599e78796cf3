/**
 * Events as rows: nothing is kept that can be known otherwise.
 *
 * `code` is the place of the event among all events, plus 32 times who acted, plus 128 times the
 * provenance. An id is 16 bytes, and the time is the difference from the one in the id, mostly 0.
 * `names` is NULL when command, correlation and causation are the id of the event itself, otherwise
 * the three of them with blanks between, which no id has; correlation and causation are left out when
 * they are the command id.
 */
import { type RecordedEvent, RelationshipEvent, type RelationshipStore } from "@kith/core"
import type { SQLInputValue } from "node:sqlite"
import { Damaged } from "./errors.ts"
import {
  fromUser,
  number,
  type Row,
  text,
  timeOf,
  toEventId,
  toUser,
  type Value,
} from "./values.ts"

/** The columns that make an event, in the order that {@link decode} expects. */
export const columns =
  "position, source || '', target || '', code, version, hex(id), time, names, actor || ''"

export const insert = `
  INSERT INTO events (position, source, target, code, version, previous, id, time, names, actor)
  VALUES (?, ?, ?, ?, ?, ?, unhex(?, '-'), ?, ?, ?)`

const actorUnit = 32
const provenanceUnit = 128

const provenances: ReadonlyArray<RecordedEvent.RecordedEvent["provenance"]> = [
  "decided",
  "confirmed",
  "observed",
]

const acting = { source: 0, target: 1, nobody: 2, other: 3 } as const

const actorCode = ({ actor, edge }: RelationshipStore.Change): number => {
  if (actor === edge.source) return acting.source
  if (actor === edge.target) return acting.target
  return actor === null ? acting.nobody : acting.other
}

const namesOf = (own: string, first: string, change: RelationshipStore.Change): string | null => {
  const command = change.commandId ?? first
  const correlation = change.correlationId ?? command
  const causation = change.causationId ?? command
  if (causation !== command) return `${command} ${correlation} ${causation}`
  if (correlation !== command) return `${command} ${correlation}`
  return command === own ? null : command
}

/** What {@link insert} is run with for one event of a change. */
export const encode = (
  change: RelationshipStore.Change,
  source: Value,
  target: Value,
  { event, id }: RelationshipStore.NewEvent,
  first: string,
  position: number,
  version: number,
  previous: number,
): ReadonlyArray<SQLInputValue> => {
  const actor = actorCode(change)
  return [
    position,
    source,
    target,
    RelationshipEvent.index(event) +
      actor * actorUnit +
      provenances.indexOf(change.provenance) * provenanceUnit,
    version,
    previous,
    id,
    change.time - timeOf(id),
    namesOf(id, first, change),
    actor === acting.other && change.actor !== null ? fromUser(change.actor) : null,
  ]
}

export const eventOf = (code: number): RelationshipEvent.RelationshipEvent => {
  const event = RelationshipEvent.all[code % actorUnit]
  if (event === undefined) throw new Damaged(`no event has the code ${code}`)
  return event
}

/** The event of a row of {@link columns}. */
export const decode = (row: Row): RecordedEvent.RecordedEvent => {
  const source = toUser(text(row[1]))
  const target = toUser(text(row[2]))
  const code = number(row[3])
  const id = toEventId(text(row[5]))
  const names = row[7]
  const acted = (code >> 5) & 3
  const [command, correlation, causation] = typeof names === "string" ? names.split(" ") : [id]
  const commandId = command ?? id
  const correlationId = correlation ?? commandId
  return {
    id,
    source,
    target,
    version: number(row[4]),
    position: number(row[0]),
    time: timeOf(id) + number(row[6]),
    commandId,
    correlationId,
    causationId: causation ?? commandId,
    actor:
      acted === acting.source
        ? source
        : acted === acting.target
          ? target
          : acted === acting.nobody || row[8] === null
            ? null
            : toUser(text(row[8])),
    provenance: provenances[code >> 7] ?? "decided",
    event: eventOf(code),
  }
}
