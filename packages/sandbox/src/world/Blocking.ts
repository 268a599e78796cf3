/**
 * Blocking: whoever blocks somebody ends what there is between the two, in both directions.
 *
 * @since 0.1.0
 */
import { Command, type CommandError, type Edge, type Relationships, type UserId } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { LiveWorld } from "../LiveWorld.ts"

/** What blocking needs of a world. */
type World = {
  readonly users: Pick<LiveWorld["users"], "blocks">
  readonly saved?: LiveWorld["saved"]
  readonly relationships: Pick<Relationships.Relationships["Service"], "executeAll">
}

/** What ends the relationships between two users, of whom the first blocks the second. */
const severing = (source: UserId.UserId, target: UserId.UserId) =>
  [
    [Command.unfollow(source, target)],
    // The target's follow or its request, whichever there is: the other command finds nothing.
    [Command.removeFollower(target, source)],
    [Command.denyRequest(target, source)],
  ] as const

const sever = (
  { relationships }: Pick<World, "relationships">,
  commands: ReturnType<typeof severing>,
): Effect.Effect<void, CommandError.CommandError> =>
  Effect.flatMap(relationships.executeAll(commands), (outcomes) =>
    Effect.fromResult(Result.map(Result.all(outcomes), () => undefined)),
  )

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
    const ended = sever(world, severing(source, target))
    // What a block severed never shows without the block.
    return world.saved === undefined ? ended : Effect.andThen(world.saved, ended)
  })

/**
 * Ends what blocks had not severed yet when the process died.
 *
 * @category operations
 * @since 0.1.0
 */
export const complete = Effect.fnUntraced(function* (
  world: Pick<LiveWorld, "users" | "relationships">,
) {
  const edges: ReadonlyArray<Edge.Edge> = Array.from(world.users.all(), (user) =>
    world.users.blocks.of(user.id).map((target) => ({ source: user.id, target })),
  ).flat()
  const reversed = edges.map(({ source, target }) => ({ source: target, target: source }))
  const between = yield* world.relationships.relationships([...edges, ...reversed])
  const isThere = (index: number) => (between[index]?.relationship._tag ?? "None") !== "None"
  yield* Effect.forEach(
    edges.filter((_, index) => isThere(index) || isThere(index + edges.length)),
    ({ source, target }) => sever(world, severing(source, target)),
    { discard: true },
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
