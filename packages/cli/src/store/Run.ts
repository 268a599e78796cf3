/** Runs what a command does on a store, with what it needs of it and for as long as it lasts. */
import * as Effect from "effect/Effect"
import { type Failure, misused } from "../Failure.ts"
import * as Explanation from "./Explanation.ts"
import * as Open from "./Open.ts"

/** A store that outlives the command. */
export const durable = (store: string): Effect.Effect<Open.Durable, Failure> =>
  Effect.flatMap(Open.parse(store), (url) =>
    url._tag === "Memory"
      ? Effect.fail(misused("what is in memory ends with its process; name a file or a database"))
      : Effect.succeed(url),
  )

export const onStore = <A>(
  store: string,
  use: (url: Open.Durable) => Effect.Effect<A, Failure, Open.Services>,
  need: Open.Need = "existing",
): Effect.Effect<A, Failure> =>
  Effect.gen(function* () {
    const url = yield* durable(store)
    const layer = yield* Open.layer(url, need)
    return yield* use(url).pipe(
      Effect.provide(layer),
      Effect.catchTag("StoreError", (error) => Effect.fail(Explanation.fromStore(error))),
    )
  })
