/** Fills a store with a world, as `kith serve --world` does. */
import { RelationshipStore } from "@kith/core"
import { StoredWorld, type World } from "@kith/sandbox"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { failed, type Failure } from "../Failure.ts"
import * as Progress from "../Progress.ts"
import * as Screen from "../Screen.ts"
import * as Open from "./Open.ts"

const hasWorld = "the store has a world already; give --replace to put this one in its place"

/** The same storage, which tells of every commit how many changes it had. */
const counted = <A, E>(
  storage: Layer.Layer<A | RelationshipStore.RelationshipStore, E>,
  add: (changes: number) => void,
): Layer.Layer<A | RelationshipStore.RelationshipStore, E> =>
  Layer.effectContext(
    Effect.map(Layer.build(storage), (services) => {
      const store = Context.get(services, RelationshipStore.RelationshipStore)
      return Context.add(services, RelationshipStore.RelationshipStore, {
        ...store,
        commit: (changes) =>
          Effect.tap(store.commit(changes), () => Effect.sync(() => add(changes.length))),
      })
    }),
  )

export const fill = (
  url: Open.Durable,
  world: World.World,
  replace: boolean,
): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    const total = world.relationships.length
    const progress = Progress.onTerminal("relationships", total)
    const storage = counted(yield* Open.layer(url, "any"), progress.add)
    yield* StoredWorld.put({ storage, world, replace }).pipe(
      Effect.ensuring(Effect.sync(progress.clear)),
      Effect.mapError((error) =>
        failed(
          error._tag === "StorageRefused" && error.reason === "HasWorld"
            ? hasWorld
            : Screen.oneLine(error.message),
        ),
      ),
    )
  })
