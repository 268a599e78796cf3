/** What the service over a store does beneath its promises: groups, rounds, retries. */
import {
  Command,
  EventCodec,
  Facts,
  Relationships,
  type RelationshipStore,
  type StoreError,
} from "@kith/core"
import { Context, Effect, Fiber, Layer, Result, Tracer } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect, test } from "vitest"
import { gated, run, serve, store, type Store, user } from "./support.ts"

const follow = (source: number, target: number) => Command.follow(user(source), user(target))
const unfollow = (source: number, target: number) => Command.unfollow(user(source), user(target))
const tune = (preferences: Parameters<typeof Command.updatePreferences>[2]) =>
  Command.updatePreferences(user(1), user(2), preferences)
const edge = (source: number, target: number) => ({ source: user(source), target: user(target) })

const tagOf = (outcome: Result.Result<{ readonly _tag: string }, { readonly _tag: string }>) =>
  Result.merge(outcome)._tag

/** A store to which something happens before each commit, as if by others. */
const meddled = (
  good: Store,
  meddle: (
    changes: ReadonlyArray<RelationshipStore.Change>,
  ) => Effect.Effect<unknown, StoreError.StoreError>,
): Store => ({
  ...good,
  commit: (changes) => Effect.andThen(meddle(changes), good.commit(changes)),
})

describe("commands of concurrent callers", () => {
  test("share commits: one is under way, all that arrive meanwhile make up the next", () =>
    run(
      Effect.gen(function* () {
        const slow = gated(yield* store)
        const service = yield* serve(slow.store)
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
    ))

  test("are committed in groups of no more than the layer says", () =>
    run(
      Effect.gen(function* () {
        const slow = gated(yield* store)
        const service = yield* serve(slow.store, { maxGroup: 40 })
        yield* slow.open
        const commands = Array.from(
          { length: 100 },
          (_, index) => [follow(100 + index, 1)] as const,
        )
        const outcomes = yield* service.executeAll(commands)
        expect(outcomes.every(Result.isSuccess)).toBe(true)
        expect(slow.sizes).toEqual([40, 40, 20])
      }),
    ))

  test("on one edge take effect one after the other, though they share a group", () =>
    run(
      Effect.gen(function* () {
        const slow = gated(yield* store)
        const service = yield* serve(slow.store)
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
    ))

  test("are told apart by command id, too: of two with one id the second sees the first", () =>
    run(
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
    ))
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
  test.each([
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
  ])("%s takes no look before", (_, before, receipt, calls) =>
    run(
      Effect.gen(function* () {
        const good = yield* store
        yield* (yield* serve(good)).executeAll(before.map((command) => [command] as const))
        const over = counting(good)
        const service = yield* serve(over.store)
        expect(yield* service.execute(follow(1, 2))).toMatchObject({ ...receipt, attempts: 1 })
        expect(over.calls).toEqual(calls)
      }),
    ),
  )

  test("that would be refused today gets the receipt that its command id has", () =>
    run(
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
    ))

  test("that was carried out before misleads none that come after it", () =>
    run(
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
    ))
})

describe("a conflict", () => {
  test("makes the command be decided again on what the others left, and shows in the receipt", () =>
    run(
      Effect.gen(function* () {
        const good = yield* store
        const other = yield* serve(good)
        yield* other.execute(follow(1, 2))
        let rounds = 0
        const service = yield* serve(
          meddled(good, () =>
            rounds++ === 0
              ? Effect.orDie(other.execute(tune({ retweets: false, notifications: false })))
              : Effect.void,
          ),
        )
        const receipt = yield* service.execute(tune({ retweets: false, notifications: true }))
        expect(receipt).toMatchObject({ _tag: "Changed", version: 3, attempts: 2 })
        expect(receipt.events.map((it) => it.event._tag)).toEqual(["NotificationsTurnedOn"])
      }),
    ))

  test("is over when the others have done already what was asked", () =>
    run(
      Effect.gen(function* () {
        const good = yield* store
        const other = yield* serve(good)
        yield* other.execute(follow(1, 2))
        const service = yield* serve(
          meddled(good, () => Effect.orDie(other.execute(unfollow(1, 2)))),
        )
        const receipt = yield* service.execute(unfollow(1, 2))
        expect(receipt).toMatchObject({ _tag: "Unchanged", version: 2, attempts: 2, events: [] })
      }),
    ))

  test("may come to a rejection", () =>
    run(
      Effect.gen(function* () {
        const good = yield* store
        const other = yield* serve(good)
        yield* other.execute(follow(1, 2))
        const service = yield* serve(
          meddled(good, () => Effect.orDie(other.execute(unfollow(1, 2)))),
        )
        const error = yield* Effect.flip(service.execute(tune({ retweets: false })))
        expect(error).toMatchObject({ _tag: "CommandRejected", reason: { _tag: "NotFollowing" } })
      }),
    ))

  test.each([undefined, 1, 3])("at every attempt ends with the attempts told: %s", (maxAttempts) =>
    run(
      Effect.gen(function* () {
        const good = yield* store
        const other = yield* serve(good)
        yield* other.execute(follow(1, 2))
        let commits = 0
        const service = yield* serve(
          meddled(good, () => {
            commits++
            return Effect.orDie(other.execute(tune({ notifications: commits % 2 === 1 })))
          }),
          { maxAttempts },
        )
        const error = yield* Effect.flip(service.execute(tune({ retweets: false })))
        expect(error).toMatchObject({
          _tag: "TooManyConflicts",
          attempts: maxAttempts ?? 8,
          retryable: true,
        })
        expect(commits).toBe(maxAttempts ?? 8)
        expect(error.message).toContain("try again")
      }),
    ),
  )

  test("of one command does not hold the others of its group up", () =>
    run(
      Effect.gen(function* () {
        const good = yield* store
        const other = yield* serve(good)
        const service = yield* serve(
          meddled(good, (changes) =>
            changes.some((change) => change.edge.source === "1")
              ? Effect.orDie(
                  Effect.flatMap(other.relationship(edge(1, 2)), ({ version }) =>
                    other.execute(version % 2 === 0 ? follow(1, 2) : unfollow(1, 2)),
                  ),
                )
              : Effect.void,
          ),
          { maxAttempts: 2 },
        )
        const outcomes = yield* service.executeAll([
          [Command.follow(user(1), user(2), { notifications: true })],
          [follow(3, 2)],
        ])
        expect(outcomes.map(tagOf)).toEqual(["TooManyConflicts", "Changed"])
      }),
    ))
})

describe("the store", () => {
  test("is not asked to commit what changes nothing, unless a command id is to be kept", () =>
    run(
      Effect.gen(function* () {
        const slow = gated(yield* store)
        const service = yield* serve(slow.store)
        yield* slow.open
        yield* service.execute(unfollow(1, 2))
        yield* Effect.flip(service.execute(follow(1, 200)))
        expect(slow.sizes.filter((size) => size > 0)).toEqual([])
        yield* service.execute(unfollow(1, 2), { commandId: "kept" })
        expect(slow.sizes.filter((size) => size > 0)).toEqual([1])
      }),
    ))

  test("never sees an edge from a user to itself", () =>
    run(
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
    ))

  test("is given events that its codec reads back", () =>
    run(
      Effect.gen(function* () {
        const service = yield* serve(yield* store)
        yield* service.execute(follow(1, 2), { commandId: "~".repeat(128) })
        const codec = Result.getOrThrow(
          EventCodec.make(EventCodec.currentVersions, EventCodec.steps),
        )
        const [event] = yield* service.history(edge(1, 2))
        if (event === undefined) expect.fail("there is no event")
        expect(codec.decode(codec.encode(event))).toEqual(Result.succeed(event))
      }),
    ))

  test("is given the time of Effect's clock", () =>
    run(
      Effect.gen(function* () {
        const start = 1_767_225_600_000
        yield* TestClock.setTime(start)
        const service = yield* serve(yield* store)
        yield* service.execute(follow(1, 2))
        yield* TestClock.adjust(5000)
        yield* service.execute(unfollow(1, 2))
        const history = yield* service.history(edge(1, 2))
        expect(history.map((it) => it.time)).toEqual([start, start + 5000])
        const between = yield* service.relationship(edge(1, 2), { asOf: { time: start + 4999 } })
        expect(between).toEqual({
          relationship: { _tag: "Following", retweets: true, notifications: false },
          version: 1,
        })
      }).pipe(Effect.provide(TestClock.layer())),
    ))
})

describe("the traced service", () => {
  test("adds a span to each command and to each batch", () =>
    run(
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
    ))
})
