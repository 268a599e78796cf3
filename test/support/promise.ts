/** What the tests of the promise face share: ways to call, to fail, and to hold a store back. */
import { Relationships, RelationshipStore } from "@kith/core"
import { connect, KithError } from "@kith/core/promise"
import { MemoryAdapter, MemoryDirectory, MemoryStore } from "@kith/memory-adapter"
import { Effect, Layer } from "effect"
import { expect } from "vitest"

export const directory: MemoryDirectory.Options = {
  unknownUsers: "public",
  users: [
    ["50", { protected: true }],
    ["60", { suspended: true }],
  ],
}

export const open = () => connect(MemoryAdapter.layer({ directory }))

export const follow = (source: string, target: string) =>
  ({ _tag: "Follow", source, target }) as const

export const following = { _tag: "Following", retweets: true, notifications: false }
export const pending = { _tag: "Pending", retweets: true, notifications: false }

export const collect = async <A>(elements: AsyncIterable<A>): Promise<ReadonlyArray<A>> => {
  const all: Array<A> = []
  for await (const element of elements) all.push(element)
  return all
}

/** The error that a promise is rejected with; a promise that is kept fails the test. */
export const failure = async (promise: Promise<unknown>): Promise<unknown> => {
  try {
    await promise
  } catch (error) {
    return error
  }
  return expect.fail("the promise was kept")
}

/** What a host can tell an error by, once it is sure that the rest is as promised too. */
export const kith = async (promise: Promise<unknown>) => {
  const error = await failure(promise)
  if (!(error instanceof KithError)) return expect.fail(`not a KithError: ${String(error)}`)
  expect(error.name).toBe("KithError")
  expect(error.message).toMatch(/^[^\n]+$/)
  expect(String(error.stack)).toContain(error.message)
  return { tag: error._tag, reason: error.reason, retryable: error.retryable }
}

export const message = async (promise: Promise<unknown>): Promise<string> => {
  const error = await failure(promise)
  return error instanceof Error ? error.message : String(error)
}

export type Method = (...input: never) => unknown

/** Calls as a caller without types may. */
export const untyped = (method: Method, ...input: ReadonlyArray<unknown>): Promise<unknown> =>
  Reflect.apply(method, undefined, input)

export const untypedStream = (
  method: Method,
  ...input: ReadonlyArray<unknown>
): Promise<ReadonlyArray<unknown>> => collect(Reflect.apply(method, undefined, input))

/** The service over a memory store with parts of it replaced. */
export const over = (parts: Partial<RelationshipStore.RelationshipStore["Service"]>) =>
  Relationships.layerStore().pipe(
    Layer.provide(MemoryDirectory.layer({ unknownUsers: "public" })),
    Layer.provide(
      Layer.effect(
        RelationshipStore.RelationshipStore,
        Effect.map(MemoryStore.make(), (store) =>
          RelationshipStore.RelationshipStore.of({ ...store, ...parts }),
        ),
      ),
    ),
  )

/** A store that tells who waits for its log, and whose commits and counts wait to be let go. */
export const watched = () => {
  let waiting = 0
  let arrived = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const reached = Promise.withResolvers<void>()
  let built = false
  const store = Layer.effect(
    RelationshipStore.RelationshipStore,
    Effect.gen(function* () {
      const memory = yield* MemoryStore.make()
      yield* Effect.acquireRelease(
        Effect.sync(() => {
          built = true
        }),
        () =>
          Effect.sync(() => {
            built = false
          }),
      )
      return RelationshipStore.RelationshipStore.of({
        ...memory,
        commit: (changes) =>
          Effect.suspend(() => {
            reached.resolve()
            return Effect.andThen(
              Effect.promise(() => gate.promise),
              memory.commit(changes),
            )
          }),
        counts: (user) =>
          Effect.andThen(
            Effect.promise(() => gate.promise),
            Effect.suspend(() => (built ? memory.counts(user) : Effect.die("it was given back"))),
          ),
        awaitLog: (after) =>
          Effect.acquireUseRelease(
            Effect.sync(() => {
              waiting++
              arrived.resolve()
            }),
            () => memory.awaitLog(after),
            () =>
              Effect.sync(() => {
                waiting--
                arrived = Promise.withResolvers()
              }),
          ),
      })
    }),
  )
  const layer = Relationships.layerStore().pipe(
    Layer.provide(MemoryDirectory.layer({ unknownUsers: "public" })),
    Layer.provide(store),
  )
  return {
    layer,
    waiting: () => waiting,
    arrived: () => arrived.promise,
    built: () => built,
    letGo: gate.resolve,
    reached: reached.promise,
  }
}
