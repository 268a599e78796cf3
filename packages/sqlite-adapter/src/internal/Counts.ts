/** How long the lists of users are: what a transaction changes is added up, and written once a user. */
import type { RelationshipStore } from "@kith/core"
import type { Connection, Statement } from "./Connection.ts"
import { number, type Value } from "./values.ts"

interface Change {
  following: number
  followers: number
  sent: number
  received: number
}

export class Counts {
  private readonly selecting: Statement
  private readonly adding: Statement
  private readonly changes = new Map<Value, Change>()

  constructor(connection: Connection, prefix = "") {
    this.selecting = connection.prepare(
      `SELECT following, followers, sent, received FROM ${prefix}users WHERE id = ?`,
    )
    this.adding = connection.prepare(
      `INSERT INTO ${prefix}users VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
         following = following + excluded.following, followers = followers + excluded.followers,
         sent = sent + excluded.sent, received = received + excluded.received`,
    )
  }

  of(user: Value): RelationshipStore.Counts {
    const row = this.selecting.first(user) ?? []
    return {
      following: number(row[0]),
      followers: number(row[1]),
      requestsSent: number(row[2]),
      requestsReceived: number(row[3]),
    }
  }

  /** Forgets what was noted in a transaction that came to nothing. */
  begin(): void {
    this.changes.clear()
  }

  /** Notes that an edge has gone from one place to another. */
  note(source: Value, target: Value, before: number | null, after: number | null): void {
    const from = this.changeOf(source)
    const to = this.changeOf(target)
    for (const [place, by] of [
      [before, -1],
      [after, 1],
    ] as const) {
      if (place === null) continue
      if (place > 0) {
        from.following += by
        to.followers += by
      } else {
        from.sent += by
        to.received += by
      }
    }
  }

  /** Writes what was noted. */
  write(): void {
    for (const [user, { followers, following, received, sent }] of this.changes) {
      if (following === 0 && followers === 0 && sent === 0 && received === 0) continue
      this.adding.run(user, following, followers, sent, received)
    }
    this.changes.clear()
  }

  private changeOf(user: Value): Change {
    const known = this.changes.get(user)
    if (known !== undefined) return known
    const change = { following: 0, followers: 0, sent: 0, received: 0 }
    this.changes.set(user, change)
    return change
  }
}
