/** Reading events: the log by position, and histories along the chain of positions. */
import type { Edge, RecordedEvent } from "@kith/core"
import type { Connection, Statement } from "./Connection.ts"
import * as eventRows from "./eventRows.ts"
import { fromUser, number } from "./values.ts"

type Events = ReadonlyArray<RecordedEvent.RecordedEvent>

export class Log {
  private readonly newest: Statement
  private readonly behind: Statement
  private readonly chain: Statement

  constructor(connection: Connection) {
    this.newest = connection.prepare("SELECT max(position) FROM events")
    this.behind = connection.prepare(
      `SELECT ${eventRows.columns} FROM events WHERE position > ? ORDER BY position LIMIT ?`,
    )
    this.chain = connection.prepare(
      `WITH RECURSIVE chain (step) AS (
         SELECT last FROM edges WHERE source = ? AND target = ?
         UNION ALL
         SELECT previous FROM chain JOIN events ON position = step WHERE previous > 0)
       SELECT ${eventRows.columns} FROM chain JOIN events ON position = step ORDER BY position`,
    )
  }

  /** The position of the newest event; 0 when there is none. */
  last(): number {
    return number(this.newest.first()?.[0])
  }

  after(position: number, limit: number): Events {
    return this.behind.all(position, limit).map(eventRows.decode)
  }

  history({ source, target }: Edge.Edge): Events {
    return this.chain.all(fromUser(source), fromUser(target)).map(eventRows.decode)
  }
}
