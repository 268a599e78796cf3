/** What readers of the log are shown while writers are on their way. */
import { RelationshipEvent as Event } from "@kith/core"
import { Effect, Fiber } from "effect"
import type { Client } from "pg"
import { describe, expect, it } from "vitest"
import * as Fixtures from "../../packages/core/src/testing/Fixtures.ts"
import { freshSchema } from "../support/postgres.ts"
import { connect, open, sql } from "../support/postgres-layer.ts"

type Store = Effect.Success<ReturnType<typeof open>>["store"]

const followed = Event.followed(true, false)

/** Follows that nobody made before, one commit each. */
const write = (store: Store, count: number) =>
  Effect.replicateEffect(
    Effect.flatMap(Fixtures.edge, (edge) =>
      Effect.flatMap(Fixtures.change(edge, Fixtures.untouched, [followed]), (change) =>
        store.commit([change]),
      ),
    ),
    count,
    { discard: true },
  )

/** One follow by a transaction that is open already. */
const writeWithin = (client: Client, schema: string) =>
  Effect.gen(function* () {
    const { source, target } = yield* Fixtures.edge
    const [id] = yield* Fixtures.eventIds(1)
    const [row] = yield* sql(
      client,
      `select (${schema}.commit_one($1, $2, 0, 6, 1, 1, array[$3::uuid], array[5::smallint],
         array[''], 0, null, null, 1))[1] as outcome`,
      [source, target, id],
    )
    return Number(row?.["outcome"])
  })

const positions = (store: Store, after = 0) =>
  Effect.map(store.log(after, 10_000), (events) => events.map(({ position }) => position))

const run = <A>(effect: Effect.Effect<A, unknown>) => Effect.runPromise(effect)

describe("the log on PostgreSQL", () => {
  it("ends before a writer that took its position and has not committed", () =>
    run(
      Effect.scoped(
        Effect.gen(function* () {
          const schema = freshSchema()
          const { store } = yield* open({ schema })
          yield* write(store, 3)
          const before = yield* positions(store)
          const late = yield* connect()
          yield* sql(late, "begin")
          const taken = yield* writeWithin(late, schema)
          yield* write(store, 5)
          expect(yield* positions(store)).toEqual(before)
          const waiting = yield* Effect.forkChild(store.awaitLog(before.at(-1) ?? 0), {
            startImmediately: true,
          })
          yield* sql(late, "commit")
          yield* Fiber.join(waiting)
          const after = yield* positions(store, before.at(-1))
          expect(after).toHaveLength(6)
          expect(after[0]).toBe(taken)
        }),
      ),
    ))

  it("goes on when a writer gives up, and leaves a gap", () =>
    run(
      Effect.scoped(
        Effect.gen(function* () {
          const schema = freshSchema()
          const { store } = yield* open({ schema })
          const late = yield* connect()
          yield* sql(late, "begin")
          const taken = yield* writeWithin(late, schema)
          yield* write(store, 2)
          expect(yield* positions(store)).toEqual([])
          const waiting = yield* Effect.forkChild(store.awaitLog(0), { startImmediately: true })
          yield* sql(late, "rollback")
          yield* Fiber.join(waiting)
          expect(yield* positions(store)).toEqual([taken + 1, taken + 2])
        }),
      ),
    ))

  it("is not held up by a long transaction of others, nor by one on another schema of ours", () =>
    run(
      Effect.scoped(
        Effect.gen(function* () {
          const [schema, another] = [freshSchema(), freshSchema()]
          const { store } = yield* open({ schema })
          yield* open({ schema: another })
          const others = yield* connect()
          yield* sql(others, "begin isolation level serializable")
          yield* sql(others, `create table ${another}.something as select pg_current_xact_id()`)
          yield* sql(others, "select pg_advisory_xact_lock(1), pg_advisory_xact_lock(1, 1)")
          yield* sql(others, `select count(*) from ${schema}.events`)
          yield* write(store, 4)
          expect(yield* positions(store)).toHaveLength(4)
          yield* sql(others, "rollback")
        }),
      ),
    ))

  it("shows every reader the same, complete and in order, while writers commit late", () =>
    run(
      Effect.scoped(
        Effect.gen(function* () {
          const schema = freshSchema()
          const nodes = yield* Effect.all([open({ schema }), open({ schema }), open({ schema })])
          const slow = yield* Effect.all([connect(), connect()])
          const [rounds, each] = [40, 60]
          const total = slow.length * rounds + nodes.length * each
          const follow = ({ store }: (typeof nodes)[number]) =>
            Effect.gen(function* () {
              const seen: Array<number> = []
              while (seen.length < total) {
                const page = yield* positions(store, seen.at(-1) ?? 0)
                if (page.length === 0) yield* store.awaitLog(seen.at(-1) ?? 0)
                seen.push(...page)
              }
              return seen
            })
          const reading = yield* Effect.forEach(nodes, (node) =>
            Effect.forkChild(follow(node), { startImmediately: true }),
          )
          const late = (client: Client) =>
            Effect.forEach(
              Array.from({ length: rounds }, (_, round) => round % 7),
              (delay) =>
                Effect.gen(function* () {
                  yield* sql(client, "begin")
                  yield* writeWithin(client, schema)
                  yield* sql(client, "select pg_sleep($1)", [delay / 1000])
                  yield* sql(client, "commit")
                }),
              { discard: true },
            )
          yield* Effect.all([...slow.map(late), ...nodes.map(({ store }) => write(store, each))], {
            concurrency: "unbounded",
            discard: true,
          })
          const [first, ...others] = yield* Fiber.joinAll(reading)
          expect(new Set(first).size).toBe(total)
          expect(first).toEqual(first?.toSorted((left, right) => left - right))
          for (const other of others) expect(other).toEqual(first)
          expect(yield* positions(nodes[0].store)).toEqual(first)
        }),
      ),
    ))
})
