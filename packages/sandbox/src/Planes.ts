/**
 * The control plane over a world in memory, and what it has in common with others.
 *
 * @since 0.1.0
 */
import { Options, type StoreError } from "@kith/core"
import { MemoryStore } from "@kith/memory-adapter"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import type { ControlPlane } from "./control/ControlPlane.ts"
import type { Rule } from "./control/Faults.ts"
import * as LiveWorld from "./LiveWorld.ts"
import * as SandboxClock from "./world/SandboxClock.ts"
import type { World } from "./world/World.ts"

/**
 * The running world and its scope; replacing it ends the scope when its last commands are done.
 *
 * @category models
 * @since 0.1.0
 */
export interface Running {
  readonly live: LiveWorld.LiveWorld
  readonly scope: Scope.Closeable
  readonly replaced: Deferred.Deferred<void>
}

/**
 * Sets a world running in a scope of its own, which ends with the outer one.
 *
 * @category constructors
 * @since 0.1.0
 */
export const run = Effect.fnUntraced(function* <E>(
  outer: Scope.Scope,
  live: Effect.Effect<LiveWorld.LiveWorld, E, Scope.Scope>,
) {
  const scope = yield* Scope.fork(outer)
  const running: Running = {
    live: yield* live.pipe(
      Scope.provide(scope),
      Effect.onError(() => Scope.close(scope, Exit.void)),
    ),
    scope,
    replaced: yield* Deferred.make<void>(),
  }
  return running
})

/** A day at most, as over HTTP. */
const lags = { seconds: Options.number(0, 86_400) }

/**
 * What a plane shows of the world that is running, and the faults, which belong to none.
 *
 * @category constructors
 * @since 0.1.0
 */
export const showing = (
  running: () => Running,
): Omit<ControlPlane, "replace" | "reset" | "guard"> => {
  let faults: ReadonlyArray<Rule> = []
  const setFaults = (rules: ReadonlyArray<Rule>): void => {
    faults = rules
  }
  return {
    world: () => running().live,
    log: (after, limit) => Effect.suspend(() => running().live.log(after, limit)),
    replaced: Effect.suspend(() => Deferred.await(running().replaced)),
    faults: () => faults,
    setFaults,
    lagSeconds: () => running().live.lagSeconds(),
    setLag: (seconds) =>
      Effect.suspend(() =>
        Effect.andThen(Options.check({ seconds }, lags), running().live.setLag(seconds)),
      ),
  }
}

/**
 * A plane, and whether it goes on with a world that was there.
 *
 * @category models
 * @since 0.1.0
 */
export interface Begun {
  readonly control: ControlPlane
  readonly resumed: boolean
}

/** @category constructors @since 0.1.0 */
export const inMemory: (
  first: World,
  publicUrls: ReadonlyArray<string>,
) => Effect.Effect<Begun, StoreError.StoreError, Scope.Scope> = Effect.fnUntraced(
  function* (first, publicUrls) {
    const clock = yield* SandboxClock.make
    const outer = yield* Effect.scope
    const begin = (world: World) =>
      run(outer, LiveWorld.make(world, { clock, publicUrls, store: MemoryStore.layer }))
    let running = yield* begin(first)
    const shown = showing(() => running)

    const replace: ControlPlane["replace"] = (world) =>
      Effect.uninterruptible(
        Effect.gen(function* () {
          const lag = shown.lagSeconds()
          const next = yield* begin(world)
          const before = running
          running = next
          yield* shown.setLag(lag)
          yield* Deferred.succeed(before.replaced, undefined)
          yield* Scope.close(before.scope, Exit.void)
        }),
      )

    const control: ControlPlane = {
      ...shown,
      replace,
      reset: Effect.suspend(() => {
        shown.setFaults([])
        clock.reset()
        return Effect.andThen(shown.setLag(0), replace(running.live.origin))
      }),
      guard: undefined,
    }
    return { control, resumed: false }
  },
)
