/**
 * Pages of lists, out of one table for each direction.
 *
 * SQL puts a page together as two texts, ids and places. To hand the rows over one by one would take
 * several times as long, and ids of 19 digits stay exact in a text.
 */
import type { Page, RelationshipStore, UserId } from "@kith/core"
import type { Connection, Statement } from "./Connection.ts"
import { listedAt, sinceOf } from "./places.ts"
import { fromUser, number, text, toUser } from "./values.ts"

type Table = "outgoing" | "incoming"

interface Side {
  readonly down: Statement
  readonly up: Statement
  readonly reaches: Statement
}

/**
 * The statements of one list. `sign` is 1 where places grow with time, and -1 where they fall.
 *
 * `down` gives the newest up to a place and `up` the oldest from a place on, one more than asked;
 * `reaches` tells whether there is anything between two places.
 */
const sideOf = (connection: Connection, table: Table, sign: 1 | -1): Side => {
  const [own, other] = table === "outgoing" ? ["source", "target"] : ["target", "source"]
  const [older, newer, fall, rise] =
    sign === 1 ? ["<=", ">=", "DESC", "ASC"] : [">=", "<=", "ASC", "DESC"]
  const side = sign === 1 ? "place > 0" : "place < 0"
  const page = (compare: string | undefined, order: string | undefined) =>
    connection.prepare(
      `SELECT group_concat(${other}), '[' || group_concat(place) || ']', count(*) FROM (
         SELECT ${other}, place FROM ${table}
         WHERE ${own} = ? AND place ${compare} ? AND ${side} ORDER BY place ${order} LIMIT ?)`,
    )
  return {
    down: page(older, fall),
    up: page(newer, rise),
    reaches: connection.prepare(
      `SELECT EXISTS (SELECT 1 FROM ${table} WHERE ${own} = ? AND place BETWEEN ? AND ? AND ${side})`,
    ),
  }
}

interface List {
  readonly side: Side
  readonly sign: 1 | -1
}

const greatest = Number.MAX_SAFE_INTEGER

/** The first place of a position. */
const placeOf = (position: number): number => Math.min(position * 4, greatest)

export class Lists {
  private readonly connection: Connection
  private readonly lists: Readonly<Record<Page.ListName, List>>

  constructor(connection: Connection) {
    this.connection = connection
    const list = (table: Table, sign: 1 | -1): List => ({
      side: sideOf(connection, table, sign),
      sign,
    })
    this.lists = {
      following: list("outgoing", 1),
      followers: list("incoming", 1),
      requestsSent: list("outgoing", -1),
      requestsReceived: list("incoming", -1),
    }
  }

  page(
    name: Page.ListName,
    user: UserId.UserId,
    limit: number,
    bound: Page.Bound | undefined,
  ): RelationshipStore.Slice {
    const { side, sign } = this.lists[name]
    const key = fromUser(user)
    if (bound === undefined) {
      const { entries, more } = this.entries(side.down, user, sign * greatest, limit)
      return { entries, older: more, newer: false }
    }
    const reaches = (from: number, to: number): boolean =>
      side.reaches.first(
        key,
        Math.min(sign * from, sign * to),
        Math.max(sign * from, sign * to),
      )?.[0] === 1
    return this.connection.read(() => {
      if (bound.direction === "older") {
        const first = placeOf(bound.than)
        const { entries, more } = this.entries(side.down, user, sign * (first - 1), limit)
        return { entries, older: more, newer: reaches(first, greatest) }
      }
      const next = placeOf(bound.than + 1)
      const { entries, more } = this.entries(side.up, user, sign * next, limit)
      return { entries: entries.toReversed(), older: reaches(1, next - 1), newer: more }
    })
  }

  /** Up to `limit` entries in the order of the statement, and whether there are more. */
  private entries(
    statement: Statement,
    user: UserId.UserId,
    from: number,
    limit: number,
  ): { readonly entries: ReadonlyArray<Page.Entry>; readonly more: boolean } {
    const [others, places, count] = statement.first(fromUser(user), from, limit + 1) ?? []
    const found = number(count)
    const entries: Array<Page.Entry> = []
    if (found === 0) return { entries, more: false }
    const ids = text(others).split(",")
    const numbers: ReadonlyArray<unknown> = JSON.parse(text(places))
    for (let index = 0; index < found && index < limit; index++) {
      const place = Number(numbers[index])
      entries.push({
        user: toUser(ids[index] ?? ""),
        relationship: listedAt(place),
        since: sinceOf(place),
      })
    }
    return { entries, more: found > limit }
  }
}
