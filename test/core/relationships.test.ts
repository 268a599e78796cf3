/** What the service over a store does beneath its promises: groups, and what it asks of the store. */
import { Command, EventCodec, Facts, Relationships } from "@kith/core"
import { it } from "@effect/vitest"
import { Context, Effect, Fiber, Layer, Result, Tracer } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect } from "vitest"
import {
  edge,
  follow,
  gated,
  serve,
  store,
  type Store,
  tagOf,
  tune,
  unfollow,
  user,
} from "./support.ts"

describe("commands of concurrent callers", () => {
  it.effect("share commits: one is under way, all that arrive meanwhile make up the next", () =>
    Effect.gen(function* () {
      const { service, ...slow } = yield* gated()
      const first = yield* Effect.forkChild(service.execute(follow(100, 1)))
      yield* slow.started
      const others = yield* Effect.forEach(
        Array.from({ length: 99 }, (_, index) => 101 + index),
        (source) =>
          Effect.forkChild(service.execute(follow(source, 1)), { startImmediately: true }),
      )
      yield* slow.open
      const receipts = yield* Fiber.joinAll([first, ...others])
      expect(receipts.map((receipt) => receipt.version)).toEqual(receipts.map(() => 1))
      expect(slow.sizes).toEqual([1, 99])
    }),
  )

  it.effect("are committed in groups of no more than the layer says", () =>
    Effect.gen(function* () {
      const { service, ...slow } = yield* gated({ maxGroup: 40 })
      yield* slow.open
      const commands = Array.from({ length: 100 }, (_, index) => [follow(100 + index, 1)] as const)
      const outcomes = yield* service.executeAll(commands)
      expect(outcomes.every(Result.isSuccess)).toBe(true)
      expect(slow.sizes).toEqual([40, 40, 20])
    }),
  )

  it.effect(
    "are refused at once when too many wait for the store, and nothing is done for them",
    () =>
      Effect.gen(function* () {
        const { service, ...slow } = yield* gated({ maxWaiting: 2 })
        const execute = (source: number) =>
          Effect.forkChild(service.execute(follow(source, 1)), { startImmediately: true })
        const first = yield* execute(100)
        yield* slow.started
        const waiting = [yield* execute(101), yield* execute(102)]
        const refused = yield* Effect.flip(service.execute(follow(103, 1)))
        expect(refused).toMatchObject({
          _tag: "StoreError",
          reason: "Unavailable",
          retryable: true,
        })
        const outcomes = yield* service.executeAll([[follow(104, 1)], [follow(1, 1)]])
        expect(outcomes.map(tagOf)).toEqual(["StoreError", "CommandRejected"])
        yield* slow.open
        expect(yield* Fiber.joinAll([first, ...waiting])).toHaveLength(3)
        expect(yield* service.execute(follow(103, 1))).toMatchObject({ version: 1 })
        expect(slow.sizes).toEqual([1, 2, 1])
      }),
  )

  it.effect("of one list wait so many at a time, and none of them is refused", () =>
    Effect.gen(function* () {
      const { service, ...slow } = yield* gated({ maxGroup: 2, maxWaiting: 3 })
      yield* slow.open
      const commands = Array.from({ length: 99 }, (_, index) => [follow(100 + index, 1)] as const)
      const outcomes = yield* service.executeAll(commands)
      expect(outcomes.every(Result.isSuccess)).toBe(true)
      expect(slow.sizes.every((size) => size <= 2)).toBe(true)
    }),
  )

  it.effect("on one edge take effect one after the other, though they share a group", () =>
    Effect.gen(function* () {
      const { service, ...slow } = yield* gated()
      yield* slow.open
      const outcomes = yield* service.executeAll([
        [follow(1, 2)],
        [unfollow(1, 2)],
        [follow(3, 2)],
        [follow(1, 2)],
      ])
      const versions = outcomes.map((it) => (Result.isSuccess(it) ? it.success.version : 0))
      expect(versions).toEqual([1, 2, 1, 3])
      expect(slow.sizes).toEqual([2, 1, 1])
    }),
  )

  it.effect("are told apart by command id, too: of two with one id the second sees the first", () =>
    Effect.gen(function* () {
      const service = yield* serve(yield* store)
      const outcomes = yield* service.executeAll([
        [follow(1, 2), { commandId: "x" }],
        [Command.updatePreferences(user(3), user(4), {}), { commandId: "x" }],
        [follow(1, 2), { commandId: "x" }],
        [Command.approveRequest(user(5), user(6)), { commandId: "y" }],
        [follow(5, 6), { commandId: "y" }],
      ])
      expect(outcomes.map(tagOf)).toEqual([
        "Changed",
        "CommandIdReused",
        "Changed",
        "CommandRejected",
        "Changed",
      ])
      expect((yield* service.history(edge(1, 2))).length).toBe(1)
    }),
  )
})

/** A store that tells how often it was called for what. */
const counting = (good: Store) => {
  const calls = { load: 0, commit: 0 }
  const counted: Store = {
    ...good,
    load: (reads) => {
      calls.load++
      return good.load(reads)
    },
    commit: (changes) => {
      calls.commit++
      return good.commit(changes)
    },
  }
  return { calls, store: counted }
}

describe("a follow, over a store that waits,", () => {
  it.effect.each([
    ["of somebody new", [], { _tag: "Changed", version: 1 }, { load: 0, commit: 1 }],
    [
      "that is there already",
      [follow(1, 2)],
      { _tag: "Unchanged", version: 1 },
      { load: 0, commit: 1 },
    ],
    [
      "after an unfollow",
      [follow(1, 2), unfollow(1, 2)],
      { _tag: "Changed", version: 3 },
      { load: 0, commit: 2 },
    ],
  ] as const)("%s takes no look before", ([, before, receipt, calls]) =>
    Effect.gen(function* () {
      const good = yield* store
      yield* (yield* serve(good)).executeAll(before.map((command) => [command] as const))
      const over = counting(good)
      const service = yield* serve(over.store)
      expect(yield* service.execute(follow(1, 2))).toMatchObject({ ...receipt, attempts: 1 })
      expect(over.calls).toEqual(calls)
    }),
  )

  it.effect("that would be refused today gets the receipt that its command id has", () =>
    Effect.gen(function* () {
      const good = yield* store
      const named = { commandId: "the-command" }
      const receipt = yield* (yield* serve(good)).execute(follow(1, 2), named)
      const service = yield* serve(good, undefined, {
        facts: (edges) => Effect.succeed(edges.map(() => Facts.missing)),
      })
      expect(yield* service.execute(follow(1, 2), named)).toEqual(receipt)
      expect(yield* Effect.flip(service.execute(follow(1, 2)))).toMatchObject({
        reason: { _tag: "TargetNotFound" },
      })
    }),
  )

  it.effect("that was carried out before misleads none that come after it", () =>
    Effect.gen(function* () {
      const service = yield* serve(yield* store)
      const named = { commandId: "the-command" }
      yield* service.execute(follow(1, 2), named)
      const outcomes = yield* service.executeAll([
        [follow(1, 2), named],
        [unfollow(1, 2)],
        [tune({ retweets: false }), named],
      ])
      expect(outcomes.map(tagOf)).toEqual(["Changed", "Changed", "CommandIdReused"])
    }),
  )
})

describe("the store", () => {
  it.effect("is not asked to commit what changes nothing, unless a command id is to be kept", () =>
    Effect.gen(function* () {
      const { service, ...slow } = yield* gated()
      yield* slow.open
      yield* service.execute(unfollow(1, 2))
      yield* Effect.flip(service.execute(follow(1, 200)))
      expect(slow.sizes.filter((size) => size > 0)).toEqual([])
      yield* service.execute(unfollow(1, 2), { commandId: "kept" })
      expect(slow.sizes.filter((size) => size > 0)).toEqual([1])
    }),
  )

  it.effect("never sees an edge from a user to itself", () =>
    Effect.gen(function* () {
      const good = yield* store
      const edges: Array<readonly [string, string]> = []
      const service = yield* serve({
        ...good,
        load: (reads) => {
          for (const { edge } of reads) edges.push([edge.source, edge.target])
          return good.load(reads)
        },
        commit: (changes) => {
          for (const { edge } of changes) edges.push([edge.source, edge.target])
          return good.commit(changes)
        },
      })
      const outcomes = yield* service.executeAll([
        [follow(1, 1), { commandId: "a" }],
        [unfollow(1, 1), { commandId: "b" }],
        [follow(1, 2)],
      ])
      expect(outcomes.map(tagOf)).toEqual(["CommandRejected", "Unchanged", "Changed"])
      expect(edges.every(([source, target]) => source !== target)).toBe(true)
    }),
  )

  it.effect("is given events that its codec reads back", () =>
    Effect.gen(function* () {
      const service = yield* serve(yield* store)
      yield* service.execute(follow(1, 2), { commandId: "~".repeat(128) })
      const codec = Result.getOrThrow(EventCodec.make(EventCodec.currentVersions, EventCodec.steps))
      const [event] = yield* service.history(edge(1, 2))
      if (event === undefined) expect.fail("there is no event")
      expect(codec.decode(codec.encode(event))).toEqual(Result.succeed(event))
    }),
  )

  it.effect("is given the time of Effect's clock", () =>
    Effect.gen(function* () {
      const start = 1_767_225_600_000
      yield* TestClock.setTime(start)
      const service = yield* serve(yield* store)
      yield* service.execute(follow(1, 2))
      yield* TestClock.adjust(5000)
      yield* service.execute(unfollow(1, 2))
      const history = yield* service.history(edge(1, 2))
      expect(history.map((it) => it.time)).toEqual([start, start + 5000])
      const asOf = { position: undefined, time: start + 4999 }
      const between = yield* service.relationship(edge(1, 2), { asOf })
      expect(between).toEqual({
        relationship: { _tag: "Following", retweets: true, notifications: false },
        version: 1,
      })
    }),
  )
})

describe("the traced service", () => {
  it.effect("adds a span to each command and to each batch", () =>
    Effect.gen(function* () {
      const spans: Array<readonly [string, unknown]> = []
      const tracer = Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          spans.push([options.name, span.attributes])
          return span
        },
      })
      const layer = Relationships.layerTraced.pipe(
        Layer.provide(
          Layer.effect(
            Relationships.Relationships,
            Effect.flatMap(store, (it) => serve(it)),
          ),
        ),
      )
      const service = Context.get(yield* Layer.build(layer), Relationships.Relationships)
      yield* service.execute(follow(1, 2)).pipe(Effect.withTracer(tracer))
      yield* service.executeAll([[follow(3, 2)]]).pipe(Effect.withTracer(tracer))
      yield* service.relationship(edge(1, 2)).pipe(Effect.withTracer(tracer))
      expect(spans).toEqual([
        [
          "Relationships.execute",
          new Map([
            ["command", "Follow"],
            ["source", "1"],
            ["target", "2"],
          ]),
        ],
        ["Relationships.executeAll", new Map([["commands", 1]])],
      ])
    }),
  )
})
