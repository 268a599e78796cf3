/**
 * Calls of X's API: counted, authorized, sent, learned from, and understood.
 *
 * A request that X has certainly refused is sent anew once when what was wrong could be put right: with
 * another token after 401, or another time after X's clock was seen to differ. Nothing else is ever
 * sent twice. The quota counts every request that is sent.
 *
 * Each request is a span, `X followUser` and the like, with endpoint, attempt and status, and counts in
 * {@link Metrics}. Neither shows a secret.
 *
 * @since 0.1.0
 */
import { type Journal, QuotaLedger, RemoteError, type StoreError } from "@kith/core"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type { Credential } from "./auth/Credential.ts"
import { Credentials } from "./auth/Credentials.ts"
import * as Entropy from "./auth/Entropy.ts"
import * as Signature from "./auth/Signature.ts"
import * as Skew from "./auth/Skew.ts"
import type { ApiRequest, Endpoint, Reply } from "./Endpoint.ts"
import * as Lost from "./internal/lost.ts"
import * as Metrics from "./Metrics.ts"
import * as Gate from "./quota/Gate.ts"
import * as Presets from "./quota/Presets.ts"
import * as Transport from "./Transport.ts"

/**
 * - `limits`: X's numbers; `Presets.seeds` unless told.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Transport.Options {
  readonly limits?: Presets.Limits | undefined
}

/**
 * @category services
 * @since 0.1.0
 */
export class XApi extends Context.Service<
  XApi,
  {
    /** Milliseconds that a request takes at most. */
    readonly timeout: number

    /** Counts requests before they are sent, all of them or none; see `Gate`. */
    readonly reserve: Gate.Gate["reserve"]

    /**
     * Sends a request that was counted.
     *
     * @param deadline the moment, in milliseconds since 1970, by which it has ended
     */
    readonly send: <Input, Output>(
      endpoint: Endpoint<Input, Output>,
      credential: Credential,
      input: Input,
      deadline?: number,
    ) => Effect.Effect<Output, RemoteError.RemoteError>

    /** Counts a request and sends it. */
    readonly call: <Input, Output>(
      endpoint: Endpoint<Input, Output>,
      credential: Credential,
      input: Input,
    ) => Effect.Effect<Output, RemoteError.RemoteError | StoreError.StoreError>
  }
>()("@kith/http-adapter/XApi") {}

/** What became of one request; `offset`: by how much the clocks were believed to differ. */
interface Exchanged<Output> {
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

/** What failed before a request was sent anew has refused it. */
const refusing = (error: RemoteError.RemoteError | StoreError.StoreError) =>
  error._tag === "RemoteError"
    ? error
    : new RemoteError.RemoteError({
        outcome: "refused",
        reason: "Outage",
        message: `the journal failed: ${error.message}`,
        retryable: error.retryable,
      })

/**
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* (options: Options = {}) {
  const credentials = yield* Credentials
  const transport = yield* Transport.make(options)
  const gate = Gate.make(yield* QuotaLedger.make, options.limits ?? Presets.seeds)
  const skew = yield* Skew.make
  const entropy = yield* Entropy.Entropy
  const timeout = options.timeout ?? Transport.defaultTimeout

  const authorize = (
    credential: Credential,
    { form, method, path, query }: ApiRequest,
  ): Effect.Effect<string> => {
    switch (credential._tag) {
      case "OAuth1":
        return Effect.map(skew.seconds, (timestampSeconds) =>
          Signature.authorization(
            credential,
            { method, url: transport.origin + path, query, form },
            { nonce: Entropy.nonce(entropy), timestampSeconds },
          ),
        )
      case "OAuth2":
        return Effect.succeed(`Bearer ${Redacted.value(credential.accessToken)}`)
      case "AppOnly":
        return Effect.succeed(`Bearer ${Redacted.value(credential.bearerToken)}`)
    }
  }

  /** What a reply says, by our clock, after all that is to be learned from it was learned. */
  const understand = Effect.fnUntraced(function* <Input, Output>(
    endpoint: Endpoint<Input, Output>,
    credential: Credential,
    input: Input,
    reply: Reply,
  ) {
    yield* skew.learn(reply.header("date"), reply.at)
    const offset = yield* skew.offset
    const probeAt = yield* gate.learn({ name: endpoint.name, credential }, reply, offset)
    // All moments in an answer are X's.
    const theirs = offset === 0 ? reply : { ...reply, at: reply.at + offset }
    return Result.mapError(endpoint.decode(theirs, input), (error) => {
      if (error.resetAt !== undefined) {
        return offset === 0 ? error : withReset(error, error.resetAt - offset)
      }
      return probeAt === undefined || !error.retryable ? error : withReset(error, probeAt)
    })
  })

  const exchange = <Input, Output>(
    endpoint: Endpoint<Input, Output>,
    credential: Credential,
    input: Input,
    attempt: number,
    deadline: number | undefined,
  ): Effect.Effect<Exchanged<Output>> => {
    const { name } = endpoint
    return Effect.useSpan(
      `X ${name}`,
      { kind: "client", attributes: { endpoint: name, attempt } },
      Effect.fnUntraced(function* (span) {
        const request = endpoint.encode(input)
        const offset = yield* skew.offset
        const authorization = yield* authorize(credential, request)
        const begin = yield* Clock.currentTimeMillis
        const within = deadline === undefined ? timeout : deadline - begin
        const sent = yield* Effect.result(
          within > 0 ? transport.send(request, authorization, within) : Effect.fail(outOfTime),
        )
        const end = yield* Clock.currentTimeMillis
        yield* Metric.update(Metrics.requestMilliseconds(name), end - begin)
        const status = Result.isSuccess(sent) ? sent.success.status : sent.failure.reason
        span.attribute("status", status)
        yield* Metric.update(Metrics.requests(name, String(status)), 1)
        const result = Result.isSuccess(sent)
          ? yield* understand(endpoint, credential, input, sent.success)
          : Result.fail(Lost.toError(sent.failure, endpoint))
        if (Result.isFailure(result)) {
          span.attribute("reason", result.failure.reason)
          yield* Metric.update(Metrics.refusals(name, result.failure.reason), 1)
        }
        return { reply: Result.isSuccess(sent) ? sent.success : undefined, result, offset }
      }),
    )
  }

  /** With what to send a request anew that was certainly refused; nothing when that makes no sense. */
  const another = Effect.fnUntraced(function* (
    credential: Credential,
    { offset, reply }: Exchanged<unknown>,
    error: RemoteError.RemoteError,
    deadline: number | undefined,
  ) {
    const { reason } = error
    if (reply?.status !== 401) return undefined
    if (reason !== "Unauthenticated" && reason !== "ClockSkewed") return undefined
    if (credential._tag === "OAuth1") {
      if (reason === "ClockSkewed") yield* skew.learn(reply.header("date"), reply.at, true)
      // X also says no more than that it could not authenticate.
      if ((yield* skew.offset) !== offset) return { credential, because: "ClockSkewed" }
    }
    if (reason === "ClockSkewed") return undefined
    const now = yield* Clock.currentTimeMillis
    const replaced = yield* deadline === undefined
      ? credentials.replaced(credential)
      : Effect.timeoutOrElse(credentials.replaced(credential), {
          duration: Math.max(0, deadline - now),
          orElse: () => Effect.fail(error),
        })
    return { credential: replaced, because: reason }
  })

  const send: XApi["Service"]["send"] = Effect.fnUntraced(
    function* (endpoint, credential, input, deadline) {
      const first = yield* exchange(endpoint, credential, input, 1, deadline)
      if (Result.isSuccess(first.result)) return first.result.success
      const error = first.result.failure
      const next = yield* Effect.mapError(another(credential, first, error, deadline), refusing)
      if (next === undefined) return yield* error
      yield* Effect.mapError(
        gate.reserve([{ name: endpoint.name, credential: next.credential }]),
        refusing,
      )
      yield* Metric.update(Metrics.resent(endpoint.name, next.because), 1)
      const second = yield* exchange(endpoint, next.credential, input, 2, deadline)
      return yield* Effect.fromResult(second.result)
    },
  )

  return XApi.of({
    timeout,
    reserve: gate.reserve,
    send,
    call: (endpoint, credential, input) =>
      Effect.andThen(
        gate.reserve([{ name: endpoint.name, credential }]),
        send(endpoint, credential, input),
      ),
  })
})

/**
 * @category layers
 * @since 0.1.0
 */
export const layer = (options?: Options): Layer.Layer<XApi, never, Credentials | Journal.Journal> =>
  Layer.effect(XApi, make(options))
