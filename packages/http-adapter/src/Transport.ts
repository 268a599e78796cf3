/**
 * One request over `fetch`, bounded in every way: where it goes, how long it takes, how much of an
 * answer is read.
 *
 * A request goes to the configured origin only. A redirect is an answer like any other and is not
 * followed, so that credentials never leave for elsewhere. Nothing is sent twice.
 *
 * When there is no answer, what counts is whether the request may have left: see
 * {@link TransportFailure}. The time-out is a real timer whatever the clock says, since sockets are
 * real too.
 *
 * @since 0.1.0
 */
import { CommandError, Options as Checking } from "@kith/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type { ApiRequest, Reply } from "./Endpoint.ts"
import { begin, type Lost } from "./internal/exchange.ts"
import * as Wire from "./internal/wire.ts"

/**
 * Why there is no answer.
 *
 * - `phase`: `notSent` when nothing of the request can have left, so that repeating it is safe;
 *   `sent` in all other cases. `fetch` tells little, so a doubt counts as `sent`.
 * - `reason`: `Unreachable`: there was no connection. `Unsendable`: the authorization has characters
 *   that no header may have. `Forbidden`: `fetch` itself refuses the origin's port. `Broken`: the
 *   connection was lost. `TimedOut`: the answer was not there in time, or not whole. `TooLarge`,
 *   `Truncated`: its body was longer than allowed, or shorter than announced. `Redirected`: the platform
 *   hides where to.
 * - `status`: of an answer whose body could not be read.
 * - `code`: what the platform calls the error, such as `ECONNREFUSED`.
 *
 * @category errors
 * @since 0.1.0
 */
export class TransportFailure extends Schema.TaggedError<TransportFailure>()("TransportFailure", {
  phase: Schema.Literals(["notSent", "sent"]),
  reason: Schema.Literals([
    "Unreachable",
    "Unsendable",
    "Forbidden",
    "Broken",
    "TimedOut",
    "TooLarge",
    "Truncated",
    "Redirected",
  ]),
  message: Schema.String,
  status: Schema.optional(Schema.Int),
  code: Schema.optional(Schema.String),
}) {
  get retryable(): boolean {
    return this.reason !== "Unsendable" && this.reason !== "Forbidden"
  }
}

/**
 * The `fetch` that requests are sent with: the platform's, unless another is provided. It must take
 * `redirect: "manual"` and an abort signal, and must not send a request again by itself. On Bun and Deno
 * it is told what keeps theirs from that: `keepalive: false`, and a `client` that keeps no connections.
 * Nothing keeps workerd's from it, where a request has no body and a kept connection is lost.
 *
 * @category services
 * @since 0.1.0
 */
export const Fetch = Context.Reference<typeof globalThis.fetch>("@kith/http-adapter/Fetch", {
  defaultValue: () => globalThis.fetch,
})

/**
 * - `origin`: where X is, such as `http://127.0.0.1:4280` of a sandbox; `https://api.x.com` unless
 *   told.
 * - `insecure`: whether an origin on another machine may be reached without TLS, such as a sandbox in
 *   a network of containers; not unless told.
 * - `timeout`: milliseconds from sending a request to having its whole answer; 20,000 unless told, an
 *   hour at most.
 * - `maxBody`: bytes of an answer that are read; 8 MiB unless told. A longer one is no answer.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly origin?: string | undefined
  readonly insecure?: boolean | undefined
  readonly timeout?: number | undefined
  readonly maxBody?: number | undefined
}

/**
 * Sends single requests to one origin.
 *
 * @category services
 * @since 0.1.0
 */
export class Transport extends Context.Service<
  Transport,
  {
    /** Scheme, host and port, without a slash at the end: what OAuth 1.0a signs. */
    readonly origin: string

    /**
     * Sends a request once, with the value of its `Authorization` header if it has one, and gives the
     * answer when it is there as a whole, whatever its status. Bytes that are no UTF-8 become U+FFFD.
     * Interrupting it cuts the connection. `within` is a shorter time-out, in milliseconds.
     */
    readonly send: (
      request: ApiRequest,
      authorization: string | undefined,
      within?: number,
    ) => Effect.Effect<Reply, TransportFailure>
  }
>()("@kith/http-adapter/Transport") {}

/**
 * Where the real X is.
 *
 * @category constructors
 * @since 0.1.0
 */
export const defaultOrigin = "https://api.x.com"

/**
 * Milliseconds.
 *
 * @category constructors
 * @since 0.1.0
 */
export const defaultTimeout = 20_000

/**
 * The origin that a text names; `undefined` when it is none, or says more than an origin does.
 *
 * @category getters
 * @since 0.1.0
 */
export const parseOrigin = (text: string): string | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isOrigin =
    url !== undefined &&
    (url.protocol === "https:" || url.protocol === "http:") &&
    url.href === `${url.origin}/`
  return isOrigin ? url.origin : undefined
}

const unsendable = new TransportFailure({
  phase: "notSent",
  reason: "Unsendable",
  message: "the credentials hold characters that no header may have; check them for line breaks",
})

const isLoopback = ({ hostname }: URL): boolean =>
  hostname === "localhost" ||
  hostname.endsWith(".localhost") ||
  hostname === "[::1]" ||
  /^127\.[0-9]+\.[0-9]+\.[0-9]+$/.test(hostname)

const isClear = (origin: string): boolean => {
  const url = new URL(origin)
  return url.protocol === "http:" && !isLoopback(url)
}

const ranges: Checking.Ranges<Options> = {
  timeout: Checking.whole(1, 60 * 60 * 1000),
  maxBody: Checking.whole(1),
}

const wrong = (message: string) => Effect.die(new CommandError.InvalidInput({ message }))

/**
 * The origin that options name. What makes no sense in them is a defect, and so is an origin that
 * would be told secrets in the clear.
 *
 * @category operations
 * @since 0.1.0
 */
export const check = (options: Options): Effect.Effect<string> =>
  Effect.flatMap(Checking.check(options, ranges), () => {
    const origin = parseOrigin(options.origin ?? defaultOrigin)
    if (origin === undefined) {
      return wrong(`${options.origin} is no origin; write it like ${defaultOrigin}`)
    }
    return isClear(origin) && options.insecure !== true
      ? wrong(`${origin} would be told secrets in the clear; use https`)
      : Effect.succeed(origin)
  })

/**
 * Fails never; see {@link check} for defects.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* (options: Options = {}) {
  const { maxBody = 8 * 1024 * 1024 } = options
  const longest = options.timeout ?? defaultTimeout
  const origin = yield* check(options)
  const fetch = yield* Fetch

  const failure = ({ code, reason, status }: Lost, timeout: number): TransportFailure => {
    const because = code === undefined ? "" : ` (${code})`
    const messages: Readonly<Record<typeof reason, string>> = {
      Unreachable: `${origin} cannot be reached${because}`,
      Forbidden: `fetch sends nothing to the port of ${origin}; use another`,
      Broken: `the connection to ${origin} was lost${because}`,
      TimedOut: `${origin} did not answer within ${timeout} ms`,
      TooLarge: `the answer of ${origin} is longer than ${maxBody} bytes`,
      Truncated: `the answer of ${origin} ended before its announced length`,
      Redirected: `${origin} redirected the request, which is not followed`,
    }
    return new TransportFailure({
      phase: reason === "Unreachable" || reason === "Forbidden" ? "notSent" : "sent",
      reason,
      message: messages[reason],
      status,
      code,
    })
  }

  const send: Transport["Service"]["send"] = (request, authorization, within = longest) =>
    Effect.clockWith((clock) =>
      Effect.callback((resume) => {
        if (authorization !== undefined && !Wire.fitsHeader(authorization)) {
          return resume(Effect.fail(unsendable))
        }
        const timeout = Math.min(within, longest)
        const exchange = { fetch, origin, request, authorization, maxBody, timeout }
        const stop = begin(exchange, (result) =>
          resume(
            "reason" in result
              ? Effect.fail(failure(result, timeout))
              : Effect.succeed({ ...result, at: clock.currentTimeMillisUnsafe() }),
          ),
        )
        return Effect.sync(stop)
      }),
    )

  return Transport.of({ origin, send })
})

/**
 * A transport; see {@link make}. Building it sends nothing and never fails: a bad `origin` is a
 * defect.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options?: Options): Layer.Layer<Transport> =>
  Layer.effect(Transport, make(options))
