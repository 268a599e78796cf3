/**
 * Reads a world file. A bad one is refused as a whole, with the path of every mistake.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as JsonText from "./JsonText.ts"
import * as Mistake from "./Mistake.ts"
import { crossCheck } from "./WorldChecks.ts"
import { World } from "./World.ts"

export { explain } from "./Mistake.ts"

const decodeWorld = Mistake.decoder(World)

/** Worlds that came out of here need not be decoded again: a large one takes a second. */
const worlds = new WeakMap<object, World>()

/**
 * A world of a value such as JSON gives: every member well formed, and every name one that the world
 * itself declares, see `WorldChecks`.
 *
 * @category operations
 * @since 0.1.0
 */
export const decode = (input: unknown): Result.Result<World, ReadonlyArray<Mistake.Mistake>> => {
  const sound = typeof input === "object" && input !== null ? worlds.get(input) : undefined
  if (sound !== undefined) return Result.succeed(sound)
  const decoded = decodeWorld(input)
  const formal = Result.isFailure(decoded) ? decoded.failure : []
  const mistakes = [...formal, ...crossCheck(input)]
  if (mistakes.length > 0) return Result.fail(mistakes)
  if (Result.isSuccess(decoded)) worlds.set(decoded.success, decoded.success)
  return decoded
}

/**
 * A world of the bytes of a file.
 *
 * @category operations
 * @since 0.1.0
 */
export const parse = (bytes: Uint8Array): Result.Result<World, ReadonlyArray<Mistake.Mistake>> =>
  Result.flatMap(JsonText.parseBytes(bytes), decode)
