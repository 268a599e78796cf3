/**
 * Blocking: whoever blocks somebody ends what there is between the two, in both directions.
 *
 * @since 0.1.0
 */
import { Command, type CommandError, type Relationships, type UserId } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { LiveWorld } from "../LiveWorld.ts"

/** What blocking needs of a world. */
type World = {
  readonly users: Pick<LiveWorld["users"], "blocks">
  readonly relationships: Pick<Relationships.Relationships["Service"], "executeAll">
}

/**
 * Makes `source` block `target`: follows and requests of either on the other end. Blocking twice
 * changes nothing more. It fails when the store does; then the block holds, and repeating it ends
 * what is left.
 *
 * @category operations
 * @since 0.1.0
 */
export const block = (
  world: World,
  source: UserId.UserId,
  target: UserId.UserId,
): Effect.Effect<void, CommandError.CommandError> =>
  Effect.suspend(() => {
    // The block comes first: a follow that is decided from here on is refused, and one that was
    // decided before is ended by the commands, which come after it.
    world.users.blocks.add(source, target)
    const ended = world.relationships.executeAll([
      [Command.unfollow(source, target)],
      // The target's follow or its request, whichever there is: the other command finds nothing.
      [Command.removeFollower(target, source)],
      [Command.denyRequest(target, source)],
    ])
    return Effect.flatMap(ended, (outcomes) =>
      Effect.fromResult(Result.map(Result.all(outcomes), () => undefined)),
    )
  })

/**
 * Ends a block. What it severed stays severed.
 *
 * @category operations
 * @since 0.1.0
 */
export const unblock = (
  world: Pick<World, "users">,
  source: UserId.UserId,
  target: UserId.UserId,
): void => {
  world.users.blocks.remove(source, target)
}
