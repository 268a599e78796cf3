/**
 * Identifies a user of the network.
 *
 * X's ids are 64-bit numbers written as decimal text, because they do not fit a JavaScript number.
 * Kith keeps that form everywhere: one user has one spelling, so ids can be compared as strings and
 * stored as integers.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A user id: 1 to 19 ASCII digits without a leading zero (X's OpenAPI document: `^[0-9]{1,19}$`).
 *
 * The schema says what an id looks like, not that such a user exists: that is a {@link Facts} matter.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UserId = Schema.String.check(
  Schema.isPattern(/^(?:0|[1-9][0-9]{0,18})$/u, {
    message: "a user id is 1 to 19 digits without a leading zero",
  }),
).pipe(Schema.brand("UserId"))

/**
 * @category models
 * @since 0.1.0
 */
export type UserId = typeof UserId.Type

/**
 * Makes a user id of text that is known to be one, such as a literal. Throws a `SchemaError`
 * otherwise: decode untrusted text with {@link UserId} instead.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (digits: string): UserId => UserId.make(digits)
