/** One request and its answer in promises: what `fetch` speaks. */
import type { ApiRequest, Reply } from "../Endpoint.ts"
import { codeOf, forbids, leftNothing } from "./fetchError.ts"
import * as Unrepeated from "./unrepeated.ts"
import * as Wire from "./wire.ts"

/** Why there is no answer; see `TransportFailure`. @internal */
export interface Lost {
  readonly reason:
    | "Unreachable"
    | "Forbidden"
    | "Broken"
    | "TimedOut"
    | "TooLarge"
    | "Truncated"
    | "Redirected"
  readonly status?: number | undefined
  readonly code?: string | undefined
}

/** @internal */
export interface Exchange {
  readonly fetch: typeof globalThis.fetch
  readonly origin: string
  readonly request: ApiRequest
  readonly authorization: string | undefined
  readonly maxBody: number
  /** Milliseconds from the request to the whole answer. */
  readonly timeout: number
}

/** An answer that has no time yet. @internal */
export type Answer = Omit<Reply, "at">

const attempt = async (
  { authorization, fetch, maxBody, origin, request }: Exchange,
  signal: AbortSignal,
  noteStatus: (status: number) => void,
): Promise<Answer | Lost> => {
  const response = await fetch(origin + Wire.target(request), {
    ...Wire.init(request, authorization, signal),
    ...Unrepeated.options,
  })
  if (response.type === "opaqueredirect") return { reason: "Redirected" }
  const { headers, status } = response
  noteStatus(status)
  const body = await Wire.readBody(response, maxBody)
  return typeof body === "string"
    ? { status, header: (name) => headers.get(name) ?? undefined, body }
    : { reason: body.reason, status }
}

/**
 * Begins an exchange, and tells what it came to unless it is stopped, which is what the result does. What
 * is told first counts: an exchange that was out of time may still come to something else.
 *
 * @internal
 */
export const begin = (exchange: Exchange, end: (result: Answer | Lost) => void): (() => void) => {
  const controller = new AbortController()
  let status: number | undefined
  const timer = setTimeout(() => {
    controller.abort()
    // Not every `fetch` heeds its signal, or at once.
    end({ reason: "TimedOut", status })
  }, exchange.timeout)
  const stop = () => {
    clearTimeout(timer)
    // What is left of an unwanted answer would keep the connection busy.
    controller.abort()
  }
  attempt(exchange, controller.signal, (it) => (status = it)).then(
    (result) => {
      if ("reason" in result) stop()
      else clearTimeout(timer)
      return end(result)
    },
    (error: unknown) => {
      stop()
      const code = codeOf(error)
      if (forbids(error)) return end({ reason: "Forbidden" })
      return end(
        leftNothing(error) ? { reason: "Unreachable", code } : { reason: "Broken", status, code },
      )
    },
  )
  return stop
}
