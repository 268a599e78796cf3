/** What the service over a store does when somebody else was faster. */
import {
  Command,
  type CommandError,
  type Relationships,
  type RelationshipStore,
  type StoreError,
} from "@kith/core"
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { describe, expect } from "vitest"
import {
  edge,
  follow,
  serve,
  type Service,
  store,
  type Store,
  tagOf,
  tune,
  unfollow,
  user,
} from "./support.ts"

/** A service on whose store another one does something ahead of each commit: user 1 follows 2 there. */
const overtaken = (
  meddle: (
    other: Service,
    changes: ReadonlyArray<RelationshipStore.Change>,
  ) => Effect.Effect<unknown, CommandError.CommandError | StoreError.StoreError>,
  options?: Relationships.StoreOptions,
) =>
  Effect.gen(function* () {
    const good = yield* store
    const other = yield* serve(good)
    yield* other.execute(follow(1, 2))
    const commit: Store["commit"] = (changes) =>
      Effect.andThen(Effect.orDie(meddle(other, changes)), good.commit(changes))
    return yield* serve({ ...good, commit }, options)
  })

describe("a conflict", () => {
  it.effect(
    "makes the command be decided again on what the others left, and shows in the receipt",
    () =>
      Effect.gen(function* () {
        let rounds = 0
        const service = yield* overtaken((other) =>
          rounds++ === 0
            ? other.execute(tune({ retweets: false, notifications: false }))
            : Effect.void,
        )
        const receipt = yield* service.execute(tune({ retweets: false, notifications: true }))
        expect(receipt).toMatchObject({ _tag: "Changed", version: 3, attempts: 2 })
        expect(receipt.events.map((it) => it.event._tag)).toEqual(["NotificationsTurnedOn"])
      }),
  )

  it.effect("is over when the others have done already what was asked", () =>
    Effect.gen(function* () {
      const service = yield* overtaken((other) => other.execute(unfollow(1, 2)))
      const receipt = yield* service.execute(unfollow(1, 2))
      expect(receipt).toMatchObject({ _tag: "Unchanged", version: 2, attempts: 2, events: [] })
    }),
  )

  it.effect("may come to a rejection", () =>
    Effect.gen(function* () {
      const service = yield* overtaken((other) => other.execute(unfollow(1, 2)))
      const error = yield* Effect.flip(service.execute(tune({ retweets: false })))
      expect(error).toMatchObject({ _tag: "CommandRejected", reason: { _tag: "NotFollowing" } })
    }),
  )

  it.effect.each([undefined, 1, 3])(
    "at every attempt ends with the attempts told: %s",
    (maxAttempts) =>
      Effect.gen(function* () {
        let commits = 0
        const service = yield* overtaken(
          (other) => other.execute(tune({ notifications: commits++ % 2 === 0 })),
          { maxAttempts },
        )
        const error = yield* Effect.flip(service.execute(tune({ retweets: false })))
        expect(error).toMatchObject({
          _tag: "TooManyConflicts",
          attempts: maxAttempts ?? 8,
          retryable: true,
        })
        expect(commits).toBe(maxAttempts ?? 8)
        expect(error.message).toContain("try again")
      }),
  )

  it.effect("of one command does not hold the others of its group up", () =>
    Effect.gen(function* () {
      const service = yield* overtaken(
        (other, changes) =>
          changes.some((change) => change.edge.source === "1")
            ? Effect.flatMap(other.relationship(edge(1, 2)), ({ version }) =>
                other.execute(version % 2 === 0 ? follow(1, 2) : unfollow(1, 2)),
              )
            : Effect.void,
        { maxAttempts: 2 },
      )
      const outcomes = yield* service.executeAll([
        [Command.follow(user(1), user(2), { notifications: true })],
        [follow(3, 2)],
      ])
      expect(outcomes.map(tagOf)).toEqual(["TooManyConflicts", "Changed"])
    }),
  )
})
