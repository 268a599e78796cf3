/** HTTP/1.1 messages as bytes: where each ends, and what its first lines say. */

/** A whole request or answer. */
export interface Message {
  readonly bytes: Buffer
  /** The first line. */
  readonly line: string
  /** The value of a header, by its name in lower case. */
  readonly header: (name: string) => string | undefined
  readonly body: Buffer
}

const blank = Buffer.from("\r\n\r\n")

const parse = (bytes: Buffer): Message | undefined => {
  const stop = bytes.indexOf(blank)
  if (stop < 0) return undefined
  const [line = "", ...rest] = bytes.toString("latin1", 0, stop).split("\r\n")
  const headers = new Map(
    rest.map((text) => {
      const colon = text.indexOf(":")
      return [text.slice(0, colon).toLowerCase(), text.slice(colon + 1).trim()]
    }),
  )
  const begin = stop + blank.length
  const end = begin + Number(headers.get("content-length") ?? 0)
  if (bytes.length < end) return undefined
  return {
    bytes: bytes.subarray(0, end),
    line,
    header: (name) => headers.get(name),
    body: bytes.subarray(begin, end),
  }
}

/** Puts messages together of the pieces in which they come. They say how long they are. */
export class Messages {
  #bytes: Buffer = Buffer.alloc(0)

  /** The messages that are whole now. */
  add(piece: Buffer): ReadonlyArray<Message> {
    this.#bytes = this.#bytes.length === 0 ? piece : Buffer.concat([this.#bytes, piece])
    const whole: Array<Message> = []
    for (;;) {
      const message = parse(this.#bytes)
      if (message === undefined) return whole
      whole.push(message)
      this.#bytes = this.#bytes.subarray(message.bytes.length)
    }
  }
}

/** An answer of one's own. */
export const answer = (
  status: number,
  body: string | Uint8Array = "",
  headers: Readonly<Record<string, string>> = {},
): Buffer => {
  const bytes = typeof body === "string" ? Buffer.from(body) : body
  const all = { "content-length": String(bytes.length), ...headers }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return Buffer.concat([
    Buffer.from([`HTTP/1.1 ${status} So it is`, ...lines, "", ""].join("\r\n")),
    bytes,
  ])
}
