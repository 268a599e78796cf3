/** A rebuild of tables in one piece, as most are, and in several, while commands go on. */
import { RelationshipEvent as Event } from "@kith/core"
import { Effect, Fiber, Stream } from "effect"
import { expect, it } from "vitest"
import * as Fixtures from "../../packages/core/src/testing/Fixtures.ts"
import { freshSchema } from "../support/postgres.ts"
import { connect, open, sql } from "../support/postgres-layer.ts"
import { letReadAndWrite, newRole } from "../support/postgres-roles.ts"
import { faultsOf, newFollow } from "../support/stores.ts"

it.each([1, 4])("makes edges and tallies in pieces of %d anew while commands go on", (partitions) =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const { store, upkeep } = yield* open({ schema: freshSchema(), partitions })
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
        expect(yield* faultsOf(upkeep)).toEqual([])
        expect((yield* store.counts(celebrity)).followers).toBe(task.followed)
        const { entries } = yield* store.list("followers", celebrity, 1_000)
        expect(new Set(entries.map(({ user }) => user)).size).toBe(1_000)
      }),
    ),
  ),
)

it.each([1, 4])(
  "leaves those their rights who may only read and write, with %d pieces",
  (partitions) =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const schema = freshSchema()
          const { upkeep } = yield* open({ schema, partitions })
          const owner = yield* connect()
          const { name: role, url } = yield* newRole(owner)
          yield* letReadAndWrite(owner, schema, role)
          yield* Stream.runDrain(upkeep.rebuild)
          const { store, upkeep: narrow } = yield* open({ schema, url })
          const change = yield* newFollow
          const { edge } = change
          const [outcome] = yield* store.commit([change])
          expect(outcome?._tag).toBe("Committed")
          const { entries } = yield* store.list("followers", edge.target, 10)
          expect(entries.map(({ user }) => user)).toEqual([edge.source])
          expect(yield* faultsOf(narrow)).toEqual([])
        }),
      ),
    ),
)

it("gives up, and leaves everything as it was, when the tables are read for too long", () =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const schema = freshSchema()
        const { store, upkeep } = yield* open({ schema, patience: 300 })
        const reader = yield* connect()
        yield* sql(reader, "begin")
        yield* sql(reader, `select from ${schema}.edges`)
        const error = yield* Effect.flip(Stream.runDrain(upkeep.rebuild))
        expect(error.reason).toBe("Unavailable")
        expect(error.message).toBe("others kept the tables busy; try again")
        const change = yield* newFollow
        const [outcome] = yield* store.commit([change])
        expect(outcome?._tag).toBe("Committed")
        yield* sql(reader, "commit")
        yield* Stream.runDrain(upkeep.rebuild)
        expect(yield* store.history(change.edge)).toHaveLength(1)
      }),
    ),
  ))
