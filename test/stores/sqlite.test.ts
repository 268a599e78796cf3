/** The store on SQLite under the public suites, on one file that all cases share. */
import { RelationshipEvent, Relationships, RelationshipStore } from "@kith/core"
import { Fixtures, relationshipsSuite, storeSuite, World } from "@kith/core/testing"
import { SqliteAdapter } from "@kith/sqlite-adapter"
import { it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect } from "vitest"

const folder = mkdtempSync(join(tmpdir(), "kith-sqlite-"))
afterAll(() => rmSync(folder, { recursive: true }))

const layer = SqliteAdapter.layer({ file: join(folder, "store.db") })

storeSuite("SqliteAdapter", layer, { durable: true, shared: true })

relationshipsSuite(
  "Relationships over SqliteAdapter",
  Relationships.layerStore().pipe(Layer.provide(layer), Layer.provideMerge(World.layerDirectory)),
)

describe("SqliteAdapter", () => {
  const followed = RelationshipEvent.followed(true, false)

  it.effect("keeps an event, its edge, its lists and counts in 160 bytes of the file", () =>
    Effect.gen(function* () {
      const file = join(folder, "size.db")
      const [users, count] = [yield* Fixtures.users(500), 20_000]
      // Each follows forty others, in an order that has nothing to do with their ids.
      const edges = users.flatMap((source, index) =>
        Array.from({ length: count / users.length }, (_, step) => ({
          source,
          target: users[(index + 1 + step * 11) % users.length] ?? source,
        })),
      )
      const shuffled = edges.map((_, index) => edges[(index * 7919) % edges.length])
      yield* Effect.provide(
        Effect.gen(function* () {
          const { commit } = yield* RelationshipStore.RelationshipStore
          for (let from = 0; from < count; from += 500) {
            const some = shuffled.slice(from, from + 500).flatMap((edge) => edge ?? [])
            yield* commit(
              yield* Effect.forEach(some, (edge) =>
                Fixtures.change(edge, Fixtures.untouched, [followed]),
              ),
            )
          }
        }),
        SqliteAdapter.layer({ file }),
      )
      expect(statSync(file).size / count).toBeLessThanOrEqual(160)
    }),
  )

  it.effect("lets go of command ids when their time has come, a few with each commit", () =>
    Effect.gen(function* () {
      const store = yield* RelationshipStore.RelationshipStore
      const commitAt = (time: number) =>
        Effect.gen(function* () {
          const [edge, commandId] = yield* Effect.all([Fixtures.edge, Fixtures.commandId])
          yield* store.commit([
            yield* Fixtures.change(edge, Fixtures.untouched, [followed], { commandId, time }),
          ])
          return { edge, commandId }
        })
      const begin = 1_700_000_000_000
      const old = yield* Effect.forEach([0, 1, 2, 3, 4, 5, 6, 7], (time) => commitAt(begin + time))
      const remembered = Effect.map(
        store.load(old),
        (loaded) => loaded.filter(({ record }) => record !== undefined).length,
      )
      expect(yield* remembered).toBe(8)
      yield* commitAt(begin + 1004)
      expect(yield* remembered).toBe(4)
      yield* commitAt(begin + 1004)
      expect(yield* remembered).toBe(4)
      yield* commitAt(begin + 5000)
      expect(yield* remembered).toBe(0)
      // Nobody's clock is believed that is ahead of ours by years.
      const kept = yield* commitAt(Date.now() + 60_000)
      yield* commitAt(253_402_300_799_999)
      const [loaded] = yield* store.load([kept])
      expect(loaded?.record?.version).toBe(1)
    }).pipe(
      Effect.provide(
        SqliteAdapter.layer({ file: join(folder, "ids.db"), keepCommandIdsFor: 1000 }),
      ),
    ),
  )
})
