/** Services over stores that a test can look into and hold up. */
import { Command, Directory, Relationships, RelationshipStore, UserId } from "@kith/core"
import { Context, Deferred, Effect, Layer, Result, type Scope } from "effect"
import * as ToyStore from "../stores/toy-store.ts"

export type Store = RelationshipStore.RelationshipStore["Service"]
export type Service = Relationships.Relationships["Service"]

/** A toy store. */
export const store: Effect.Effect<Store, never, Scope.Scope> = Effect.map(
  Layer.build(Layer.fresh(ToyStore.layer)),
  (context) => Context.get(context, RelationshipStore.RelationshipStore),
)

/** Everybody below ten is known, and 9 approves followers; others are missing. */
export const directory: Directory.Directory["Service"] = {
  facts: (edges) =>
    Effect.succeed(
      edges.map(({ target }) => ({
        target: target === "9" ? "protected" : target.length > 1 ? "missing" : "public",
        blockedByTarget: false,
        blocksTarget: false,
      })),
    ),
}

/** A service over a store and a directory. */
export const serve = (
  over: Store,
  options?: Relationships.StoreOptions,
  facts: Directory.Directory["Service"] = directory,
): Effect.Effect<Service, never, Scope.Scope> =>
  Relationships.makeStore(options).pipe(
    Effect.provideService(RelationshipStore.RelationshipStore, over),
    Effect.provideService(Directory.Directory, facts),
  )

/** A service over a store whose commits wait until they are let go on, and which counts them. */
export const gated = (options?: Relationships.StoreOptions) =>
  Effect.gen(function* () {
    const good = yield* store
    const sizes: Array<number> = []
    const gate = yield* Deferred.make<void>()
    const begun = yield* Deferred.make<void>()
    const commit: Store["commit"] = (changes) =>
      Effect.gen(function* () {
        sizes.push(changes.length)
        yield* Deferred.succeed(begun, undefined)
        yield* Deferred.await(gate)
        return yield* good.commit(changes)
      })
    return {
      service: yield* serve({ ...good, commit }, options),
      /** How many changes each commit had. */
      sizes,
      /** Comes when the first commit has begun. */
      started: Deferred.await(begun),
      /** Lets the commits go on. */
      open: Deferred.succeed(gate, undefined),
    }
  })

export const user = (id: number): UserId.UserId => UserId.make(String(id))

export const follow = (source: number, target: number) => Command.follow(user(source), user(target))
export const unfollow = (source: number, target: number) =>
  Command.unfollow(user(source), user(target))
/** Changes the preferences of the first who follows the second. */
export const tune = (preferences: Parameters<typeof Command.updatePreferences>[2]) =>
  Command.updatePreferences(user(1), user(2), preferences)
export const edge = (source: number, target: number) => ({
  source: user(source),
  target: user(target),
})

export const tagOf = (
  outcome: Result.Result<{ readonly _tag: string }, { readonly _tag: string }>,
) => Result.merge(outcome)._tag

/** Runs a test's effect to its end. */
export const run = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>): Promise<A> =>
  Effect.runPromise(Effect.scoped(effect))
