/**
 * What can befall a request between the adapter and X: how often it arrives there, and what comes back
 * of the answer.
 */
import type { Socket } from "node:net"
import { answer, type Message } from "./messages.ts"

/**
 * - `what`: in a few words.
 * - `deliveries`: how often the request arrives: not at all, once, or twice in a row.
 * - `first`: happens when the request has left and has not arrived.
 * - `isSilent`: only a time-out ends it.
 * - `reply`: what the client gets. Answers are those of X, one for each delivery.
 */
export interface Fate {
  readonly what: string
  readonly deliveries: 0 | 1 | 2
  readonly first?: () => void
  readonly isSilent?: boolean
  readonly reply: (client: Socket, answers: ReadonlyArray<Message>) => void
}

/** A reply that is made of the first answer of X. */
const given =
  (reply: (client: Socket, first: Message) => void): Fate["reply"] =>
  (client, [first]) => {
    if (first === undefined) client.resetAndDestroy()
    else reply(client, first)
  }

/** The first answer of X, as it is. */
const through = given((client, { bytes }) => client.write(bytes))

/** An answer without the second half of its body. */
const half = ({ body, bytes }: Message): Buffer =>
  bytes.subarray(0, bytes.length - Math.ceil(body.length / 2))

const silence: Fate["reply"] = () => undefined
const reset: Fate["reply"] = (client) => client.resetAndDestroy()
const end: Fate["reply"] = (client) => client.end()

const saying =
  (bytes: Buffer): Fate["reply"] =>
  (client) =>
    client.write(bytes)

const json = { "content-type": "application/json" }
const html = { "content-type": "text/html" }

export const fine: Fate = { what: "nothing", deliveries: 1, reply: through }

export const resetBefore: Fate = { what: "a reset before it arrives", deliveries: 0, reply: reset }
export const resetAfter: Fate = { what: "a reset after it arrived", deliveries: 1, reply: reset }
export const closedBefore: Fate = { what: "a close before it arrives", deliveries: 0, reply: end }
export const closedAfter: Fate = { what: "a close after it arrived", deliveries: 1, reply: end }
export const silentBefore: Fate = {
  what: "silence before it arrives",
  deliveries: 0,
  reply: silence,
  isSilent: true,
}
export const silentAfter: Fate = {
  what: "silence after it arrived",
  deliveries: 1,
  reply: silence,
  isSilent: true,
}

/** A repeat on the way, of which the client hears the first answer. */
export const twice: Fate = { what: "two deliveries", deliveries: 2, reply: through }

/** A repeat on the way, of which the client hears the second answer. */
export const twiceLast: Fate = {
  what: "two deliveries, and the answer to the second",
  deliveries: 2,
  reply: (client, answers) => through(client, answers.slice(-1)),
}

/** The announced length never comes: the connection ends before. */
export const truncated: Fate = {
  what: "half an answer",
  deliveries: 1,
  // Whoever waits for the rest hears that there is none.
  reply: given((client, message) => client.end(half(message))),
}

/** The answer begins to come and never ends. */
export const stalled: Fate = {
  what: "half an answer, then silence",
  deliveries: 1,
  isSilent: true,
  reply: given((client, message) => client.write(half(message))),
}

/** The answer comes byte by byte, and in time. */
export const dripping: Fate = {
  what: "an answer byte by byte",
  deliveries: 1,
  reply: given((client, { bytes }) => {
    let at = 0
    const next = () => {
      if (client.destroyed || at === bytes.length) return
      client.write(bytes.subarray(at, ++at), () => setImmediate(next))
    }
    next()
  }),
}

/** More bytes than the adapter reads; they are announced, or come in chunks without end. */
export const oversized = (bytes: number): Fate => ({
  what: "an announced answer that is too long",
  deliveries: 1,
  reply: saying(answer(200, Buffer.alloc(bytes, 0x20), { "content-type": "application/json" })),
})

export const endless = (bytes: number): Fate => ({
  what: "a chunked answer that is too long",
  deliveries: 1,
  reply: (client) => {
    const size = bytes.toString(16)
    client.write(
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${size}\r\n`,
    )
    client.write(Buffer.alloc(bytes, 0x20))
  },
})

/** X's answer under another type. */
export const mistyped: Fate = {
  what: "the right answer under a wrong type",
  deliveries: 1,
  reply: given((client, { body }) => client.write(answer(200, body, html))),
}

const page = "<!doctype html><html><body><h1>So sorry</h1></body></html>"

/** A page in the place of the answer. */
export const replaced: Fate = {
  what: "a page in the place of the answer",
  deliveries: 1,
  reply: saying(answer(200, page, { "content-type": "text/html" })),
}

export const emptied: Fate = {
  what: "nothing in the place of the answer",
  deliveries: 1,
  reply: saying(answer(200)),
}

const problem = (status: number) =>
  answer(status, JSON.stringify({ title: "Sorry", detail: "Sorry", type: "about:blank", status }), {
    "content-type": "application/problem+json",
  })

const failures: Readonly<Record<string, (status: number) => Buffer>> = {
  "in JSON": problem,
  "in v1.1's words": (status) =>
    answer(status, JSON.stringify({ errors: [{ code: 131, message: "Internal error" }] }), json),
  "as a page": (status) => answer(status, page, html),
  "without a body": (status) => answer(status),
}

/** A failure of X or of a gateway, which may come before or after the request was carried out. */
export const failing = (
  status: 500 | 502 | 503 | 504,
  how: "in JSON" | "in v1.1's words" | "as a page" | "without a body",
  deliveries: 0 | 1,
): Fate => ({
  what: `a ${status} ${how} ${deliveries === 0 ? "before it arrives" : "after it arrived"}`,
  deliveries,
  reply: saying(failures[how]?.(status) ?? answer(status)),
})

/** A refusal: nothing arrives. */
export const refusing = (
  what: string,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Fate => ({
  what,
  deliveries: 0,
  reply: saying(
    typeof body === "string"
      ? answer(status, body, { ...html, ...headers })
      : answer(status, JSON.stringify(body), { ...json, ...headers }),
  ),
})

/** Something happens while a request is on its way. */
export const meanwhile = (fate: Fate, what: string, first: () => void): Fate => ({
  ...fate,
  what: `${fate.what}, and meanwhile ${what}`,
  first,
})
