/**
 * Control over the users whom a case needs: new ones, protected ones, blocks.
 *
 * The suite of `Relationships` asks for it beside the service. {@link layerDirectory} is one in
 * memory, which also is the `Directory` of a service over a store; an adapter to a network brings
 * its own, over the network's own control.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Directory } from "../Directory.ts"
import type { Facts } from "../Facts.ts"
import type { UserId } from "../UserId.ts"
import * as Fixtures from "./Fixtures.ts"

/**
 * Control over users. What cannot be done, such as suspending them, the suite is told; see
 * `RelationshipsSupports`.
 *
 * @category services
 * @since 0.1.0
 */
export class World extends Context.Service<
  World,
  {
    /** Adds a user whom nobody used before: public, without relationships. */
    readonly add: Effect.Effect<UserId, unknown>
    /** Whether the user approves followers one by one. */
    readonly setProtected: (user: UserId, on: boolean) => Effect.Effect<void, unknown>
    readonly setSuspended: (user: UserId, on: boolean) => Effect.Effect<void, unknown>
    /** From now on nobody knows the user. */
    readonly remove: (user: UserId) => Effect.Effect<void, unknown>
    /** `source` blocks `target`, or no longer does. What becomes of their follows is the world's own. */
    readonly setBlocked: (
      source: UserId,
      target: UserId,
      on: boolean,
    ) => Effect.Effect<void, unknown>
  }
>()("@kith/core/testing/World") {}

const toggle = <A>(set: Set<A>, value: A, on: boolean): Effect.Effect<void> =>
  Effect.sync(() => {
    if (on) set.add(value)
    else set.delete(value)
  })

const make = Effect.sync(() => {
  const known = new Set<UserId>()
  const guarded = new Set<UserId>()
  const suspended = new Set<UserId>()
  const blocks = new Set<string>()
  const status = (user: UserId): Facts["target"] => {
    if (!known.has(user)) return "missing"
    if (suspended.has(user)) return "suspended"
    return guarded.has(user) ? "protected" : "public"
  }
  const directory = Directory.of({
    facts: (edges) =>
      Effect.sync(() =>
        edges.map(({ source, target }) => ({
          target: status(target),
          blockedByTarget: blocks.has(`${target} ${source}`),
          blocksTarget: blocks.has(`${source} ${target}`),
        })),
      ),
  })
  const world = World.of({
    add: Effect.tap(Fixtures.user, (user) => toggle(known, user, true)),
    setProtected: (user, on) => toggle(guarded, user, on),
    setSuspended: (user, on) => toggle(suspended, user, on),
    remove: (user) => toggle(known, user, false),
    setBlocked: (source, target, on) => toggle(blocks, `${source} ${target}`, on),
  })
  return Context.make(World, world).pipe(Context.add(Directory, directory))
})

/**
 * A world in memory that is also the directory of a service over a store.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerDirectory: Layer.Layer<World | Directory> = Layer.effectContext(make)
