/**
 * Calls of X's API: counted, authorized, sent, learned from, and understood.
 *
 * A request that X has certainly refused is sent anew once when what was wrong could be put right: with
 * another token after 401, or another time after X's clock was seen to differ. Nothing else is ever
 * sent twice. The quota counts every request that is sent.
 *
 * Each request is a span, `X followUser` and the like, with endpoint, attempt and status, where there is
 * a tracer to see it, and counts in {@link Metrics}. Neither shows a secret.
 *
 * @since 0.1.0
 */
import { type Journal, QuotaLedger, RemoteError, type StoreError } from "@kith/core"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Result from "effect/Result"
import type { Credential } from "./auth/Credential.ts"
import { Credentials } from "./auth/Credentials.ts"
import * as Entropy from "./auth/Entropy.ts"
import * as Skew from "./auth/Skew.ts"
import type { Endpoint } from "./Endpoint.ts"
import * as exchanging from "./internal/exchanging.ts"
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
 * X's calls. A `RemoteError` says `refused` when X certainly did nothing and `unknown` when nobody
 * can tell; nothing that was refused before sending has left. A `StoreError` is the journal's,
 * before sending.
 *
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
     * @param deadline the moment, in milliseconds since 1970, by which it has ended; twice the
     *   `timeout` from now unless told
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
 * The calls, with a knowledge of X's clock of their own: share one service among all that call X. A
 * bad `origin` is a defect, as in {@link Transport.make}.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* (options: Options = {}) {
  yield* Presets.check(options.limits)
  const credentials = yield* Credentials
  const gate = Gate.make(yield* QuotaLedger.make, options.limits ?? Presets.seeds)
  const timeout = options.timeout ?? Transport.defaultTimeout
  const exchanges = exchanging.make({
    transport: yield* Transport.make(options),
    gate,
    skew: yield* Skew.make,
    entropy: yield* Entropy.Entropy,
    timeout,
  })

  /** With what to send a request anew that was certainly refused; nothing when that makes no sense. */
  const another = Effect.fnUntraced(function* (
    credential: Credential,
    { offset: believed, reply }: exchanging.Exchanged<unknown>,
    error: RemoteError.RemoteError,
    deadline: number,
  ) {
    const { reason } = error
    if (reply?.status !== 401) return undefined
    if (reason !== "Unauthenticated" && reason !== "ClockSkewed") return undefined
    if (credential._tag === "OAuth1") {
      if (reason === "ClockSkewed") yield* exchanges.learnTime(reply, true)
      // X also says no more than that it could not authenticate.
      if (exchanges.offset() !== believed) return { credential, because: "ClockSkewed" }
    }
    if (reason === "ClockSkewed") return undefined
    const now = yield* Clock.currentTimeMillis
    const replaced = yield* Effect.timeoutOrElse(credentials.replaced(credential), {
      duration: Math.max(0, deadline - now),
      orElse: () => Effect.fail(error),
    })
    return { credential: replaced, because: reason }
  })

  const again = Effect.fnUntraced(function* <Input, Output>(
    endpoint: Endpoint<Input, Output>,
    credential: Credential,
    input: Input,
    first: exchanging.Exchanged<Output>,
    error: RemoteError.RemoteError,
    deadline: number,
  ) {
    const { name } = endpoint
    const next = yield* Effect.mapError(another(credential, first, error, deadline), refusing)
    if (next === undefined) return yield* error
    yield* Effect.mapError(gate.reserve([{ name, credential: next.credential }]), refusing)
    yield* Metric.update(Metrics.resent(name, next.because), 1)
    const second = yield* exchanges.send(endpoint, next.credential, input, 2, deadline)
    return yield* Effect.fromResult(second.result)
  })

  const send: XApi["Service"]["send"] = (endpoint, credential, input, deadline) =>
    Effect.flatMap(exchanges.send(endpoint, credential, input, 1, deadline), (first) => {
      if (Result.isSuccess(first.result)) return Effect.succeed(first.result.success)
      const error = first.result.failure
      return Effect.flatMap(Clock.currentTimeMillis, (now) =>
        again(endpoint, credential, input, first, error, deadline ?? now + timeout),
      )
    })

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
 * The calls over the credentials and the journal at hand. Nothing is sent when it is built; a bad
 * `origin` is a defect.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options?: Options): Layer.Layer<XApi, never, Credentials | Journal.Journal> =>
  Layer.effect(XApi, make(options))
