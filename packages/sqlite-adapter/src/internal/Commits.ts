/**
 * Keeping changes: each is held against what is in the file within the transaction, and written or
 * not. So a change is whole or not there without a savepoint of its own, and what another process
 * wrote meanwhile is a conflict like any other.
 */
import type { RelationshipStore } from "@kith/core"
import type { CommandRecords } from "./CommandRecords.ts"
import type { Connection, Statement } from "./Connection.ts"
import type { Counts } from "./Counts.ts"
import { Damaged } from "./errors.ts"
import * as eventRows from "./eventRows.ts"
import { greatestPosition, isPlacing, relationshipAt, sinceOf, toPlace } from "./places.ts"
import { fromUser, number, type Row } from "./values.ts"

type Change = RelationshipStore.Change
type Outcome = RelationshipStore.CommitOutcome

/** The last position that was used, also by events that are gone. */
export const lastUsed =
  "SELECT max(ifnull((SELECT max(position) FROM events), 0), floor) FROM marks"

/** An edge that nothing happened to. */
const untouched: Row = [null, 0, 0]

export class Commits {
  private readonly records: CommandRecords
  private readonly counts: Counts
  private readonly keepFor: number
  private readonly last: Statement
  private readonly selecting: Statement
  private readonly inserting: Statement
  private readonly upserting: Statement
  private position = 0

  constructor(connection: Connection, records: CommandRecords, counts: Counts, keepFor: number) {
    this.records = records
    this.counts = counts
    this.keepFor = keepFor
    this.last = connection.prepare(lastUsed)
    this.selecting = connection.prepare(
      "SELECT place, last, version FROM edges WHERE source = ? AND target = ?",
    )
    this.inserting = connection.prepare(eventRows.insert)
    this.upserting = connection.prepare(
      `INSERT INTO edges VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
         place = excluded.place, last = excluded.last, version = excluded.version`,
    )
  }

  /** Applies changes in order. To be called within a transaction that writes. */
  apply(changes: ReadonlyArray<Change>): ReadonlyArray<Outcome> {
    this.counts.begin()
    this.position = number(this.last.first()?.[0])
    const outcomes = changes.map((change) => this.applyOne(change))
    this.counts.write()
    this.forget(changes, outcomes)
    return outcomes
  }

  private applyOne(change: Change): Outcome {
    const { edge, fingerprint } = change
    const commandId = fingerprint === undefined ? undefined : change.commandId
    if (commandId !== undefined) {
      const record = this.records.find(commandId)
      if (record !== undefined) return { _tag: "Repeated", record }
    }
    const [place, last, version] =
      this.selecting.first(fromUser(edge.source), fromUser(edge.target)) ?? untouched
    const before = relationshipAt(typeof place === "number" ? place : null)
    if (number(version) !== change.expectedVersion) {
      return { _tag: "Conflict", current: { relationship: before, version: number(version) } }
    }
    const position = change.events.length === 0 ? 0 : this.position + 1
    if (position > 0) {
      const since = typeof place === "number" ? sinceOf(place) : 0
      this.write(change, since, number(last))
      this.counts.note(edge, before, change.relationship)
    }
    if (commandId !== undefined && fingerprint !== undefined) {
      this.records.add(change, commandId, fingerprint, position)
    }
    return { _tag: "Committed", position }
  }

  private write(change: Change, since: number, last: number): void {
    const { edge, events, expectedVersion, relationship } = change
    const first = events[0]?.id ?? ""
    let version = expectedVersion
    let previous = last
    let place = since
    for (const each of events) {
      version += 1
      this.position += 1
      if (isPlacing(each.event)) place = this.position
      this.inserting.run(...eventRows.encode(change, each, first, this.position, version, previous))
      previous = this.position
    }
    if (this.position > greatestPosition) throw new Damaged("the log is at its end")
    this.upserting.run(
      fromUser(edge.source),
      fromUser(edge.target),
      toPlace(relationship, place),
      this.position,
      version,
    )
  }

  /** Lets go of old command ids, as many as keeps their number steady, so that no commit takes long. */
  private forget(changes: ReadonlyArray<Change>, outcomes: ReadonlyArray<Outcome>): void {
    if (!Number.isFinite(this.keepFor)) return
    let added = 0
    let newest = 0
    for (let index = 0; index < changes.length; index++) {
      const change = changes[index]
      if (change?.commandId === undefined || outcomes[index]?._tag !== "Committed") continue
      if (change.fingerprint === undefined) continue
      added += 1
      newest = Math.max(newest, change.time)
    }
    // A clock that is ahead takes no ids from the others.
    if (added > 0) this.records.forget(Math.min(newest, Date.now()) - this.keepFor, added)
  }
}
