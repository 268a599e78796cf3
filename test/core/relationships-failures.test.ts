/** What the service over a store does when its store, its directory, its caller or itself ends. */
import { StoreError } from "@kith/core"
import { it } from "@effect/vitest"
import { Effect, Exit, Fiber, Result, Scope } from "effect"
import { describe, expect } from "vitest"
import {
  directory,
  edge,
  follow,
  gated,
  serve,
  store,
  type Store,
  tagOf,
  unfollow,
} from "./support.ts"

const messageOf = (outcome: Result.Result<unknown, { readonly message: string }>): string =>
  Result.isFailure(outcome) ? outcome.failure.message : ""

describe("a store that fails", () => {
  const down = new StoreError.StoreError({ reason: "Full", message: "no room" })

  /** A store that fails while `isDown` says so. */
  const failing = (
    good: Store,
    failure: Effect.Effect<never, StoreError.StoreError>,
    isDown: () => boolean,
  ): Store => ({
    ...good,
    commit: (changes) => (isDown() ? failure : good.commit(changes)),
  })

  it.effect.each([
    ["in a way that it explains", Effect.fail(down), "no room", "Full"],
    ["in a way that it does not", Effect.die(new Error("boom")), "does not explain", "Unavailable"],
  ] as const)(
    "%s fails the commands on their way, and later ones go on",
    ([, failure, message, reason]) =>
      Effect.gen(function* () {
        let isDown = true
        const service = yield* serve(failing(yield* store, failure, () => isDown))
        const outcomes = yield* service.executeAll([[follow(1, 2)], [follow(3, 2)]])
        for (const outcome of outcomes) {
          expect(Result.merge(outcome)).toMatchObject({
            _tag: "StoreError",
            reason,
            retryable: true,
          })
          expect(messageOf(outcome)).toContain(message)
        }
        isDown = false
        expect((yield* service.execute(follow(1, 2))).version).toBe(1)
      }),
  )

  it.effect("when it is read fails the command, and later ones go on", () =>
    Effect.gen(function* () {
      const good = yield* store
      let reads = 0
      const service = yield* serve({
        ...good,
        load: (list) => (reads++ === 0 ? Effect.fail(down) : good.load(list)),
      })
      expect(yield* Effect.flip(service.execute(unfollow(1, 2)))).toBe(down)
      expect((yield* service.execute(unfollow(1, 2))).version).toBe(0)
    }),
  )

  it.effect("by answering less than it was asked is found out", () =>
    Effect.gen(function* () {
      const good = yield* store
      const mute = yield* serve({ ...good, commit: () => Effect.succeed([]) })
      const error = yield* Effect.flip(mute.execute(follow(1, 2)))
      expect(error).toMatchObject({ _tag: "StoreError", reason: "Unavailable" })
      const blind = yield* serve({ ...good, load: () => Effect.succeed([]) })
      const other = yield* Effect.flip(blind.execute(unfollow(1, 2)))
      expect(other).toMatchObject({ _tag: "StoreError", reason: "Unavailable" })
    }),
  )

  it.effect("leaves what was settled before it failed settled", () =>
    Effect.gen(function* () {
      let commits = 0
      const service = yield* serve(failing(yield* store, Effect.fail(down), () => commits++ > 0))
      const outcomes = yield* service.executeAll([[follow(1, 2)], [unfollow(1, 2)]])
      expect(outcomes.map(tagOf)).toEqual(["Changed", "StoreError"])
    }),
  )
})

describe("the directory", () => {
  it.effect("is asked once for a group, and only about commands that depend on facts", () =>
    Effect.gen(function* () {
      const asked: Array<ReadonlyArray<string>> = []
      const service = yield* serve(yield* store, undefined, {
        facts: (edges) => {
          asked.push(edges.map((it) => it.source))
          return directory.facts(edges)
        },
      })
      yield* service.executeAll([[follow(1, 2)], [unfollow(3, 2)], [follow(4, 2)]])
      yield* service.execute(unfollow(1, 2))
      expect(asked).toEqual([["1", "4"]])
    }),
  )

  it.effect("when it fails, fails the commands alone that depend on it", () =>
    Effect.gen(function* () {
      const good = yield* store
      yield* Effect.flatMap(serve(good), (it) => it.execute(follow(1, 2)))
      const down = new StoreError.StoreError({ reason: "Unavailable", message: "no directory" })
      const service = yield* serve(good, undefined, { facts: () => Effect.fail(down) })
      const outcomes = yield* service.executeAll([[follow(3, 2)], [unfollow(1, 2)], [follow(1, 2)]])
      expect(outcomes.map(tagOf)).toEqual(["StoreError", "Changed", "StoreError"])
    }),
  )
})

describe("a caller that is interrupted", () => {
  it.effect("harms nobody else in its group, and its command goes on", () =>
    Effect.gen(function* () {
      const { service, ...slow } = yield* gated()
      const leaving = yield* Effect.forkChild(service.execute(follow(1, 2)))
      const staying = yield* Effect.forkChild(service.execute(follow(3, 2)))
      yield* slow.started
      yield* Fiber.interrupt(leaving)
      yield* slow.open
      expect((yield* Fiber.join(staying)).version).toBe(1)
      expect((yield* service.relationship(edge(1, 2))).version).toBe(1)
    }),
  )
})

describe("a service that is closed", () => {
  it.effect("waits for the commands on their way, and refuses new ones", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const { service, ...slow } = yield* Scope.provide(gated(), scope)
      const onItsWay = yield* Effect.forkChild(service.execute(follow(1, 2)))
      yield* slow.started
      const queued = yield* Effect.forkChild(service.execute(follow(3, 2)), {
        startImmediately: true,
      })
      const closing = yield* Effect.forkChild(Scope.close(scope, Exit.void), {
        startImmediately: true,
      })
      const late = yield* Effect.flip(service.execute(follow(4, 2)))
      expect(late).toMatchObject({ _tag: "StoreError", message: "the service was closed" })
      yield* slow.open
      yield* Fiber.join(closing)
      const receipts = yield* Fiber.joinAll([onItsWay, queued])
      expect(receipts.map((receipt) => receipt._tag)).toEqual(["Changed", "Changed"])
      const [outcome] = yield* service.executeAll([[follow(5, 2)]])
      expect(outcome === undefined ? "" : tagOf(outcome)).toBe("StoreError")
    }),
  )
})
