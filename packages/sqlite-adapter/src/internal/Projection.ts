/**
 * What is derived from the log: the edges, the lists, and their lengths.
 *
 * The tables in use are one such projection; one that is made anew is another, under other names.
 */
import type { Connection, Statement } from "./Connection.ts"
import { Counts } from "./Counts.ts"
import { number, type Row, type Value } from "./values.ts"

/** An edge as it is kept: its place in the lists, the position of its last event, its version. */
export interface Kept {
  readonly place: number | null
  readonly last: number
  readonly version: number
}

const untouched: Kept = { place: null, last: 0, version: 0 }

const toKept = ([place, last, version]: Row): Kept => ({
  place: place === null ? null : number(place),
  last: number(last),
  version: number(version),
})

export class Projection {
  readonly counts: Counts
  private readonly selecting: Statement
  private readonly upserting: Statement
  private readonly deleting: Statement
  private readonly listing: readonly [outgoing: Statement, incoming: Statement]
  private readonly unlisting: readonly [outgoing: Statement, incoming: Statement]

  constructor(connection: Connection, prefix = "") {
    this.counts = new Counts(connection, prefix)
    this.selecting = connection.prepare(
      `SELECT place, last, version FROM ${prefix}edges WHERE source = ? AND target = ?`,
    )
    this.upserting = connection.prepare(
      `INSERT INTO ${prefix}edges VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
         place = excluded.place, last = excluded.last, version = excluded.version`,
    )
    this.deleting = connection.prepare(`DELETE FROM ${prefix}edges WHERE source = ? AND target = ?`)
    this.listing = [
      connection.prepare(`INSERT INTO ${prefix}outgoing VALUES (?, ?, ?)`),
      connection.prepare(`INSERT INTO ${prefix}incoming VALUES (?, ?, ?)`),
    ]
    this.unlisting = [
      connection.prepare(`DELETE FROM ${prefix}outgoing WHERE source = ? AND place = ?`),
      connection.prepare(`DELETE FROM ${prefix}incoming WHERE target = ? AND place = ?`),
    ]
  }

  find(source: Value, target: Value): Kept {
    const row = this.selecting.first(source, target)
    return row === undefined ? untouched : toKept(row)
  }

  /** Makes an edge another, in the lists as well. */
  put(source: Value, target: Value, before: Kept, after: Kept): void {
    this.upserting.run(source, target, after.place, after.last, after.version)
    this.move(source, target, before.place, after.place)
  }

  /** Removes an edge as if nothing had ever happened to it. */
  remove(source: Value, target: Value): void {
    this.move(source, target, this.find(source, target).place, null)
    this.deleting.run(source, target)
  }

  private move(source: Value, target: Value, from: number | null, to: number | null): void {
    if (from === to) return
    const [outgoing, incoming] = this.listing
    const [notOutgoing, notIncoming] = this.unlisting
    if (from !== null) {
      notOutgoing.run(source, from)
      notIncoming.run(target, from)
    }
    if (to !== null) {
      outgoing.run(source, to, target)
      incoming.run(target, to, source)
    }
    this.counts.note(source, target, from, to)
  }
}
