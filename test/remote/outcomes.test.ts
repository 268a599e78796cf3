/** What the service over a remote says of commands whose answer did not come, and what it does then. */
import {
  Command,
  Journal,
  Reconciler,
  Relationships,
  RelationshipStore,
  type UserId,
} from "@kith/core"
import { World } from "@kith/core/testing"
import { MemoryJournal, MemoryStore } from "@kith/memory-adapter"
import { it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Layer, Scope, Stream } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect } from "vitest"
import * as FakeRemote from "./fake-remote.ts"

/** What outlives a process: the network, the store, the journal. */
const lasting = Layer.mergeAll(
  FakeRemote.layer.pipe(Layer.provideMerge(World.layerDirectory)),
  MemoryStore.layer,
  MemoryJournal.layer,
)

const build = (options: Relationships.RemoteOptions = {}) =>
  Effect.map(Layer.build(Layer.fresh(Relationships.layerRemote(options))), (context) => ({
    service: Effect.provideContext(Relationships.Relationships, context),
    reconciler: Effect.provideContext(Reconciler.Reconciler, context),
  }))

const process = (options: Relationships.RemoteOptions = {}) =>
  Effect.gen(function* () {
    const built = yield* build(options)
    return { service: yield* built.service, reconciler: yield* built.reconciler }
  })

const newEdge = Effect.gen(function* () {
  const world = yield* World.World
  return { source: yield* world.add, target: yield* world.add }
})

const openIntents = Effect.flatMap(Journal.Journal, (journal) => journal.scan("intent/", 100))
const commandId = "the-command"
const quick = { lag: 0 }

describe("a command whose answer was lost", () => {
  const story = (fault: FakeRemote.Fault) =>
    Effect.gen(function* () {
      const remote = yield* FakeRemote.Remote
      const { reconciler, service } = yield* process(quick)
      const edge = yield* newEdge
      const follow = service.execute(Command.follow(edge.source, edge.target), { commandId })
      remote.faults.push(fault)
      const error = yield* Effect.flip(follow)
      return { edge, error, follow, reconciler, remote, service }
    })

  it.effect("fails with OutcomeUnknown and stays written down", () =>
    Effect.gen(function* () {
      const { edge, error, reconciler, service } = yield* story("lost answer")
      expect(error).toMatchObject({ _tag: "OutcomeUnknown", commandId, retryable: true })
      expect(yield* service.relationship(edge)).toMatchObject({ version: 0 })
      expect(yield* Stream.runCollect(reconciler.unresolved)).toMatchObject([{ commandId }])
    }).pipe(Effect.provide(lasting)),
  )

  it.effect("is found out by repeating it, without sending it again when it took effect", () =>
    Effect.gen(function* () {
      const { follow, remote } = yield* story("lost answer")
      const receipt = yield* follow
      expect(receipt).toMatchObject({
        _tag: "Changed",
        version: 1,
        events: [{ provenance: "observed", commandId, event: { _tag: "Followed" } }],
      })
      expect([remote.sent, remote.looks, remote.effects.length]).toEqual([1, 1, 1])
      expect(yield* openIntents).toEqual([])
      expect(yield* follow).toEqual(receipt)
      expect([remote.sent, remote.looks]).toEqual([1, 1])
    }).pipe(Effect.provide(lasting)),
  )

  it.effect("is sent again by repeating it when a look shows that it had no effect", () =>
    Effect.gen(function* () {
      const { follow, remote } = yield* story("lost command")
      const receipt = yield* follow
      expect(receipt).toMatchObject({
        _tag: "Changed",
        events: [{ provenance: "confirmed", commandId }],
      })
      expect([remote.sent, remote.looks, remote.effects.length]).toEqual([2, 1, 1])
    }).pipe(Effect.provide(lasting)),
  )

  it.effect("stays unknown while nobody can look", () =>
    Effect.gen(function* () {
      const { follow, remote } = yield* story("lost answer")
      remote.blind = true
      expect(yield* Effect.flip(follow)).toMatchObject({ _tag: "OutcomeUnknown", commandId })
      expect(remote.sent).toBe(1)
      remote.blind = false
      expect(yield* follow).toMatchObject({ _tag: "Changed", version: 1 })
    }).pipe(Effect.provide(lasting)),
  )

  for (const [blind, how] of [
    [false, "after a look"],
    [true, "also when nobody can look"],
  ] as const) {
    it.effect(`gives way to a newer command, ${how}`, () =>
      Effect.gen(function* () {
        const { edge, remote, service } = yield* story("lost answer")
        remote.blind = blind
        const receipt = yield* service.execute(Command.unfollow(edge.source, edge.target))
        expect(receipt.relationship).toEqual({ _tag: "None" })
        expect(remote.stateOf(edge)).toEqual({ _tag: "None" })
        expect(yield* openIntents).toEqual([])
      }).pipe(Effect.provide(lasting)),
    )
  }

  it.effect("does nothing more when it is repeated after a newer command", () =>
    Effect.gen(function* () {
      const { edge, follow, remote, service } = yield* story("lost answer")
      remote.blind = true
      yield* service.execute(Command.unfollow(edge.source, edge.target))
      const { sent } = remote
      expect(yield* follow).toMatchObject({ _tag: "Unchanged" })
      expect(remote.sent).toBe(sent)
      expect(remote.stateOf(edge)).toEqual({ _tag: "None" })
    }).pipe(Effect.provide(lasting)),
  )

  it.effect("is still looked at when the newer command was refused", () =>
    Effect.gen(function* () {
      const { edge, reconciler, remote, service } = yield* story("lost answer")
      remote.blind = true
      remote.faults.push("refused")
      yield* Effect.flip(service.execute(Command.unfollow(edge.source, edge.target)))
      remote.blind = false
      yield* reconciler.resolve
      expect(yield* openIntents).toEqual([])
      expect(yield* service.relationship(edge)).toMatchObject({ version: 1 })
    }).pipe(Effect.provide(lasting)),
  )

  it.effect("is resolved by reconciling its edge, and by resolving everything", () =>
    Effect.gen(function* () {
      const one = yield* story("lost answer")
      expect(yield* one.reconciler.reconcile(one.edge)).toMatchObject({
        version: 1,
        visible: true,
        events: [{ provenance: "observed", commandId }],
      })
      const other = yield* process(quick)
      const edge = yield* newEdge
      one.remote.faults.push("lost answer")
      yield* Effect.flip(other.service.execute(Command.follow(edge.source, edge.target)))
      yield* other.reconciler.resolve
      expect(yield* openIntents).toEqual([])
      expect(yield* other.service.relationship(edge)).toMatchObject({ version: 1 })
    }).pipe(Effect.provide(lasting)),
  )

  it.effect("is not looked at before the remote's reads have caught up with its writes", () =>
    Effect.gen(function* () {
      const remote = yield* FakeRemote.Remote
      const { service } = yield* process({ lag: 5_000 })
      const edge = yield* newEdge
      const follow = service.execute(Command.follow(edge.source, edge.target), { commandId })
      remote.faults.push("lost answer")
      yield* Effect.flip(follow)
      expect(yield* Effect.flip(follow)).toMatchObject({ _tag: "OutcomeUnknown", resetAt: 5_000 })
      expect(remote.looks).toBe(0)
      yield* TestClock.adjust(5_000)
      expect(yield* follow).toMatchObject({ _tag: "Changed" })
    }).pipe(Effect.provide(lasting)),
  )

  it.effect("is refused under its id for another command", () =>
    Effect.gen(function* () {
      const { edge, service } = yield* story("lost answer")
      const unfollow = service.execute(Command.unfollow(edge.source, edge.target), { commandId })
      expect(yield* Effect.flip(unfollow)).toMatchObject({ _tag: "CommandIdReused" })
    }).pipe(Effect.provide(lasting)),
  )
})

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

describe("quota", () => {
  it.effect("is not spent on what is known and would change nothing", () =>
    Effect.gen(function* () {
      const remote = yield* FakeRemote.Remote
      const { service } = yield* process({ freshFor: 10_000 })
      const { source, target } = yield* newEdge
      yield* service.execute(Command.follow(source, target))
      expect(yield* service.execute(Command.follow(source, target))).toMatchObject({
        _tag: "Unchanged",
      })
      expect(remote.sent).toBe(1)
      yield* TestClock.adjust(10_000)
      yield* service.execute(Command.follow(source, target))
      expect(remote.sent).toBe(2)
    }).pipe(Effect.provide(lasting)),
  )

  it.effect("that is spent says when, and nothing stays behind", () =>
    Effect.gen(function* () {
      const remote = yield* FakeRemote.Remote
      const { service } = yield* process()
      const { source, target } = yield* newEdge
      remote.faults.push("refused")
      const error = yield* Effect.flip(service.execute(Command.follow(source, target)))
      expect(error).toMatchObject({ _tag: "RemoteError", reason: "WindowExhausted", resetAt: 1 })
      expect(yield* openIntents).toEqual([])
      expect(yield* service.history({ source, target })).toEqual([])
    }).pipe(Effect.provide(lasting)),
  )
})

describe("drift", () => {
  it.effect("is found by looking at an edge, and recorded as observed by nobody known", () =>
    Effect.gen(function* () {
      const remote = yield* FakeRemote.Remote
      const world = yield* World.World
      const { reconciler, service } = yield* process(quick)
      const edge = yield* newEdge
      yield* world.setProtected(edge.target, true)
      yield* service.execute(Command.follow(edge.source, edge.target, { retweets: false }))
      yield* remote.act(Command.approveRequest(edge.source, edge.target))
      expect(yield* reconciler.reconcile(edge)).toMatchObject({
        version: 2,
        relationship: { _tag: "Following", retweets: false },
        events: [{ actor: null, provenance: "observed", event: { _tag: "FollowRequestApproved" } }],
      })
      expect((yield* reconciler.reconcile(edge)).events).toEqual([])
    }).pipe(Effect.provide(lasting)),
  )

  it.effect("is no drift when a look is older than the last answer may be", () =>
    Effect.gen(function* () {
      const remote = yield* FakeRemote.Remote
      const { reconciler, service } = yield* process({ lag: 5_000 })
      const edge = yield* newEdge
      yield* service.execute(Command.follow(edge.source, edge.target))
      yield* remote.act(Command.unfollow(edge.source, edge.target))
      expect((yield* reconciler.reconcile(edge)).events).toEqual([])
      yield* TestClock.adjust(5_000)
      expect((yield* reconciler.reconcile(edge)).events).toHaveLength(1)
      expect(yield* service.relationship(edge)).toMatchObject({ relationship: { _tag: "None" } })
    }).pipe(Effect.provide(lasting)),
  )

  it.effect("is none for another process either", () =>
    Effect.gen(function* () {
      const remote = yield* FakeRemote.Remote
      const [one, other] = [yield* process({ lag: 5_000 }), yield* process({ lag: 5_000 })]
      const edge = yield* newEdge
      yield* one.service.execute(Command.follow(edge.source, edge.target))
      // The remote's reads are behind: they still show what was before.
      yield* remote.act(Command.unfollow(edge.source, edge.target))
      const looked = yield* other.reconciler.reconcile(edge)
      expect(Object.keys(looked).toSorted()).toEqual([
        "events",
        "relationship",
        "version",
        "visible",
      ])
      expect(looked).toMatchObject({ events: [], version: 1 })
    }).pipe(Effect.provide(lasting)),
  )

  it.effect("is found among what is known where a user cannot list requests", () =>
    Effect.gen(function* () {
      const remote = yield* FakeRemote.Remote
      const world = yield* World.World
      const { reconciler, service } = yield* process(quick)
      const edge = yield* newEdge
      yield* world.setProtected(edge.target, true)
      yield* service.execute(Command.follow(edge.source, edge.target))
      yield* remote.act(Command.denyRequest(edge.source, edge.target))
      remote.unlistable = "requestsSent"
      yield* TestClock.adjust(1_000)
      yield* Stream.runDrain(reconciler.reconcileAll(edge.source))
      expect(yield* service.relationship(edge)).toMatchObject({ relationship: { _tag: "None" } })
    }).pipe(Effect.provide(lasting)),
  )

  it.effect("of a whole user is repaired in steps that can be resumed anywhere", () =>
    Effect.gen(function* () {
      const remote = yield* FakeRemote.Remote
      const world = yield* World.World
      const { reconciler, service } = yield* process(quick)
      const user = yield* world.add
      const others = yield* Effect.replicateEffect(world.add, 9)
      const edgeTo = (target: UserId.UserId) => ({ source: user, target })
      for (const other of others.slice(0, 6)) {
        yield* service.execute(Command.follow(user, other))
      }
      yield* world.setProtected(others[8] ?? user, true)
      for (const other of others.slice(4)) yield* remote.act(Command.follow(user, other))
      for (const other of others.slice(0, 3)) yield* remote.act(Command.unfollow(user, other))
      yield* TestClock.adjust(1_000)
      let cursor: string | undefined
      let events = 0
      do {
        // Each step by another process.
        const walker = yield* process(quick)
        const [step] = yield* Stream.runCollect(
          Stream.take(walker.reconciler.reconcileAll(user, { cursor }), 1),
        )
        cursor = step?.cursor
        events += step?.events.length ?? 0
      } while (cursor !== undefined)
      expect(events).toBe(6)
      for (const other of others) {
        const { relationship } = yield* service.relationship(edgeTo(other))
        expect(relationship).toEqual(remote.stateOf(edgeTo(other)))
      }
      const again = yield* Stream.runCollect(reconciler.reconcileAll(user))
      expect(again.flatMap((step) => step.events)).toEqual([])
      const error = yield* Effect.flip(
        Stream.runDrain(reconciler.reconcileAll(user, { cursor: "x" })),
      )
      expect(error).toMatchObject({ _tag: "InvalidCursor" })
    }).pipe(Effect.provide(lasting)),
  )
})

it.effect("stays with the store: the log of a remote's service is a store's like any other", () =>
  Effect.gen(function* () {
    const { service } = yield* process(quick)
    const store = yield* RelationshipStore.RelationshipStore
    const { source, target } = yield* newEdge
    const receipt = yield* service.execute(Command.follow(source, target))
    expect(yield* store.log(0, 10)).toMatchObject(receipt.events)
  }).pipe(Effect.provide(lasting)),
)
