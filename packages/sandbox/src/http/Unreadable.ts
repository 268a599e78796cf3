/**
 * Answers what never becomes a request: bytes that are not HTTP, headers beyond the bounds, requests
 * that do not come to an end.
 *
 * Node would answer with a bare status, and would put it before the answers to requests that came
 * earlier on the same connection.
 *
 * @since 0.1.0
 */
import { type Server, type ServerResponse, STATUS_CODES } from "node:http"
import type { Duplex } from "node:stream"
import type { Reply } from "./Message.ts"

const statuses: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
}

const contentType = "application/json; charset=utf-8"

/**
 * A problem of v2 and errors of v1.1 in one, because nobody knows which of them was meant.
 *
 * @category constructors
 * @since 0.1.0
 */
export const body = (status: number): string => {
  const title = STATUS_CODES[status] ?? "Bad Request"
  const error =
    status === 500 ? { code: 131, message: "Internal error" } : { code: 214, message: `${title}.` }
  return JSON.stringify({
    errors: [error],
    title,
    detail: title,
    type: "about:blank",
    status,
  })
}

/**
 * The reply with this body, after which the connection ends.
 *
 * @category constructors
 * @since 0.1.0
 */
export const reply = (status: number): Reply => ({
  status,
  contentType,
  body: body(status),
  headers: { connection: "close" },
})

const wire = (status: number): string => {
  const text = body(status)
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    "connection: close",
    `content-type: ${contentType}`,
    `content-length: ${Buffer.byteLength(text)}`,
    `date: ${new Date().toUTCString()}`,
    "",
    text,
  ].join("\r\n")
}

/** Milliseconds in which a client may still read the answer before its connection is cut. */
const grace = 500

/**
 * Makes a server answer in this way.
 *
 * @category operations
 * @since 0.1.0
 */
export const answer = (server: Server): void => {
  // Requests are answered in their order: the last one tells whether all are.
  const last = new WeakMap<Duplex, ServerResponse>()

  server.on("request", ({ socket }, response) => last.set(socket, response))
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    // An answer here would be taken for that to an earlier request.
    if (!socket.writable || last.get(socket)?.closed === false) {
      socket.destroy()
      return
    }
    socket.end(wire(statuses[error.code ?? ""] ?? 400))
    setTimeout(() => socket.destroy(), grace).unref()
  })
}
