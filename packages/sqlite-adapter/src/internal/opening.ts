/**
 * Opening a file: it is made, or it is found to be ours, or it is refused and left as it was.
 *
 * What is there is first read by a connection that cannot write. A file of another program is told by
 * its first bytes, before SQLite has seen it.
 */
import { StoreError } from "@kith/core"
import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs"
import { dirname } from "node:path"
import { Connection } from "./Connection.ts"
import { corrupt } from "./errors.ts"
import { inspect, newest, restsAt, versionOf } from "./inspecting.ts"
import { applicationId, versions } from "./schema.ts"
import { number } from "./values.ts"

export interface Opening {
  readonly file: string
  readonly readOnly: boolean
  /** Milliseconds that somebody else who opens the file is waited for. */
  readonly patience: number
  /** How large the file may become. */
  readonly maxBytes?: number | undefined
}

const headerLength = 100
const magic = "SQLite format 3\0"
const applicationIdAt = 68

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code

/** Makes an empty file that nobody else may read, unless it is there. */
const touch = ({ file, readOnly }: Opening): void => {
  const folder = dirname(file)
  if (!existsSync(folder)) {
    throw new StoreError.StoreError({
      reason: "Unavailable",
      message: `${file}: there is no folder ${folder}; make it first`,
    })
  }
  if (readOnly) {
    throw new StoreError.StoreError({
      reason: "ReadOnly",
      message: `${file}: there is no such file, and none may be made; open it for writing once`,
    })
  }
  try {
    closeSync(openSync(file, "wx", 0o600))
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error
  }
}

const readHeader = (file: string): Buffer => {
  const header = Buffer.alloc(headerLength)
  const descriptor = openSync(file, "r")
  try {
    return header.subarray(0, readSync(descriptor, header))
  } finally {
    closeSync(descriptor)
  }
}

/** Whether something is in the file; refuses what no database of ours begins with. */
const isFilled = (file: string): boolean => {
  if (!statSync(file).isFile()) throw corrupt(file, "this is no file; choose another name")
  const header = readHeader(file)
  if (header.length === 0) {
    // A database that is being made has no log beside it yet.
    const log = statSync(`${file}-wal`, { throwIfNoEntry: false })
    if (log === undefined || log.size === 0) return false
    throw corrupt(file, "the file was cut to nothing; restore a backup of it")
  }
  if (header.length < headerLength || header.toString("latin1", 0, magic.length) !== magic) {
    throw corrupt(file, "this is no database; choose another file")
  }
  const id = header.readUInt32BE(applicationIdAt)
  if (id !== applicationId) {
    throw corrupt(file, "this is the database of another program; choose another file")
  }
  return true
}

/**
 * Opens a file for reading. Where nobody else has it open it is taken as one that never changes: so
 * nothing is made beside it, which a folder may not even allow.
 */
const openToRead = (file: string, timeout: number): Connection => {
  const isAtRest = restsAt(file)
  return new Connection(file, { readOnly: true, isAtRest, timeout })
}

/**
 * Bytes of a page of a new file. A commit writes whole pages, of which it changes a few bytes: with
 * pages of half the usual size it takes about a tenth less.
 */
const pageSize = 2048

/** Brings the tables up to date, in one transaction. Whoever else opens the file waits for it. */
export const migrate = (connection: Connection, steps: ReadonlyArray<string>): void => {
  if (versionOf(connection) === steps.length) return
  // A file that has pages keeps their size.
  connection.database.exec(`PRAGMA page_size = ${pageSize}`)
  connection.write(() => {
    for (const sql of steps.slice(versionOf(connection))) connection.database.exec(sql)
    connection.database.exec(
      `PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${steps.length}`,
    )
  })
}

/**
 * - Durable on commit, on a Mac too.
 * - A log beside the file that grew long, because somebody read for long, is cut again.
 * - It is taken into the file when it has 16 MB: pages that change all the time are then written once
 *   and not four times.
 * - What is read from a damaged file is looked at more closely.
 */
const settings = `
  PRAGMA synchronous = FULL;
  PRAGMA fullfsync = ON;
  PRAGMA journal_size_limit = 16777216;
  PRAGMA wal_autocheckpoint = 8000;
  PRAGMA cache_size = -16384;
  PRAGMA cell_size_check = ON;
  PRAGMA trusted_schema = OFF;
`

const limit = (connection: Connection, maxBytes: number | undefined): void => {
  if (maxBytes === undefined) return
  const pageSize = number(connection.value("PRAGMA page_size"))
  // 0 would be no limit.
  const pages = Math.max(1, Math.floor(maxBytes / pageSize))
  connection.database.exec(`PRAGMA max_page_count = ${pages}`)
}

const prepared = (
  connection: Connection,
  isWritable: boolean,
  maxBytes: number | undefined,
): Connection => {
  try {
    if (isWritable) {
      migrate(connection, versions)
      connection.database.exec("PRAGMA journal_mode = WAL")
    } else if (versionOf(connection) < newest) {
      throw new StoreError.StoreError({
        reason: "ReadOnly",
        message: `${connection.file}: the file was made by an older program; open it for writing once`,
      })
    }
    connection.database.exec(`${settings} PRAGMA busy_timeout = 0`)
    limit(connection, maxBytes)
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

/** One more connection to a file that is open already, for long work beside the rest. */
export const openBeside = ({ file, maxBytes, patience, readOnly }: Opening): Connection => {
  const connection = readOnly
    ? openToRead(file, patience)
    : new Connection(file, { timeout: patience })
  connection.database.exec(settings)
  limit(connection, maxBytes)
  return connection
}

/**
 * Takes back what a process had begun to write when it was killed while it made the file. A connection
 * that cannot write may not do so, and would be refused from then on.
 */
const recover = (file: string, patience: number): void => {
  if (!existsSync(`${file}-journal`)) return
  const header = readHeader(file)
  const isBlank = header.every((byte) => byte === 0)
  const isOurs =
    header.length === headerLength && header.readUInt32BE(applicationIdAt) === applicationId
  if (!isBlank && !isOurs) return
  const connection = new Connection(file, { timeout: patience })
  try {
    versionOf(connection)
  } finally {
    connection.close()
  }
}

/** Opens a file, which is made unless it is there. Throws. */
export const open = (opening: Opening): Connection => {
  const { file, maxBytes, patience, readOnly } = opening
  if (!existsSync(file)) touch(opening)
  if (!readOnly) recover(file, patience)
  if (isFilled(file)) {
    const reader = openToRead(file, patience)
    try {
      inspect(reader)
    } finally {
      reader.close()
    }
  }
  return readOnly
    ? prepared(openToRead(file, patience), false, undefined)
    : prepared(new Connection(file, { timeout: patience }), true, maxBytes)
}
