/**
 * v1.1's lists of ids: followers, friends, and requests in both directions.
 *
 * Ids are asked for as text, since as numbers they do not fit JavaScript's.
 *
 * @since 0.1.0
 */
import type { RelationshipRemote } from "@kith/core"
import * as Option from "effect/Option"
import type { ApiRequest, Endpoint } from "../Endpoint.ts"
import * as Ids from "../internal/ids.ts"
import * as Json from "../internal/json.ts"
import { reading } from "../internal/pair.ts"
import * as CursorPage from "./CursorPage.ts"

const largest = 5_000

const asText = ["stringify_ids", "true"] as const

const make = (
  name: "friendships/incoming" | "friendships/outgoing" | "followers/ids" | "friends/ids",
  encode: (request: CursorPage.ListRequest) => ApiRequest,
): Endpoint<CursorPage.ListRequest, RelationshipRemote.RemotePage> =>
  reading({
    name,
    encode,
    read: (body) => {
      if (!Json.isMembers(body) || !Json.isList(body["ids"])) return Option.none()
      const users = Ids.readAll(body["ids"])
      const next = CursorPage.next(body)
      if (users === undefined || next === undefined) return Option.none()
      return Option.some(next === "0" ? { users, missing: [] } : { users, missing: [], next })
    },
  })

/** The caller's own: X takes neither a user nor a limit. */
const ofCaller = (name: "friendships/incoming" | "friendships/outgoing") =>
  make(name, ({ cursor }) => CursorPage.get(name, [CursorPage.at(cursor), asText]))

const ofUser = (name: "followers/ids" | "friends/ids") =>
  make(name, ({ cursor, limit, user }) =>
    CursorPage.get(name, [
      ["user_id", user],
      CursorPage.at(cursor),
      asText,
      CursorPage.atMost(limit, largest),
    ]),
  )

/**
 * Who asked to follow the caller.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const incoming = ofCaller("friendships/incoming")

/**
 * Whom the caller asked.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const outgoing = ofCaller("friendships/outgoing")

/**
 * Who follows a user.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const followers = ofUser("followers/ids")

/**
 * Whom a user follows.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const friends = ofUser("friends/ids")
