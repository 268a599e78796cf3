/**
 * The log: 40 bytes an event, with everything that is known about it.
 *
 * A position is the number of the event's row. What most events share is not stored but derived: the
 * command id that nobody named, the ids that equal it, and the actor who is one of the edge's two
 * users take a bit or two. What a caller did name is kept beside the log, once for each change.
 */
import {
  type EventId,
  type RecordedEvent,
  RelationshipEvent,
  type RelationshipStore,
  type UserId,
} from "@kith/core"
import * as Brand from "effect/Brand"
import { Rows } from "./Rows.ts"
import * as Uuid from "./Uuid.ts"

/** Members of an event's row. */
const edge = 0
const previous = 1
const version = 2
const code = 3
const timeLow = 4
const timeHigh = 5
const uuid = 6
const members = 10

/** The parts of `code`, from the lowest bit: event (5), provenance (2), actor (2), and two marks. */
const eventMask = 31
const provenanceShift = 5
const actorShift = 7
const pairMask = 3
const continues = 1 << 9
const named = 1 << 10

const provenances: ReadonlyArray<RecordedEvent.Provenance> = ["decided", "confirmed", "observed"]

/** Who acted, as far as the edge tells. */
const isSource = 0
const isTarget = 1
const isNobody = 2
const isNamed = 3

const timeUnit = 2 ** 32

// Only ids that were event ids once are ever written.
const eventId = Brand.nominal<EventId.EventId>()

/** What the caller of a change named, where it is not what it would be anyway. */
interface Names {
  readonly commandId: string | undefined
  readonly correlationId: string | undefined
  readonly causationId: string | undefined
  readonly actor: UserId.UserId | null
}

/** Names are kept in groups of this many positions: one map of everything would end at 2 ** 24. */
const nameBits = 16

export class EventLog {
  private readonly rows = new Rows(members)
  private readonly names: Array<Map<number, Names> | undefined> = []

  /** The position of the newest event, 0 when there is none. */
  get last(): number {
    return this.rows.length - 1
  }

  /** The row of the edge that an event belongs to. */
  edge(position: number): number {
    return this.rows.get(position, edge)
  }

  /** The position of the event that the same edge had before, 0 for its first. */
  previous(position: number): number {
    return this.rows.get(position, previous)
  }

  /**
   * Adds the events of a change and tells the position of the first.
   *
   * @param row the row of the edge
   * @param before the position of the edge's newest event
   */
  append(change: RelationshipStore.Change, row: number, before: number): number {
    const first = this.rows.length
    const actor = actorOf(change)
    const hasNames =
      actor === isNamed ||
      change.commandId !== undefined ||
      change.correlationId !== undefined ||
      change.causationId !== undefined
    let bits =
      (provenances.indexOf(change.provenance) << provenanceShift) |
      (actor << actorShift) |
      (hasNames ? named : 0)
    let last = before
    let count = change.expectedVersion
    for (const { id, event } of change.events) {
      const position = this.rows.add()
      const chunk = this.rows.chunk(position)
      const at = this.rows.offset(position)
      chunk[at + edge] = row
      chunk[at + previous] = last
      chunk[at + version] = ++count
      chunk[at + code] = bits | RelationshipEvent.index(event)
      chunk[at + timeLow] = change.time
      chunk[at + timeHigh] = Math.floor(change.time / timeUnit)
      Uuid.write(id, chunk, at + uuid)
      last = position
      bits |= continues
    }
    if (hasNames) this.name(first, change)
    return first
  }

  /** Reads an event of an edge between two users. */
  read(
    position: number,
    source: UserId.UserId,
    target: UserId.UserId,
  ): RecordedEvent.RecordedEvent | undefined {
    const chunk = this.rows.chunk(position)
    const at = this.rows.offset(position)
    const bits = chunk[at + code] ?? 0
    const event = RelationshipEvent.all[bits & eventMask]
    const provenance = provenances[(bits >>> provenanceShift) & pairMask]
    if (event === undefined || provenance === undefined) return undefined
    const first = (bits & continues) === 0 ? position : this.first(position)
    const names = (bits & named) === 0 ? undefined : this.names[first >>> nameBits]?.get(first)
    const id = this.id(position)
    const commandId = names?.commandId ?? (first === position ? id : this.id(first))
    const who = (bits >>> actorShift) & pairMask
    return {
      id,
      source,
      target,
      version: chunk[at + version] ?? 0,
      position,
      time: (chunk[at + timeHigh] ?? 0) * timeUnit + ((chunk[at + timeLow] ?? 0) >>> 0),
      commandId,
      correlationId: names?.correlationId ?? commandId,
      causationId: names?.causationId ?? commandId,
      actor:
        who === isSource
          ? source
          : who === isTarget
            ? target
            : who === isNobody
              ? null
              : (names?.actor ?? null),
      provenance,
      event,
    }
  }

  private id(position: number): EventId.EventId {
    return eventId(Uuid.read(this.rows.chunk(position), this.rows.offset(position) + uuid))
  }

  /** The position of the first event of the change that an event belongs to. */
  private first(position: number): number {
    let at = position
    while ((this.rows.get(at, code) & continues) !== 0) at--
    return at
  }

  private name(first: number, { commandId, correlationId, causationId, actor }: Names): void {
    const group = first >>> nameBits
    const names = this.names[group] ?? new Map<number, Names>()
    this.names[group] = names
    names.set(first, { commandId, correlationId, causationId, actor })
  }
}

const actorOf = ({ actor, edge: { source, target } }: RelationshipStore.Change): number => {
  if (actor === source) return isSource
  if (actor === target) return isTarget
  return actor === null ? isNobody : isNamed
}
