/** Long lists have tallies: numbers that many change at the same time. */
import { RelationshipEvent as Event, type UserId } from "@kith/core"
import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import * as Fixtures from "../../packages/core/src/testing/Fixtures.ts"
import { freshSchema } from "../support/postgres.ts"
import { behind, open } from "../support/postgres-layer.ts"

type Store = Effect.Success<ReturnType<typeof open>>["store"]

const followed = Event.followed(true, false)

/** New followers of a user, in one batch. */
const followers = (target: UserId.UserId, count: number) =>
  Effect.flatMap(Fixtures.users(count), (sources) =>
    Effect.forEach(sources, (source) =>
      Fixtures.change({ source, target }, Fixtures.untouched, [followed]),
    ),
  )

const follow = (store: Store, target: UserId.UserId, count: number) =>
  Effect.flatMap(followers(target, count), store.commit)

const rows = (schema: string, member: UserId.UserId) =>
  Effect.map(
    behind(`select shard from ${schema}.tallies where member = $1`, [member]),
    (found) => found.length,
  )

describe("the lengths of long lists on PostgreSQL", () => {
  it(
    "stay exact when a list becomes long while many change it",
    () =>
      Effect.runPromise(
        Effect.scoped(
          Effect.gen(function* () {
            const schema = freshSchema()
            const nodes = yield* Effect.all([open({ schema }), open({ schema })])
            const celebrity = yield* Fixtures.user
            // Past the length from which on a list has a tally, in small commits on two nodes.
            yield* Effect.all(
              nodes.flatMap(({ store }) =>
                Array.from({ length: 4 }, () =>
                  Effect.replicateEffect(follow(store, celebrity, 25), 16, { discard: true }),
                ),
              ),
              { concurrency: "unbounded", discard: true },
            )
            const [{ store }] = nodes
            expect((yield* store.counts(celebrity)).followers).toBe(3_200)
            expect(yield* rows(schema, celebrity)).toBeGreaterThan(0)
            const before = yield* followers(celebrity, 300)
            yield* Effect.forEach(before, (change) => store.commit([change]), {
              concurrency: "unbounded",
            })
            yield* Effect.forEach(
              before.slice(0, 100),
              ({ edge }) =>
                Effect.flatMap(
                  Fixtures.change(
                    edge,
                    {
                      relationship: before[0]?.relationship ?? Fixtures.untouched.relationship,
                      version: 1,
                    },
                    [Event.unfollowed],
                  ),
                  (change) => store.commit([change]),
                ),
              { concurrency: "unbounded" },
            )
            for (const each of nodes) {
              expect((yield* each.store.counts(celebrity)).followers).toBe(3_400)
            }
          }),
        ),
      ),
    60_000,
  )

  it(
    "are counted when somebody asks for a list that nobody found to be long",
    () =>
      Effect.runPromise(
        Effect.scoped(
          Effect.gen(function* () {
            const schema = freshSchema()
            const { store } = yield* open({ schema })
            const celebrity = yield* Fixtures.user
            yield* Effect.replicateEffect(follow(store, celebrity, 500), 3, { discard: true })
            // As if chance had never looked here.
            yield* behind(`delete from ${schema}.tallies where member = $1`, [celebrity])
            expect((yield* store.counts(celebrity)).followers).toBe(1_500)
          }),
        ),
      ),
    60_000,
  )
})
