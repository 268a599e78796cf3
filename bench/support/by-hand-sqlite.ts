/**
 * What one writes who needs a follow graph on SQLite and no library: `node:sqlite`, integers for all
 * there is, prepared statements, WAL, and a flush to the disk at each commit.
 */
import { randomFillSync } from "node:crypto"
import { DatabaseSync, type StatementSync } from "node:sqlite"

export type Pair = readonly [source: string, target: string]

/** A page as its columns, which SQLite puts together faster than rows. */
export interface Columns {
  readonly users: ReadonlyArray<string>
  readonly states: ReadonlyArray<number>
  readonly since: ReadonlyArray<number>
}

export interface ByHand {
  /** One command, one transaction. */
  readonly follow: (source: string, target: string) => boolean
  /** Many commands in one transaction. */
  readonly followAll: (pairs: ReadonlyArray<Pair>) => void
  /** Up to `limit` followers older than a position, newest first. */
  readonly followers: (target: string, than: number, limit: number) => Columns
  /** Reads all events, and does nothing with them. */
  readonly scan: () => number
  readonly close: () => void
}

const followed = 1
const following = 1
const retweets = 2

const open = (file: string, schema: string): DatabaseSync => {
  const db = new DatabaseSync(file)
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000")
  db.exec(schema)
  return db
}

const pool = Buffer.alloc(10 * 1_024)
let used = pool.length

/** A UUIDv7 as its 16 bytes. */
const uuid = (time: number): Buffer => {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const id = Buffer.allocUnsafe(16)
  id.writeUIntBE(time, 0, 6)
  pool.copy(id, 6, used, (used += 10))
  id.writeUInt8(0x70 | (id.readUInt8(6) & 0x0f), 6)
  id.writeUInt8(0x80 | (id.readUInt8(8) & 0x3f), 8)
  return id
}

interface Edge {
  readonly state: number
  readonly version: number
  readonly last: number
}

const isEdge = (row: object | undefined): row is Edge => row !== undefined

/** Reads the edge, decides, and writes what came of it. */
type Follow = (source: bigint, target: bigint) => boolean

const make = (db: DatabaseSync, followOne: Follow, page: StatementSync): ByHand => {
  const begin = db.prepare("BEGIN IMMEDIATE")
  const commit = db.prepare("COMMIT")
  const events = db.prepare("SELECT * FROM event ORDER BY position")
  events.setReturnArrays(true)
  events.setReadBigInts(true)
  const transaction = <A>(work: () => A): A => {
    begin.run()
    try {
      const done = work()
      commit.run()
      return done
    } catch (error) {
      if (db.isTransaction) db.exec("ROLLBACK")
      throw error
    }
  }
  return {
    follow: (source, target) => transaction(() => followOne(BigInt(source), BigInt(target))),
    followAll: (pairs) =>
      transaction(() => {
        for (const [source, target] of pairs) followOne(BigInt(source), BigInt(target))
      }),
    followers: (target, than, limit) => {
      const row = page.get(BigInt(target), than, limit)
      return {
        users: JSON.parse(String(row?.["users"])),
        states: JSON.parse(String(row?.["states"])),
        since: JSON.parse(String(row?.["since"])),
      }
    },
    scan: () => {
      let count = 0
      for (const row of events.iterate()) if (row !== undefined) count++
      return count
    },
    close: () => db.close(),
  }
}

/**
 * The same work as Kith's: events with an id of their own and the way back to the one before, lists in
 * both directions in the order of following, and counts.
 */
export const whole = (file: string): ByHand => {
  const db = open(
    file,
    `CREATE TABLE IF NOT EXISTS event (
       position INTEGER PRIMARY KEY, id BLOB, source INTEGER, target INTEGER, version INTEGER,
       previous INTEGER, kind INTEGER, time INTEGER) STRICT;
     CREATE TABLE IF NOT EXISTS edge (
       source INTEGER, target INTEGER, state INTEGER, version INTEGER, since INTEGER, last INTEGER,
       PRIMARY KEY (source, target)) STRICT, WITHOUT ROWID;
     CREATE INDEX IF NOT EXISTS followers ON edge (target, since, state) WHERE state > 0;
     CREATE INDEX IF NOT EXISTS following ON edge (source, since, state) WHERE state > 0;
     CREATE TABLE IF NOT EXISTS counts (
       user INTEGER PRIMARY KEY, following INTEGER, followers INTEGER) STRICT`,
  )
  const read = db.prepare("SELECT state, version, last FROM edge WHERE source = ? AND target = ?")
  const append = db.prepare(
    "INSERT INTO event (id, source, target, version, previous, kind, time) VALUES (?, ?, ?, ?, ?, ?, ?)",
  )
  const keep = db.prepare(
    `INSERT INTO edge (source, target, state, version, since, last) VALUES (?1, ?2, ?3, ?4, ?5, ?5)
     ON CONFLICT DO UPDATE SET
       state = excluded.state, version = excluded.version, since = excluded.since, last = excluded.last`,
  )
  const one = db.prepare(
    "INSERT INTO counts VALUES (?, 1, 0) ON CONFLICT DO UPDATE SET following = following + 1",
  )
  const other = db.prepare(
    "INSERT INTO counts VALUES (?, 0, 1) ON CONFLICT DO UPDATE SET followers = followers + 1",
  )
  const page = db.prepare(
    `SELECT json_group_array(CAST(source AS TEXT)) AS users, json_group_array(state) AS states,
            json_group_array(since) AS since FROM (
       SELECT source, state, since FROM edge
       WHERE target = ? AND since < ? AND state > 0 ORDER BY since DESC LIMIT ?)`,
  )
  return make(
    db,
    (source, target) => {
      const edge = read.get(source, target)
      const known = isEdge(edge)
      if (known && edge.state > 0) return false
      const version = known ? edge.version + 1 : 1
      const time = Date.now()
      const { lastInsertRowid: position } = append.run(
        uuid(time),
        source,
        target,
        version,
        known ? edge.last : null,
        followed,
        time,
      )
      keep.run(source, target, following + retweets, version, position)
      one.run(source)
      other.run(target)
      return true
    },
    page,
  )
}

/**
 * The least that can be called event-sourced: bare events, the state of each edge, and an index of
 * followers by id. No ids, no order of following, no counts.
 */
export const bare = (file: string): ByHand => {
  const db = open(
    file,
    `CREATE TABLE IF NOT EXISTS event (
       position INTEGER PRIMARY KEY, source INTEGER, target INTEGER, version INTEGER, kind INTEGER,
       time INTEGER) STRICT;
     CREATE TABLE IF NOT EXISTS edge (
       source INTEGER, target INTEGER, state INTEGER, version INTEGER,
       PRIMARY KEY (source, target)) STRICT, WITHOUT ROWID;
     CREATE INDEX IF NOT EXISTS followers ON edge (target, source)`,
  )
  const read = db.prepare(
    "SELECT state, version, 0 AS last FROM edge WHERE source = ? AND target = ?",
  )
  const append = db.prepare(
    "INSERT INTO event (source, target, version, kind, time) VALUES (?, ?, ?, ?, ?)",
  )
  const keep = db.prepare(
    `INSERT INTO edge VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET state = excluded.state, version = excluded.version`,
  )
  const page = db.prepare(
    `SELECT json_group_array(CAST(source AS TEXT)) AS users, '[]' AS states, '[]' AS since FROM (
       SELECT source FROM edge WHERE target = ? AND source < ? ORDER BY source DESC LIMIT ?)`,
  )
  return make(
    db,
    (source, target) => {
      const edge = read.get(source, target)
      const known = isEdge(edge)
      if (known && edge.state > 0) return false
      const version = known ? edge.version + 1 : 1
      append.run(source, target, version, followed, Date.now())
      keep.run(source, target, following + retweets, version)
      return true
    },
    page,
  )
}
