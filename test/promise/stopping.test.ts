/** How calls, loops and connections of the promise face end. */
import type { RelationshipStore } from "@kith/core"
import { connect, type RecordedEvent } from "@kith/core/promise"
import { Effect, Layer } from "effect"
import { getEventListeners } from "node:events"
import { describe, expect, test } from "vitest"
import { collect, failure, follow, kith, message, open, over, watched } from "../support/promise.ts"

const done = { done: true, value: undefined }

/** A signal, and how many listen to it. */
const counted = () => {
  const controller = new AbortController()
  const { signal } = controller
  return { controller, signal, listeners: () => getEventListeners(signal, "abort").length }
}

describe("stopping", () => {
  test("a signal that is aborted already keeps a command from being sent", async () => {
    await using kithOf = await open()
    const reason = new Error("too late")
    const signal = AbortSignal.abort(reason)
    expect(await failure(kithOf.execute(follow("1", "2"), { signal }))).toBe(reason)
    expect(await failure(kithOf.executeAll([[follow("1", "2")]], { signal }))).toBe(reason)
    expect(await failure(kithOf.counts("1", { signal }))).toBe(reason)
    expect(await failure(collect(kithOf.changes({ signal })))).toBe(reason)
    expect(await failure(collect(kithOf.walk("followers", "1", { signal })))).toBe(reason)
    expect(await kithOf.relationship({ source: "1", target: "2" })).toMatchObject({ version: 0 })
  })

  test("aborting a command stops the waiting and not the command", async () => {
    const store = watched()
    await using kithOf = await connect(store.layer)
    const { controller, listeners, signal } = counted()
    const reason = { mine: true }
    const command = failure(kithOf.execute(follow("1", "2"), { signal, commandId: "one" }))
    await store.reached
    controller.abort(reason)
    expect(await command).toBe(reason)
    expect(listeners()).toBe(0)
    store.letGo()
    const receipt = await kithOf.execute(follow("1", "2"), { commandId: "one" })
    expect(receipt).toMatchObject({ _tag: "Changed", version: 1 })
  })

  test("aborting ends changes that wait, and leaves nobody waiting", async () => {
    const store = watched()
    await using kithOf = await connect(store.layer)
    const { controller, listeners, signal } = counted()
    const reason = new Error("enough")
    const reading = failure(collect(kithOf.changes({ signal })))
    await store.arrived()
    expect(store.waiting()).toBe(1)
    controller.abort(reason)
    expect(await reading).toBe(reason)
    expect(store.waiting()).toBe(0)
    expect(listeners()).toBe(0)
  })

  test("aborting a walk between two pages ends it there", async () => {
    await using kithOf = await open()
    for (const user of ["1", "2", "3"]) await kithOf.execute(follow(user, "9"))
    const { controller, listeners, signal } = counted()
    const reason = new Error("enough")
    const seen: Array<string | undefined> = []
    const walk = async () => {
      for await (const page of kithOf.walk("followers", "9", { limit: 1, signal })) {
        seen.push(page.entries[0]?.user)
        if (seen.length === 2) controller.abort(reason)
      }
    }
    expect(await failure(walk())).toBe(reason)
    expect(seen).toEqual(["3", "2"])
    expect(listeners()).toBe(0)
  })

  test("an iterator that was aborted says so once and is then done", async () => {
    await using kithOf = await open()
    const controller = new AbortController()
    const changes = kithOf.changes({ signal: controller.signal })[Symbol.asyncIterator]()
    const next = changes.next()
    controller.abort(new Error("enough"))
    expect(await message(next)).toBe("enough")
    expect(await changes.next()).toEqual({ done: true, value: undefined })
  })

  test("leaving a loop ends the stream before the loop is left", async () => {
    const store = watched()
    store.letGo()
    await using kithOf = await connect(store.layer)
    await kithOf.execute(follow("1", "2"))
    const { listeners, signal } = counted()
    const seen: Array<RecordedEvent> = []
    for await (const event of kithOf.changes({ signal })) {
      seen.push(event)
      break
    }
    expect(seen.length).toBe(1)
    expect(store.waiting()).toBe(0)
    expect(listeners()).toBe(0)
  })

  test("an iterator that waits can be told to return", async () => {
    const store = watched()
    await using kithOf = await connect(store.layer)
    const changes = kithOf.changes()[Symbol.asyncIterator]()
    const next = changes.next()
    await store.arrived()
    await changes.return?.()
    expect(await next).toEqual({ done: true, value: undefined })
    expect(store.waiting()).toBe(0)
    expect(await changes.next()).toEqual({ done: true, value: undefined })
  })

  test("a walk to its end leaves no listener behind", async () => {
    await using kithOf = await open()
    const { listeners, signal } = counted()
    await collect(kithOf.walk("followers", "1", { signal }))
    await kithOf.counts("1", { signal })
    await kith(kithOf.counts("x", { signal }))
    expect(listeners()).toBe(0)
  })

  test("close waits for commands that are on their way, then gives everything back", async () => {
    const store = watched()
    const kithOf = await connect(store.layer)
    expect(store.built()).toBe(true)
    const command = kithOf.execute(follow("1", "2"))
    const controller = new AbortController()
    const other = failure(kithOf.execute(follow("1", "3"), { signal: controller.signal }))
    await store.reached
    controller.abort()
    await other
    let closed = false
    const closing = kithOf.close().finally(() => {
      closed = true
    })
    const again = kithOf.close()
    // Whatever could still happen without the store has happened by then.
    await new Promise((resolve) => setImmediate(resolve))
    expect([closed, store.built()]).toEqual([false, true])
    store.letGo()
    expect(await command).toMatchObject({ _tag: "Changed" })
    await again
    await closing
    expect(store.built()).toBe(false)
  })

  test("close waits for reads that are on their way", async () => {
    const store = watched()
    const kithOf = await connect(store.layer)
    const counts = kithOf.counts("1")
    const closing = kithOf.close()
    store.letGo()
    expect(await counts).toMatchObject({ followers: 0 })
    await closing
    expect(store.built()).toBe(false)
  })

  test("close waits until walks that go on have given back what they took", async () => {
    const [reached, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let reads = 0
    let isBuilt = true
    const slow: RelationshipStore.RelationshipStore["Service"]["list"] = () =>
      Effect.uninterruptible(
        Effect.promise(async () => {
          reads++
          reached.resolve()
          await gate.promise
          reads--
          return { entries: [], older: false, newer: false }
        }),
      )
    const released = Layer.effectDiscard(
      Effect.addFinalizer(() =>
        Effect.sync(() => {
          isBuilt = false
        }),
      ),
    )
    const kithOf = await connect(over({ list: slow }).pipe(Layer.provideMerge(released)))
    const walks = [
      kithOf.walk("followers", "1")[Symbol.asyncIterator](),
      kithOf.walk("followers", "2")[Symbol.asyncIterator](),
    ] as const
    const [goesOn, left] = walks.map((walk) => walk.next())
    await reached.promise
    const leaving = walks[1].return?.()
    const closing = kithOf.close()
    await new Promise((resolve) => setImmediate(resolve))
    expect([reads, isBuilt]).toEqual([2, true])
    gate.resolve()
    expect(await kith(Promise.resolve(goesOn))).toMatchObject({ tag: "Closed" })
    expect([await left, await leaving]).toEqual([done, done])
    await closing
    expect([reads, isBuilt]).toEqual([0, false])
  })

  test("what is asked after close is refused, and so is what goes on", async () => {
    const store = watched()
    const kithOf = await connect(store.layer)
    const reading = kith(collect(kithOf.changes()))
    await store.arrived()
    await kithOf.close()
    const closed = { tag: "Closed", reason: undefined, retryable: false }
    expect(await reading).toEqual(closed)
    expect(store.waiting()).toBe(0)
    const edge = { source: "1", target: "2" }
    expect(await kith(kithOf.execute(follow("1", "2")))).toEqual(closed)
    expect(await kith(kithOf.executeAll([]))).toEqual(closed)
    expect(await kith(kithOf.relationship(edge))).toEqual(closed)
    expect(await kith(kithOf.history(edge))).toEqual(closed)
    expect(await kith(kithOf.followers("1"))).toEqual(closed)
    expect(await kith(kithOf.counts("1"))).toEqual(closed)
    expect(await kith(collect(kithOf.walk("followers", "1")))).toEqual(closed)
    expect(await kith(collect(kithOf.changes()))).toEqual(closed)
    await kithOf.close()
  })

  test("a block of `await using` closes at its end", async () => {
    const store = watched()
    store.letGo()
    {
      await using kithOf = await connect(store.layer)
      expect(await kithOf.counts("1")).toMatchObject({ followers: 0 })
      expect(store.built()).toBe(true)
    }
    expect(store.built()).toBe(false)
  })
})
