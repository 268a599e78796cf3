/**
 * How the control API says no. Every refusal has this one shape:
 *
 * ```json
 * { "error": { "code": "invalid-world", "message": "…",
 *              "mistakes": [{ "path": "users[2].username", "message": "…" }] } }
 * ```
 *
 * @since 0.1.0
 */
import type { CommandError, Page, Rejection, StoreError } from "@kith/core"
import * as Schema from "effect/Schema"
import { json, type Reply } from "../http/Message.ts"
import * as Mistake from "../world/Mistake.ts"

/**
 * | code | status | says |
 * | --- | --- | --- |
 * | `invalid-request`, `invalid-world` | 400, or 415 for a compressed body | the request has mistakes, listed where they have a path |
 * | `forbidden` | 403 | the caller may not use the control API |
 * | `not-found` | 404 | there is no such user or path |
 * | `method-not-allowed` | 405 | the path is served under other methods |
 * | `conflict` | 409 | somebody else has the id, the name or the command id |
 * | `rejected` | 409 | the rules refuse the command; `reason` names the rule |
 * | `unavailable` | 503 | the store failed; trying again may help |
 *
 * @category schemas
 * @since 0.1.0
 */
export const Code = Schema.Literals([
  "invalid-request",
  "invalid-world",
  "forbidden",
  "not-found",
  "method-not-allowed",
  "conflict",
  "rejected",
  "unavailable",
])

/** @category schemas @since 0.1.0 */
export const Body = Schema.Struct({
  error: Schema.Struct({
    code: Code,
    message: Schema.String,
    reason: Schema.optionalKey(Schema.String),
    mistakes: Schema.optionalKey(Schema.Array(Mistake.Mistake)),
  }),
}).annotate({ identifier: "ControlError" })

type Details = Omit<(typeof Body)["Type"]["error"], "code" | "message">

const statuses: Readonly<Record<(typeof Code)["Type"], number>> = {
  "invalid-request": 400,
  "invalid-world": 400,
  forbidden: 403,
  "not-found": 404,
  "method-not-allowed": 405,
  conflict: 409,
  rejected: 409,
  unavailable: 503,
}

/** @category constructors @since 0.1.0 */
export const refuse = (code: (typeof Code)["Type"], message: string, details?: Details): Reply =>
  json(statuses[code], { error: { code, message, ...details } })

const shown = 3

/**
 * A refusal with every mistake; the message repeats the first few, for those who read nothing else.
 *
 * @category constructors
 * @since 0.1.0
 */
export const invalid = (
  code: "invalid-request" | "invalid-world",
  mistakes: ReadonlyArray<Mistake.Mistake>,
): Reply => {
  const lines = mistakes.slice(0, shown).map(Mistake.explain).join("; ")
  const more = mistakes.length - shown
  return refuse(code, more > 0 ? `${lines}; and ${more} more` : lines, { mistakes })
}

/** @category constructors @since 0.1.0 */
export const unknownUser = (name: string): Reply =>
  refuse("not-found", `no user has the id or username ${JSON.stringify(name)}`)

/** @category constructors @since 0.1.0 */
export const unknownPath: Reply = refuse(
  "not-found",
  "the control API has no such path; see /sandbox/docs",
)

/** @category constructors @since 0.1.0 */
export const wrongMethod: Reply = refuse(
  "method-not-allowed",
  "this path is served under another method; see /sandbox/docs",
)

/** @category constructors @since 0.1.0 */
export const forbidden = (message: string): Reply => refuse("forbidden", message)

/**
 * What a command or a read failed with, as a refusal.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ofFailure = (
  error: CommandError.CommandError | StoreError.StoreError | Page.InvalidPage,
): Reply => {
  switch (error._tag) {
    case "CommandRejected": {
      const reason: Rejection.Tag = error.reason._tag
      return refuse("rejected", error.message, { reason })
    }
    case "CommandIdReused":
    case "TooManyConflicts":
      return refuse("conflict", error.message)
    case "InvalidInput":
    case "InvalidPage":
      return refuse("invalid-request", error.message)
    case "StoreError":
    case "PartlyDone":
    case "OutcomeUnknown":
    case "RemoteError":
      return refuse("unavailable", error.message)
  }
}
