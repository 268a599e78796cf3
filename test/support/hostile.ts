/** A server that answers however it likes, over plain sockets. */
import { createServer, type Socket } from "node:net"

export interface Hostile extends AsyncDisposable {
  readonly origin: string
  /** The requests that came, each as text: line, headers, body. */
  readonly requests: ReadonlyArray<string>
  /** Resolves when a connection has been closed by the client. */
  readonly abandoned: Promise<void>
}

const isWhole = (text: string): boolean => {
  const stop = text.indexOf("\r\n\r\n")
  if (stop < 0) return false
  const length = /\r\ncontent-length: *([0-9]+)/i.exec(text.slice(0, stop))?.[1] ?? "0"
  return text.length - stop - 4 >= Number(length)
}

/** Lets `answer` loose on the socket of each request that has come in. */
export const hostile = async (
  answer: (socket: Socket, request: string) => void,
): Promise<Hostile> => {
  const requests: Array<string> = []
  const sockets = new Set<Socket>()
  const { promise: abandoned, resolve: abandon } = Promise.withResolvers<void>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let text = ""
    socket.on("error", () => undefined)
    socket.on("close", () => {
      sockets.delete(socket)
      abandon()
    })
    socket.on("data", (bytes) => {
      text += bytes.toString("latin1")
      if (!isWhole(text)) return
      const request = text
      text = ""
      requests.push(request)
      answer(socket, request)
    })
  })
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      resolve(typeof address === "object" && address !== null ? address.port : 0)
    })
  })
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    abandoned,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}

/** An answer as text. Without a length in `headers`, the body ends with the connection. */
export const answered = (status: string, headers: ReadonlyArray<string>, body = ""): string =>
  [`HTTP/1.1 ${status}`, ...headers, "", body].join("\r\n")

/** An answer with the length of its body. */
export const whole = (
  status: string,
  body: string | Uint8Array,
  headers: ReadonlyArray<string> = [],
): Uint8Array => {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body
  const head = answered(status, [
    "content-type: application/json",
    `content-length: ${bytes.length}`,
    ...headers,
  ])
  return Buffer.concat([new TextEncoder().encode(head), bytes])
}

/** A port of this machine on which nobody listens. */
export const closedPort = async (): Promise<number> => {
  const server = createServer()
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}
