/**
 * A pooler before a PostgreSQL server that asks for no password: all who come share one connection to it,
 * each for a transaction at a time; or each gets one of their own.
 */
import { connect, createServer, type Socket } from "node:net"
import { randomBytes } from "node:crypto"

const kind = (frame: Buffer): string => String.fromCharCode(frame[0] ?? 0)

/** Takes whole messages out of bytes as they come. */
const framing = (onFrame: (frame: Buffer) => void) => {
  let rest = Buffer.alloc(0)
  return (chunk: Buffer): void => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 5 && rest.length > rest.readUInt32BE(1)) {
      const size = 1 + rest.readUInt32BE(1)
      onFrame(rest.subarray(0, size))
      rest = rest.subarray(size)
    }
  }
}

/** A connection to the server, what it said when it was made, and whose turn it is. */
class Upstream {
  readonly socket: Socket
  private readonly waiting: Array<{ readonly guest: Socket; readonly chunk: Buffer }> = []
  private readonly greeted: Promise<Buffer>
  private guest: Socket | undefined

  constructor(server: URL, startup: Buffer) {
    this.socket = connect(Number(server.port), server.hostname)
    this.socket.write(startup)
    const greeting: Array<Buffer> = []
    this.greeted = new Promise((resolve) => {
      let isReady = false
      this.socket.on(
        "data",
        framing((frame) => {
          if (isReady) return this.answer(frame)
          // Like every pooler, it has process ids of its own.
          greeting.push(
            kind(frame) === "K" ? Buffer.concat([frame.subarray(0, 5), randomBytes(8)]) : frame,
          )
          if (kind(frame) !== "Z") return
          isReady = true
          resolve(Buffer.concat(greeting))
        }),
      )
    })
  }

  async greet(guest: Socket): Promise<void> {
    guest.write(await this.greeted)
  }

  take(guest: Socket, chunk: Buffer): void {
    this.guest ??= guest
    if (this.guest === guest) this.socket.write(chunk)
    else this.waiting.push({ guest, chunk })
  }

  private answer(frame: Buffer): void {
    this.guest?.write(frame)
    // Ready for more, and in no transaction.
    if (kind(frame) !== "Z" || frame[5] !== 0x49) return
    this.guest = undefined
    const next = this.waiting.shift()
    if (next !== undefined) this.take(next.guest, next.chunk)
  }
}

/** Starts a pooler before the server of a url. Gives its own url, and what ends it. */
export const startPooler = async (
  url: string,
  mode: "session" | "transaction",
): Promise<{ readonly url: string; readonly stop: () => void }> => {
  const server = new URL(url)
  const sockets = new Set<Socket>()
  let shared: Upstream | undefined
  const listener = createServer((guest) => {
    sockets.add(guest)
    guest.on("error", () => undefined)
    let upstream: Upstream | undefined
    guest.on("data", (chunk) => {
      if (upstream !== undefined) {
        if (kind(chunk) !== "X") upstream.take(guest, chunk)
        return
      }
      upstream =
        mode === "transaction"
          ? (shared ?? new Upstream(server, chunk))
          : new Upstream(server, chunk)
      if (mode === "transaction") shared = upstream
      sockets.add(upstream.socket)
      void upstream.greet(guest)
    })
  })
  const own = new URL(url)
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve))
  const address = listener.address()
  if (address !== null && typeof address !== "string") own.port = `${address.port}`
  return {
    url: own.href,
    stop: () => {
      listener.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
