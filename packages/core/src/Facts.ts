/**
 * What a decision needs to know about the world outside the edge.
 *
 * A store reads facts from its {@link Directory}; an adapter to a remote network learns them from
 * the network's answer. The same `decide` serves both.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * - `target`: `protected` means that the target approves its followers one by one.
 * - `blockedByTarget`: the target blocks the source.
 * - `blocksTarget`: the source blocks the target.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Facts = Schema.Struct({
  target: Schema.Literals(["public", "protected", "suspended", "missing"]),
  blockedByTarget: Schema.Boolean,
  blocksTarget: Schema.Boolean,
})

/**
 * @category models
 * @since 0.1.0
 */
export type Facts = typeof Facts.Type

/**
 * A target that anybody may follow, without blocks: what most decisions are made on.
 *
 * @category constructors
 * @since 0.1.0
 */
export const open: Facts = Object.freeze({
  target: "public",
  blockedByTarget: false,
  blocksTarget: false,
})

/**
 * The same with a target that approves its followers.
 *
 * @category constructors
 * @since 0.1.0
 */
export const guarded: Facts = Object.freeze({ ...open, target: "protected" })

/**
 * The same with a target that nobody knows.
 *
 * @category constructors
 * @since 0.1.0
 */
export const missing: Facts = Object.freeze({ ...open, target: "missing" })

/**
 * The same with a suspended target.
 *
 * @category constructors
 * @since 0.1.0
 */
export const suspended: Facts = Object.freeze({ ...open, target: "suspended" })
