/**
 * One connection to the file, and statements that are prepared once.
 *
 * `node:sqlite` does all of its work within the call. So a transaction is never open from one turn of
 * the event loop to the next, and readers may share the connection of the writer: they never see half
 * of a transaction, and they find in its cache what was just written, which another connection would
 * have to read anew after each commit.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite"
import { pathToFileURL } from "node:url"
import type { Row } from "./values.ts"

const toRow = (row: unknown): Row => (Array.isArray(row) ? row : [])

/** A prepared statement whose rows are arrays: an object for each row would take twice as long. */
export class Statement {
  private readonly inner: StatementSync

  constructor(inner: StatementSync) {
    inner.setReturnArrays(true)
    this.inner = inner
  }

  run(...values: ReadonlyArray<SQLInputValue>): number {
    return Number(this.inner.run(...values).changes)
  }

  first(...values: ReadonlyArray<SQLInputValue>): Row | undefined {
    const row: unknown = this.inner.get(...values)
    return row === undefined ? undefined : toRow(row)
  }

  all(...values: ReadonlyArray<SQLInputValue>): ReadonlyArray<Row> {
    const rows: ReadonlyArray<unknown> = this.inner.all(...values)
    return rows.map(toRow)
  }
}

export interface ConnectionOptions {
  readonly readOnly?: boolean | undefined
  /** Nobody writes to the file as long as it is open, and so nothing is made beside it. */
  readonly isAtRest?: boolean | undefined
  /** How long SQLite itself waits for a lock. It blocks the process meanwhile. */
  readonly timeout?: number | undefined
}

const atRest = (file: string): URL => {
  const url = pathToFileURL(file)
  url.searchParams.set("immutable", "1")
  return url
}

export class Connection {
  readonly file: string
  readonly database: DatabaseSync
  private readonly beginning: Statement
  private readonly beginningToRead: Statement
  private readonly committing: Statement
  private readonly rollingBack: Statement

  constructor(file: string, options: ConnectionOptions = {}) {
    const { isAtRest = false, readOnly = false, timeout = 0 } = options
    this.file = file
    this.database = new DatabaseSync(isAtRest ? atRest(file) : file, { readOnly, timeout })
    this.beginning = this.prepare("BEGIN IMMEDIATE")
    this.beginningToRead = this.prepare("BEGIN")
    this.committing = this.prepare("COMMIT")
    this.rollingBack = this.prepare("ROLLBACK")
  }

  prepare(sql: string): Statement {
    return new Statement(this.database.prepare(sql))
  }

  /** The value of a pragma, or of anything else that gives one value. */
  value(sql: string): Row[number] | undefined {
    return this.prepare(sql).first()?.[0]
  }

  /** Does all of the work or none of it, and nobody else writes meanwhile. */
  write<A>(work: () => A): A {
    return this.within(this.beginning, work)
  }

  /** Sees one moment of the file, whatever others write meanwhile. */
  read<A>(work: () => A): A {
    return this.within(this.beginningToRead, work)
  }

  private within<A>(begin: Statement, work: () => A): A {
    begin.run()
    try {
      const result = work()
      this.committing.run()
      return result
    } finally {
      // Some failures end the transaction by themselves.
      if (this.database.isTransaction) this.rollingBack.run()
    }
  }

  close(): void {
    if (this.database.isOpen) this.database.close()
  }
}
