/**
 * Keeps a server busy over keep-alive connections, one request at a time on each, and nothing else:
 * what is measured is the server's CPU time, so the client only has to be fast enough.
 */
import { connect, type Socket } from "node:net"

export interface Load {
  readonly port: number
  readonly connections: number
  /** Whole requests as they go over the wire; each is sent once, in order. */
  readonly requests: ReadonlyArray<Buffer>
}

const headerEnd = Buffer.from("\r\n\r\n")

/** The size of a whole response at the start of a buffer; undefined while it is not all there. */
const responseSize = (buffer: Buffer): number | undefined => {
  const end = buffer.indexOf(headerEnd)
  if (end < 0) return undefined
  const head = buffer.subarray(0, end).toString("latin1")
  if (!head.startsWith("HTTP/1.1 200")) throw new Error(`not answered with 200: ${head}`)
  const length = /content-length: (\d+)/i.exec(head)?.[1]
  if (length === undefined) throw new Error("an answer without a length")
  const size = end + headerEnd.length + Number(length)
  return buffer.length >= size ? size : undefined
}

/**
 * Sends every request and reads every answer to its end.
 *
 * The client never sleeps meanwhile. To wake another process is dear, on virtual machines above all,
 * and the kernel charges it to who writes to the socket: a server that is faster than its client
 * would be spared what a slower one pays, and the ratio would say nothing about either.
 */
export const run = async ({ port, connections, requests }: Load): Promise<void> => {
  let next = 0
  let busy = true
  const stayAwake = (): void => {
    if (busy) setImmediate(stayAwake)
  }
  stayAwake()
  const one = async (): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const socket: Socket = connect({ port, host: "127.0.0.1", noDelay: true })
    let buffered: Buffer = Buffer.alloc(0)
    const send = (): void => {
      const request = requests[next++]
      if (request === undefined) socket.end()
      else socket.write(request)
    }
    socket.on("connect", send)
    socket.on("error", reject)
    socket.on("close", () => resolve())
    socket.on("data", (chunk: Buffer) => {
      try {
        buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk])
        if (responseSize(buffered) === undefined) return
        buffered = Buffer.alloc(0)
        send()
      } catch (error) {
        socket.destroy()
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    })
    await promise
  }
  try {
    await Promise.all(Array.from({ length: connections }, one))
  } finally {
    busy = false
  }
}
