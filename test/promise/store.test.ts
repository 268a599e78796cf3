/** The promise face over a store and the host's own users: what `connectStore` takes, and what it asks. */
import { connectStore, type Edge, type Facts, KithError } from "@kith/core/promise"
import { MemoryAdapter, MemoryDirectory, MemoryStore } from "@kith/memory-adapter"
import { SqliteAdapter } from "@kith/sqlite-adapter"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { failure, follow, kith, message, untyped } from "../support/promise.ts"

const folder = mkdtempSync(join(tmpdir(), "kith-connect-store-"))
afterAll(() => rmSync(folder, { recursive: true }))

const store = MemoryStore.layer
const everybody = (edges: ReadonlyArray<Edge>): ReadonlyArray<Facts> =>
  edges.map(() => ({ target: "public" }))

/** The reason of a refusal, or the state that a follow led to. */
const outcome = (settled: Awaited<ReturnType<typeof asked>>) =>
  settled instanceof KithError ? settled.reason : settled.relationship._tag

const asked = async (fact: Facts) => {
  await using relationships = await connectStore({ store, facts: () => [fact] })
  const [settled] = await relationships.executeAll([[follow("1", "2")]])
  return settled ?? expect.fail("there is no outcome")
}

describe("facts", () => {
  test.for([
    [{ target: "public" }, "Following"],
    [{ target: "protected" }, "Pending"],
    [{ target: "suspended" }, "TargetSuspended"],
    [{ target: "missing" }, "TargetNotFound"],
    [{ target: "public", blockedByTarget: true }, "BlockedByTarget"],
    [{ target: "public", blocksTarget: true, blockedByTarget: undefined }, "BlockingTarget"],
  ] as const)("decide a follow: %j leads to %s", async ([fact, expected]) => {
    expect(outcome(await asked(fact))).toBe(expected)
  })

  test("are asked for once for many follows, of plain edges, and for follows alone", async () => {
    const seen: Array<ReadonlyArray<Edge>> = []
    await using relationships = await connectStore({
      store,
      facts: async (edges) => {
        seen.push(edges)
        return everybody(edges)
      },
    })
    await relationships.executeAll([
      [follow("1", "2")],
      [{ _tag: "Unfollow", source: "3", target: "2" }],
      [follow("4", "2")],
    ])
    expect(seen).toEqual([
      [
        { source: "1", target: "2" },
        { source: "4", target: "2" },
      ],
    ])
    await relationships.execute({ _tag: "Unfollow", source: "1", target: "2" })
    expect(seen.length).toBe(1)
  })

  test("may be others the next time", async () => {
    let target: Facts["target"] = "public"
    await using relationships = await connectStore({
      store,
      facts: (edges) => edges.map(() => ({ target })),
    })
    expect((await relationships.execute(follow("1", "2"))).relationship._tag).toBe("Following")
    target = "protected"
    expect((await relationships.execute(follow("3", "2"))).relationship._tag).toBe("Pending")
  })

  test.for([
    ["rejects", async () => Promise.reject(new Error("the users are away"))],
    [
      "throws",
      () => {
        throw new Error("the users are away")
      },
    ],
  ] as const)(
    "that cannot be had fail the follow, and it may be retried: it %s",
    async ([, away]) => {
      let facts: (edges: ReadonlyArray<Edge>) => ReadonlyArray<Facts> | Promise<never> = away
      await using relationships = await connectStore({ store, facts: (edges) => facts(edges) })
      const error = await failure(relationships.execute(follow("1", "2")))
      expect(error).toMatchObject({
        _tag: "StoreError",
        reason: "Unavailable",
        retryable: true,
        message: "facts failed: the users are away",
        cause: { message: "the users are away" },
      })
      expect(await relationships.history({ source: "1", target: "2" })).toEqual([])
      facts = everybody
      expect(await relationships.execute(follow("1", "2"))).toMatchObject({ _tag: "Changed" })
    },
  )

  test.for([
    [[], "facts gave a wrong answer: 0 for 1 edges; give one for each, in order"],
    [undefined, "facts gave a wrong answer: Expected array"],
    [
      [{ target: "private" }],
      'facts gave a wrong answer: 0.target: Expected "public" | "protected" | "suspended" | "missing"',
    ],
    [
      [{ target: "public", blocked: true }],
      "facts gave a wrong answer: 0.blocked: there is no such member",
    ],
  ] as const)("that make no sense are told: %j", async ([answer, expected]) => {
    const relationships = await untypedStore({ store, facts: () => answer })
    const refused = relationships.execute(follow("1", "2"))
    expect(await message(refused)).toBe(expected)
    expect(await kith(refused)).toEqual({ tag: "StoreError", reason: "Corrupt", retryable: false })
    await relationships.close()
  })
})

/** Connects as a caller without types may. */
const untypedStore = (options: object): ReturnType<typeof connectStore> =>
  Reflect.apply(connectStore, undefined, [options])

describe("connecting", () => {
  test("what is closed can be opened again, with everything that was there", async () => {
    const file = join(folder, "follows.db")
    const open = () => connectStore({ store: SqliteAdapter.layer({ file }), facts: everybody })
    {
      await using relationships = await open()
      await relationships.execute(follow("1", "2"))
    }
    await using relationships = await open()
    expect(await relationships.counts("2")).toMatchObject({ followers: 1 })
  })

  test("a store that cannot be opened is told", async () => {
    const away = SqliteAdapter.layer({ file: join(folder, "no", "such", "folder.db") })
    expect(await kith(connectStore({ store: away, facts: everybody }))).toMatchObject({
      tag: "Unavailable",
    })
  })

  test.for([
    [{ store: "follows.db" }, "store takes a layer, such as SqliteAdapter.layer({ file })"],
    [
      { store: MemoryDirectory.layer() },
      "the layer of store makes no RelationshipStore; give one that does, such as SqliteAdapter.layer({ file })",
    ],
    [{ store, maxGroup: 0 }, "maxGroup is 0; give a whole number, 1 or more"],
    [{ store, maxAttempts: Number.NaN }, "maxAttempts is NaN; give a whole number, 1 or more"],
    [{ store, facts: {} }, "facts: give a function"],
    [{ store, maxGrup: 7 }, "maxGrup: there is no such member"],
  ] as const)("options that cannot be meant are refused: %#", async ([options, expected]) => {
    const refused = untypedStore({ facts: everybody, ...options })
    expect(await message(refused)).toBe(expected)
    expect(await kith(refused)).toMatchObject({ tag: "InvalidInput", retryable: false })
  })

  test("a whole service will do for a store, when it makes one", async () => {
    const layer = MemoryAdapter.layer()
    await using relationships = await connectStore({ store: layer, facts: everybody })
    expect(await relationships.execute(follow("1", "2"))).toMatchObject({ _tag: "Changed" })
  })

  test("nothing at all is refused", async () => {
    const refused = untyped(connectStore, undefined)
    expect(await message(refused)).toBe("store: it is missing; facts: it is missing")
    expect(await kith(refused)).toMatchObject({ tag: "InvalidInput" })
  })
})
