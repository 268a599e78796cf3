/**
 * The sandbox's HTTP server: Node's own, with every bound set.
 *
 * It reads a request whole before anybody looks at it, and knows nothing of routes. Effect's HTTP
 * server is not used here because it alone takes twice the CPU time of Node's, and because a fault
 * has to cut the socket beneath a request.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http"
import type { Reply, Request } from "./Message.ts"
import * as Remembered from "./Remembered.ts"
import * as Unreadable from "./Unreadable.ts"

/**
 * What is done with a request: it is answered, or its connection is cut without an answer.
 *
 * @category models
 * @since 0.1.0
 */
export type Handler = (request: Request) => Effect.Effect<Reply | "cut">

/**
 * The sandbox could not begin to listen.
 *
 * @category errors
 * @since 0.1.0
 */
export class ListenError extends Schema.TaggedError<ListenError>()("ListenError", {
  message: Schema.String,
}) {
  readonly retryable = false
}

/** @category models @since 0.1.0 */
export interface Options {
  /** The address to listen on. Only loopback is reachable from this machine alone. */
  readonly host: string
  /** 0 picks a free port. */
  readonly port: number
  readonly handler: Handler
  /** How many bytes the body of a request to a URL may have; {@link maxBody} unless told. */
  readonly maxBody?: ((url: string) => number) | undefined
}

/**
 * Bytes; what the endpoints of X take is far smaller.
 *
 * @category models
 * @since 0.1.0
 */
export const maxBody = 64 * 1024
/** Bytes of request line and headers together; Node answers 431 beyond. */
const maxHeaders = 16 * 1024
/** Milliseconds in which a request must have come in; Node answers 408 beyond, within a second. */
const requestTimeout = 6_000
const maxConnections = 4_096

const tooLarge: Reply = {
  status: 413,
  contentType: "text/plain; charset=utf-8",
  body: "the body is too large\n",
  headers: { connection: "close" },
}

const failed: Reply = {
  status: 500,
  contentType: "text/plain; charset=utf-8",
  body: "the sandbox failed\n",
}

const nothing = new Uint8Array()

const isPlain = (headers: object): headers is Request["headers"] => !("set-cookie" in headers)

/**
 * Node gives one text for each header, however often it was sent, but for `set-cookie`. That one
 * belongs into answers alone, and is left out.
 */
const toHeaders = (headers: IncomingHttpHeaders): Request["headers"] => {
  if (isPlain(headers)) return headers
  const { "set-cookie": _, ...rest } = headers
  return isPlain(rest) ? rest : {}
}

const split = (url: string): Pick<Request, "path" | "search"> => {
  // A proxy's request names the whole URL (RFC 9112, section 3.2.2); the path is what counts.
  const target = url.startsWith("/") ? url : url.replace(/^https?:\/\/[^/?]*/i, "")
  const question = target.indexOf("?")
  return {
    path: (question < 0 ? target : target.slice(0, question)) || "/",
    search: question < 0 ? "" : target.slice(question + 1),
  }
}

// Texts that were looked up before are found sooner than equal ones that were just cut out.
const urls = Remembered.make<Pick<Request, "path" | "search">>()

const toRequest = (message: IncomingMessage, body: Uint8Array): Request => {
  const url = message.url ?? "/"
  const { path, search } = urls.get(url) ?? urls.set(url, split(url))
  return {
    method: message.method ?? "GET",
    path,
    search,
    headers: toHeaders(message.headers),
    body,
    remoteAddress: message.socket.remoteAddress ?? "",
  }
}

const sendText = (response: ServerResponse, reply: Reply, body: string): void => {
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

const sendStream = (
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

const respond = (
  message: IncomingMessage,
  response: ServerResponse,
  body: Uint8Array,
  handler: Handler,
): void => {
  const answering = Effect.flatMap(
    Effect.suspend(() => handler(toRequest(message, body))),
    (reply) => {
      if (reply === "cut") message.socket.destroy()
      else if (response.destroyed) return Effect.void
      else if (typeof reply.body !== "string") {
        // A stream may have no end, and a HEAD has nothing of it to wait for.
        return sendStream(response, reply, message.method === "HEAD" ? Stream.empty : reply.body)
      } else sendText(response, reply, reply.body)
      return Effect.void
    },
  )
  const end = (exit: Exit.Exit<void>): void => {
    if (Exit.isSuccess(exit) || response.destroyed) return
    Effect.runFork(Effect.logError("a request failed", exit.cause))
    if (response.headersSent) message.socket.destroy()
    else sendText(response, failed, "the sandbox failed\n")
  }
  const fiber = Effect.runFork(answering)
  // Most answers are complete by now.
  const exit = fiber.pollUnsafe()
  if (exit !== undefined) return end(exit)
  fiber.addObserver(end)
  response.once("close", () => fiber.interruptUnsafe())
}

/** Refuses a request that nobody looks at any further. */
const refuseUnread = (response: ServerResponse, status: number): void => {
  sendText(response, Unreadable.reply(status), Unreadable.body(status))
}

/** Node keeps the first `Host` alone of several. */
const countHosts = ({ rawHeaders }: IncomingMessage): number => {
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length === 4 && name.toLowerCase() === "host") count++
  }
  return count
}

const receive = (
  message: IncomingMessage,
  response: ServerResponse,
  { handler, maxBody: limitOf }: Options,
): void => {
  // RFC 9112, section 3.2.
  const hosts = countHosts(message)
  if (hosts > 1 || (hosts === 0 && message.httpVersion === "1.1")) {
    refuseUnread(response, 400)
    return
  }
  if (message.method === "GET" && message.headers["transfer-encoding"] === undefined) {
    const length = message.headers["content-length"]
    if (length === undefined || length === "0") {
      respond(message, response, nothing, handler)
      return
    }
  }
  const limit = limitOf?.(message.url ?? "/") ?? maxBody
  const chunks: Array<Buffer> = []
  let size = 0
  const refuse = () => {
    chunks.length = 0
    message.removeAllListeners("data")
    message.removeAllListeners("end")
    sendText(response, tooLarge, "the body is too large\n")
    // What still comes is read away for a moment, so that the client sees the answer.
    message.resume()
    setTimeout(() => message.socket.destroy(), 500).unref()
  }
  if (Number(message.headers["content-length"] ?? 0) > limit) {
    refuse()
    return
  }
  message.on("data", (chunk: Buffer) => {
    size += chunk.length
    if (size > limit) refuse()
    else chunks.push(chunk)
  })
  message.on("end", () => {
    const [first] = chunks
    const body = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks)
    respond(message, response, body, handler)
  })
}

const close = (server: Server): Effect.Effect<void> =>
  Effect.callback((resume) => {
    server.close(() => resume(Effect.void))
    server.closeAllConnections()
  })

/**
 * Listens until the scope closes, which cuts what is still open.
 *
 * @returns the port that is listened on
 * @category constructors
 * @since 0.1.0
 */
export const listen = (options: Options) =>
  Effect.acquireRelease(
    Effect.callback<Server, ListenError>((resume) => {
      const server = createServer(
        {
          maxHeaderSize: maxHeaders,
          headersTimeout: requestTimeout,
          requestTimeout,
          connectionsCheckingInterval: 500,
          keepAliveTimeout: 5_000,
          noDelay: true,
          requireHostHeader: false,
        },
        (message, response) => receive(message, response, options),
      )
      server.on("checkExpectation", (_, response) => refuseUnread(response, 417))
      Unreadable.answer(server)
      server.maxConnections = maxConnections
      server.once("error", (error: NodeJS.ErrnoException) => {
        const where = `${options.host}:${options.port}`
        const message =
          error.code === "EADDRINUSE"
            ? `${where} is in use; choose another port, or port 0 for any free one`
            : error.code === "EACCES"
              ? `not allowed to listen on ${where}; choose a port above 1023`
              : error.code === "EADDRNOTAVAIL" || error.code === "ENOTFOUND"
                ? `cannot listen on ${where}: this machine has no address ${options.host}; 127.0.0.1 is one, and 0.0.0.0 is all`
                : `cannot listen on ${where}: ${error.code ?? error.message}`
        resume(Effect.fail(new ListenError({ message })))
      })
      server.listen(options.port, options.host, () => resume(Effect.succeed(server)))
    }),
    close,
  ).pipe(
    Effect.map((server) => {
      const address = server.address()
      return address !== null && typeof address === "object" ? address.port : options.port
    }),
  )
