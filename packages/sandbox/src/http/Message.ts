/**
 * A request as it came over the wire, and the reply that goes back.
 *
 * Nothing here knows X: the generations of its API (v2, v1.1) read a request each in their own way.
 *
 * @since 0.1.0
 */
import type * as Stream from "effect/Stream"

/**
 * - `path`: as sent, still percent-encoded, without the query.
 * - `search`: the query as sent, without the question mark; empty when there is none.
 * - `headers`: names in lower case; of a repeated header the values, joined by `", "`.
 * - `body`: at most 64 KiB; larger ones never get here.
 * - `remoteAddress`: the peer's IP address.
 *
 * @category models
 * @since 0.1.0
 */
export interface Request {
  readonly method: string
  readonly path: string
  readonly search: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Uint8Array
  readonly remoteAddress: string
}

/**
 * - `headers`: besides `content-type`, `content-length` and `date`, which every reply has.
 * - `body`: text that is sent whole, or a stream of lines that goes on until the client leaves.
 * - `isAscii`: the body is known to be ASCII, so that its bytes need not be counted.
 *
 * @category models
 * @since 0.1.0
 */
export interface Reply {
  readonly status: number
  readonly contentType: string
  readonly body: string | Stream.Stream<string>
  readonly isAscii?: boolean
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** @category constructors @since 0.1.0 */
export const json = (
  status: number,
  body: unknown,
  headers?: Readonly<Record<string, string>>,
): Reply => ({
  status,
  contentType: "application/json; charset=utf-8",
  body: JSON.stringify(body),
  headers,
})

/** @category constructors @since 0.1.0 */
export const html = (status: number, body: string): Reply => ({
  status,
  contentType: "text/html; charset=utf-8",
  body,
})

/** @category constructors @since 0.1.0 */
export const redirect = (location: string): Reply => ({
  status: 302,
  contentType: "text/plain; charset=utf-8",
  body: "",
  headers: { location },
})
