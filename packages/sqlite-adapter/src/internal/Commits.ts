/**
 * Keeping changes: each is held against what is in the file within the transaction, and written or
 * not. So a change is whole or not there without a savepoint of its own, and what another process
 * wrote meanwhile is a conflict like any other.
 */
import type { RelationshipStore } from "@kith/core"
import type { CommandRecords } from "./CommandRecords.ts"
import type { Connection, Statement } from "./Connection.ts"
import { Damaged } from "./errors.ts"
import * as eventRows from "./eventRows.ts"
import { greatestPosition, relationshipAt, step } from "./places.ts"
import type { Kept, Projection } from "./Projection.ts"
import { fromUser, number, type Value } from "./values.ts"

type Change = RelationshipStore.Change
type Outcome = RelationshipStore.CommitOutcome

/** The last position that was used, also by events that are gone. */
export const lastUsed =
  "SELECT max(ifnull((SELECT max(position) FROM events), 0), floor) FROM marks"

export class Commits {
  private readonly records: CommandRecords
  private readonly projection: Projection
  private readonly keepFor: number
  private readonly last: Statement
  private readonly inserting: Statement
  private position = 0

  constructor(
    connection: Connection,
    records: CommandRecords,
    projection: Projection,
    keepFor: number,
  ) {
    this.records = records
    this.projection = projection
    this.keepFor = keepFor
    this.last = connection.prepare(lastUsed)
    this.inserting = connection.prepare(eventRows.insert)
  }

  /** Applies changes in order. To be called within a transaction that writes. */
  apply(changes: ReadonlyArray<Change>): ReadonlyArray<Outcome> {
    this.projection.counts.begin()
    this.position = number(this.last.first()?.[0])
    const outcomes = changes.map((change) => this.applyOne(change))
    this.projection.counts.write()
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
    const source = fromUser(edge.source)
    const target = fromUser(edge.target)
    const before = this.projection.find(source, target)
    if (before.version !== change.expectedVersion) {
      const relationship = relationshipAt(before.place)
      return { _tag: "Conflict", current: { relationship, version: before.version } }
    }
    const position = change.events.length === 0 ? 0 : this.position + 1
    if (position > 0) this.write(change, source, target, before)
    if (commandId !== undefined && fingerprint !== undefined) {
      this.records.add(change, commandId, fingerprint, position)
    }
    return { _tag: "Committed", position }
  }

  private write(change: Change, source: Value, target: Value, before: Kept): void {
    const first = change.events[0]?.id ?? ""
    let { last, place, version } = before
    for (const each of change.events) {
      version += 1
      this.position += 1
      place = step(place, each.event, this.position)
      this.inserting.run(
        ...eventRows.encode(change, source, target, each, first, this.position, version, last),
      )
      last = this.position
    }
    if (last > greatestPosition) throw new Damaged("the log is at its end")
    this.projection.put(source, target, before, { place, last, version })
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
