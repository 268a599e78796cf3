/** Makes the promise face of a layer. Input is decoded here, so that plain strings are safe. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Service from "../Relationships.ts"
import { closed, type Failure, fromCause, fromFailure, unavailable } from "./errors.ts"
import * as input from "./input.ts"
import { iterate, type Stop } from "./iterate.ts"
import {
  type Abortable,
  KithError,
  type ListName,
  type PageRequest,
  type Relationships,
  type RelationshipsLayer,
} from "./types.ts"

type RunnableLayer = Layer.Layer<Service.Relationships, unknown>

/** What the type of the promise face cannot say is checked when the layer has been built. */
const isRunnable = (layer: unknown): layer is RunnableLayer => Layer.isLayer(layer)

const run = async <A>(effect: Effect.Effect<A, Failure>, options?: Abortable): Promise<A> => {
  const signal = options?.signal
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

const build = async (
  layer: RunnableLayer,
  scope: Scope.Closeable,
): Promise<Service.Relationships["Service"]> => {
  const built = await Effect.runPromiseExit(Layer.buildWithScope(layer, scope))
  if (Exit.isFailure(built)) throw unavailable(built.cause)
  const found = Context.getOption(built.value, Service.Relationships)
  if (Option.isSome(found)) return found.value
  throw new KithError("InvalidInput", "the layer makes no Relationships; take an adapter's")
}

/**
 * Builds a layer and gives its service as promises. Close it when done.
 *
 * @example
 *   const relationships = await connect(MemoryAdapter.layer())
 *   await relationships.execute({ _tag: "Follow", source: "1", target: "2" })
 *   await relationships.close()
 * @since 0.1.0
 */
export const connect = async (layer: RelationshipsLayer): Promise<Relationships> => {
  if (!isRunnable(layer)) {
    throw new KithError("InvalidInput", "connect takes a layer, such as MemoryAdapter.layer()")
  }
  const scope = Scope.makeUnsafe()
  const release = () => run(Scope.close(scope, Exit.void))
  let service: Service.Relationships["Service"]
  try {
    service = await build(layer, scope)
  } catch (error) {
    await release()
    throw error
  }

  const calls = new Set<Promise<unknown>>()
  const running = new Set<Stop>()
  let closing: Promise<void> | undefined

  const call = <A>(effect: Effect.Effect<A, Failure>, options?: Abortable): Promise<A> => {
    if (closing !== undefined) return Promise.reject(closed())
    const result = run(effect, options)
    const settled = () => calls.delete(result)
    calls.add(result)
    result.then(settled, settled)
    return result
  }
  const stream = <A>(elements: Stream.Stream<A, Failure>, options?: Abortable) =>
    iterate(
      Stream.suspend(() => (closing === undefined ? elements : Stream.fail(closed()))),
      running,
      options?.signal,
    )
  const close = () => {
    if (closing === undefined) {
      for (const stop of running) stop(closed())
      closing = Promise.allSettled(calls).then(release)
    }
    return closing
  }

  const page = (list: ListName) => (user: string, request?: PageRequest) =>
    call(
      Effect.flatMap(Effect.all([input.user(user), input.page(request)]), ([id, decoded]) =>
        service[list](id, decoded),
      ),
      request,
    )

  return {
    execute: (command, options) =>
      call(
        Effect.flatMap(
          Effect.all([input.command(command), input.options(options)]),
          ([decoded, own]) => service.execute(decoded, own),
        ),
        options,
      ),
    executeAll: (commands, options) => call(executeAll(service, commands), options),
    relationship: (edge, options) =>
      call(
        Effect.flatMap(Effect.all([input.edge(edge), input.asOf(options)]), ([decoded, own]) =>
          service.relationship(decoded, own),
        ),
        options,
      ),
    relationships: (edges, options) =>
      call(Effect.flatMap(input.edges(edges), service.relationships), options),
    history: (edge, options) => call(Effect.flatMap(input.edge(edge), service.history), options),
    following: page("following"),
    followers: page("followers"),
    requestsSent: page("requestsSent"),
    requestsReceived: page("requestsReceived"),
    walk: (list, user, request) =>
      stream(
        Stream.unwrap(
          Effect.map(
            Effect.all([input.list(list), input.user(user), input.page(request)]),
            ([name, id, decoded]) => service.walk(name, id, decoded),
          ),
        ),
        request,
      ),
    counts: (user, options) => call(Effect.flatMap(input.user(user), service.counts), options),
    changes: (options) =>
      stream(
        Stream.unwrap(Effect.map(input.from(options), (own) => service.changes(own))),
        options,
      ),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** A command that cannot be read gets its answer in its place, and hinders no other. */
const executeAll = (
  service: Service.Relationships["Service"],
  commands: unknown,
): Effect.Effect<
  ReadonlyArray<Awaited<ReturnType<Relationships["execute"]>> | KithError>,
  Failure
> =>
  Effect.gen(function* () {
    const list = yield* input.commands(commands)
    const read = yield* Effect.forEach(list, ([command, options]) =>
      Effect.result(Effect.all([input.command(command), input.options(options)])),
    )
    const outcomes = yield* service.executeAll(
      read.flatMap((each) => (Result.isSuccess(each) ? [each.success] : [])),
    )
    const answers = outcomes.values()
    return read.flatMap((each) => {
      if (Result.isFailure(each)) return [each.failure]
      const outcome = answers.next().value
      if (outcome === undefined) return []
      return [Result.isSuccess(outcome) ? outcome.success : fromFailure(outcome.failure)]
    })
  })
