/** What `kith forget` does: forgets what was kept for a time alone. */
import { Upkeep } from "@kith/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type Failure, misused } from "../Failure.ts"
import * as Screen from "../Screen.ts"
import * as Count from "./Count.ts"
import * as Explanation from "./Explanation.ts"
import * as Run from "./Run.ts"
import * as When from "./When.ts"

export interface Input {
  readonly store: string
  readonly before: string
  readonly json: boolean
}

export const forget = (input: Input): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const before = yield* Effect.mapError(
      Effect.fromResult(When.parse(input.before, now)),
      (mistake) => misused(`--before: ${mistake}`),
    )
    yield* Run.onStore(input.store, ({ shown }) =>
      Effect.gen(function* () {
        const upkeep = yield* Upkeep.Upkeep
        const { commandIds, tombstones } = yield* Effect.mapError(
          upkeep.forget(before),
          Explanation.fromStore,
        )
        const moment = new Date(before).toISOString()
        yield* Screen.print(
          input.json
            ? JSON.stringify({ store: shown, before: moment, commandIds, tombstones })
            : `forgot ${Count.of(commandIds, "command id")} and ${Count.of(tombstones, "tombstone")} from before ${moment}`,
        )
      }),
    )
  })
