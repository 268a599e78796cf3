/** What `kith erase` does: removes a user from the lists and from the log. */
import { Journal, RelationshipStore, Upkeep, UserId } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { type Failure, misused } from "../Failure.ts"
import * as Progress from "../Progress.ts"
import * as Screen from "../Screen.ts"
import * as Count from "./Count.ts"
import * as Explanation from "./Explanation.ts"
import * as Run from "./Run.ts"

export interface Input {
  readonly store: string
  readonly user: string
  /** Whether it is done, and not only said what would be. */
  readonly yes: boolean
  readonly json: boolean
}

const isUserId = Schema.is(UserId.UserId)

/**
 * Whether the user is in a sandbox's world too. That stays: a sandbox that runs has it in memory, and a
 * reset returns to it.
 */
const isInWorld = (user: UserId.UserId): Effect.Effect<boolean, Failure, Journal.Journal> =>
  Effect.gen(function* () {
    const { StoredWorld } = yield* Effect.promise(() => import("@kith/sandbox"))
    const journal = yield* Journal.Journal
    return yield* Effect.mapError(StoredWorld.knows(journal, user), Explanation.fromStore)
  })

const worldStays =
  "the sandbox's world in it still has the user, with name, tokens, blocks and mutes; to end these, put a world without the user in its place: kith import WORLD --replace"

/** What would go, which is all that can be said of somebody who is not to be found again. */
const described = (user: string, counts: RelationshipStore.Counts): string =>
  `user ${user} follows ${counts.following}, is followed by ${counts.followers}, and has ${Count.of(counts.requestsSent + counts.requestsReceived, "open request")}`

export const erase = (input: Input): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    const { user } = input
    if (!isUserId(user)) {
      return yield* misused("a store knows users by their ids alone: 1 to 19 digits")
    }
    yield* Run.onStore(input.store, ({ shown }) => {
      const progress = Progress.onTerminal("relationships and events")
      return Effect.gen(function* () {
        const upkeep = yield* Upkeep.Upkeep
        const store = yield* RelationshipStore.RelationshipStore
        const counts = yield* Effect.mapError(store.counts(user), Explanation.fromStore)
        if (!input.yes) {
          return yield* misused(
            `${described(user, counts)} in ${shown}; nobody can undo it, so ask for it with --yes`,
          )
        }
        const inWorld = yield* isInWorld(user)
        yield* upkeep.erase(user).pipe(
          Stream.mapError(Explanation.fromStore),
          Stream.runForEach(({ done, total }) => Effect.sync(() => progress.reached(done, total))),
          Effect.onInterrupt(() =>
            Effect.andThen(
              Effect.sync(progress.clear),
              Screen.note("kith: stopped half-way; the same command again goes on"),
            ),
          ),
        )
        progress.clear()
        yield* Screen.print(
          input.json
            ? JSON.stringify({ store: shown, user, inWorld })
            : `erased user ${user} from ${shown}, with all that happened to their relationships${inWorld ? `; ${worldStays}` : ""}`,
        )
      }).pipe(Effect.ensuring(Effect.sync(progress.clear)))
    })
  })
