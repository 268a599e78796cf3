/**
 * How far a storage is with its world: one entry, which decides what becomes of everything else.
 *
 * @since 0.1.0
 */
import { StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** Newer code may write another one. */
const format = 1

/**
 * - `generation`: which world it is; what is kept of another one is to be removed.
 * - `phase`: `clearing` what was there before; `filling` it with the relationships of the world's file;
 *   `ready` to run.
 * - `digest`: of the text of that file.
 * - `offset`: milliseconds by which the clock was moved on.
 *
 * @category schemas
 * @since 0.1.0
 */
export const State = Schema.Struct({
  format: Schema.Literal(format),
  generation: Schema.Int,
  phase: Schema.Literals(["clearing", "filling", "ready"]),
  digest: Schema.String,
  offset: Schema.Finite,
})

/** @category models @since 0.1.0 */
export type State = typeof State.Type

/** @category constants @since 0.1.0 */
export const key = "world"

/** @category constructors @since 0.1.0 */
export const make = (state: Omit<State, "format">): State => ({ format, ...state })

/**
 * What is kept under a key is not what a sandbox writes there.
 *
 * @category constructors
 * @since 0.1.0
 */
export const unreadable = (key: string): StoreError.StoreError =>
  new StoreError.StoreError({
    reason: "Corrupt",
    message: `the sandbox's entry ${key} cannot be read: it is damaged, or a newer version wrote it; start that version, or give the sandbox another store`,
  })

const decodeText = Schema.decodeUnknownEffect(Schema.fromJsonString(State))

/** @category operations @since 0.1.0 */
export const decode = (text: string): Effect.Effect<State, StoreError.StoreError> =>
  Effect.mapError(decodeText(text), () => unreadable(key))
