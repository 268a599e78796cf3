/** Stores with histories, and archives of them. */
import {
  Archive,
  type Edge,
  type Page,
  type RecordedEvent,
  RelationshipEvent,
  RelationshipStore,
} from "@kith/core"
import { Fixtures, Generators, StoreModel } from "@kith/core/testing"
import { MemoryStore } from "@kith/memory-adapter"
import { Effect, type Scope, Stream } from "effect"
import * as fc from "fast-check"
import { expect } from "vitest"
import * as ToyUpkeep from "../stores/toy-upkeep.ts"

export type Store = RelationshipStore.RelationshipStore["Service"]

export const followed = RelationshipEvent.followed(true, false)
export const listNames = ["following", "followers", "requestsSent", "requestsReceived"] as const

export const onStore =
  (store: Store) =>
  <A, E, R>(effect: Effect.Effect<A, E, R | RelationshipStore.RelationshipStore>) =>
    Effect.provideService(effect, RelationshipStore.RelationshipStore, store)

export const exported = (store: Store, options?: Archive.WriteOptions) =>
  onStore(store)(Stream.runCollect(Archive.write(options)))

export const imported = (store: Store, lines: ReadonlyArray<string>, options?: Archive.Options) =>
  onStore(store)(Stream.runCollect(Archive.read(Stream.fromIterable(lines), options)))

export const refusal = (store: Store, lines: ReadonlyArray<string>, options?: Archive.Options) =>
  Effect.map(Effect.flip(imported(store, lines, options)), (error) =>
    error._tag === "ArchiveError"
      ? ([error.reason, error.message] as const)
      : expect.fail(error.message),
  )

export const resumption = (lines: ReadonlyArray<string>) =>
  Archive.resumption(Stream.fromIterable(lines))

export const wholeLog = (store: Store) => store.log(0, 1_000_000)

export const edges: ReadonlyArray<Edge.Edge> = Generators.pool
  .slice(0, 3)
  .flatMap((source, index, users) =>
    users.flatMap((target, other) => (other === index ? [] : [{ source, target }])),
  )

/** What is kept of an event, whichever store it is in. */
export const kept = (event: RecordedEvent.RecordedEvent) => ({ ...event, position: 0, version: 0 })

/** All that users see, with everything that is a store's own left out. */
export const seen = (store: Store) =>
  Effect.gen(function* () {
    const loaded = yield* store.load(edges.map((edge) => ({ edge, commandId: undefined })))
    const users = Generators.pool.slice(0, 3)
    const lists = yield* Effect.forEach(
      users.flatMap((user) => listNames.map((name) => [name, user] as const)),
      ([name, user]) => store.list(name, user, 1000),
    )
    const histories = yield* Effect.forEach(edges, store.history)
    return {
      states: loaded.map(({ relationship }) => relationship),
      lists: lists.map(({ entries }) =>
        entries.map(({ relationship, user }: Page.Entry) => ({ relationship, user })),
      ),
      counts: yield* Effect.forEach(users, store.counts),
      histories: histories.map((events) => events.map(kept)),
      log: (yield* wholeLog(store)).map(kept),
      versions: loaded.map(({ version }) => version),
    }
  })

/** A store with a generated history, in which users may have been erased. */
export const storeOf = (
  batches: ReadonlyArray<ReadonlyArray<StoreModel.ChangePlan>>,
  erasures: ReadonlyArray<number>,
) =>
  Effect.gen(function* () {
    const { store, upkeep } = yield* ToyUpkeep.open
    const model = StoreModel.empty()
    const ids = yield* Effect.replicateEffect(Fixtures.commandId, 7)
    for (const [index, plans] of batches.entries()) {
      const changes = yield* StoreModel.realise(model, edges, ids, plans, {
        time: 1_700_000_000_000 + index,
        actor: Generators.pool[index % 4] ?? null,
        provenance: index % 2 === 0 ? "decided" : "observed",
      })
      const outcomes = yield* store.commit(changes)
      for (const [place, change] of changes.entries()) {
        const outcome = outcomes[place]
        if (outcome?._tag === "Committed") StoreModel.apply(model, change, outcome.position)
      }
      const user = erasures[index] === undefined ? undefined : Generators.pool[erasures[index]]
      if (user === undefined) continue
      yield* Stream.runDrain(upkeep.erase(user))
      model.log.splice(0, model.log.length, ...(yield* wholeLog(store)))
    }
    return store
  })

export const history = fc.record({
  batches: StoreModel.batches(edges.length),
  // Most numbers stand for nobody.
  erasures: fc.array(fc.nat(20), { maxLength: 12 }),
})

/** A store with so many events, one on each edge. */
export const filled = (count: number) =>
  Effect.gen(function* () {
    const store = yield* MemoryStore.make()
    const changes = yield* Effect.replicateEffect(
      Effect.flatMap(Fixtures.edge, (edge) =>
        Fixtures.change(edge, Fixtures.untouched, [followed]),
      ),
      count,
    )
    if (count > 0) yield* store.commit(changes)
    return store
  })

export const run = <A, E>(effect: Effect.Effect<A, E>): Promise<A> => Effect.runPromise(effect)

/** Any history that is carried into a new store is the same there, and can be carried on. */
export const carries = (make: Effect.Effect<Store, unknown, Scope.Scope>) =>
  fc.asyncProperty(history, ({ batches, erasures }) =>
    run(
      Effect.scoped(
        Effect.gen(function* () {
          const source = yield* storeOf(batches, erasures)
          const target = yield* make
          const lines = yield* exported(source)
          const progress = yield* imported(target, lines)
          const [before, after] = yield* Effect.all([seen(source), seen(target)])
          expect(progress.at(-1)).toEqual({ done: before.log.length, present: 0 })
          const erased = before.log.some(({ event }) => event._tag === "Erased")
          // Where an edge was erased, a new store counts its versions from the tombstone.
          expect(erased ? { ...after, versions: before.versions } : after).toEqual(before)
          const onward = yield* MemoryStore.make()
          yield* imported(onward, yield* exported(target))
          expect(yield* seen(onward)).toEqual(after)
        }),
      ),
    ),
  )
