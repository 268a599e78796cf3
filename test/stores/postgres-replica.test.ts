/** What a replica of the server answers, what it refuses, and what becomes of it when it is promoted. */
import { type Journal, type StoreError } from "@kith/core"
import { Effect, Fiber, Redacted, Stream } from "effect"
import { describe, expect, it } from "vitest"
import { startServer } from "../support/postgres.ts"
import { connect, open, sql } from "../support/postgres-layer.ts"
import { newFollow } from "../support/stores.ts"

const begin = (options?: Parameters<typeof startServer>[0]) =>
  Effect.acquireRelease(
    Effect.promise(() => startServer(options)),
    (started) => Effect.promise(() => started.stop()),
  )

const entry: Journal.Write = { key: "k", value: "v", expectedVersion: 0 }

/** A primary with one command, and a replica that has got it. */
const pair = Effect.gen(function* () {
  const primary = yield* begin()
  const replica = yield* begin({ replicaOf: primary.url })
  const written = yield* open({ url: Redacted.make(primary.url), schema: "kith" })
  const change = yield* newFollow
  yield* written.store.commit([change])
  const [writing, reading] = [yield* connect(primary.url), yield* connect(replica.url)]
  const caughtUp = Effect.gen(function* () {
    const [sent] = yield* sql(writing, "select pg_current_wal_insert_lsn()::text as at")
    const [got] = yield* sql(reading, "select pg_last_wal_replay_lsn() >= $1::pg_lsn as all", [
      sent?.["at"],
    ])
    return got?.["all"] === true
  })
  const catchUp = Effect.repeat(caughtUp, { until: (all) => all })
  yield* catchUp
  const read = yield* open({ url: Redacted.make(replica.url), schema: "kith" })
  return { catchUp, change, primary: written, read, reading, writing }
})

const refusals = (all: ReadonlyArray<Effect.Effect<unknown, StoreError.StoreError>>) =>
  Effect.forEach(all, Effect.flip)

describe("a replica of PostgreSQL", () => {
  it("answers states, lists, counts and histories, refuses the rest, and takes over when promoted", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const { change, read, reading } = yield* pair
          const { journal, store, upkeep } = read
          const { source, target } = change.edge

          const [loaded] = yield* store.load([change])
          expect(loaded?.relationship).toEqual(change.relationship)
          expect((yield* store.list("followers", target, 10)).entries).toHaveLength(1)
          expect((yield* store.counts(source)).following).toBe(1)
          expect(yield* store.history(change.edge)).toHaveLength(1)
          expect(yield* journal.read(["k"])).toEqual([undefined])
          const told = yield* Stream.runCollect(upkeep.check)
          expect(told.filter(({ _tag }) => _tag === "Fault")).toEqual([])

          const next = yield* newFollow
          const writes = yield* refusals([
            store.commit([next]),
            journal.write([entry]),
            Stream.runDrain(upkeep.rebuild),
            Stream.runDrain(upkeep.erase(source)),
            upkeep.clear,
          ])
          for (const { message, reason } of writes) {
            expect(reason).toBe("ReadOnly")
            expect(message).toMatch(/: the server takes no writes; use the primary's url/)
          }

          yield* sql(reading, "select pg_promote()")
          const [outcome] = yield* store.commit([next])
          expect(outcome?._tag).toBe("Committed")
          const events = yield* store.log(0, 10)
          expect(events.map(({ source }) => source)).toEqual([source, next.edge.source])
        }),
      ),
    ))

  it("refuses the log, of which it would miss what is committed late", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const { catchUp, primary, read, writing } = yield* pair
          const waiting = yield* Effect.forkChild(Effect.flip(read.store.awaitLog(1)), {
            startImmediately: true,
          })
          // A writer has its position, and is still on its way when a later one has finished.
          yield* sql(writing, "begin")
          yield* sql(
            writing,
            "select kith.commit_one(7, 8, 0, 0, 1, 0, array[gen_random_uuid()], array[4]::smallint[], " +
              "array[''], 0, null, null, 1)",
          )
          yield* primary.store.commit([yield* newFollow])
          yield* catchUp
          expect(yield* primary.store.log(0, 10)).toHaveLength(1)
          for (const error of [
            yield* Effect.flip(read.store.log(0, 10)),
            yield* Fiber.join(waiting),
          ]) {
            expect(error.reason).toBe("ReadOnly")
            expect(error.message).toMatch(
              /: a replica cannot tell how far the log is whole; follow it with the primary's url$/,
            )
          }
          yield* sql(writing, "commit")
          expect(yield* primary.store.log(0, 10)).toHaveLength(3)
        }),
      ),
    ))
})
