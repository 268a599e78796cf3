/** Fills a store with a world, as `kith serve --world` does. */
import { StoredWorld, type World } from "@kith/sandbox"
import * as Effect from "effect/Effect"
import { failed, type Failure } from "../Failure.ts"
import * as Screen from "../Screen.ts"
import * as Open from "./Open.ts"

const hasWorld = "the store has a world already; give --replace to put this one in its place"

export const fill = (
  url: Open.Durable,
  world: World.World,
  replace: boolean,
): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    const storage = yield* Open.layer(url, "any")
    yield* StoredWorld.put({ storage, world, replace }).pipe(
      Effect.mapError((error) =>
        failed(
          error._tag === "StorageRefused" && error.reason === "HasWorld"
            ? hasWorld
            : Screen.oneLine(error.message),
        ),
      ),
    )
  })
