/**
 * A relationship store in the memory of this process: the reference implementation, made for graphs
 * of millions.
 *
 * All in all an edge with one event takes about a hundred bytes: state, both ordered lists, counts,
 * index, users, and the event with its envelope. Every operation is done within one turn of the event
 * loop, its cost does not grow with what the store holds, and nothing is left to the garbage
 * collector but what callers were given.
 *
 * Nothing is written to disk: the store ends with its process.
 *
 * @since 0.1.0
 */
import { Immediate, Options as Checking, RelationshipStore, StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { type Capacity, greatest, Network } from "./internal/Network.ts"

/**
 * How much a store keeps. A commit that might not fit is refused as a whole, with the `StoreError`
 * reason `Full`; what is there can still be read. A figure beyond the greatest means the greatest.
 *
 * - `maxUsers`: users who ever were at an end of an edge; 268,435,455 unless told, the greatest.
 * - `maxEdges`: edges that anything ever happened to; 268,435,455 unless told, the greatest.
 * - `maxEvents`: 2,147,483,646 unless told, the greatest.
 * - `maxCommandIds`: how many command ids are remembered, the newest; 100,000 unless told, about 300
 *   bytes each; 8,388,608 at most, 1 at least. The oldest is forgotten when there are more.
 *
 * A figure that is none, or too small, is a defect.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly maxUsers?: number | undefined
  readonly maxEdges?: number | undefined
  readonly maxEvents?: number | undefined
  readonly maxCommandIds?: number | undefined
}

const ranges: Checking.Ranges<Options> = {
  maxUsers: Checking.number(0),
  maxEdges: Checking.number(0),
  maxEvents: Checking.number(0),
  maxCommandIds: Checking.number(1),
}

const capacityOf = (options: Options | undefined): Capacity => ({
  users: Math.min(options?.maxUsers ?? Infinity, greatest.users),
  edges: Math.min(options?.maxEdges ?? Infinity, greatest.edges),
  events: Math.min(options?.maxEvents ?? Infinity, greatest.events),
  commandIds: Math.min(options?.maxCommandIds ?? 100_000, greatest.commandIds),
})

/** Somebody who waits for events behind a position. */
interface Waiter {
  readonly after: number
  readonly wake: () => void
}

/**
 * An empty store.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  options?: Options,
): Effect.Effect<RelationshipStore.RelationshipStore["Service"]> =>
  Effect.map(Checking.check(options, ranges), () => {
    const capacity = capacityOf(options)
    const network = new Network(capacity)
    const waiters = new Set<Waiter>()

    const wake = (): void => {
      for (const waiter of waiters) {
        if (network.last <= waiter.after) continue
        waiters.delete(waiter)
        waiter.wake()
      }
    }

    return RelationshipStore.RelationshipStore.of({
      load: Immediate.make((reads) => Result.succeed(reads.map((read) => network.load(read)))),
      commit: Immediate.make((changes) => {
        const lack = network.lacks(changes)
        if (lack !== undefined) return Result.fail(full(capacity, lack))
        const outcomes = changes.map((change) => network.apply(change))
        if (waiters.size > 0) wake()
        return Result.succeed(outcomes)
      }),
      history: (edge) => Effect.sync(() => network.history(edge)),
      list: (list, user, limit, bound) => Effect.sync(() => network.list(list, user, limit, bound)),
      counts: (user) => Effect.sync(() => network.counts(user)),
      log: (after, limit) => Effect.sync(() => network.events(after, limit)),
      awaitLog: (after) =>
        Effect.callback<void>((resume) => {
          if (network.last > after) return resume(Effect.void)
          const waiter: Waiter = { after, wake: () => resume(Effect.void) }
          waiters.add(waiter)
          return Effect.sync(() => {
            waiters.delete(waiter)
          })
        }),
    })
  })

const full = (capacity: Capacity, lack: keyof Capacity): StoreError.StoreError =>
  new StoreError.StoreError({
    reason: "Full",
    message: `the store has no room for more ${lack} than ${capacity[lack]}; give it more or begin a new one`,
  })

/**
 * An empty store of its own for each time that the layer is built, with the options given.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerWith = (options: Options): Layer.Layer<RelationshipStore.RelationshipStore> =>
  Layer.effect(RelationshipStore.RelationshipStore, make(options))

/**
 * An empty store of its own for each time that the layer is built.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<RelationshipStore.RelationshipStore> = layerWith({})
