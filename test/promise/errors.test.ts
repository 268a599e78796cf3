/** The promise face's errors: one plain kind for each way in which a call can fail. */
import { StoreError, UserId } from "@kith/core"
import { connect, type Relationships as Plain } from "@kith/core/promise"
import { MemoryAdapter, MemoryDirectory } from "@kith/memory-adapter"
import { Effect, Layer } from "effect"
import { describe, expect, test } from "vitest"
import {
  collect,
  failure,
  follow,
  kith,
  message,
  open,
  over,
  untyped,
  untypedStream,
} from "../support/promise.ts"

describe("errors", () => {
  const rejections = [
    [follow("1", "1"), "CannotFollowSelf"],
    [follow("1", "70"), "TargetNotFound"],
    [follow("1", "60"), "TargetSuspended"],
    [follow("1", "80"), "BlockedByTarget"],
    [follow("80", "1"), "BlockingTarget"],
    [{ ...follow("1", "2"), _tag: "UpdatePreferences" }, "NotFollowing"],
    [{ ...follow("1", "2"), _tag: "ApproveRequest" }, "NoPendingRequest"],
  ] as const

  test.for(rejections)(
    "a refused command says which rule refuses: %o %s",
    async ([command, reason]) => {
      const world = Layer.effectDiscard(
        Effect.flatMap(MemoryDirectory.MemoryDirectory, ({ block, setUser }) =>
          Effect.andThen(
            setUser(UserId.make("1")),
            block({ source: UserId.make("80"), target: UserId.make("1") }),
          ),
        ),
      )
      const users = ["1", "2", "80"].map((id) => [UserId.make(id)] as const)
      const known: MemoryDirectory.Options = {
        users: [...users, [UserId.make("60"), { suspended: true }]],
      }
      const layer = world.pipe(Layer.provideMerge(MemoryAdapter.layer({ directory: known })))
      await using kithOf = await connect(layer)
      expect(await kith(kithOf.execute(command))).toEqual({
        tag: "CommandRejected",
        reason,
        retryable: false,
      })
    },
  )

  test("a command id that is used for another command is refused", async () => {
    await using kithOf = await open()
    await kithOf.execute(follow("1", "2"), { commandId: "one" })
    expect(await kith(kithOf.execute(follow("1", "3"), { commandId: "one" }))).toEqual({
      tag: "CommandIdReused",
      reason: undefined,
      retryable: false,
    })
  })

  test("a cursor of another list is refused, and so is a page without room", async () => {
    await using kithOf = await open()
    const invalid = { tag: "InvalidPage", reason: undefined, retryable: false }
    expect(await kith(kithOf.followers("1", { cursor: "following/1<5" }))).toEqual(invalid)
    expect(await kith(kithOf.followers("1", { limit: 0 }))).toEqual(invalid)
    const walk = kithOf.walk("followers", "1", { limit: 1001 })
    expect(await kith(collect(walk))).toEqual(invalid)
  })

  test("an edge that others keep changing is an error that retrying helps against", async () => {
    const current = { relationship: { _tag: "None" }, version: 1 } as const
    const commit = (changes: ReadonlyArray<unknown>) =>
      Effect.succeed(changes.map(() => ({ _tag: "Conflict", current }) as const))
    await using kithOf = await connect(over({ commit }))
    expect(await kith(kithOf.execute(follow("1", "2")))).toEqual({
      tag: "TooManyConflicts",
      reason: undefined,
      retryable: true,
    })
  })

  test.for([
    ["Unavailable", true],
    ["Full", true],
    ["ReadOnly", false],
    ["Corrupt", false],
  ] as const)(
    "a store that fails says why, and whether to retry: %s",
    async ([reason, retryable]) => {
      const cause = new Error("the disk")
      const failing = Effect.fail(
        new StoreError.StoreError({ reason, message: "the store is not well", cause }),
      )
      const layer = over({
        commit: () => failing,
        counts: () => failing,
        log: () => failing,
        list: () => failing,
      })
      await using kithOf = await connect(layer)
      const expected = { tag: "StoreError", reason, retryable }
      expect(await kith(kithOf.counts("1"))).toEqual(expected)
      expect(await kith(kithOf.execute(follow("1", "2")))).toEqual(expected)
      expect(await kith(collect(kithOf.changes()))).toEqual(expected)
      expect(await kith(collect(kithOf.walk("followers", "1")))).toEqual(expected)
      expect(await failure(kithOf.counts("1"))).toMatchObject({ cause })
    },
  )

  test("a fault in a store is an error of its own that keeps the evidence", async () => {
    const fault = new TypeError("the store\nhas a fault")
    await using kithOf = await connect(over({ counts: () => Effect.die(fault) }))
    expect(await kith(kithOf.counts("1"))).toEqual({
      tag: "Unexpected",
      reason: undefined,
      retryable: false,
    })
    expect(await failure(kithOf.counts("1"))).toMatchObject({ cause: fault })
  })

  test("an error without a cause has none", async () => {
    await using kithOf = await open()
    const error = await failure(kithOf.execute(follow("1", "1")))
    expect(Object.hasOwn(Object(error), "cause")).toBe(false)
    expect(Object.keys(Object(error)).toSorted()).toEqual(["_tag", "name", "reason", "retryable"])
  })

  const invalid = { tag: "InvalidInput", reason: undefined, retryable: false }
  const ids = ["", "01", "-1", "+1", " 1", "1 ", "1e3", "12345678901234567890", "٣", "1\n", 1, null]

  test.for(ids)("what is no user id is refused: %j", async (id) => {
    await using kithOf = await open()
    const edge = { source: id, target: "1" }
    expect(await kith(untyped(kithOf.execute, { _tag: "Unfollow", ...edge }))).toEqual(invalid)
    expect(await kith(untyped(kithOf.execute, follow("1", "2"), { actor: id ?? 0 }))).toEqual(
      invalid,
    )
    expect(await kith(untyped(kithOf.relationship, edge))).toEqual(invalid)
    expect(await kith(untyped(kithOf.relationships, [edge]))).toEqual(invalid)
    expect(await kith(untyped(kithOf.history, edge))).toEqual(invalid)
    expect(await kith(untyped(kithOf.followers, id))).toEqual(invalid)
    expect(await kith(untyped(kithOf.counts, id))).toEqual(invalid)
    expect(await kith(untypedStream(kithOf.walk, "followers", id))).toEqual(invalid)
    expect(await kithOf.history({ source: "1", target: "2" })).toEqual([])
  })

  const edge = { source: "1", target: "2" }
  const inputs: ReadonlyArray<readonly [method: keyof Plain, ...input: ReadonlyArray<unknown>]> = [
    ["execute"],
    ["execute", "Follow"],
    ["execute", { ...edge }],
    ["execute", { _tag: "Befriend", ...edge }],
    ["execute", { _tag: "__proto__", ...edge }],
    ["execute", { _tag: "Follow", source: "1" }],
    ["execute", { _tag: "Follow", ...edge, retweets: "yes" }],
    ["execute", { _tag: "Follow", ...edge, retweet: true }],
    ["execute", follow("1", "2"), { commandId: "" }],
    ["execute", follow("1", "2"), { commandId: "a b" }],
    ["execute", follow("1", "2"), { commandId: "x".repeat(129) }],
    ["execute", follow("1", "2"), { commandId: 7 }],
    ["execute", follow("1", "2"), { correlationId: "ü" }],
    ["execute", follow("1", "2"), { causationId: "\n" }],
    ["executeAll", follow("1", "2")],
    ["executeAll", undefined],
    ["relationship", { source: "1", target: "1" }],
    ["relationship", edge, { asOf: "yesterday" }],
    ["relationship", edge, { asOf: { position: -1 } }],
    ["relationship", edge, { asOf: { time: Number.NaN } }],
    ["relationship", edge, { asOf: { position: 1, time: 1 } }],
    ["relationship", edge, { asOf: {} }],
    ["relationships", edge],
    ["followers", "1", { cursor: 5 }],
    ["followers", "1", { limit: "10" }],
    ["walk", "friends", "1"],
    ["walk", "followers", "1", { limit: "10" }],
    ["changes", { from: -1 }],
    ["changes", { from: 0.5 }],
    ["changes", { from: "1" }],
    ["counts", "1", { singal: undefined }],
    ["counts", "1", "soon"],
    ["history", edge, { asOf: { position: 1 } }],
    ["relationships", [edge], { limit: 1 }],
    ["executeAll", [[follow("1", "2")]], { commandId: "one" }],
    ["execute", follow("1", "2"), { signal: "abort" }],
    ["counts", "1", { signal: {} }],
    ["walk", "followers", "1", { signal: {} }],
    ["changes", { signal: 5 }],
  ]

  test.for(inputs)("what cannot be meant is refused, and nothing happens: %j", async (all) => {
    await using kithOf = await open()
    const [method, ...input] = all
    const isStream = method === "walk" || method === "changes"
    const answer = isStream
      ? untypedStream(kithOf[method], ...input)
      : untyped(kithOf[method], ...input)
    expect(await kith(answer)).toEqual(invalid)
    expect(await kithOf.relationship(edge)).toMatchObject({ version: 0 })
  })

  test("the message says where the input is wrong, in words", async () => {
    await using kithOf = await open()
    expect(await message(kithOf.execute(follow("1", "01")))).toBe(
      "target: a user id is 1 to 19 digits without a leading zero",
    )
    expect(await message(kithOf.followers("01"))).toBe(
      "a user id is 1 to 19 digits without a leading zero",
    )
    expect(await message(untyped(kithOf.execute, { _tag: "Befriend", ...edge }))).toBe(
      "_tag: a command is one of Follow, Unfollow, UpdatePreferences, ApproveRequest, DenyRequest, RemoveFollower",
    )
    expect(await message(kithOf.execute(follow("1", "2"), { commandId: "" }))).toBe(
      "commandId: a command id is 1 to 128 printable ASCII characters without spaces",
    )
    expect(await message(kithOf.relationship({ source: "1", target: "1" }))).toBe(
      "Expected two different users",
    )
    expect(await message(untyped(kithOf.execute, { ...follow("1", "2"), retweet: true }))).toBe(
      "retweet: there is no such member",
    )
    expect(await message(untyped(kithOf.execute, { _tag: "Follow", source: "1" }))).toBe(
      "target: it is missing",
    )
    expect(await message(untyped(kithOf.execute))).toBe("Expected object")
    expect(await message(untyped(kithOf.counts, "1", { signal: 5 }))).toBe(
      "signal: give an AbortSignal",
    )
  })

  test("a misspelt option is refused, and nothing is done", async () => {
    await using kithOf = await open()
    const refused = "commandID: there is no such member"
    const options = { commandID: "once", signal: new AbortController().signal }
    expect(await message(untyped(kithOf.execute, follow("1", "2"), options))).toBe(refused)
    const [answer] = await kithOf.executeAll([
      JSON.parse(JSON.stringify([follow("1", "2"), options])),
    ])
    expect(answer).toMatchObject({ _tag: "InvalidInput" })
    // One command of many cannot be aborted alone.
    const [alone] = await Promise.all(
      [[follow("1", "2"), { signal: new AbortController().signal }]].map(async (one) =>
        untyped(kithOf.executeAll, [one]),
      ),
    )
    expect(alone).toMatchObject([{ _tag: "InvalidInput" }])
    expect(await message(untyped(kithOf.followers, "1", { size: 5 }))).toBe(
      "size: there is no such member",
    )
    expect(await message(untyped(kithOf.relationship, edge, { asof: { position: 1 } }))).toBe(
      "asof: there is no such member",
    )
    expect(await kithOf.relationship(edge)).toMatchObject({ version: 0 })
  })
})
