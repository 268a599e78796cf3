/** World files, with a line for each mistake. */
import { type World, WorldFile } from "@kith/sandbox"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { readFile } from "node:fs/promises"
import { failed, type Failure } from "./Failure.ts"
import * as Explanation from "./store/Explanation.ts"

/** @param name what the bytes are called */
export const parse = (name: string, bytes: Uint8Array): Effect.Effect<World.World, Failure> =>
  Effect.fromResult(
    Result.mapError(WorldFile.parse(bytes), (mistakes) =>
      failed(mistakes.map((mistake) => `${name}: ${WorldFile.explain(mistake)}`).join("\n"), {
        tag: "InvalidWorld",
      }),
    ),
  )

export const read = (file: string): Effect.Effect<World.World, Failure> =>
  Effect.flatMap(
    Effect.tryPromise({
      try: () => readFile(file),
      catch: (error) => Explanation.fromSystem("read the world file", file, error),
    }),
    (bytes) => parse(file, bytes),
  )
