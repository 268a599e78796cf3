/** The ids of commands that were carried out, and how each ended. */
import { Relationship, type RelationshipStore } from "@kith/core"
import type { Connection, Statement } from "./Connection.ts"
import { Damaged } from "./errors.ts"
import * as eventRows from "./eventRows.ts"
import { fromUser, number, text } from "./values.ts"

/** For each id that is remembered, so many old ones are forgotten when their time has come. */
const forgottenForEach = 4

export class CommandRecords {
  private readonly selecting: Statement
  private readonly events: Statement
  private readonly inserting: Statement
  private readonly forgetting: Statement

  constructor(connection: Connection) {
    this.selecting = connection.prepare(
      `SELECT fingerprint, relationship, version, attempts, position, count
       FROM commands WHERE id = ?`,
    )
    this.events = connection.prepare(
      `SELECT ${eventRows.columns} FROM events WHERE position BETWEEN ? AND ? ORDER BY position`,
    )
    this.inserting = connection.prepare(
      "INSERT INTO commands VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    this.forgetting = connection.prepare(
      `DELETE FROM commands WHERE id IN
         (SELECT id FROM commands WHERE time < ? ORDER BY time LIMIT ?)`,
    )
  }

  find(commandId: string): RelationshipStore.CommandRecord | undefined {
    const row = this.selecting.first(commandId)
    if (row === undefined) return undefined
    const relationship = Relationship.all[number(row[1])]
    if (relationship === undefined)
      throw new Damaged(`no relationship has the code ${number(row[1])}`)
    const first = number(row[4])
    const count = number(row[5])
    return {
      fingerprint: text(row[0]),
      relationship,
      version: number(row[2]),
      attempts: number(row[3]),
      events: count === 0 ? [] : this.events.all(first, first + count - 1).map(eventRows.decode),
    }
  }

  /** Remembers the id of a change whose events begin at a position. */
  add(
    change: RelationshipStore.Change,
    commandId: string,
    fingerprint: string,
    position: number,
  ): void {
    const { edge, events } = change
    this.inserting.run(
      commandId,
      change.time,
      fingerprint,
      fromUser(edge.source),
      fromUser(edge.target),
      Relationship.index(change.relationship),
      change.expectedVersion + events.length,
      change.attempts,
      position,
      events.length,
    )
  }

  /** Forgets the oldest of those from before a moment, a few for each of `added`. */
  forget(before: number, added: number): void {
    this.forgetting.run(before, added * forgottenForEach)
  }
}
