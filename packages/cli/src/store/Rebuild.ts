/** What `kith rebuild` does: makes what is derived from the log anew. */
import { Upkeep } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Failure } from "../Failure.ts"
import * as Progress from "../Progress.ts"
import * as Screen from "../Screen.ts"
import * as Explanation from "./Explanation.ts"
import * as Run from "./Run.ts"

export interface Input {
  readonly store: string
  readonly json: boolean
}

export const rebuild = (input: Input): Effect.Effect<void, Failure> =>
  Run.onStore(input.store, ({ shown }) => {
    const progress = Progress.onTerminal("events and edges")
    return Effect.gen(function* () {
      const upkeep = yield* Upkeep.Upkeep
      yield* upkeep.rebuild.pipe(
        Stream.mapError(Explanation.fromStore),
        Stream.runForEach(({ done, total }) => Effect.sync(() => progress.reached(done, total))),
        Effect.onInterrupt(() =>
          Effect.andThen(
            Effect.sync(progress.clear),
            Screen.note("kith: stopped; readers go on with what was there before"),
          ),
        ),
      )
      progress.clear()
      yield* Screen.print(
        input.json
          ? JSON.stringify({ store: shown })
          : `made edges, lists and counts of ${shown} anew from its log`,
      )
    }).pipe(Effect.ensuring(Effect.sync(progress.clear)))
  })
