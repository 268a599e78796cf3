/** A layer that was built for the promise face, and the calls that go on in it. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { closed, type Failure, fromCause, unavailable } from "./errors.ts"
import { isRunnable } from "./given.ts"
import * as input from "./input.ts"
import { iterate, type Stop } from "./iterate.ts"
import { KithError } from "./KithError.ts"
import type { Abortable } from "./types.ts"

const run = async <A>(effect: Effect.Effect<A, Failure>, options?: Abortable): Promise<A> => {
  const signal = Result.getOrThrow(input.signalOf(options))
  signal?.throwIfAborted()
  const fiber = Effect.runFork(effect)
  const stop = () => fiber.interruptUnsafe()
  signal?.addEventListener("abort", stop, { once: true })
  const exit = await Effect.runPromise(Fiber.await(fiber))
  signal?.removeEventListener("abort", stop)
  if (Exit.isSuccess(exit)) return exit.value
  // The caller's own reason, as `fetch` does it.
  signal?.throwIfAborted()
  throw fromCause(exit.cause)
}

/**
 * A layer that was built, and what is run in it.
 *
 * - `service`: what the layer made; a `KithError` with the tag `InvalidInput` is thrown when it
 *   made none, whose message is `missing`, where that is told.
 * - `call`, `stream`: run what they are given, until the host is closed. Its failures become the
 *   `KithError`s that promise hosts know, and defects become `Unexpected`.
 * - `close`: ends streams with `Closed`, waits for calls, and gives the layer back.
 *
 * @category models
 * @since 0.1.0
 */
export interface Host {
  readonly service: <I, S>(tag: Context.Key<I, S>, missing?: string) => S
  readonly call: <A>(effect: Effect.Effect<A, Failure>, options?: Abortable) => Promise<A>
  readonly stream: <A>(elements: Stream.Stream<A, Failure>, options?: Abortable) => AsyncIterable<A>
  readonly close: () => Promise<void>
}

/**
 * Builds a layer, and hands the host to `use`, which makes a promise face of it. It rejects with a
 * `KithError`: `Unavailable` when the layer cannot be built, and what `use` throws. Then the layer is
 * given back.
 *
 * @category constructors
 * @since 0.1.0
 */
export const open = async <A>(layer: unknown, use: (host: Host) => A): Promise<A> => {
  if (!isRunnable(layer)) {
    throw new KithError("InvalidInput", "connect takes a layer, such as MemoryAdapter.layer()")
  }
  const scope = Scope.makeUnsafe()
  const release = () => run(Scope.close(scope, Exit.void))
  const calls = new Set<Promise<unknown>>()
  const running = new Set<Stop>()
  let closing: Promise<void> | undefined

  const call = <B>(effect: Effect.Effect<B, Failure>, options?: Abortable): Promise<B> => {
    if (closing !== undefined) return Promise.reject(closed())
    const result = run(effect, options)
    const settled = () => calls.delete(result)
    calls.add(result)
    result.then(settled, settled)
    return result
  }
  const stream = <B>(elements: Stream.Stream<B, Failure>, options?: Abortable) => {
    const signal = input.signalOf(options)
    const begin = Result.isSuccess(signal) ? elements : Stream.fail(signal.failure)
    return iterate(
      Stream.suspend(() => (closing === undefined ? begin : Stream.fail(closed()))),
      running,
      Result.getOrUndefined(signal),
    )
  }
  const close = () => {
    if (closing === undefined) {
      const ends = Array.from(running, (stop) => stop(closed()))
      closing = Promise.allSettled([...calls, ...ends]).then(release)
    }
    return closing
  }

  try {
    const built = await Effect.runPromiseExit(Layer.buildWithScope(layer, scope))
    if (Exit.isFailure(built)) throw unavailable(built.cause)
    const service: Host["service"] = (tag, missing = `the layer makes no ${tag.key}`) => {
      const found = Context.getOption(built.value, tag)
      if (Option.isSome(found)) return found.value
      throw new KithError("InvalidInput", missing)
    }
    return use({ service, call, stream, close })
  } catch (error) {
    await release()
    throw error
  }
}
