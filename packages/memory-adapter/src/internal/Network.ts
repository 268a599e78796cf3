/**
 * Everything a store knows, and how a change becomes part of it.
 *
 * The network itself is passive: plain methods that run to their end. That nobody sees a change half
 * done follows from that alone.
 */
import {
  Decider,
  type Edge,
  type Page,
  type RecordedEvent,
  Relationship,
  type RelationshipStore,
  type UserId,
} from "@kith/core"
import { type CommandEnd, CommandRecords } from "./CommandRecords.ts"
import * as Edges from "./Edges.ts"
import { EventLog } from "./EventLog.ts"
import { Lists, membersPerList } from "./Lists.ts"
import { maxRows } from "./PairIndex.ts"
import { firstFree, Users } from "./Users.ts"

/** The lists of a user by number. An edge that is in a list of its source is in one of its target. */
const lists: Readonly<Record<Page.ListName, number>> = {
  following: 0,
  followers: 1,
  requestsSent: 2,
  requestsReceived: 3,
}
const listsPerUser = 4

/** By the tag of a relationship: the source's list that the edge is in. The target's is the next. */
const listOf = { Following: lists.following, Pending: lists.requestsSent }

/** What may be kept at most. */
export interface Capacity {
  readonly users: number
  readonly edges: number
  readonly events: number
  readonly commandIds: number
}

/** Beyond these the numbers do not fit their places. */
export const greatest: Capacity = {
  users: maxRows,
  edges: maxRows,
  events: 2 ** 31 - 2,
  commandIds: 2 ** 23,
}

const unknown: RelationshipStore.Snapshot = { relationship: Relationship.none, version: 0 }

const zeros: RelationshipStore.Counts = {
  following: 0,
  followers: 0,
  requestsSent: 0,
  requestsReceived: 0,
}

export class Network {
  private readonly capacity: Capacity
  private readonly users = new Users(listsPerUser * membersPerList)
  private readonly edges = new Edges.Edges()
  private readonly log = new EventLog()
  private readonly lists = new Lists(this.users.rows, firstFree)
  private readonly commands: CommandRecords
  /** The edge that was looked for last, and what was found. */
  private source: UserId.UserId | undefined
  private target: UserId.UserId | undefined
  private from = 0
  private to = 0
  private row = 0

  constructor(capacity: Capacity) {
    this.capacity = capacity
    this.commands = new CommandRecords(capacity.commandIds)
  }

  /** The position of the newest event. */
  get last(): number {
    return this.log.last
  }

  /** What there is no room for, should all of the changes need as much as they can. */
  lacks(changes: ReadonlyArray<RelationshipStore.Change>): keyof Capacity | undefined {
    const { users, edges, events } = this.capacity
    let more = 0
    for (const change of changes) more += change.events.length
    if (more === 0) return undefined
    if (this.log.last + more > events) return "events"
    if (this.edges.size + changes.length > edges) return "edges"
    if (this.users.size + 2 * changes.length > users) return "users"
    return undefined
  }

  load({ edge, commandId }: RelationshipStore.Read): RelationshipStore.Loaded {
    const snapshot = this.snapshot(this.find(edge))
    if (commandId === undefined) return snapshot
    const end = this.commands.get(commandId)
    return end === undefined ? snapshot : { ...snapshot, record: this.record(end) }
  }

  /** Makes a change part of the network, for which there is room. */
  apply(change: RelationshipStore.Change): RelationshipStore.CommitOutcome {
    const { edge, events, fingerprint } = change
    const commandId = fingerprint === undefined ? undefined : change.commandId
    const end = commandId === undefined ? undefined : this.commands.get(commandId)
    if (end !== undefined) return { _tag: "Repeated", record: this.record(end) }
    const found = this.find(edge)
    const version = found === 0 ? 0 : this.edges.rows.get(found, Edges.version)
    if (version !== change.expectedVersion) {
      return { _tag: "Conflict", current: this.snapshot(found) }
    }
    const position = events.length === 0 ? 0 : this.write(found || this.add(edge), change)
    if (commandId !== undefined && fingerprint !== undefined) {
      this.commands.add(commandId, {
        fingerprint,
        relationship: Relationship.index(change.relationship),
        version: version + events.length,
        attempts: change.attempts,
        first: position,
        events: events.length,
      })
    }
    return { _tag: "Committed", position }
  }

  history(edge: Edge.Edge): ReadonlyArray<RecordedEvent.RecordedEvent> {
    const row = this.find(edge)
    if (row === 0) return []
    const history: Array<RecordedEvent.RecordedEvent> = []
    let position = this.edges.rows.get(row, Edges.last)
    while (position > 0) {
      this.read(position, history)
      position = this.log.previous(position)
    }
    return history.toReversed()
  }

  list(
    name: Page.ListName,
    user: UserId.UserId,
    limit: number,
    bound: Page.Bound | undefined,
  ): RelationshipStore.Slice {
    const owner = this.users.find(user)
    const list = lists[name]
    const { positions, older, newer } =
      bound?.direction === "newer"
        ? this.lists.newer(owner, list, limit, bound.than)
        : this.lists.older(owner, list, limit, bound?.than ?? Infinity)
    // The lists of targets have odd numbers, and show sources.
    const other = (list & 1) === 1 ? Edges.source : Edges.target
    const entries: Array<Page.Entry> = []
    for (const since of positions) {
      const row = this.log.edge(since)
      const id = this.users.id(this.edges.rows.get(row, other))
      const relationship = this.relationship(row)
      if (id === undefined || relationship._tag === "None") continue
      entries.push({ user: id, relationship, since })
    }
    return { entries, older, newer }
  }

  counts(user: UserId.UserId): RelationshipStore.Counts {
    const owner = this.users.find(user)
    if (owner === 0) return zeros
    return {
      following: this.lists.count(owner, lists.following),
      followers: this.lists.count(owner, lists.followers),
      requestsSent: this.lists.count(owner, lists.requestsSent),
      requestsReceived: this.lists.count(owner, lists.requestsReceived),
    }
  }

  /** The events behind a position, at most `limit`. */
  events(after: number, limit: number): ReadonlyArray<RecordedEvent.RecordedEvent> {
    const events: Array<RecordedEvent.RecordedEvent> = []
    const end = Math.min(this.log.last, after + limit)
    for (let position = Math.max(0, after) + 1; position <= end; position++) {
      this.read(position, events)
    }
    return events
  }

  /** Finds an edge and its users, 0 for those that are not there, and tells the edge's row. */
  private find({ source, target }: Edge.Edge): number {
    // A change mostly comes right after its edge was loaded.
    if (source === this.source && target === this.target) return this.row
    this.source = source
    this.target = target
    this.from = this.users.find(source)
    this.to = this.users.find(target)
    this.row = this.from === 0 || this.to === 0 ? 0 : this.edges.find(this.from, this.to)
    return this.row
  }

  /** Adds the edge that was just looked for in vain. */
  private add(edge: Edge.Edge): number {
    if (this.from === 0) this.from = this.users.add(edge.source)
    if (this.to === 0) {
      this.to = edge.target === edge.source ? this.from : this.users.add(edge.target)
    }
    this.row = this.edges.add(this.from, this.to)
    return this.row
  }

  private relationship(row: number): Relationship.Relationship {
    return Relationship.all[this.edges.rows.get(row, Edges.state)] ?? Relationship.none
  }

  private snapshot(row: number): RelationshipStore.Snapshot {
    return row === 0
      ? unknown
      : {
          relationship: this.relationship(row),
          version: this.edges.rows.get(row, Edges.version),
        }
  }

  private record(end: CommandEnd): RelationshipStore.CommandRecord {
    return {
      fingerprint: end.fingerprint,
      relationship: Relationship.all[end.relationship] ?? Relationship.none,
      version: end.version,
      attempts: end.attempts,
      events: end.events === 0 ? [] : this.events(end.first - 1, end.events),
    }
  }

  private read(position: number, into: Array<RecordedEvent.RecordedEvent>): void {
    const edge = this.log.edge(position)
    const source = this.users.id(this.edges.rows.get(edge, Edges.source))
    const target = this.users.id(this.edges.rows.get(edge, Edges.target))
    if (source === undefined || target === undefined) return
    const event = this.log.read(position, source, target)
    if (event !== undefined) into.push(event)
  }

  /** Adds the events of a change to its edge, and tells the position of the first. */
  private write(row: number, change: RelationshipStore.Change): number {
    const chunk = this.edges.rows.chunk(row)
    const at = this.edges.rows.offset(row)
    const first = this.log.append(change, row, chunk[at + Edges.last] ?? 0)
    const before = this.relationship(row)
    let after = before
    let moved = 0
    let position = first
    for (const { event } of change.events) {
      const next = Decider.evolve(after, event)
      if (next._tag !== after._tag) moved = position
      after = next
      position++
    }
    if (moved !== 0) {
      const from = chunk[at + Edges.source] ?? 0
      const to = chunk[at + Edges.target] ?? 0
      const since = chunk[at + Edges.since] ?? 0
      if (before._tag !== "None") {
        this.lists.remove(from, listOf[before._tag], since)
        this.lists.remove(to, listOf[before._tag] + 1, since)
      }
      if (after._tag !== "None") {
        this.lists.append(from, listOf[after._tag], moved)
        this.lists.append(to, listOf[after._tag] + 1, moved)
      }
      chunk[at + Edges.since] = moved
    }
    chunk[at + Edges.state] = Relationship.index(after)
    chunk[at + Edges.version] = change.expectedVersion + change.events.length
    chunk[at + Edges.last] = position - 1
    return first
  }
}
