/** The promise face over the in-memory adapter: connecting, and what each method does. */
import { Directory, Facts, Relationships, StoreError, UserId } from "@kith/core"
import { connect, type Page } from "@kith/core/promise"
import { MemoryAdapter, MemoryStore } from "@kith/memory-adapter"
import { Context, Effect, Layer } from "effect"
import { describe, expect, test } from "vitest"
import {
  directory,
  follow,
  following,
  kith,
  message,
  open,
  pending,
  untyped,
} from "../support/promise.ts"

describe("the methods", () => {
  test("a command answers with a receipt of plain values", async () => {
    await using kithOf = await open()
    const receipt = await kithOf.execute(follow("1", "2"), { commandId: "one", actor: "9" })
    expect(receipt).toMatchObject({
      _tag: "Changed",
      relationship: following,
      version: 1,
      attempts: 1,
    })
    expect(receipt.events).toMatchObject([
      { source: "1", target: "2", version: 1, position: 1, commandId: "one", actor: "9" },
    ])
    expect(JSON.parse(JSON.stringify(receipt))).toEqual(receipt)
    expect(await kithOf.execute(follow("1", "2"), { commandId: "one" })).toEqual(receipt)
    expect(await kithOf.execute(follow("1", "2"))).toMatchObject({ _tag: "Unchanged", events: [] })
  })

  test("a whole story of a protected account can be told", async () => {
    await using kithOf = await open()
    const edge = { source: "1", target: "50" }
    expect(await kithOf.execute(follow("1", "50"))).toMatchObject({ relationship: pending })
    expect((await kithOf.requestsSent("1")).entries).toMatchObject([{ user: "50" }])
    expect((await kithOf.requestsReceived("50")).entries).toMatchObject([{ user: "1" }])
    await kithOf.execute({ _tag: "UpdatePreferences", ...edge, notifications: true })
    await kithOf.execute({ _tag: "ApproveRequest", ...edge })
    const tuned = { ...following, notifications: true }
    expect(await kithOf.relationship(edge)).toEqual({ relationship: tuned, version: 3 })
    expect(await kithOf.relationship(edge, { asOf: { position: 1 } })).toEqual({
      relationship: pending,
      version: 1,
    })
    expect(await kithOf.relationship(edge, { asOf: { position: undefined, time: 0 } })).toEqual({
      relationship: { _tag: "None" },
      version: 0,
    })
    expect((await kithOf.following("1")).entries).toEqual([
      { user: "50", relationship: tuned, since: 3 },
    ])
    expect((await kithOf.followers("50")).entries).toMatchObject([{ user: "1" }])
    expect(await kithOf.counts("50")).toEqual({
      following: 0,
      followers: 1,
      requestsSent: 0,
      requestsReceived: 0,
    })
    expect((await kithOf.history(edge)).map((each) => each.event._tag)).toEqual([
      "FollowRequested",
      "NotificationsTurnedOn",
      "FollowRequestApproved",
    ])
    expect(await kithOf.relationships([edge, { source: "50", target: "1" }])).toEqual([
      { relationship: tuned, version: 3 },
      { relationship: { _tag: "None" }, version: 0 },
    ])
  })

  test("many commands are answered one by one, in order", async () => {
    await using kithOf = await open()
    const outcomes = await kithOf.executeAll([
      [follow("1", "2"), { commandId: "one" }],
      [follow("1", "1")],
      [follow("x", "2")],
      [{ _tag: "Unfollow", source: "1", target: "2" }],
    ])
    expect(outcomes).toMatchObject([
      { _tag: "Changed", relationship: following },
      { _tag: "CommandRejected", reason: "CannotFollowSelf" },
      { _tag: "InvalidInput" },
      { _tag: "Changed", relationship: { _tag: "None" } },
    ])
    expect(await kithOf.executeAll([])).toEqual([])
  })

  test("a walk hands out every page, and goes on where a cursor of another walk stopped", async () => {
    await using kithOf = await open()
    for (let user = 1; user <= 5; user++) await kithOf.execute(follow(String(user), "9"))
    const pages: Array<Page> = []
    for await (const page of kithOf.walk("followers", "9", { limit: 2 })) pages.push(page)
    const users = pages.map((page) => page.entries.map((entry) => entry.user))
    expect(users).toEqual([["5", "4"], ["3", "2"], ["1"]])
    const rest: Array<Page> = []
    const request = { limit: 2, cursor: pages[0]?.next }
    for await (const page of kithOf.walk("followers", "9", request)) rest.push(page)
    expect(rest).toEqual(pages.slice(1))
    expect(await kithOf.followers("9", { limit: 2, cursor: pages[1]?.previous })).toEqual(pages[0])
  })

  test("changes are what there is and then what comes, each time that they are asked for", async () => {
    await using kithOf = await open()
    await kithOf.execute(follow("1", "2"))
    const changes = kithOf.changes()
    for (const times of [1, 2]) {
      const seen: Array<number> = []
      for await (const event of changes) {
        seen.push(event.position)
        if (event.position === times + 1) break
        void kithOf.execute(follow("1", String(2 + event.position + times)))
      }
      expect(seen).toEqual(Array.from({ length: times + 1 }, (_, index) => index + 1))
    }
    for await (const event of kithOf.changes({ from: 2 })) {
      expect(event.position).toBe(3)
      break
    }
  })

  test("asking for several changes at once hands them out in order", async () => {
    await using kithOf = await open()
    const changes = kithOf.changes()[Symbol.asyncIterator]()
    const asked = [changes.next(), changes.next(), changes.next()]
    for (const target of ["2", "3", "4"]) await kithOf.execute(follow("1", target))
    const positions = (await Promise.all(asked)).map((each) =>
      each.done === true ? 0 : each.value.position,
    )
    expect(positions).toEqual([1, 2, 3])
  })
})

describe("connecting", () => {
  test("a layer that cannot be built is an error, and what it had taken is given back", async () => {
    let held = 0
    const taking = Layer.effectDiscard(
      Effect.acquireRelease(
        Effect.sync(() => held++),
        () => Effect.sync(() => held--),
      ),
    )
    const cause = new StoreError.StoreError({ reason: "Unavailable", message: "no such host" })
    const broken = Layer.effect(Relationships.Relationships, Effect.fail(cause)).pipe(
      Layer.provide(taking),
    )
    expect(await kith(connect(broken))).toEqual({
      tag: "Unavailable",
      reason: "Unavailable",
      retryable: true,
    })
    expect(await message(connect(broken))).toBe("the layer could not be built: no such host")
    expect(held).toBe(0)
    const faulty = Layer.effect(Relationships.Relationships, Effect.die("a\nfault"))
    expect(await kith(connect(faulty))).toEqual({
      tag: "Unavailable",
      reason: undefined,
      retryable: false,
    })
  })

  test("a layer that is given what cannot be meant is refused, and what is wrong is said", async () => {
    const invalid = { tag: "InvalidInput", reason: undefined, retryable: false }
    const known = MemoryAdapter.layer({ directory: { users: [["007"]] } })
    expect(await kith(connect(known))).toEqual(invalid)
    expect(await message(connect(known))).toBe(
      'users has "007"; a user id is 1 to 19 digits without a leading zero',
    )
    const service = MemoryAdapter.layer({ service: { maxAttempts: Number.NaN } })
    expect(await kith(connect(service))).toEqual(invalid)
    expect(await message(connect(service))).toBe(
      "maxAttempts is NaN; give a whole number, 1 or more",
    )
  })

  test("what makes no service is refused, and given back", async () => {
    let held = 0
    const taking = Layer.effectDiscard(
      Effect.acquireRelease(
        Effect.sync(() => held++),
        () => Effect.sync(() => held--),
      ),
    )
    const invalid = { tag: "InvalidInput", reason: undefined, retryable: false }
    expect(await kith(connect(taking))).toEqual(invalid)
    expect(await message(connect(taking))).toBe(
      "the layer makes no Relationships; if it is a store, connectStore takes it",
    )
    expect(held).toBe(0)
    for (const input of [undefined, {}, MemoryAdapter.layer]) {
      expect(await kith(untyped(connect, input))).toEqual(invalid)
    }
  })

  test("each connection has a service of its own", async () => {
    const layer = MemoryAdapter.layer({ directory })
    await using one = await connect(layer)
    await using two = await connect(layer)
    await one.execute(follow("1", "2"))
    expect(await two.relationship({ source: "1", target: "2" })).toMatchObject({ version: 0 })
  })

  test("a service that exists already can be connected to", async () => {
    const facts = Layer.succeed(
      Directory.Directory,
      Directory.Directory.of({ facts: (edges) => Effect.succeed(edges.map(() => Facts.open)) }),
    )
    const layer = Relationships.layerStore().pipe(Layer.provide([MemoryStore.layer, facts]))
    const seen = await Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const context = yield* Layer.build(layer)
          const kithOf = yield* Effect.promise(() => connect(Layer.succeedContext(context)))
          yield* Effect.promise(() => kithOf.execute(follow("1", "2")))
          yield* Effect.promise(kithOf.close)
          const service = Context.get(context, Relationships.Relationships)
          return yield* service.counts(UserId.make("2"))
        }),
      ),
    )
    expect(seen.followers).toBe(1)
  })
})
