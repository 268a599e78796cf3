/**
 * One request of the API from its authorization to what its answer says: measured, traced, and learned
 * from.
 */
import { RemoteError } from "@kith/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Tracer from "effect/Tracer"
import type { Credential } from "../auth/Credential.ts"
import * as Entropy from "../auth/Entropy.ts"
import * as Signature from "../auth/Signature.ts"
import type { Skew } from "../auth/Skew.ts"
import type { ApiRequest, Endpoint, Reply } from "../Endpoint.ts"
import * as Metrics from "../Metrics.ts"
import type { Gate } from "../quota/Gate.ts"
import * as Transport from "../Transport.ts"
import * as Lost from "./lost.ts"

/** @internal */
export interface Options {
  readonly transport: Transport.Transport["Service"]
  readonly gate: Gate
  readonly skew: Skew["Service"]
  readonly entropy: Entropy.Source
  /** Milliseconds. */
  readonly timeout: number
}

/**
 * What became of one request; `offset`: by how much the clocks were believed to differ.
 *
 * @internal
 */
export interface Exchanged<Output> {
  readonly reply: Reply | undefined
  readonly result: Result.Result<Output, RemoteError.RemoteError>
  readonly offset: number
}

const withReset = (error: RemoteError.RemoteError, resetAt: number): RemoteError.RemoteError => {
  const { evidence, message, outcome, reason, retryable } = error
  const more = evidence === undefined ? {} : { evidence }
  return new RemoteError.RemoteError({ outcome, reason, message, retryable, resetAt, ...more })
}

/** There was no time left for another request. */
const outOfTime = new Transport.TransportFailure({
  phase: "notSent",
  reason: "TimedOut",
  message: "earlier requests took all the time that the command has",
})

/** @internal */
export const make = ({ entropy, gate, skew, timeout, transport }: Options) => {
  // By how many milliseconds X's clock is ahead of ours, and the last `Date` that X said.
  let offset = 0
  let lastDate: string | undefined
  const learnTime = (reply: Reply, refused: boolean): Effect.Effect<void> => {
    lastDate = reply.header("date")
    return Effect.flatMap(skew.learn(lastDate, reply.at, refused), () =>
      Effect.map(skew.offset, (learned) => {
        offset = learned
      }),
    )
  }

  const authorize = (
    credential: Credential,
    { form, method, path, query }: ApiRequest,
    now: number,
  ): string => {
    switch (credential._tag) {
      case "OAuth1":
        return Signature.authorization(
          credential,
          { method, url: transport.origin + path, query, form },
          { nonce: Entropy.nonce(entropy), timestampSeconds: Math.floor((now + offset) / 1000) },
        )
      case "OAuth2":
        return `Bearer ${Redacted.value(credential.accessToken)}`
      case "AppOnly":
        return `Bearer ${Redacted.value(credential.bearerToken)}`
    }
  }

  /** What a reply says, by our clock. `probeAt`: when to try again, where X does not say. */
  const read = <Input, Output>(
    endpoint: Endpoint<Input, Output>,
    input: Input,
    reply: Reply,
    probeAt: number | undefined,
  ): Result.Result<Output, RemoteError.RemoteError> => {
    // All moments in an answer are X's.
    const theirs = offset === 0 ? reply : { ...reply, at: reply.at + offset }
    const decoded = endpoint.decode(theirs, input)
    if (Result.isSuccess(decoded)) return decoded
    const error = decoded.failure
    const resetAt =
      error.resetAt === undefined ? (error.retryable ? probeAt : undefined) : error.resetAt - offset
    return resetAt === undefined ? decoded : Result.fail(withReset(error, resetAt))
  }

  /** Learns from a reply, then reads it. */
  const understand = <Input, Output>(
    endpoint: Endpoint<Input, Output>,
    credential: Credential,
    input: Input,
    reply: Reply,
  ): Effect.Effect<Result.Result<Output, RemoteError.RemoteError>> => {
    const understood = () =>
      Effect.map(gate.learn({ name: endpoint.name, credential }, reply, offset), (probeAt) =>
        read(endpoint, input, reply, probeAt),
      )
    // Within a second X says the same again.
    return reply.header("date") === lastDate
      ? understood()
      : Effect.flatMap(learnTime(reply, false), understood)
  }

  const attempt = <Input, Output>(
    endpoint: Endpoint<Input, Output>,
    credential: Credential,
    input: Input,
    deadline: number | undefined,
    span: Tracer.Span | undefined,
  ): Effect.Effect<Exchanged<Output>> =>
    Effect.withFiber((fiber) => {
      const { name } = endpoint
      // Metrics and time are taken from the fiber: as effects they would cost more than they do.
      const clock = fiber.getRef(Clock.Clock)
      const begin = clock.currentTimeMillisUnsafe()
      const believed = offset
      const end = (
        status: number | string,
        reply: Reply | undefined,
        result: Result.Result<Output, RemoteError.RemoteError>,
      ): Exchanged<Output> => {
        span?.attribute("status", status)
        Metrics.requests(name, String(status)).updateUnsafe(1, fiber.context)
        if (Result.isFailure(result)) {
          span?.attribute("reason", result.failure.reason)
          Metrics.refusals(name, result.failure.reason).updateUnsafe(1, fiber.context)
        }
        return { reply, result, offset: believed }
      }
      const within = deadline === undefined ? timeout : deadline - begin
      if (within <= 0) {
        return Effect.succeed(
          end(outOfTime.reason, undefined, Result.fail(Lost.toError(outOfTime, endpoint))),
        )
      }
      const request = endpoint.encode(input)
      const sending = transport.send(request, authorize(credential, request, begin), within)
      const taken = () => {
        const time = clock.currentTimeMillisUnsafe() - begin
        Metrics.requestMilliseconds(name).updateUnsafe(time, fiber.context)
      }
      return Effect.matchEffect(sending, {
        onFailure: (failure) => {
          taken()
          const error = Lost.toError(failure, endpoint)
          return Effect.succeed(end(failure.reason, undefined, Result.fail(error)))
        },
        onSuccess: (reply) => {
          taken()
          return Effect.map(understand(endpoint, credential, input, reply), (result) =>
            end(reply.status, reply, result),
          )
        },
      })
    })

  /** Sends a request once; `count` tells the first time from the second. */
  const send = <Input, Output>(
    endpoint: Endpoint<Input, Output>,
    credential: Credential,
    input: Input,
    count: number,
    deadline: number | undefined,
  ): Effect.Effect<Exchanged<Output>> =>
    Effect.withFiber((fiber) =>
      // The tracer that comes with Effect keeps nothing.
      fiber.getRef(Tracer.Tracer) === Tracer.nativeTracer
        ? attempt(endpoint, credential, input, deadline, undefined)
        : Effect.useSpan(
            `X ${endpoint.name}`,
            { kind: "client", attributes: { endpoint: endpoint.name, attempt: count } },
            (span) => attempt(endpoint, credential, input, deadline, span),
          ),
    )

  return { send, learnTime, offset: () => offset }
}
