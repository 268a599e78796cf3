/** Fills a store with a world, as `kith serve --world` does. */
import { RelationshipStore, type StoreError } from "@kith/core"
import { StoredWorld, type World } from "@kith/sandbox"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { detailsOf, failed, type Failure } from "../Failure.ts"
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

/** A storage that shows how much has been put into it, until that is `done`. */
export interface Filling {
  readonly storage: Layer.Layer<Open.Services, StoreError.StoreError>
  readonly done: Effect.Effect<void>
}

/** @param world the one that is put there; nothing where that is one that was begun before */
export const filling = (
  url: Open.Durable,
  world: World.World | undefined,
): Effect.Effect<Filling, Failure> =>
  Effect.map(Open.layer(url, "any"), (storage) => {
    const progress = Progress.onTerminal("relationships", world?.relationships.length)
    let isDone = false
    return {
      storage: counted(storage, (changes) => {
        // A sandbox goes on with the same storage.
        if (!isDone) progress.add(changes)
      }),
      done: Effect.sync(() => {
        isDone = true
        progress.clear()
      }),
    }
  })

export const fill = (
  url: Open.Durable,
  world: World.World,
  replace: boolean,
): Effect.Effect<void, Failure> =>
  Effect.flatMap(filling(url, world), ({ done, storage }) =>
    StoredWorld.put({ storage, world, replace }).pipe(
      Effect.ensuring(done),
      Effect.mapError((error) =>
        failed(
          error._tag === "StorageRefused" && error.reason === "HasWorld"
            ? hasWorld
            : Screen.oneLine(error.message),
          detailsOf(error),
        ),
      ),
    ),
  )
