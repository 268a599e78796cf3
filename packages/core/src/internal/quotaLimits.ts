/**
 * Limits on requests: in which window a request counts by a limit, and when that window ends. `Quota`
 * gives them out under the same names.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * One limit on one kind of request.
 *
 * - `name`: tells the limit from the others on the same kind, such as `15min`.
 * - `max`: requests that a window admits; {@link unknownMax} when nobody knows.
 * - `seconds`: how long a window lasts; it opens with the first request in it. 900 for X's ordinary
 *   windows, 86,400 for its daily ones.
 * - `per`: whose requests are counted together: one user's through one app, all of an app's, or all
 *   of a user's through any app (an account's cap).
 *
 * @category schemas
 * @since 0.1.0
 */
export const Limit = Schema.Struct({
  name: Schema.NonEmptyString,
  max: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
  seconds: Schema.Int.check(Schema.isGreaterThan(0)),
  per: Schema.Literals(["userAndApp", "app", "user"]),
})

/**
 * @category models
 * @since 0.1.0
 */
export type Limit = typeof Limit.Type

/**
 * The `max` of a limit that has a number which nobody knows. A `QuotaLedger` counts requests in such a
 * window while the journal has it open: when the remote, or whoever knows the number, has told of it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const unknownMax = Number.MAX_SAFE_INTEGER

/**
 * A request to be counted: what kind it is, on whose behalf, and the limits on that kind. A request
 * without a user, an app's own, counts only against limits per app.
 *
 * @category models
 * @since 0.1.0
 */
export interface Request {
  readonly kind: string
  readonly app: string
  readonly user: string | undefined
  readonly limits: ReadonlyArray<Limit>
}

/**
 * The ledger's key of the window that a request counts in by a limit; `undefined` when the limit does
 * not concern the request.
 *
 * @category getters
 * @since 0.1.0
 */
export const windowKey = (request: Request, limit: Limit): string | undefined => {
  const { app, kind, user } = request
  const { name, per } = limit
  // With the lengths in front, no two windows have one key, whatever characters the names are of.
  switch (per) {
    case "app":
      return `${per} ${kind.length} ${name.length} ${kind}${name}${app}`
    case "user":
      return user === undefined
        ? undefined
        : `${per} ${kind.length} ${name.length} ${kind}${name}${user}`
    case "userAndApp":
      return user === undefined
        ? undefined
        : `${per} ${kind.length} ${name.length} ${user.length} ${kind}${name}${user}${app}`
  }
}

/** In milliseconds, a quarter of a million years: whatever lasts longer has no end that is a date. */
const longest = 8e15

/**
 * When a window of a limit ends that opens now, in whole milliseconds since 1970.
 *
 * @param now milliseconds since 1970
 * @category getters
 * @since 0.1.0
 */
export const endOf = (limit: Limit, now: number): number =>
  Math.ceil(now) + Math.min(limit.seconds * 1000, longest)
