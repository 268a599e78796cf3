/**
 * v2 `GET /2/users?ids=…` with `connection_status`: how the caller stands to up to 100 users. It is
 * v2's only look at a relationship, and shows no preferences.
 *
 * @since 0.1.0
 */
import type { Reconciliation, UserId } from "@kith/core"
import * as Option from "effect/Option"
import type { Endpoint } from "../Endpoint.ts"
import * as Json from "../internal/json.ts"
import { reading } from "../internal/pair.ts"
import * as PartialErrors from "./PartialErrors.ts"

/**
 * - `source`: the caller. X takes it from the credentials, which have to be a user's.
 * - `targets`: at most 100.
 *
 * @category models
 * @since 0.1.0
 */
export interface Look {
  readonly source: UserId.UserId
  readonly targets: ReadonlyArray<UserId.UserId>
}

/** Without the field, as for an app on its own, nothing was seen. */
const observe = (status: unknown): Reconciliation.Observation | undefined => {
  if (!Json.isList(status)) return undefined
  if (status.includes("following")) return { _tag: "Following" }
  return status.includes("follow_request_sent") ? { _tag: "Pending" } : { _tag: "None" }
}

/**
 * In the order of the targets; `undefined` for those whom X does not show, such as suspended ones.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoint: Endpoint<
  Look,
  ReadonlyArray<Reconciliation.Observation | undefined>
> = reading({
  name: "getUsersByIds",
  encode: ({ targets }) => ({
    method: "GET",
    path: "/2/users",
    query: [
      // X refuses a list that names somebody twice.
      ["ids", [...new Set(targets)].join(",")],
      ["user.fields", "connection_status"],
    ],
  }),
  read: (body, { targets }) => {
    if (!Json.isMembers(body)) return Option.none()
    const { data, errors } = body
    if (!Json.isList(data) && !PartialErrors.areAll(errors)) {
      return Option.none()
    }
    const seen = new Map<unknown, Reconciliation.Observation | undefined>()
    for (const row of Json.isList(data) ? data : []) {
      if (Json.isMembers(row)) seen.set(row["id"], observe(row["connection_status"]))
    }
    return Option.some(targets.map((target) => seen.get(target)))
  },
})
