/**
 * What lies between the adapter and X: it takes whole requests from a socket, lets fates befall them,
 * and delivers them over another. It remembers all that it saw.
 *
 * Requests are delivered one after the other, so that everybody agrees on their order.
 */
import { connect, createServer, type Socket } from "node:net"
import { type Fate, fine } from "./fates.ts"
import { type Message, Messages } from "./messages.ts"

/** A request as it left the adapter. */
export interface Seen {
  readonly method: string
  readonly path: string
  /** For whom it was sent; see `process.ts`. */
  readonly label: string
}

export interface Proxy extends AsyncDisposable {
  readonly origin: string
  /** What is to befall a request. */
  decide: (request: Seen) => Fate
  /** Told of each request that has come, with what befell it and the status of X's answers. */
  onSeen: (request: Seen, fate: Fate, statuses: ReadonlyArray<number>) => void
  /** Told of each delivery before the next one begins. */
  onDelivered: (request: Seen) => void
  /** Returns when nothing is on its way to X. */
  readonly settled: () => Promise<void>
  /** Refuses connections until it is up again. */
  readonly down: () => Promise<void>
  readonly up: () => Promise<void>
}

/** The header that says for whom a request is sent. X ignores it. */
export const labelHeader = "x-label"

const host = "127.0.0.1"

/** Milliseconds after which the sandbox may be closing an idle connection. */
const idle = 2_000

/** A connection to X, for one request after the other. */
class Upstream {
  readonly #port: number
  #socket: ReturnType<typeof connect> | undefined
  #usedAt = 0

  constructor(port: number) {
    this.#port = port
  }

  exchange(request: Message): Promise<Message> {
    if (Date.now() - this.#usedAt > idle) this.close()
    const socket = (this.#socket ??= connect({ port: this.#port, host, noDelay: true }))
    const messages = new Messages()
    return new Promise((resolve, reject) => {
      const lost = () => {
        this.close()
        reject(new Error("the sandbox cut the connection"))
      }
      socket.once("error", lost).once("close", lost)
      socket.on("data", (piece) => {
        const [message] = messages.add(piece)
        if (message === undefined) return
        socket.removeAllListeners()
        socket.on("error", () => undefined)
        this.#usedAt = Date.now()
        resolve(message)
      })
      socket.write(request.bytes)
    })
  }

  close(): void {
    this.#socket
      ?.removeAllListeners()
      .on("error", () => undefined)
      .destroy()
    this.#socket = undefined
  }
}

export const open = async (port: number): Promise<Proxy> => {
  const upstream = new Upstream(port)
  const clients = new Set<Socket>()
  let delivering: Promise<unknown> = Promise.resolve()

  const deliver = async (seen: Seen, request: Message, fate: Fate) => {
    fate.first?.()
    const answers: Array<Message> = []
    for (let delivery = 0; delivery < fate.deliveries; delivery++) {
      answers.push(await upstream.exchange(request))
      proxy.onDelivered(seen)
    }
    return answers
  }

  const take = (client: Socket, request: Message) => {
    const [method = "", target = ""] = request.line.split(" ")
    const [path = ""] = target.split("?")
    const seen: Seen = { method, path, label: request.header(labelHeader) ?? "" }
    const fate = proxy.decide(seen)
    const before = delivering
    const next = async () => {
      await before
      const answers = await deliver(seen, request, fate)
      const statuses = answers.map(({ line }) => Number(line.split(" ")[1]))
      proxy.onSeen(seen, fate, statuses)
      if (!client.destroyed) fate.reply(client, answers)
    }
    delivering = next()
  }

  const server = createServer({ noDelay: true }, (client) => {
    const messages = new Messages()
    clients.add(client)
    client.on("error", () => undefined)
    client.on("close", () => clients.delete(client))
    client.on("data", (piece) => {
      for (const request of messages.add(piece)) take(client, request)
    })
  })

  const listen = (at: number): Promise<number> =>
    new Promise((resolve, reject) => {
      server.once("error", reject)
      server.listen(at, host, () => {
        server.off("error", reject)
        const address = server.address()
        resolve(typeof address === "object" && address !== null ? address.port : 0)
      })
    })

  const down = async () => {
    for (const client of clients) client.destroy()
    await new Promise((resolve) => {
      server.close(resolve)
    })
  }

  const own = await listen(0)
  const proxy: Proxy = {
    origin: `http://${host}:${own}`,
    decide: () => fine,
    onSeen: () => undefined,
    onDelivered: () => undefined,
    settled: async () => {
      await delivering
    },
    down,
    up: async () => {
      await listen(own)
    },
    [Symbol.asyncDispose]: async () => {
      await down()
      await delivering
      upstream.close()
    },
  }
  return proxy
}
