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
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { Reply, Request } from "./Message.ts"
import * as Reading from "./Reading.ts"
import * as Sending from "./Sending.ts"
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

const respond = (
  message: IncomingMessage,
  response: ServerResponse,
  body: Uint8Array,
  handler: Handler,
): void => {
  const answering = Effect.flatMap(
    Effect.suspend(() => handler(Reading.toRequest(message, body))),
    (reply) => {
      if (reply === "cut") message.socket.destroy()
      else if (response.destroyed) return Effect.void
      else if (typeof reply.body !== "string") {
        // A stream may have no end, and a HEAD has nothing of it to wait for.
        const body = message.method === "HEAD" ? Stream.empty : reply.body
        return Sending.stream(response, reply, body)
      } else Sending.text(response, reply, reply.body)
      return Effect.void
    },
  )
  const end = (exit: Exit.Exit<void>): void => {
    if (Exit.isSuccess(exit) || response.destroyed) return
    Effect.runFork(Effect.logError("a request failed", exit.cause))
    if (response.headersSent) message.socket.destroy()
    else Sending.fail(response)
  }
  const fiber = Effect.runFork(answering)
  // Most answers are complete by now.
  const exit = fiber.pollUnsafe()
  if (exit !== undefined) return end(exit)
  fiber.addObserver(end)
  response.once("close", () => fiber.interruptUnsafe())
}

const nothing = new Uint8Array()

const receive = (
  message: IncomingMessage,
  response: ServerResponse,
  { handler, maxBody: limitOf }: Options,
): void => {
  if (!Reading.namesItsHost(message)) {
    Sending.refuse(response, 400)
    return
  }
  if (Reading.hasNoBody(message)) {
    respond(message, response, nothing, handler)
    return
  }
  Reading.body(message, limitOf?.(message.url ?? "/") ?? maxBody, {
    whole: (body) => respond(message, response, body, handler),
    tooLarge: () => {
      Sending.refuse(response, 413)
      // What still comes is read away for a moment, so that the client sees the answer.
      message.resume()
      setTimeout(() => message.socket.destroy(), 500).unref()
    },
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
      server.on("checkExpectation", (_, response) => Sending.refuse(response, 417))
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
