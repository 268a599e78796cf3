/**
 * The entries of the journal. One count of versions for all of them: what is deleted leaves nothing
 * behind, and its versions stay used up.
 */
import type { Journal } from "@kith/core"
import type { Connection, Statement } from "./Connection.ts"
import { number, type Row, text } from "./values.ts"

/** Comes after every character that a key may have. */
const behindAll = "\u007f"

const toEntry = ([key, value, version]: Row): Journal.Entry => ({
  key: text(key),
  value: text(value),
  version: number(version),
})

export class Entries {
  private readonly connection: Connection
  private readonly selecting: Statement
  private readonly scanning: Statement
  private readonly version: Statement
  private readonly setVersion: Statement
  private readonly putting: Statement
  private readonly deleting: Statement

  constructor(connection: Connection) {
    this.connection = connection
    const columns = "SELECT key, value, version FROM journal"
    this.selecting = connection.prepare(`${columns} WHERE key = ?`)
    this.scanning = connection.prepare(
      `${columns} WHERE key >= ? AND key < ? AND key > ? ORDER BY key LIMIT ?`,
    )
    this.version = connection.prepare("SELECT journal FROM marks")
    this.setVersion = connection.prepare("UPDATE marks SET journal = ?")
    this.putting = connection.prepare(
      `INSERT INTO journal VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET
         value = excluded.value, version = excluded.version`,
    )
    this.deleting = connection.prepare("DELETE FROM journal WHERE key = ?")
  }

  read(keys: ReadonlyArray<string>): ReadonlyArray<Journal.Entry | undefined> {
    return keys.length > 1 ? this.connection.read(() => this.entries(keys)) : this.entries(keys)
  }

  scan(prefix: string, limit: number, after: string | undefined): ReadonlyArray<Journal.Entry> {
    return this.scanning.all(prefix, prefix + behindAll, after ?? "", limit).map(toEntry)
  }

  /** Writes all or nothing. To be called within a transaction that writes. */
  write(writes: ReadonlyArray<Journal.Write>): Journal.WriteOutcome {
    const current = this.entries(writes.map(({ key }) => key))
    const isCurrent = writes.every(
      ({ expectedVersion }, index) => (current[index]?.version ?? 0) === expectedVersion,
    )
    if (!isCurrent) return { _tag: "Conflict", current }
    let version = number(this.version.first()?.[0])
    const versions = writes.map(({ key, value }) => {
      if (value === undefined) {
        this.deleting.run(key)
        return 0
      }
      version += 1
      this.putting.run(key, value, version)
      return version
    })
    this.setVersion.run(version)
    return { _tag: "Written", versions }
  }

  private entries(keys: ReadonlyArray<string>): ReadonlyArray<Journal.Entry | undefined> {
    return keys.map((key) => {
      const row = this.selecting.first(key)
      return row === undefined ? undefined : toEntry(row)
    })
  }
}
