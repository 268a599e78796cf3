/** What a process that dies over a remote leaves to others, and what they make of it. */
import { Command, Journal } from "@kith/core"
import { it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Scope } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect } from "vitest"
import * as FakeRemote from "./fake-remote.ts"
import { commandId, lasting, newEdge, openIntents, process, quick } from "./processes.ts"

describe("a process that dies", () => {
  /** Builds a service, lets it send, and kills it before it hears the answer. */
  const dies = Effect.gen(function* () {
    const remote = yield* FakeRemote.Remote
    const edge = yield* newEdge
    remote.hold = yield* Deferred.make<void>()
    const scope = yield* Scope.make()
    const { service } = yield* Scope.provide(process(quick), scope)
    const fiber = yield* Effect.forkChild(
      service.execute(Command.follow(edge.source, edge.target), { commandId }),
      { startImmediately: true },
    )
    yield* Effect.yieldNow
    yield* Fiber.interrupt(fiber)
    // Nobody ends the fiber that sends: to everybody else it is as dead as a killed process.
    return { edge, remote, scope }
  })

  it.effect("leaves its command to the next one, which resolves it once the lease has ended", () =>
    Effect.gen(function* () {
      const { edge, remote } = yield* dies
      const { service } = yield* process({ lag: 0, lease: 60_000 })
      yield* TestClock.adjust(59_000)
      expect(remote.looks).toBe(0)
      expect(yield* service.relationship(edge)).toMatchObject({ version: 0 })
      yield* TestClock.adjust(2_000)
      expect(remote.looks).toBe(1)
      expect(yield* openIntents).toEqual([])
      expect(yield* service.history(edge)).toMatchObject([{ commandId, provenance: "observed" }])
      const again = yield* service.execute(Command.follow(edge.source, edge.target), { commandId })
      expect(again).toMatchObject({ _tag: "Changed", version: 1 })
      expect([remote.sent, remote.effects.length]).toEqual([1, 1])
    }).pipe(Effect.provide(lasting)),
  )

  it.effect("keeps others from its edge while it may be sending", () =>
    Effect.gen(function* () {
      const { edge, remote } = yield* dies
      remote.hold = undefined
      const { service } = yield* process(quick)
      const unfollow = yield* Effect.forkChild(
        service.execute(Command.unfollow(edge.source, edge.target)),
        { startImmediately: true },
      )
      yield* TestClock.adjust(59_000)
      expect([unfollow.pollUnsafe(), remote.sent]).toEqual([undefined, 1])
      yield* TestClock.adjust(2_000)
      expect((yield* Fiber.join(unfollow)).relationship).toEqual({ _tag: "None" })
      expect(remote.sent).toBe(2)
    }).pipe(Effect.provide(lasting)),
  )

  it.effect("is not mistaken for one that sends right now", () =>
    Effect.gen(function* () {
      const remote = yield* FakeRemote.Remote
      const edge = yield* newEdge
      const hold = yield* Deferred.make<void>()
      remote.hold = hold
      const { reconciler, service } = yield* process(quick)
      const follow = yield* Effect.forkChild(
        service.execute(Command.follow(edge.source, edge.target)),
        { startImmediately: true },
      )
      const resolving = yield* Effect.forkChild(reconciler.resolve, { startImmediately: true })
      yield* Deferred.succeed(hold, undefined)
      yield* Fiber.joinAll([follow, resolving])
      expect(remote.looks).toBe(0)
    }).pipe(Effect.provide(lasting)),
  )

  it.effect("does not count twice when it was not dead after all", () =>
    Effect.gen(function* () {
      const { edge, remote, scope } = yield* dies
      const { service } = yield* process(quick)
      yield* TestClock.adjust(61_000)
      expect(yield* service.relationship(edge)).toMatchObject({ version: 1 })
      if (remote.hold !== undefined) yield* Deferred.succeed(remote.hold, undefined)
      yield* Scope.close(scope, Exit.void)
      expect(yield* service.history(edge)).toHaveLength(1)
      expect(yield* openIntents).toEqual([])
    }).pipe(Effect.provide(lasting)),
  )

  it.effect("leaves nothing to look at when its events were written already", () =>
    Effect.gen(function* () {
      const remote = yield* FakeRemote.Remote
      const edge = yield* newEdge
      const journal = yield* Journal.Journal
      const { service } = yield* process(quick)
      remote.faults.push("lost answer")
      const follow = service.execute(Command.follow(edge.source, edge.target), { commandId })
      yield* Effect.flip(follow)
      const [intent] = yield* openIntents
      yield* follow
      // As if it had died between the record and the end of the intent.
      yield* journal.write([{ key: intent?.key ?? "", value: intent?.value, expectedVersion: 0 }])
      const looks = remote.looks
      const other = yield* process(quick)
      expect(
        yield* other.service.execute(Command.follow(edge.source, edge.target), { commandId }),
      ).toMatchObject({ _tag: "Changed", version: 1 })
      yield* other.service.execute(Command.unfollow(edge.source, edge.target))
      expect(remote.looks).toBe(looks)
      expect(yield* openIntents).toEqual([])
    }).pipe(Effect.provide(lasting)),
  )
})

it.effect(
  "records what two processes did under one id, whichever of them the id is remembered for",
  () =>
    Effect.gen(function* () {
      const remote = yield* FakeRemote.Remote
      const hold = yield* Deferred.make<void>()
      remote.hold = hold
      const edges = [yield* newEdge, yield* newEdge]
      const fibers = yield* Effect.forEach(edges, ({ source, target }) =>
        Effect.gen(function* () {
          const { service } = yield* process(quick)
          return yield* Effect.forkChild(
            service.execute(Command.follow(source, target), { commandId }),
            { startImmediately: true },
          )
        }),
      )
      yield* Deferred.succeed(hold, undefined)
      yield* Fiber.awaitAll(fibers)
      const { service } = yield* process(quick)
      for (const edge of edges) {
        const { relationship } = yield* service.relationship(edge)
        expect(relationship).toEqual(remote.stateOf(edge))
      }
      expect(yield* openIntents).toEqual([])
    }).pipe(Effect.provide(lasting)),
)
