/** What the service over a remote says of commands whose answer did not come, or that were not sent. */
import { Command, RelationshipStore } from "@kith/core"
import { it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect } from "vitest"
import * as FakeRemote from "./fake-remote.ts"
import { commandId, lasting, newEdge, openIntents, process, quick } from "./processes.ts"

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

it.effect("stays with the store: the log of a remote's service is a store's like any other", () =>
  Effect.gen(function* () {
    const { service } = yield* process(quick)
    const store = yield* RelationshipStore.RelationshipStore
    const { source, target } = yield* newEdge
    const receipt = yield* service.execute(Command.follow(source, target))
    expect(yield* store.log(0, 10)).toMatchObject(receipt.events)
  }).pipe(Effect.provide(lasting)),
)
