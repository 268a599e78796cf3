/** The promise face of a service. Input is decoded here, so that plain strings are safe. */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as Service from "../Relationships.ts"
import { type Failure, fromFailure } from "./errors.ts"
import type { Host } from "./host.ts"
import * as input from "./input.ts"
import type { ListName } from "./data.ts"
import type { KithError } from "./KithError.ts"
import type { Abortable, PageRequest, Relationships } from "./types.ts"

/**
 * The service of a host as promises. It throws a `KithError` with the tag `InvalidInput` when the layer
 * makes no `Relationships`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const relationshipsOf = ({ call, close, service: get, stream }: Host): Relationships => {
  const service = get(
    Service.Relationships,
    "the layer makes no Relationships; if it is a store, connectStore takes it",
  )

  /** A call that takes one thing, and no options but a signal. */
  const simple =
    <I, B>(decode: input.Decode<I>, then: (value: I) => Effect.Effect<B, Failure>) =>
    (value: unknown, options?: Abortable): Promise<B> =>
      call(
        Effect.flatMap(Effect.all([decode(value), input.abortable(options)]), ([decoded]) =>
          then(decoded),
        ),
        options,
      )

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
    executeAll: simple(input.commands, (commands) => executeAll(service, commands)),
    relationship: (edge, options) =>
      call(
        Effect.flatMap(Effect.all([input.edge(edge), input.asOf(options)]), ([decoded, own]) =>
          service.relationship(decoded, own),
        ),
        options,
      ),
    relationships: simple(input.edges, service.relationships),
    history: simple(input.edge, service.history),
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
    counts: simple(input.user, service.counts),
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
  commands: ReadonlyArray<readonly [command: unknown, options?: unknown]>,
): Effect.Effect<
  ReadonlyArray<Awaited<ReturnType<Relationships["execute"]>> | KithError>,
  Failure
> =>
  Effect.gen(function* () {
    const read = yield* Effect.forEach(commands, ([command, options]) =>
      Effect.result(Effect.all([input.command(command), input.optionsOfOne(options)])),
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
