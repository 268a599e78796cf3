/**
 * Erasing a user, forgetting, and clearing.
 *
 * What is erased is overwritten and not just given free; copies in the log beside the file go when it
 * is taken in. See https://sqlite.org/pragma.html#pragma_secure_delete.
 */
import { EventId, RelationshipEvent, type Upkeep, type UserId } from "@kith/core"
import { lastUsed } from "./Commits.ts"
import type { Connection, Statement } from "./Connection.ts"
import type { Projection } from "./Projection.ts"
import { derivedTables } from "./schema.ts"
import { dropUnfinished } from "./rebuilding.ts"
import type { Work } from "./steps.ts"
import { fromUser, number, type Row, text, timeOf, toEventId, type Value } from "./values.ts"

/** Positions of the log that are looked through in one go. */
const readAtOnce = 20_000

/** Edges, or rows of another kind, that are changed in one transaction. */
const changedAtOnce = 200

const erased = RelationshipEvent.index(RelationshipEvent.erased)
/** That nobody was seen acting, and that it was decided here. */
const erasedCode = erased + 2 * 32

type Pair = readonly [source: Value, target: Value]

const toPair = ([source, target]: Row): Pair => [BigInt(text(source)), BigInt(text(target))]

type Forgotten = Upkeep.Forgotten

export class Erasing {
  private readonly connection: Connection
  private readonly projection: Projection
  private readonly onCommit: () => void
  private readonly nextId: (now: number) => EventId.EventId
  private readonly touching: Statement
  private readonly chain: Statement
  private readonly removing: Statement
  private readonly forgettingCommand: Statement
  private readonly burying: Statement
  private readonly last: Statement

  /**
   * @param node 48 random bits for the ids of tombstones
   * @param onCommit called after each transaction that may have written to the log
   */
  constructor(connection: Connection, projection: Projection, node: number, onCommit: () => void) {
    this.onCommit = onCommit
    this.connection = connection
    this.projection = projection
    this.nextId = EventId.generator(node)
    this.touching = connection.prepare(
      `SELECT DISTINCT source || '', target || '' FROM events
       WHERE position > ? AND position <= ? AND (source = ? OR target = ?)`,
    )
    this.chain = connection.prepare(
      `WITH RECURSIVE chain (step) AS (
         SELECT ?
         UNION ALL
         SELECT previous FROM chain JOIN events ON position = step WHERE previous > 0)
       SELECT position, code, names FROM chain JOIN events ON position = step`,
    )
    this.removing = connection.prepare("DELETE FROM events WHERE position = ?")
    this.forgettingCommand = connection.prepare(
      "DELETE FROM commands WHERE id = ? AND source = ? AND target = ?",
    )
    this.burying = connection.prepare(
      `INSERT INTO events (position, source, target, code, version, previous, id, time)
       VALUES (?, ?, ?, ?, ?, 0, unhex(?, '-'), 0)`,
    )
    this.last = connection.prepare(lastUsed)
  }

  /** Erases a user, edge by edge. */
  *erase(user: UserId.UserId): Work<Upkeep.Progress> {
    const key = fromUser(user)
    let last = 0
    yield () => {
      last = number(this.last.first()?.[0])
    }
    for (let position = 0; position < last;) {
      let edges: ReadonlyArray<Pair> = []
      const to = Math.min(last, position + readAtOnce)
      yield () => {
        edges = this.touching.all(position, to, key, key).map(toPair)
      }
      for (let from = 0; from < edges.length; from += changedAtOnce) {
        const some = edges.slice(from, from + changedAtOnce)
        yield () => this.change(() => some.forEach((edge) => this.eraseEdge(edge)))
      }
      position = to
      yield { _tag: "Progress", done: position, total: last }
    }
    for (const sql of [
      "DELETE FROM commands WHERE id IN (SELECT id FROM commands WHERE ? IN (source, target) LIMIT ?)",
      "UPDATE events SET actor = NULL WHERE position IN (SELECT position FROM events WHERE actor = ? LIMIT ?)",
    ]) {
      const statement = this.connection.prepare(sql)
      yield* this.exhaust((limit) => statement.run(key, limit))
    }
    yield () =>
      this.change(() =>
        this.connection
          .prepare(
            `DELETE FROM users WHERE id = ?
             AND following = 0 AND followers = 0 AND sent = 0 AND received = 0`,
          )
          .run(key),
      )
  }

  /** Forgets command ids and tombstones from before a moment, and counts them. */
  *forget(before: number): Work<Forgotten> {
    const { connection } = this
    const commands = connection.prepare(
      "DELETE FROM commands WHERE id IN (SELECT id FROM commands WHERE time < ? LIMIT ?)",
    )
    const state = { commandIds: 0 }
    yield* this.exhaust((limit) => {
      const gone = commands.run(before, limit)
      state.commandIds += gone
      return gone
    })
    yield { commandIds: state.commandIds, tombstones: 0 }
    const tombstones = connection.prepare(
      `SELECT position, source || '', target || '', hex(id), time FROM events
       WHERE position > ? AND position <= ? AND code % 32 = ${erased}`,
    )
    let last = 0
    yield () => {
      last = number(this.last.first()?.[0])
    }
    for (let position = 0; position < last;) {
      const to = Math.min(last, position + readAtOnce)
      let found: ReadonlyArray<Row> = []
      yield () => {
        found = tombstones
          .all(position, to)
          .filter((row) => timeOf(toEventId(text(row[3]))) + number(row[4]) < before)
      }
      for (let from = 0; from < found.length; from += changedAtOnce) {
        let gone = 0
        const some = found.slice(from, from + changedAtOnce)
        yield () =>
          this.change(() => {
            gone = some.filter((row) => this.forgetTombstone(row)).length
            // A rebuild that has read them already would bring them back.
            if (gone > 0) dropUnfinished(connection)
          })
        yield { commandIds: 0, tombstones: gone }
      }
      position = to
    }
  }

  /** Removes everything but the journal. To be called within a transaction that writes. */
  clear(): void {
    this.keepPositions()
    for (const table of ["events", ...derivedTables, "commands"]) {
      this.connection.database.exec(`DELETE FROM ${table}`)
    }
    dropUnfinished(this.connection)
  }

  /** Changes so many rows at a time, until there are fewer. */
  private *exhaust(change: (limit: number) => number): Work<never> {
    const state = { changed: changedAtOnce }
    while (state.changed === changedAtOnce) {
      yield () => this.change(() => (state.changed = change(changedAtOnce)))
    }
  }

  private eraseEdge([source, target]: Pair): void {
    const before = this.projection.find(source, target)
    const events = this.chain.all(before.last)
    const [newest] = events
    const isErased = events.length === 1 && number(newest?.[1]) % 32 === erased
    if (newest === undefined || isErased) return
    const position = number(this.last.first()?.[0]) + 1
    for (const [at, , names] of events) {
      this.removing.run(number(at))
      const [commandId] = text(names).split(" ")
      if (commandId !== undefined) this.forgettingCommand.run(commandId, source, target)
    }
    const version = before.version + 1
    const id = this.nextId(Date.now())
    this.burying.run(position, source, target, erasedCode, version, id)
    this.projection.put(source, target, before, { place: null, last: position, version })
  }

  private forgetTombstone([at, source, target]: Row): boolean {
    const edge = toPair([source ?? "", target ?? ""])
    const position = number(at)
    // An edge that went on needs its tombstone, which its history begins with.
    if (this.projection.find(...edge).last !== position) return false
    this.keepPositions()
    this.removing.run(position)
    this.projection.remove(...edge)
    return true
  }

  /** Positions that were used stay so. */
  private keepPositions(): void {
    this.connection.database.exec(`UPDATE marks SET floor = (${lastUsed})`)
  }

  /** A transaction whose remains are overwritten. */
  private change(work: () => void): void {
    const { connection } = this
    connection.database.exec("PRAGMA secure_delete = ON")
    try {
      connection.write(() => {
        this.projection.counts.begin()
        work()
        this.projection.counts.write()
      })
    } finally {
      connection.database.exec("PRAGMA secure_delete = OFF")
    }
    this.onCommit()
  }
}
