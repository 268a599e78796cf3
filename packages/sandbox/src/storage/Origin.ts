/**
 * The file that a kept world was made of.
 *
 * @since 0.1.0
 */
import type { StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { World } from "../world/World.ts"
import * as State from "./State.ts"

const decodeWorld = Schema.decodeUnknownEffect(Schema.fromJsonString(World))

/**
 * Where the file of a world is.
 *
 * @param generation the number of the world
 * @category getters
 * @since 0.1.0
 */
export const keyOf = (generation: number): string => `${generation}/origin`

/**
 * The file of a world, of all texts by their keys.
 *
 * @category operations
 * @since 0.1.0
 */
export const decode = (
  texts: ReadonlyMap<string, string>,
  generation: number,
): Effect.Effect<World, StoreError.StoreError> => {
  const key = keyOf(generation)
  return Effect.mapError(decodeWorld(texts.get(key)), () => State.unreadable(key))
}
