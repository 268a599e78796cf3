/** What is known of edges, and of command ids. */
import type { RelationshipStore } from "@kith/core"
import type { CommandRecords } from "./CommandRecords.ts"
import type { Connection, Statement } from "./Connection.ts"
import { relationshipAt } from "./places.ts"
import { fromUser, number } from "./values.ts"

export class Loading {
  private readonly connection: Connection
  private readonly records: CommandRecords
  private readonly selecting: Statement

  constructor(connection: Connection, records: CommandRecords) {
    this.connection = connection
    this.records = records
    this.selecting = connection.prepare(
      "SELECT place, version FROM edges WHERE source = ? AND target = ?",
    )
  }

  load(reads: ReadonlyArray<RelationshipStore.Read>): ReadonlyArray<RelationshipStore.Loaded> {
    const [first] = reads
    // A transaction for a single statement would double its price.
    return reads.length === 1 && first?.commandId === undefined
      ? reads.map((read) => this.one(read))
      : this.connection.read(() => reads.map((read) => this.one(read)))
  }

  private one({ commandId, edge }: RelationshipStore.Read): RelationshipStore.Loaded {
    const row = this.selecting.first(fromUser(edge.source), fromUser(edge.target))
    const place = row?.[0]
    return {
      relationship: relationshipAt(typeof place === "number" ? place : null),
      version: number(row?.[1]),
      record: commandId === undefined ? undefined : this.records.find(commandId),
    }
  }
}
