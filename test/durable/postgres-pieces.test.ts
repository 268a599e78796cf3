/** Tables in pieces by target: one piece for a list, kept in step, checked and made anew. */
import { type RelationshipStore, RelationshipEvent as Event, type UserId } from "@kith/core"
import { Effect, Fiber, Stream } from "effect"
import { describe, expect, it } from "vitest"
import * as Fixtures from "../../packages/core/src/testing/Fixtures.ts"
import { pageSql } from "../../packages/postgres-adapter/src/internal/Lists.ts"
import * as Names from "../../packages/postgres-adapter/src/internal/names.ts"
import { freshSchema } from "../support/postgres.ts"
import { behind, connect, open, sql } from "../support/postgres-layer.ts"
import { faultsOf } from "../support/stores.ts"

const partitions = 4

const events = {
  followers: Event.followed(true, false),
  requestsReceived: Event.followRequested(true, false),
}

const fill = (
  store: RelationshipStore.RelationshipStore["Service"],
  list: keyof typeof events,
  target: UserId.UserId,
  count: number,
) =>
  Effect.gen(function* () {
    const sources = yield* Fixtures.users(count)
    const changes = yield* Effect.forEach(sources, (source) =>
      Fixtures.change({ source, target }, Fixtures.untouched, [events[list]]),
    )
    yield* store.commit(changes)
    return sources
  })

interface Plan {
  readonly "Node Type": string
  readonly "Relation Name"?: string
  readonly "Actual Loops": number
  readonly Plans?: ReadonlyArray<Plan>
}

const nodes = (plan: Plan): ReadonlyArray<Plan> => [plan, ...(plan.Plans ?? []).flatMap(nodes)]

const asTheAdapterPlans = `
set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_bitmapscan = off;
set enable_hashjoin = off; set enable_mergejoin = off; set enable_sort = off; set jit = off`

describe("a list by target", () => {
  for (const list of ["followers", "requestsReceived"] as const) {
    it(`of ${list} is read from one piece, by index alone, at any depth and both ways`, () =>
      Effect.runPromise(
        Effect.scoped(
          Effect.gen(function* () {
            const schema = freshSchema()
            const { store } = yield* open({ schema, partitions })
            const user = yield* Fixtures.user
            for (let batch = 0; batch < 3; batch++) yield* fill(store, list, user, 500)
            const all = yield* store.list(list, user, 1_500)
            const client = yield* connect()
            yield* sql(client, asTheAdapterPlans)
            for (const direction of ["older", "newer"] as const) {
              const text = pageSql(Names.make(schema), partitions, list, direction)
              yield* sql(client, `prepare ${direction} (bigint, bigint, bigint, bigint) as ${text}`)
              for (const depth of [0, 700, 1_400]) {
                const place = (all.entries[depth]?.since ?? 0) * 4
                const [row] = yield* sql(
                  client,
                  `explain (analyze, format json) execute ${direction} (${user}, ${place + 4}, ${place}, 21)`,
                )
                const plans: ReadonlyArray<{ readonly Plan: Plan }> = Object(row)["QUERY PLAN"]
                const scans = plans
                  .flatMap(({ Plan }) => nodes(Plan))
                  .filter((node) => node["Relation Name"] !== undefined)
                expect(new Set(scans.map((node) => node["Relation Name"])).size).toBe(1)
                expect(scans.every((node) => node["Node Type"].startsWith("Index"))).toBe(true)
                expect(scans[0]?.["Relation Name"]).toMatch(/^incoming_[0-3]$/)
              }
            }
          }),
        ),
      ))
  }
})

describe("the table by target", () => {
  const cases: Readonly<Record<string, (schema: string) => string>> = {
    "lacks an edge": (schema) => `delete from ${schema}.incoming where source = $1 and target = $2`,
    "has an edge that there is not": (schema) =>
      `insert into ${schema}.incoming (place, source, target) values (40, $1::bigint + 1, $2)`,
    "has an edge twice": (schema) =>
      `insert into ${schema}.incoming (place, source, target) values (40, $1, $2)`,
    "has an edge in another place": (schema) =>
      `update ${schema}.incoming set place = place + 4 where source = $1 and target = $2`,
  }
  for (const [title, damage] of Object.entries(cases)) {
    it(`is found out when it ${title}, and made anew while commands go on`, () =>
      Effect.runPromise(
        Effect.scoped(
          Effect.gen(function* () {
            const schema = freshSchema()
            const { store, upkeep } = yield* open({ schema, partitions })
            const faults = faultsOf(upkeep)
            const user = yield* Fixtures.user
            const [source = user] = yield* fill(store, "followers", user, 100)
            expect(yield* faults).toEqual([])
            yield* behind(damage(schema), [source, user])
            expect(yield* faults).toMatchObject([{ where: "lists" }])
            const task = { rebuilt: false, followed: 100 }
            const writing = yield* Effect.forkChild(
              Effect.gen(function* () {
                while (!task.rebuilt) {
                  yield* fill(store, "followers", user, 3)
                  task.followed += 3
                }
              }),
              { startImmediately: true },
            )
            yield* Effect.replicateEffect(Stream.runDrain(upkeep.rebuild), 2, { discard: true })
            task.rebuilt = true
            yield* Fiber.join(writing)
            expect(yield* faults).toEqual([])
            const { entries } = yield* store.list("followers", user, task.followed + 10)
            expect(entries).toHaveLength(task.followed)
            expect((yield* store.counts(user)).followers).toBe(task.followed)
          }),
        ),
      ))
  }
})
