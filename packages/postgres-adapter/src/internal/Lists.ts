/**
 * Lists of a user, a page at a time, by index alone.
 */
import type { Page, RelationshipStore, StoreError, UserId } from "@kith/core"
import * as Effect from "effect/Effect"
import type { Database, Statement } from "./Database.ts"
import { byTarget } from "./incoming.ts"
import type { Names } from "./names.ts"
import { ofPlace } from "./places.ts"
import { fromUserId, toUserId } from "./values.ts"

/** Places are above zero for follows and below it for requests, whose order is the other way round. */
interface Shape {
  readonly owner: "source" | "target"
  readonly other: "source" | "target"
  readonly requests: boolean
}

const shapes: Readonly<Record<Page.ListName, Shape>> = {
  following: { owner: "source", other: "target", requests: false },
  followers: { owner: "target", other: "source", requests: false },
  requestsSent: { owner: "source", other: "target", requests: true },
  requestsReceived: { owner: "target", other: "source", requests: true },
}

/**
 * A page beside a bound: `$2` is the place right above the bound's, `$3` the one right below it, both
 * without the sign of requests. The third column tells whether there is anything on the bound's other
 * side.
 *
 * @internal
 */
export const pageSql = (
  names: Names,
  partitions: number,
  list: Page.ListName,
  direction: Page.Bound["direction"],
): string => {
  const { other, owner, requests } = shapes[list]
  const table = owner === "source" ? `${names.schema}.edges` : byTarget(names, partitions)
  const edges = `from ${table} where ${owner} = $1::bigint and place ${requests ? "<" : ">"} 0`
  const above = requests ? "place <= - $2::bigint" : "place >= $2::bigint"
  const below = requests ? "place >= - $3::bigint" : "place <= $3::bigint"
  const [wanted, beyond] = direction === "older" ? [below, above] : [above, below]
  const order = (direction === "older") === requests ? "asc" : "desc"
  return `
    select string_agg(${other}::text, ','), string_agg(abs(place)::text, ','),
      exists (select ${edges} and ${beyond})
    from (select ${other}, place ${edges} and ${wanted} order by place ${order} limit $4::bigint) as page`
}

const newestOfAll = String(2 ** 53)

/** @internal */
export const make = (
  database: Database,
  names: Names,
  partitions: number,
): RelationshipStore.RelationshipStore["Service"]["list"] => {
  const statement = (list: Page.ListName, direction: Page.Bound["direction"]): Statement => ({
    name: `${list}_${direction}`,
    text: pageSql(names, partitions, list, direction),
  })
  const bothWays = (list: Page.ListName) => ({
    older: statement(list, "older"),
    newer: statement(list, "newer"),
  })
  const statements = {
    following: bothWays("following"),
    followers: bothWays("followers"),
    requestsSent: bothWays("requestsSent"),
    requestsReceived: bothWays("requestsReceived"),
  }
  return (
    list: Page.ListName,
    user: UserId.UserId,
    limit: number,
    bound?: Page.Bound,
  ): Effect.Effect<RelationshipStore.Slice, StoreError.StoreError> => {
    const direction = bound?.direction ?? "older"
    const than = bound === undefined ? undefined : Math.min(Math.max(bound.than, 0), 2 ** 51)
    // Everything that is at the bound itself counts as beyond it.
    const [from, to] =
      than === undefined
        ? [newestOfAll, newestOfAll]
        : direction === "older"
          ? [String(than * 4), String(than * 4 - 1)]
          : [String(than * 4 + 4), String(than * 4 + 3)]
    return Effect.map(
      database.read(statements[list][direction], [fromUserId(user), from, to, limit + 1]),
      ([row]) => {
        const users = row?.[0]?.split(",") ?? []
        const places = row?.[1]?.split(",") ?? []
        const sign = shapes[list].requests ? -1 : 1
        const entries: Array<Page.Entry> = []
        for (const [index, text] of places.slice(0, limit).entries()) {
          const place = Number(text)
          const relationship = ofPlace(sign * place)
          if (relationship._tag === "None") continue
          entries.push({
            user: toUserId(users[index] ?? ""),
            relationship,
            since: Math.floor(place / 4),
          })
        }
        const further = places.length > limit
        const beyond = row?.[2] === "t"
        return direction === "older"
          ? { entries, older: further, newer: beyond }
          : { entries: entries.toReversed(), older: beyond, newer: further }
      },
    )
  }
}
