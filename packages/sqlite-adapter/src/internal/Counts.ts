/** How long the lists of users are: what a transaction changes is added up, and written once a user. */
import type { Relationship, RelationshipStore, UserId } from "@kith/core"
import type { Connection, Statement } from "./Connection.ts"
import { fromUser, number } from "./values.ts"

interface Change {
  following: number
  followers: number
  sent: number
  received: number
}

export class Counts {
  private readonly selecting: Statement
  private readonly adding: Statement
  private changes = new Map<UserId.UserId, Change>()

  constructor(connection: Connection) {
    this.selecting = connection.prepare(
      "SELECT following, followers, sent, received FROM users WHERE id = ?",
    )
    this.adding = connection.prepare(
      `INSERT INTO users VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
         following = following + excluded.following, followers = followers + excluded.followers,
         sent = sent + excluded.sent, received = received + excluded.received`,
    )
  }

  of(user: UserId.UserId): RelationshipStore.Counts {
    const row = this.selecting.first(fromUser(user)) ?? []
    return {
      following: number(row[0]),
      followers: number(row[1]),
      requestsSent: number(row[2]),
      requestsReceived: number(row[3]),
    }
  }

  /** Forgets what was not written. */
  begin(): void {
    if (this.changes.size > 0) this.changes = new Map()
  }

  /** Notes that an edge has become another. */
  note(
    { source, target }: RelationshipStore.Change["edge"],
    before: Relationship.Relationship,
    after: Relationship.Relationship,
  ): void {
    if (before._tag === after._tag) return
    const from = this.changeOf(source)
    const to = this.changeOf(target)
    for (const [{ _tag }, by] of [
      [before, -1],
      [after, 1],
    ] as const) {
      if (_tag === "Following") {
        from.following += by
        to.followers += by
      } else if (_tag === "Pending") {
        from.sent += by
        to.received += by
      }
    }
  }

  /** Writes what was noted. */
  write(): void {
    for (const [user, { followers, following, received, sent }] of this.changes) {
      this.adding.run(fromUser(user), following, followers, sent, received)
    }
  }

  private changeOf(user: UserId.UserId): Change {
    const known = this.changes.get(user)
    if (known !== undefined) return known
    const change = { following: 0, followers: 0, sent: 0, received: 0 }
    this.changes.set(user, change)
    return change
  }
}
