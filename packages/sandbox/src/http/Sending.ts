/**
 * Writes a reply to a client.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { ServerResponse } from "node:http"
import type { Reply } from "./Message.ts"
import * as Unreadable from "./Unreadable.ts"

/**
 * Sends a text whole.
 *
 * @category operations
 * @since 0.1.0
 */
export const text = (response: ServerResponse, reply: Reply, body: string): void => {
  const length = reply.isAscii === true ? body.length : Buffer.byteLength(body)
  // A flat list is what Node takes the least time for.
  const headers = ["content-type", reply.contentType, "content-length", String(length)]
  if (reply.headers !== undefined) {
    for (const [name, value] of Object.entries(reply.headers)) {
      if (name !== "content-type" && name !== "content-length") headers.push(name, value)
    }
  }
  response.writeHead(reply.status, headers)
  // Text of as many bytes as characters is ASCII, which need not be encoded.
  response.end(body, length === body.length ? "latin1" : "utf8")
}

/**
 * Sends what a stream gives until it ends or the client leaves.
 *
 * @category operations
 * @since 0.1.0
 */
export const stream = (
  response: ServerResponse,
  reply: Reply,
  body: Stream.Stream<string>,
): Effect.Effect<void> => {
  response.writeHead(reply.status, { ...reply.headers, "content-type": reply.contentType })
  response.flushHeaders()
  return Stream.runForEach(body, (text) =>
    Effect.callback<void>((resume) => {
      // A slow reader holds the stream back instead of filling memory.
      if (response.write(text)) return resume(Effect.void)
      const drained = () => resume(Effect.void)
      response.once("drain", drained)
      return Effect.sync(() => response.off("drain", drained))
    }),
  ).pipe(Effect.andThen(Effect.sync(() => response.end())))
}

/**
 * Refuses a request that nobody looks at any further.
 *
 * @category operations
 * @since 0.1.0
 */
export const refuse = (response: ServerResponse, status: number): void => {
  text(response, Unreadable.reply(status), Unreadable.body(status))
}

/**
 * Says that the sandbox failed, which is no fault of the request.
 *
 * @category operations
 * @since 0.1.0
 */
export const fail = (response: ServerResponse): void => {
  const { headers: _, ...reply } = Unreadable.reply(500)
  text(response, reply, Unreadable.body(500))
}
