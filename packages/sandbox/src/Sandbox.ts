/**
 * A local X: the API's v2 and v1.1 with OAuth, over any relationship store, for tests and for
 * development.
 *
 * ```ts
 * import { Sandbox } from "@kith/sandbox"
 *
 * const sandbox = await Sandbox.start()
 * const answer = await fetch(`${sandbox.url}/2/users/me`) // in a client's place, without credentials
 * console.log(answer.status) // => 401
 * await sandbox.close()
 * ```
 *
 * @since 0.1.0
 */
import { Options as Checking, type StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import type { ControlPlane } from "./control/ControlPlane.ts"
import { handler } from "./Handler.ts"
import * as Listener from "./http/Listener.ts"
import * as Planes from "./Planes.ts"
import type { Layers } from "./storage/Storage.ts"
import { StorageRefused } from "./storage/StorageRefused.ts"
import * as StoredPlane from "./storage/StoredPlane.ts"
import { builtIn } from "./world/BuiltIn.ts"
import { InvalidWorld } from "./world/InvalidWorld.ts"
import type { World } from "./world/World.ts"
import * as WorldFile from "./world/WorldFile.ts"

export { InvalidWorld, StorageRefused }

/**
 * - `host`: the address to listen on; `127.0.0.1` unless told, which only this machine reaches.
 * - `port`: 0, which picks a free one, unless told. One that can be none is a defect.
 * - `world`: what a world file holds; a small built-in world unless told.
 * - `publicUrls`: URLs under which clients reach the sandbox besides its own, such as
 *   `https://x.example.test` in front of a proxy, with a path where the proxy takes one away;
 *   signatures are checked against them too.
 * - `remoteControl`: whether the control API is served to other machines; not unless told. It has
 *   neither password nor limits.
 * - `storage`: where everything is kept, in place of memory. An empty one is filled with the `world`;
 *   one that has a world goes on with it, and is refused when a `world` is given as well. It is built
 *   once, and one sandbox at a time lives on it.
 * - `replace`: puts the `world` in the place of the one that the `storage` has.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly world?: typeof World.Encoded | undefined
  readonly publicUrls?: ReadonlyArray<string> | undefined
  readonly remoteControl?: boolean | undefined
  readonly storage?: Layers | undefined
  readonly replace?: boolean | undefined
}

/**
 * - `url`: where it listens, such as `http://127.0.0.1:4280`, without a slash at the end.
 * - `control`: what the control API does, without HTTP.
 * - `resumed`: whether it goes on with a world that the `storage` had.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sandbox {
  readonly url: string
  readonly host: string
  readonly port: number
  readonly control: ControlPlane
  readonly resumed: boolean
}

const ranges: Checking.Ranges<Options> = {
  // Node takes an empty one for all addresses of the machine.
  host: {
    words: "an address, such as 127.0.0.1",
    includes: (host) => typeof host === "string" && host.trim() !== "",
  },
  port: Checking.whole(0, 65_535),
}

/** Bytes of a world file that comes over HTTP: some hundred thousand users and relationships. */
const maxWorld = 64 * 1024 * 1024

const worldOf = (input: unknown): Effect.Effect<World, InvalidWorld> =>
  Effect.fromResult(
    Result.mapError(WorldFile.decode(input), (mistakes) => new InvalidWorld({ mistakes })),
  )

/**
 * Starts a sandbox that ends with the scope.
 *
 * Fails with a `ListenError` when the port is taken, with an `InvalidWorld` that names every mistake of
 * the world, with a `StorageRefused` when the storage is not for this sandbox, and with a `StoreError`
 * when the store fails.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: (
  options?: Options,
) => Effect.Effect<
  Sandbox,
  Listener.ListenError | InvalidWorld | StorageRefused | StoreError.StoreError,
  Scope.Scope
> = Effect.fnUntraced(function* (options: Options = {}) {
  yield* Checking.check(options, ranges)
  const host = options.host ?? "127.0.0.1"
  const { publicUrls = [], storage } = options
  const world = options.world === undefined ? undefined : yield* worldOf(options.world)
  const { control, resumed } =
    storage === undefined
      ? yield* Planes.inMemory(world ?? builtIn, publicUrls)
      : yield* StoredPlane.make({ ...options, world, storage, publicUrls })
  const port = yield* Listener.listen({
    host,
    port: options.port ?? 0,
    // A world may be large; nothing else is.
    maxBody: (url) => (/^\/sandbox\/world\/?(?:\?|$)/.test(url) ? maxWorld : Listener.maxBody),
    handler: handler(control, {
      remoteControl: options.remoteControl ?? false,
      hosts: publicUrls.flatMap((url) => URL.parse(url)?.hostname ?? []),
    }),
  })
  const name = host.includes(":") ? `[${host}]` : host
  return { url: `http://${name}:${port}`, host, port, control, resumed }
})

/**
 * A sandbox and how to end it. `close` gives the port and the storage back; `await using` calls it.
 *
 * @category models
 * @since 0.1.0
 */
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
