/** What the service over a remote does about commands that left something open behind them. */
import {
  Command,
  Journal,
  Reconciler,
  RelationshipRemote,
  Relationships,
  RelationshipStore,
  StoreError,
} from "@kith/core"
import { it } from "@effect/vitest"
import { Context, Effect, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"
import { expect } from "vitest"
import * as FakeRemote from "./fake-remote.ts"
import { lasting, newEdge } from "./processes.ts"

const process = (options: Relationships.RemoteOptions = {}) =>
  Effect.flatMap(Layer.build(Layer.fresh(Relationships.layerRemote(options))), (context) =>
    Effect.provideContext(Relationships.Relationships, context),
  )

it.effect(
  "a command is not sent again after a newer one, though its target was not to be seen",
  () =>
    Effect.gen(function* () {
      const remote = yield* FakeRemote.Remote
      const service = yield* process({ lag: 0 })
      const { source, target } = yield* newEdge
      const follow = service.execute(Command.follow(source, target), { commandId: "older" })
      remote.faults.push("lost answer")
      yield* Effect.flip(follow)
      remote.hidden = true
      yield* service.execute(Command.unfollow(source, target))
      expect(yield* follow).toMatchObject({ _tag: "Unchanged" })
      expect(remote.stateOf({ source, target })).toEqual({ _tag: "None" })
    }).pipe(Effect.provide(lasting)),
)

it.effect(
  "whoever resolves what an earlier process left does not go on with what comes since",
  () =>
    Effect.gen(function* () {
      const journal = yield* Journal.Journal
      let scans = 0
      const counted = Journal.Journal.of({
        ...journal,
        scan: (prefix, limit, after) => {
          scans++
          return journal.scan(prefix, limit, after)
        },
      })
      /** It finds nothing to end, and waits for the remote's reads to show that. */
      const unfollow = (service: Relationships.Relationships["Service"]) =>
        Effect.flatMap(newEdge, ({ source, target }) =>
          service.execute(Command.unfollow(source, target)),
        )
      yield* Effect.scoped(Effect.flatMap(process(), unfollow))
      expect(yield* journal.scan("intent/", 9)).toHaveLength(1)

      const service = yield* Effect.provideService(process(), Journal.Journal, counted)
      for (let second = 0; second < 60; second++) {
        yield* unfollow(service)
        yield* TestClock.adjust("1 second")
      }
      expect(scans).toBeLessThanOrEqual(2)
      yield* TestClock.adjust("10 seconds")
      expect(yield* journal.scan("intent/", 9)).toEqual([])
    }).pipe(Effect.scoped, Effect.provide(lasting)),
)

it.effect(
  "a command that was sent is unknown when the store cannot say how old the last one is",
  () =>
    Effect.gen(function* () {
      const [remote, store] = [
        yield* RelationshipRemote.RelationshipRemote,
        yield* RelationshipStore.RelationshipStore,
      ]
      const explained = RelationshipRemote.RelationshipRemote.of({
        ...remote,
        prepare: (command) =>
          Effect.map(
            remote.prepare(command),
            Effect.map((answer) => ({ ...answer, mayLag: true })),
          ),
      })
      const failing = RelationshipStore.RelationshipStore.of({
        ...store,
        history: () =>
          Effect.fail(new StoreError.StoreError({ reason: "Unavailable", message: "it is away" })),
      })
      const service = yield* process().pipe(
        Effect.provideService(RelationshipRemote.RelationshipRemote, explained),
        Effect.provideService(RelationshipStore.RelationshipStore, failing),
      )
      const { source, target } = yield* newEdge
      const error = yield* Effect.flip(service.execute(Command.follow(source, target)))
      expect(error).toMatchObject({ _tag: "OutcomeUnknown" })
    }).pipe(Effect.scoped, Effect.provide(lasting)),
)

it.effect("a command that another process was answered in the meantime is not sent again", () =>
  Effect.gen(function* () {
    const remote = yield* FakeRemote.Remote
    const store = yield* RelationshipStore.RelationshipStore
    const { source, target } = yield* newEdge
    const unfollow = (service: Relationships.Relationships["Service"]) =>
      service.execute(Command.unfollow(source, target), { commandId: "same" })
    const first = yield* process()
    let isLate = true
    const late = RelationshipStore.RelationshipStore.of({
      ...store,
      load: (reads) =>
        Effect.tap(store.load(reads), () =>
          Effect.suspend(() => {
            const answered = isLate ? Effect.orDie(unfollow(first)) : Effect.void
            isLate = false
            return answered
          }),
        ),
    })
    const second = yield* Effect.provideService(
      process(),
      RelationshipStore.RelationshipStore,
      late,
    )
    expect(yield* unfollow(second)).toMatchObject({ _tag: "Unchanged" })
    expect(remote.sent).toBe(1)
  }).pipe(Effect.scoped, Effect.provide(lasting)),
)

it.effect("a command that was recorded is not told as unknown, though it was not put down", () =>
  Effect.gen(function* () {
    const remote = yield* FakeRemote.Remote
    const journal = yield* Journal.Journal
    const { source, target } = yield* newEdge
    const kept = Journal.Journal.of({
      ...journal,
      write: (writes) =>
        writes.every(({ value }) => value !== undefined)
          ? journal.write(writes)
          : Effect.fail(new StoreError.StoreError({ reason: "Full", message: "no space" })),
    })
    const { execute, unresolved } = yield* Layer.build(
      Layer.fresh(Relationships.layerRemote({ resolveAtStart: false })),
    ).pipe(
      Effect.provideService(Journal.Journal, kept),
      Effect.map((context) => ({
        ...Context.get(context, Relationships.Relationships),
        ...Context.get(context, Reconciler.Reconciler),
      })),
    )
    yield* execute(Command.follow(source, target))
    expect(yield* journal.scan("intent/", 9)).toHaveLength(1)
    expect(yield* Stream.runCollect(unresolved)).toEqual([])
    remote.faults.push("lost answer")
    yield* Effect.flip(execute(Command.unfollow(source, target), { commandId: "lost" }))
    expect(yield* Stream.runCollect(unresolved)).toMatchObject([{ commandId: "lost" }])
  }).pipe(Effect.scoped, Effect.provide(lasting)),
)

it.effect("a command without an id is not sent again under the one that it was given", () =>
  Effect.gen(function* () {
    const remote = yield* FakeRemote.Remote
    const service = yield* process({ lag: 0 })
    const { source, target } = yield* newEdge
    const follow = Command.follow(source, target)
    remote.faults.push("lost answer")
    const error = yield* Effect.flip(service.execute(follow))
    const commandId = "commandId" in error ? error.commandId : ""
    remote.blind = true
    yield* service.execute(Command.unfollow(source, target))
    expect(yield* service.execute(follow, { commandId })).toMatchObject({ _tag: "Unchanged" })
    expect(remote.sent).toBe(2)
    expect(remote.stateOf({ source, target })).toEqual({ _tag: "None" })
  }).pipe(Effect.provide(lasting)),
)

it.effect("one that cannot be read is told, and hinders nobody from resolving the others", () =>
  Effect.gen(function* () {
    const remote = yield* FakeRemote.Remote
    const journal = yield* Journal.Journal
    const context = yield* Layer.build(
      Layer.fresh(Relationships.layerRemote({ lag: 0, resolveAtStart: false })),
    )
    const { execute } = Context.get(context, Relationships.Relationships)
    const { resolve, unresolved } = Context.get(context, Reconciler.Reconciler)
    const { source, target } = yield* newEdge
    remote.faults.push("lost answer")
    yield* Effect.flip(execute(Command.follow(source, target)))
    // Before all others in the order of the keys.
    yield* journal.write([{ key: "intent/0/0", value: "{}", expectedVersion: 0 }])
    const corrupt = { _tag: "StoreError", reason: "Corrupt" }
    expect(yield* Effect.flip(resolve)).toMatchObject(corrupt)
    expect(yield* journal.scan("intent/", 9)).toMatchObject([{ key: "intent/0/0" }])
    expect(yield* Effect.flip(Stream.runCollect(unresolved))).toMatchObject(corrupt)
  }).pipe(Effect.scoped, Effect.provide(lasting)),
)
