/** What the service over a remote learns by looking: what others changed behind its back. */
import { Command, type Edge, RelationshipRemote, RelationshipStore, type UserId } from "@kith/core"
import { World } from "@kith/core/testing"
import { it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect } from "vitest"
import * as FakeRemote from "./fake-remote.ts"
import { lasting, newEdge, process, quick } from "./processes.ts"

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

  it.effect("that a command's own answer shows is not the command's, nor done by who gave it", () =>
    Effect.gen(function* () {
      const remote = yield* FakeRemote.Remote
      const world = yield* World.World
      const { service } = yield* process(quick)
      const edge = yield* newEdge
      yield* world.setProtected(edge.target, true)
      yield* service.execute(Command.follow(edge.source, edge.target))
      yield* remote.act(Command.approveRequest(edge.source, edge.target))
      const receipt = yield* service.execute(
        Command.updatePreferences(edge.source, edge.target, { retweets: false }),
        { commandId: "quiet" },
      )
      expect(receipt).toMatchObject({ version: 3, events: [{ commandId: "quiet" }] })
      const [, approved, quiet] = yield* service.history(edge)
      expect(approved).toMatchObject({
        actor: null,
        provenance: "observed",
        event: { _tag: "FollowRequestApproved" },
      })
      expect(approved?.commandId).not.toBe("quiet")
      expect(quiet).toMatchObject({
        actor: edge.source,
        provenance: "confirmed",
        commandId: "quiet",
        event: { _tag: "RetweetsTurnedOff" },
      })
    }).pipe(Effect.provide(lasting)),
  )

  it.effect("that the answer to a part of a command shows is not the command's either", () =>
    Effect.gen(function* () {
      const remote = yield* FakeRemote.Remote
      const world = yield* World.World
      const { service } = yield* process(quick)
      const edge = yield* newEdge
      yield* world.setProtected(edge.target, true)
      yield* service.execute(Command.follow(edge.source, edge.target))
      yield* remote.act(Command.approveRequest(edge.source, edge.target))
      remote.faults.push("refused preferences")
      const quiet = Command.follow(edge.source, edge.target, { retweets: false })
      expect(yield* Effect.flip(service.execute(quiet, { commandId: "quiet" }))).toMatchObject({
        _tag: "PartlyDone",
        receipt: { _tag: "Unchanged", relationship: { _tag: "Following", retweets: true } },
      })
      const [, approved, ...others] = yield* service.history(edge)
      expect(approved).toMatchObject({
        actor: null,
        provenance: "observed",
        event: { _tag: "FollowRequestApproved" },
      })
      expect(others).toEqual([])
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

  it.effect("is found also when the clock went back since the edge was seen", () =>
    Effect.gen(function* () {
      const remote = yield* FakeRemote.Remote
      const { reconciler, service } = yield* process(quick)
      const [one, other] = [yield* newEdge, yield* newEdge]
      const follow = ({ source, target }: Edge.Edge) =>
        service.execute(Command.follow(source, target))
      yield* TestClock.setTime(7_200_000)
      for (const edge of [one, other]) {
        yield* follow(edge)
        yield* remote.act(Command.unfollow(edge.source, edge.target))
      }
      yield* TestClock.setTime(3_600_000)
      yield* follow(one)
      expect(remote.stateOf(one)).toMatchObject({ _tag: "Following" })
      yield* Stream.runDrain(reconciler.reconcileAll(other.source))
      expect(yield* service.relationship(other)).toMatchObject({ relationship: { _tag: "None" } })
    }).pipe(Effect.provide(lasting)),
  )

  it.effect(
    "of a whole user is looked for in pages, though a look may have any number of targets",
    () =>
      Effect.gen(function* () {
        const limits: Array<number> = []
        const { reconciler, service } = yield* process(quick).pipe(
          Effect.updateService(RelationshipRemote.RelationshipRemote, (remote) => ({
            ...remote,
            capabilities: { ...remote.capabilities, observesAtOnce: Infinity },
          })),
          Effect.updateService(RelationshipStore.RelationshipStore, (store) => ({
            ...store,
            list: (list, user, limit, bound) => {
              limits.push(limit)
              return store.list(list, user, limit, bound)
            },
          })),
        )
        const { source, target } = yield* newEdge
        yield* service.execute(Command.follow(source, target))
        const steps = yield* Stream.runCollect(reconciler.reconcileAll(source))
        expect(steps.flatMap(({ phase, seen }) => (phase === "known" ? [seen] : []))).toEqual([
          1, 0,
        ])
        expect(limits).toEqual([1000, 1000])
      }).pipe(Effect.scoped, Effect.provide(lasting)),
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
