/**
 * A world in a store on which no sandbox is running: put there, or looked for somebody.
 *
 * @since 0.1.0
 */
import type { Journal, StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import * as SandboxClock from "../world/SandboxClock.ts"
import type { World } from "../world/World.ts"
import * as Entries from "./Entries.ts"
import { key as keyOf } from "./Fact.ts"
import * as Origin from "./Origin.ts"
import * as State from "./State.ts"
import * as Storage from "./Storage.ts"
import type { StorageRefused } from "./StorageRefused.ts"

/**
 * Puts a world into a store, as a sandbox does that begins there. A store that has a world is refused
 * unless it is to be replaced; so is one that a sandbox lives on.
 *
 * @category operations
 * @since 0.1.0
 */
export const put = (options: {
  readonly storage: Storage.Layers
  readonly world: World
  readonly replace: boolean
}): Effect.Effect<void, StoreError.StoreError | StorageRefused> =>
  Effect.flatMap(SandboxClock.make, (clock) => Storage.open({ ...options, clock })).pipe(
    Effect.asVoid,
    Effect.scoped,
  )

/**
 * Whether a store has a world with this user: one of its file, or one who was added since. A sandbox
 * may run on it meanwhile.
 *
 * @category getters
 * @since 0.1.0
 */
export const knows = Effect.fnUntraced(function* (
  journal: Journal.Journal["Service"],
  user: string,
) {
  // Who only reads has no lease, and needs neither a name nor the time.
  const texts = yield* Entries.make(journal, "", () => 0).load
  const state = texts.get(State.key)
  if (state === undefined) return false
  const { generation } = yield* State.decode(state)
  if (texts.has(`${generation}/fact/${keyOf.user(user)}`)) return true
  const { users } = yield* Origin.decode(texts, generation)
  return users.some(({ id }) => id === user)
})
