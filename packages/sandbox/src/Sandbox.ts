/**
 * A local X: the API's v2 and v1.1 with OAuth, over any relationship store, for tests and for
 * development.
 *
 * ```ts
 * const sandbox = await start()
 * // point a client at sandbox.url …
 * await sandbox.close()
 * ```
 *
 * @since 0.1.0
 */
import { MemoryStore } from "@kith/memory-adapter"
import type { RelationshipStore, StoreError } from "@kith/core"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import type { ControlPlane } from "./control/ControlPlane.ts"
import type { Rule } from "./control/Faults.ts"
import { handler } from "./Handler.ts"
import * as Listener from "./http/Listener.ts"
import * as LiveWorld from "./LiveWorld.ts"
import { builtIn } from "./world/BuiltIn.ts"
import * as SandboxClock from "./world/SandboxClock.ts"
import type { World } from "./world/World.ts"

/**
 * - `host`: the address to listen on; `127.0.0.1` unless told, which only this machine reaches.
 * - `port`: 0, which picks a free one, unless told.
 * - `world`: a small built-in one unless told.
 * - `publicUrls`: origins under which clients reach the sandbox besides its own, such as
 *   `https://x.example.test` in front of a proxy; signatures are checked against them too.
 * - `remoteControl`: whether the control API is served to other machines; not unless told. It has
 *   neither password nor limits.
 * - `store`: where relationships are kept; in memory unless told. It must begin empty, and is built
 *   anew whenever the world is replaced.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly world?: World | undefined
  readonly publicUrls?: ReadonlyArray<string> | undefined
  readonly remoteControl?: boolean | undefined
  readonly store?:
    | Layer.Layer<RelationshipStore.RelationshipStore, StoreError.StoreError>
    | undefined
}

/**
 * - `url`: where it listens, such as `http://127.0.0.1:4280`, without a slash at the end.
 * - `control`: what the control API does, without HTTP.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sandbox {
  readonly url: string
  readonly host: string
  readonly port: number
  readonly control: ControlPlane
}

/** Bytes of a world file that comes over HTTP: some hundred thousand users and relationships. */
const maxWorld = 64 * 1024 * 1024

/** The running world and its scope; replacing it ends the scope when its last commands are done. */
interface Running {
  readonly live: LiveWorld.LiveWorld
  readonly scope: Scope.Closeable
  readonly replaced: Deferred.Deferred<void>
}

const makeControl = Effect.fnUntraced(function* (options: Options) {
  const clock = yield* SandboxClock.make
  const outer = yield* Effect.scope
  const run = (world: World) =>
    Effect.gen(function* () {
      const scope = yield* Scope.fork(outer)
      const live = yield* LiveWorld.make(world, {
        clock,
        publicUrls: options.publicUrls ?? [],
        store: options.store ?? MemoryStore.layer,
      }).pipe(
        Scope.provide(scope),
        Effect.onError(() => Scope.close(scope, Exit.void)),
      )
      const replaced = yield* Deferred.make<void>()
      return { live, scope, replaced } satisfies Running
    })
  let running = yield* run(options.world ?? builtIn)
  let faults: ReadonlyArray<Rule> = []

  const setLag = (seconds: number) => Effect.suspend(() => running.live.setLag(seconds))
  const replace = (world: World) =>
    Effect.uninterruptible(
      Effect.gen(function* () {
        const lag = running.live.lagSeconds()
        const next = yield* run(world)
        const before = running
        running = next
        yield* setLag(lag)
        yield* Deferred.succeed(before.replaced, undefined)
        yield* Scope.close(before.scope, Exit.void)
      }),
    )

  const control: ControlPlane = {
    world: () => running.live,
    log: (after, limit) => Effect.suspend(() => running.live.log(after, limit)),
    replaced: Effect.suspend(() => Deferred.await(running.replaced)),
    replace,
    reset: Effect.suspend(() => {
      faults = []
      clock.reset()
      return Effect.andThen(setLag(0), replace(running.live.origin))
    }),
    faults: () => faults,
    setFaults: (rules) => {
      faults = rules
    },
    lagSeconds: () => running.live.lagSeconds(),
    setLag,
  }
  return control
})

/**
 * Starts a sandbox that ends with the scope.
 *
 * Fails with a `ListenError` when the port is taken, and with a `StoreError` when the store fails.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* (options: Options = {}) {
  const host = options.host ?? "127.0.0.1"
  const control = yield* makeControl(options)
  const port = yield* Listener.listen({
    host,
    port: options.port ?? 0,
    // A world may be large; nothing else is.
    maxBody: (url) => (/^\/sandbox\/world(?:\?|$)/.test(url) ? maxWorld : Listener.maxBody),
    handler: handler(control, {
      remoteControl: options.remoteControl ?? false,
      hosts: (options.publicUrls ?? []).flatMap((url) => URL.parse(url)?.hostname ?? []),
    }),
  })
  const name = host.includes(":") ? `[${host}]` : host
  const sandbox: Sandbox = { url: `http://${name}:${port}`, host, port, control }
  return sandbox
})

/** @category models @since 0.1.0 */
export interface StartedSandbox extends Sandbox {
  readonly close: () => Promise<void>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

/**
 * The same with promises: one line in a test, on a free port.
 *
 * @category constructors
 * @since 0.1.0
 */
export const start = async (options?: Options): Promise<StartedSandbox> => {
  const scope = Scope.makeUnsafe()
  const sandbox = await Effect.runPromise(
    Scope.provide(make(options), scope).pipe(Effect.onError(() => Scope.close(scope, Exit.void))),
  )
  const close = () => Effect.runPromise(Scope.close(scope, Exit.void))
  return { ...sandbox, close, [Symbol.asyncDispose]: close }
}
