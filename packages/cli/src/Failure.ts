/** Why a command could not do what it was asked: for a person, for a program, and as an exit code. */
import * as Schema from "effect/Schema"

/**
 * What a program is told beside the message.
 *
 * - `tag`: the name of the error, that of the promise face where there is one.
 * - `reason`: which rule, what ails the store, or why X did not do it.
 * - `retryable`: whether the same may succeed later, with nobody doing anything but wait.
 * - `resetAt`: when it may, in milliseconds since 1970, where that is known.
 * - `commandId`: of a command of which nobody knows what became of it.
 * - `cursor`: where a walk that stopped goes on.
 */
const Told = Schema.Struct({
  tag: Schema.String,
  reason: Schema.optional(Schema.String),
  retryable: Schema.Boolean,
  resetAt: Schema.optional(Schema.Finite),
  commandId: Schema.optional(Schema.String),
  cursor: Schema.optional(Schema.String),
})

/**
 * - `message`: what is wrong and what to do about it, on one line; several mistakes, on one line each.
 * - `exitCode`: 1 for what is refused, 2 for a command that is used wrongly, 3 when nobody knows
 *   whether the command took effect, 4 for what may go on later.
 */
export class Failure extends Schema.TaggedError<Failure>()("Failure", {
  message: Schema.String,
  exitCode: Schema.Literals([1, 2, 3, 4]),
  ...Told.fields,
}) {}

export type Details = Partial<typeof Told.Type>

const make =
  (exitCode: Failure["exitCode"], tag: string) =>
  (message: string, details: Details = {}): Failure =>
    new Failure({ tag, retryable: false, ...details, message, exitCode })

export const failed = make(1, "Refused")

/** For lack of somebody's credentials. */
export const signedOut = (message: string): Failure =>
  failed(message, { tag: "RemoteError", reason: "Unauthenticated" })

export const misused = make(2, "InvalidInput")

export const unknown = make(3, "OutcomeUnknown")

export const later = make(4, "RemoteError")

/** The same failure, told otherwise. */
export const retold = (
  { commandId, cursor, exitCode, message, reason, resetAt, retryable, tag }: Failure,
  more: Details & { readonly message?: string },
): Failure =>
  new Failure({
    commandId,
    cursor,
    exitCode,
    message,
    reason,
    resetAt,
    retryable,
    tag,
    ...more,
  })

/** What the errors of a service tell a program. */
export const detailsOf = ({
  _tag,
  reason,
  resetAt,
  retryable,
}: {
  readonly _tag: string
  readonly retryable: boolean
  readonly reason?: unknown
  readonly resetAt?: number | undefined
}): Details => ({
  tag: _tag,
  reason: typeof reason === "string" ? reason : undefined,
  retryable,
  resetAt,
})
