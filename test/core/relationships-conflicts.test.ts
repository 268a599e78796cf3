/** What the service over a store does when somebody else was faster. */
import { Command, type RelationshipStore, type StoreError } from "@kith/core"
import { Effect } from "effect"
import { describe, expect, test } from "vitest"
import {
  edge,
  follow,
  run,
  serve,
  store,
  type Store,
  tagOf,
  tune,
  unfollow,
  user,
} from "./support.ts"

/** A store to which something happens before each commit, as if by others. */
const meddled = (
  good: Store,
  meddle: (
    changes: ReadonlyArray<RelationshipStore.Change>,
  ) => Effect.Effect<unknown, StoreError.StoreError>,
): Store => ({
  ...good,
  commit: (changes) => Effect.andThen(meddle(changes), good.commit(changes)),
})

describe("a conflict", () => {
  test("makes the command be decided again on what the others left, and shows in the receipt", () =>
    run(
      Effect.gen(function* () {
        const good = yield* store
        const other = yield* serve(good)
        yield* other.execute(follow(1, 2))
        let rounds = 0
        const service = yield* serve(
          meddled(good, () =>
            rounds++ === 0
              ? Effect.orDie(other.execute(tune({ retweets: false, notifications: false })))
              : Effect.void,
          ),
        )
        const receipt = yield* service.execute(tune({ retweets: false, notifications: true }))
        expect(receipt).toMatchObject({ _tag: "Changed", version: 3, attempts: 2 })
        expect(receipt.events.map((it) => it.event._tag)).toEqual(["NotificationsTurnedOn"])
      }),
    ))

  test("is over when the others have done already what was asked", () =>
    run(
      Effect.gen(function* () {
        const good = yield* store
        const other = yield* serve(good)
        yield* other.execute(follow(1, 2))
        const service = yield* serve(
          meddled(good, () => Effect.orDie(other.execute(unfollow(1, 2)))),
        )
        const receipt = yield* service.execute(unfollow(1, 2))
        expect(receipt).toMatchObject({ _tag: "Unchanged", version: 2, attempts: 2, events: [] })
      }),
    ))

  test("may come to a rejection", () =>
    run(
      Effect.gen(function* () {
        const good = yield* store
        const other = yield* serve(good)
        yield* other.execute(follow(1, 2))
        const service = yield* serve(
          meddled(good, () => Effect.orDie(other.execute(unfollow(1, 2)))),
        )
        const error = yield* Effect.flip(service.execute(tune({ retweets: false })))
        expect(error).toMatchObject({ _tag: "CommandRejected", reason: { _tag: "NotFollowing" } })
      }),
    ))

  test.each([undefined, 1, 3])("at every attempt ends with the attempts told: %s", (maxAttempts) =>
    run(
      Effect.gen(function* () {
        const good = yield* store
        const other = yield* serve(good)
        yield* other.execute(follow(1, 2))
        let commits = 0
        const service = yield* serve(
          meddled(good, () => {
            commits++
            return Effect.orDie(other.execute(tune({ notifications: commits % 2 === 1 })))
          }),
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
    ),
  )

  test("of one command does not hold the others of its group up", () =>
    run(
      Effect.gen(function* () {
        const good = yield* store
        const other = yield* serve(good)
        const service = yield* serve(
          meddled(good, (changes) =>
            changes.some((change) => change.edge.source === "1")
              ? Effect.orDie(
                  Effect.flatMap(other.relationship(edge(1, 2)), ({ version }) =>
                    other.execute(version % 2 === 0 ? follow(1, 2) : unfollow(1, 2)),
                  ),
                )
              : Effect.void,
          ),
          { maxAttempts: 2 },
        )
        const outcomes = yield* service.executeAll([
          [Command.follow(user(1), user(2), { notifications: true })],
          [follow(3, 2)],
        ])
        expect(outcomes.map(tagOf)).toEqual(["TooManyConflicts", "Changed"])
      }),
    ))
})
