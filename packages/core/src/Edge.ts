/**
 * The ordered pair of users that a relationship belongs to: `source` follows `target`.
 *
 * The opposite direction is another edge with a history of its own.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { UserId } from "./UserId.ts"

/**
 * Two different users. Nobody has a relationship with themselves.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Edge = Schema.Struct({ source: UserId, target: UserId }).check(
  Schema.makeFilter((edge) => edge.source !== edge.target, {
    expected: "two different users",
  }),
)

/**
 * @category models
 * @since 0.1.0
 */
export type Edge = typeof Edge.Type

/**
 * One text for one edge, fit for a map's key and for messages: `63046977→2244994945`.
 *
 * @category getters
 * @since 0.1.0
 */
export const key = (edge: Edge): string => `${edge.source}→${edge.target}`
