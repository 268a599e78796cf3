/** HTTP/1 by hand, over a plain socket: what other clients never send can be sent with it. */
import { connect, type Socket } from "node:net"

export interface Reply {
  readonly version: string
  readonly status: number
  /** Names in lower case; of a repeated header the values, joined by `", "`. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Whether the server said that it will close the connection. */
  readonly closes: boolean
}

const blank = Buffer.from("\r\n\r\n")
const line = Buffer.from("\r\n")

const headersOf = (head: ReadonlyArray<string>): Record<string, string> => {
  const headers: Record<string, string> = {}
  for (const text of head) {
    const colon = text.indexOf(":")
    const name = text.slice(0, colon).toLowerCase()
    const value = text.slice(colon + 1).trim()
    const before = headers[name]
    headers[name] = before === undefined ? value : `${before}, ${value}`
  }
  return headers
}

/** A body in chunks and where it ends; `undefined` when more has to come. */
const dechunk = (bytes: Buffer, from: number): { body: Buffer; end: number } | undefined => {
  const chunks: Array<Buffer> = []
  let at = from
  for (;;) {
    const stop = bytes.indexOf(line, at)
    if (stop < 0) return undefined
    const size = Number.parseInt(bytes.toString("latin1", at, stop), 16)
    const end = stop + 2 + size
    if (bytes.length < end + 2) return undefined
    if (size === 0) return { body: Buffer.concat(chunks), end: end + 2 }
    chunks.push(bytes.subarray(stop + 2, end))
    at = end + 2
  }
}

/** The first whole reply, and the bytes behind it. */
const parse = (
  bytes: Buffer,
  ended: boolean,
  withoutBody: boolean,
): { reply: Reply; rest: Buffer } | undefined => {
  const stop = bytes.indexOf(blank)
  if (stop < 0) return undefined
  const [status = "", ...head] = bytes.toString("latin1", 0, stop).split("\r\n")
  const [, version = "", code = ""] = /^HTTP\/(1\.[01]) ([0-9]{3})/.exec(status) ?? []
  const headers = headersOf(head)
  const from = stop + 4
  const make = (body: Buffer, end: number) => ({
    reply: {
      version,
      status: Number(code),
      headers,
      body: body.toString("utf8"),
      closes: headers["connection"]?.toLowerCase() === "close",
    },
    rest: bytes.subarray(end),
  })
  if (code.startsWith("1")) return parse(bytes.subarray(from), ended, withoutBody)
  if (withoutBody || code === "204" || code === "304") return make(Buffer.alloc(0), from)
  if (headers["transfer-encoding"] === "chunked") {
    const found = dechunk(bytes, from)
    return found === undefined ? undefined : make(found.body, found.end)
  }
  const length = headers["content-length"]
  const end = length === undefined ? bytes.length : from + Number(length)
  if (length === undefined ? !ended : bytes.length < end) return undefined
  return make(bytes.subarray(from, end), end)
}

/** A connection that is written to and read from by hand. */
export class Connection {
  readonly #socket: Socket
  #bytes: Buffer = Buffer.alloc(0)
  #ended = false
  readonly #waiting = new Set<() => void>()

  private constructor(socket: Socket) {
    this.#socket = socket
    const wake = () => {
      const waiting = [...this.#waiting]
      this.#waiting.clear()
      for (const resume of waiting) resume()
    }
    const end = () => {
      this.#ended = true
      wake()
    }
    socket.on("data", (chunk) => {
      this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk])
      wake()
    })
    // A reset is one way to be closed.
    socket.on("error", end).on("end", end).on("close", end)
  }

  static open(port: number, options: { readonly halfOpen?: boolean } = {}): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({
        port,
        host: "127.0.0.1",
        noDelay: true,
        allowHalfOpen: options.halfOpen ?? false,
      })
      socket.once("error", reject)
      socket.once("connect", () => {
        socket.off("error", reject)
        resolve(new Connection(socket))
      })
    })
  }

  get isClosed(): boolean {
    return this.#ended
  }

  write(bytes: string | Buffer): void {
    if (!this.#ended) this.#socket.write(typeof bytes === "string" ? Buffer.from(bytes) : bytes)
  }

  /** Reads nothing from now on, so that the server's answers pile up. */
  pause(): void {
    this.#socket.pause()
  }

  /** Ends the sending half. */
  end(): void {
    this.#socket.end()
  }

  /** The next reply, or that the connection was closed before one was whole. */
  async reply(options: { readonly withoutBody?: boolean } = {}): Promise<Reply | "closed"> {
    for (;;) {
      const found = parse(this.#bytes, this.#ended, options.withoutBody ?? false)
      if (found !== undefined) {
        this.#bytes = found.rest
        return found.reply
      }
      if (this.#ended) return "closed"
      // Bytes come when they come.
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve)
      })
    }
  }

  /** Resolves when the server has closed the connection. */
  async closed(): Promise<void> {
    while (!this.#ended) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve)
      })
    }
  }

  destroy(): void {
    this.#socket.destroy()
  }
}

/** The text of a request: lines as they are given, and a body with its length. */
export const message = (
  requestLine: string,
  headers: ReadonlyArray<string>,
  body?: string | Buffer,
): Buffer => {
  const bytes = typeof body === "string" ? Buffer.from(body) : body
  const all = bytes === undefined ? headers : [...headers, `Content-Length: ${bytes.length}`]
  const head = Buffer.from([requestLine, ...all, "", ""].join("\r\n"))
  return bytes === undefined ? head : Buffer.concat([head, bytes])
}
