/** Several processes that act through services over one remote at the same time. */
import {
  Command,
  Journal,
  Reconciler,
  RelationshipRemote,
  Relationships,
  RelationshipStore,
  StoreError,
} from "@kith/core"
import { it as effectIt } from "@effect/vitest"
import { Context, Deferred, Effect, Exit, Fiber, Layer, Option, Result, Scope } from "effect"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as FakeRemote from "./fake-remote.ts"
import { lasting, newEdge, openIntents, process, quick } from "./processes.ts"

type Store = RelationshipStore.RelationshipStore["Service"]
type Remote = RelationshipRemote.RelationshipRemote["Service"]

const commandId = "same"

/** Something that happens once, the next time that it is asked for. */
const once = (effect: Effect.Effect<unknown, unknown>) => {
  let left = 1
  return Effect.suspend(() => (left-- > 0 ? Effect.orDie(effect) : Effect.void))
}

const withStore = (parts: (store: Store) => Partial<Store>) =>
  Effect.updateService(RelationshipStore.RelationshipStore, (store) => ({
    ...store,
    ...parts(store),
  }))

const withRemote = (parts: (remote: Remote) => Partial<Remote>) =>
  Effect.updateService(RelationshipRemote.RelationshipRemote, (remote) => ({
    ...remote,
    ...parts(remote),
  }))

describe("a command under one id has no second effect", () => {
  effectIt.effect("when another process carries it out while it is prepared", () =>
    Effect.gen(function* () {
      const remote = yield* FakeRemote.Remote
      const { source, target } = yield* newEdge
      const follow = Command.follow(source, target)
      const { service: first } = yield* process(quick)
      const meanwhile = once(
        Effect.andThen(
          first.execute(follow, { commandId }),
          first.execute(Command.unfollow(source, target)),
        ),
      )
      const { service: second } = yield* process(quick).pipe(
        withRemote(({ prepare }) => ({
          prepare: (command) => Effect.andThen(meanwhile, prepare(command)),
        })),
      )
      expect(yield* second.execute(follow, { commandId })).toMatchObject({
        _tag: "Changed",
        version: 1,
      })
      expect(remote.effectsOf(follow)).toBe(1)
      expect(remote.stateOf({ source, target })).toEqual({ _tag: "None" })
      expect(yield* openIntents).toEqual([])
    }).pipe(Effect.scoped, Effect.provide(lasting)),
  )

  effectIt.effect("when another process carries it out while it seems to change nothing", () =>
    Effect.gen(function* () {
      const remote = yield* FakeRemote.Remote
      const { source, target } = yield* newEdge
      const unfollow = Command.unfollow(source, target)
      const { service: first } = yield* process(quick)
      const meanwhile = once(
        Effect.andThen(
          first.execute(unfollow, { commandId }),
          first.execute(Command.follow(source, target)),
        ),
      )
      const { service: second } = yield* process(quick).pipe(
        withStore(({ commit }) => ({
          commit: (changes) =>
            changes.some((change) => change.commandId === commandId)
              ? Effect.andThen(meanwhile, commit(changes))
              : commit(changes),
        })),
      )
      yield* second.execute(unfollow)
      expect(yield* second.execute(unfollow, { commandId })).toMatchObject({ _tag: "Unchanged" })
      expect(remote.stateOf({ source, target })).toMatchObject({ _tag: "Following" })
    }).pipe(Effect.scoped, Effect.provide(lasting)),
  )
})

effectIt.effect("a command leaves nothing behind when it cannot be asked whether it was done", () =>
  Effect.gen(function* () {
    const remote = yield* FakeRemote.Remote
    const { source, target } = yield* newEdge
    const follow = Command.follow(source, target)
    let loads = 0
    const { service } = yield* process(quick).pipe(
      withStore(({ load }) => ({
        load: (reads) => (++loads === 2 ? Effect.die("the store is broken") : load(reads)),
      })),
    )
    expect(Exit.isFailure(yield* Effect.exit(service.execute(follow, { commandId })))).toBe(true)
    expect(remote.sent).toBe(0)
    expect(yield* openIntents).toEqual([])
  }).pipe(Effect.scoped, Effect.provide(lasting)),
)

effectIt.effect("a command that is still prepared when its service closes does not leave", () =>
  Effect.gen(function* () {
    const remote = yield* FakeRemote.Remote
    const { source, target } = yield* newEdge
    const [begun, ready] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
    const scope = yield* Scope.make()
    const { service } = yield* process(quick).pipe(
      withRemote(({ prepare }) => ({
        prepare: (command) =>
          Deferred.succeed(begun, undefined).pipe(
            Effect.andThen(Deferred.await(ready)),
            Effect.andThen(prepare(command)),
          ),
      })),
      Scope.provide(scope),
    )
    const follow = yield* Effect.forkChild(
      Effect.flip(service.execute(Command.follow(source, target))),
    )
    yield* Deferred.await(begun)
    yield* Scope.close(scope, Exit.void)
    yield* Deferred.succeed(ready, undefined)
    expect(yield* Fiber.join(follow)).toMatchObject({
      _tag: "StoreError",
      message: "the service was closed",
    })
    expect(remote.sent).toBe(0)
    expect(yield* openIntents).toEqual([])
  }).pipe(Effect.scoped, Effect.provide(lasting)),
)

effectIt.effect("a refusal is told although its command cannot be put down", () =>
  Effect.gen(function* () {
    const remote = yield* FakeRemote.Remote
    const { source, target } = yield* newEdge
    const { service } = yield* process(quick).pipe(
      Effect.updateService(Journal.Journal, (journal) => ({
        ...journal,
        write: (writes) =>
          writes.every(({ value }) => value !== undefined)
            ? journal.write(writes)
            : Effect.fail(new StoreError.StoreError({ reason: "Full", message: "no space" })),
      })),
    )
    remote.faults.push("refused")
    const follow = service.execute(Command.follow(source, target))
    expect(yield* Effect.flip(follow)).toMatchObject({
      _tag: "RemoteError",
      reason: "WindowExhausted",
      resetAt: 1,
    })
    const update = service.execute(Command.updatePreferences(source, target, { retweets: false }))
    expect(yield* Effect.flip(update)).toMatchObject({
      _tag: "CommandRejected",
      reason: { _tag: "NotFollowing" },
    })
  }).pipe(Effect.scoped, Effect.provide(lasting)),
)

/** How many turns of others something takes, again and again from the beginning. */
const turns = (delays: ReadonlyArray<number>) => {
  let at = 0
  return Effect.suspend(() =>
    Effect.replicateEffect(Effect.yieldNow, delays[at++ % delays.length] ?? 0, { discard: true }),
  )
}

/** A process all of whose ways are of other lengths each time. */
const wandering = (delays: ReadonlyArray<number>, options: Relationships.RemoteOptions) => {
  const travel = turns(delays)
  const far = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    travel.pipe(
      Effect.andThen(effect),
      Effect.tap(() => travel),
    )
  return Layer.build(Layer.fresh(Relationships.layerRemote(options))).pipe(
    withStore(({ commit, load }) => ({
      load: (reads) => far(load(reads)),
      commit: (changes) => far(commit(changes)),
    })),
    withRemote(({ prepare }) => ({ prepare: (command) => Effect.map(far(prepare(command)), far) })),
    Effect.updateService(Journal.Journal, ({ read, scan, write }) => ({
      read: (keys) => far(read(keys)),
      write: (writes) => far(write(writes)),
      scan,
    })),
    Effect.map((context) => ({
      service: Context.get(context, Relationships.Relationships),
      reconciler: Context.get(context, Reconciler.Reconciler),
    })),
  )
}

/** One of the processes is asked for one of the commands, `after` so many turns of others. */
interface Call {
  readonly process: number
  readonly which: number
  readonly after: number
  /** After how many turns its caller gives it up. */
  readonly patience: number | undefined
}

const call: fc.Arbitrary<Call> = fc.record({
  process: fc.nat(2),
  which: fc.nat(3),
  after: fc.nat(300),
  patience: fc.option(fc.nat(300), { nil: undefined, freq: 4 }),
})

const delays = fc.array(fc.oneof(fc.nat(3), fc.nat(80)), { minLength: 7, maxLength: 31 })

const play = (
  isFollow: ReadonlyArray<boolean>,
  calls: ReadonlyArray<Call>,
  ways: ReadonlyArray<ReadonlyArray<number>>,
) =>
  Effect.gen(function* () {
    const remote = yield* FakeRemote.Remote
    const { source, target } = yield* newEdge
    const commands = isFollow.map((follow) =>
      follow ? Command.follow(source, target) : Command.unfollow(source, target),
    )
    const processes = yield* Effect.forEach(ways, (way) => wandering(way, quick))
    // Whoever finds the edge taken asks again after a while.
    yield* Effect.forkScoped(Effect.forever(Effect.andThen(turns([100]), TestClock.adjust(100))))
    const receipts = commands.map(() => new Set<string>())
    yield* Effect.forEach(
      calls,
      Effect.fnUntraced(function* ({ after, patience, process, which }) {
        const [one, command] = [processes[process], commands[which]]
        if (one === undefined || command === undefined) return
        yield* turns([after])
        const done = Effect.result(one.service.execute(command, { commandId: `id-${which}` }))
        const outcome = yield* patience === undefined
          ? Effect.asSome(done)
          : Effect.race(Effect.asSome(done), Effect.as(turns([patience]), Option.none()))
        if (Option.isSome(outcome) && Result.isSuccess(outcome.value)) {
          receipts[which]?.add(JSON.stringify(outcome.value.success))
        }
      }),
      { concurrency: "unbounded" },
    )
    for (const command of commands) expect(remote.effectsOf(command)).toBeLessThanOrEqual(1)
    for (const each of receipts) expect(each.size).toBeLessThanOrEqual(1)
    yield* TestClock.adjust("2 minutes")
    for (const { reconciler } of processes) yield* reconciler.resolve
    expect(yield* openIntents).toEqual([])
    for (const { service } of processes) {
      const { relationship } = yield* service.relationship({ source, target })
      expect(relationship).toEqual(remote.stateOf({ source, target }))
    }
  }).pipe(Effect.scoped, Effect.provide(Layer.merge(lasting, TestClock.layer())))

it("whoever is faster, each id has one effect and one receipt, and all agree in the end", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
      fc.array(call, { minLength: 2, maxLength: 12 }),
      fc.array(delays, { minLength: 3, maxLength: 3 }),
      (isFollow, calls, ways) => Effect.runPromise(play(isFollow, calls, ways)),
    ),
    { numRuns: 100 },
  )
})
