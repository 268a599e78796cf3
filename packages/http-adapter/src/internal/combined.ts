/** Several services of credentials as one. */
import type { RemoteError } from "@kith/core"
import * as Effect from "effect/Effect"
import type { Credential } from "../auth/Credential.ts"
import type { Failure, Source } from "./credentials.ts"
import * as Lacks from "./lacks.ts"

/** What the next service may have an answer to; a failure that waiting helps against is not. */
const isLack = (failure: Failure): failure is RemoteError.RemoteError =>
  failure._tag === "RemoteError" && !failure.retryable

/** @internal */
export const make = (services: ReadonlyArray<Source>): Source => {
  const origins = new WeakMap<Credential, Source>()
  const joined = Lacks.joined()
  const first = <A extends Credential, E extends Failure>(
    ask: (service: Source) => Effect.Effect<A, E>,
  ): Effect.Effect<A, E | RemoteError.RemoteError> => {
    const from = (
      index: number,
      lacks: ReadonlyArray<RemoteError.RemoteError>,
    ): Effect.Effect<A, E | RemoteError.RemoteError> => {
      const service = services[index]
      if (service === undefined) return Effect.fail(joined(lacks))
      return Effect.matchEffect(ask(service), {
        onSuccess: (credential) => {
          origins.set(credential, service)
          return Effect.succeed(credential)
        },
        onFailure: (failure) =>
          isLack(failure) ? from(index + 1, [...lacks, failure]) : Effect.fail(failure),
      })
    }
    return from(0, [])
  }
  return {
    forUser: (user, needs) => first((service) => service.forUser(user, needs)),
    forApp: Effect.suspend(() => first((service) => service.forApp)),
    replaced: (credential) => {
      const origin = origins.get(credential)
      return origin === undefined
        ? Lacks.notOurs
        : Effect.tap(origin.replaced(credential), (next) =>
            Effect.sync(() => origins.set(next, origin)),
          )
    },
  }
}
