/** A rebuild of tables in one piece, as most are, while commands go on. */
import { RelationshipEvent as Event } from "@kith/core"
import { Effect, Fiber, Stream } from "effect"
import { expect, it } from "vitest"
import * as Fixtures from "../../packages/core/src/testing/Fixtures.ts"
import { freshSchema } from "../support/postgres.ts"
import { open } from "../support/postgres-layer.ts"

it("makes edges and tallies in one piece anew while commands go on, and keeps every one", () =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const { store, upkeep } = yield* open({ schema: freshSchema() })
        const celebrity = yield* Fixtures.user
        const follow = (count: number) =>
          Effect.flatMap(Fixtures.users(count), (sources) =>
            Effect.flatMap(
              Effect.forEach(sources, (source) =>
                Fixtures.change({ source, target: celebrity }, Fixtures.untouched, [
                  Event.followed(true, false),
                ]),
              ),
              store.commit,
            ),
          )
        yield* Effect.replicateEffect(follow(500), 3, { discard: true })
        const task = { rebuilt: false, followed: 1_500 }
        const writing = yield* Effect.replicateEffect(
          Effect.forkChild(
            Effect.gen(function* () {
              while (!task.rebuilt) {
                yield* follow(2)
                task.followed += 2
              }
            }),
            { startImmediately: true },
          ),
          4,
        )
        yield* Effect.replicateEffect(Stream.runDrain(upkeep.rebuild), 6, { discard: true })
        task.rebuilt = true
        yield* Fiber.joinAll(writing)
        const told = yield* Stream.runCollect(upkeep.check)
        expect(told.filter((each) => each._tag === "Fault")).toEqual([])
        expect((yield* store.counts(celebrity)).followers).toBe(task.followed)
        const { entries } = yield* store.list("followers", celebrity, 1_000)
        expect(new Set(entries.map(({ user }) => user)).size).toBe(1_000)
      }),
    ),
  ))
