/**
 * v1.1 `friendships/lookup`: how the caller stands to up to 100 users, without preferences.
 *
 * @since 0.1.0
 */
import type { Reconciliation, UserId } from "@kith/core"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { toError } from "../classify/Refusal.ts"
import type { Endpoint } from "../Endpoint.ts"
import * as Json from "../internal/json.ts"
import { reading } from "../internal/pair.ts"

/**
 * - `source`: the caller. X takes it from the credentials.
 * - `targets`: at most 100.
 *
 * @category models
 * @since 0.1.0
 */
export interface Look {
  readonly source: UserId.UserId
  readonly targets: ReadonlyArray<UserId.UserId>
}

const observe = (connections: unknown): Reconciliation.Observation | undefined => {
  if (!Json.isList(connections)) return undefined
  if (connections.includes("following")) return { _tag: "Following" }
  return connections.includes("following_requested") ? { _tag: "Pending" } : { _tag: "None" }
}

/**
 * In the order of the targets; `undefined` for those whom X leaves out, such as suspended ones.
 *
 * @category endpoints
 * @since 0.1.0
 */
export const endpoint: Endpoint<
  Look,
  ReadonlyArray<Reconciliation.Observation | undefined>
> = reading({
  name: "friendships/lookup",
  encode: ({ targets }) => ({
    method: "GET",
    path: "/1.1/friendships/lookup.json",
    query: [["user_id", [...new Set(targets)].join(",")]],
  }),
  read: (body, { targets }) => {
    if (!Json.isList(body)) return Option.none()
    const seen = new Map<unknown, Reconciliation.Observation | undefined>()
    for (const row of body) {
      if (!Json.isMembers(row)) return Option.none()
      seen.set(row["id_str"], observe(row["connections"]))
    }
    return Option.some(targets.map((target) => seen.get(target)))
  },
  // X has this for a lookup in which nobody is left.
  refused: (refusal, { targets }) =>
    refusal.reason === "TargetNotFound"
      ? Result.succeed(targets.map(() => undefined))
      : Result.fail(toError(refusal)),
})
