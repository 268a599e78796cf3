/** Ways to treat a server badly beneath HTTP: what is written, when, and what is left out. */
import type { Connection } from "../wire.ts"

/** What somebody does on a connection of theirs; whoever drips goes on until the connection ends. */
export type Deed = (connection: Connection) => void

const target = "/2/users/me"
const host = "Host: 127.0.0.1\r\n"
const get = `GET ${target} HTTP/1.1\r\n${host}`
const post = `POST ${target} HTTP/1.1\r\n${host}Content-Type: application/json\r\n`

const says =
  (...parts: ReadonlyArray<string | Buffer>): Deed =>
  (connection) => {
    for (const part of parts) connection.write(part)
  }

const andEnds =
  (deed: Deed): Deed =>
  (connection) => {
    deed(connection)
    connection.end()
  }

/** A little at a time, so that the connection is never silent for long. */
const drips =
  (begin: string, piece: (count: number) => string): Deed =>
  (connection) => {
    connection.write(begin)
    let count = 0
    const timer = setInterval(() => {
      if (connection.isClosed) clearInterval(timer)
      else connection.write(piece(count++))
    }, 100)
    void connection.closed().then(() => clearInterval(timer))
  }

/** They take their time, or never finish: the server has to give up on them. */
export const slow: Readonly<Record<string, Deed>> = {
  "says nothing": () => undefined,
  "sends half a request line": says("GET /2/us"),
  "sends half of the headers": says(get),
  "sends headers for ever": drips(get, (count) => `X-${count}: x\r\n`),
  "sends a header by the letter": drips(`${get}X: `, () => "x"),
  "sends half of a body": says(`${post}Content-Length: 10\r\n\r\n{`),
  "sends a body by the letter": drips(`${post}Content-Length: 60000\r\n\r\n`, () => "x"),
  "sends half of a chunk": says(`${post}Transfer-Encoding: chunked\r\n\r\n5\r\nab`),
  "sends chunks for ever": drips(`${post}Transfer-Encoding: chunked\r\n\r\n`, () => "1\r\nx\r\n"),
  "sends no last chunk": says(`${post}Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n`),
  "sends the size of a chunk by the letter": drips(
    `${post}Transfer-Encoding: chunked\r\n\r\n`,
    () => "0",
  ),
  "sends a trailer for ever": drips(
    `${post}Transfer-Encoding: chunked\r\n\r\n0\r\n`,
    (count) => `X-${count}: x\r\n`,
  ),
  "waits to be told to go on, and does not": says(
    `${post}Expect: 100-continue\r\nContent-Length: 10\r\n\r\n`,
  ),
}

const both = (encoding: string): Deed =>
  says(`${post}Content-Length: 6\r\nTransfer-Encoding: ${encoding}\r\n\r\n0\r\n\r\nX`)
const length = (value: string): Deed => says(`${post}Content-Length: ${value}\r\n\r\n{}`)
const chunk = (size: string): Deed =>
  says(`${post}Transfer-Encoding: chunked\r\n\r\n${size}\r\nab\r\n0\r\n\r\n`)

/** They send what is not HTTP, or lies about where it ends. */
export const broken: Readonly<Record<string, Deed>> = {
  "hangs up amid the headers": andEnds(says(get)),
  "hangs up amid a body": andEnds(says(`${post}Content-Length: 10\r\n\r\n{`)),
  "hangs up amid a chunk": andEnds(says(`${post}Transfer-Encoding: chunked\r\n\r\n5\r\nab`)),
  "gives a length and an encoding": both("chunked"),
  "gives a length and an unknown encoding": both("xchunked"),
  "gives chunked and then another encoding": both("chunked, identity"),
  "gives an encoding with a tab": both("\tchunked"),
  "gives two lengths": says(`${post}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}`),
  "gives a length with a sign": length("+2"),
  "gives a negative length": length("-1"),
  "gives a length in hexadecimal": length("0x2"),
  "gives a list of lengths": length("2, 3"),
  "gives a length beyond numbers": length("9".repeat(40)),
  "gives no length": length(""),
  "gives the size of a chunk in other letters": chunk("zz"),
  "gives a negative size of a chunk": chunk("-2"),
  "gives a size of a chunk beyond numbers": chunk("F".repeat(20)),
  "ends a chunk elsewhere": says(`${post}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n`),
  "puts a carriage return into a header": says(`${get}X: a\rb\r\n\r\n`),
  "puts a NUL into a header": says(`${get}X: a\0b\r\n\r\n`),
  "puts a header before the request": says(`X: x\r\n${get}\r\n`),
  "puts a line break into the target": says(`GET /2/users/me\r\n/x HTTP/1.1\r\n${host}\r\n`),
  "puts a space into the target": says(`GET /2/users/m e HTTP/1.1\r\n${host}\r\n`),
  "puts spaces before a colon": says(`GET ${target} HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n`),
  "gives no host": says(`GET ${target} HTTP/1.1\r\n\r\n`),
  "speaks HTTP/0.9": says(`GET ${target}\r\n\r\n`),
  "speaks HTTP/2": says("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  "speaks HTTP/3.7": says(`GET ${target} HTTP/3.7\r\n${host}\r\n`),
  "speaks TLS": says(Buffer.from("16030100a5010000a10303", "hex"), Buffer.alloc(200, 7)),
  "speaks SMTP": says("EHLO example.com\r\n"),
  "sends zeros": says(Buffer.alloc(1_000)),
  "sends noise": says(Buffer.from(Array.from({ length: 999 }, (_, index) => (index * 197) % 256))),
  "sends a line without end": says(Buffer.alloc(300_000, "x")),
  "asks to be connected elsewhere": says(`CONNECT example.com:443 HTTP/1.1\r\n${host}\r\n`),
  "sends a body without end": says(
    `${post}Transfer-Encoding: chunked\r\n\r\n`,
    `10000\r\n${"x".repeat(65_536)}\r\n`.repeat(20),
  ),
}
