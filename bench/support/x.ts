/**
 * An X that answers every follow at once, in a process of its own: it says yes, with the headers of
 * windows that never close. It tells its parent the port, and ends with it.
 */
import { createServer } from "node:http"

const max = 1_000_000_000
const quarter = 900_000

let used = 0

const server = createServer((request, response) => {
  const chunks: Array<Buffer> = []
  request.on("data", (chunk: Buffer) => chunks.push(chunk))
  request.on("end", () => {
    const body: { target_user_id?: string } = JSON.parse(Buffer.concat(chunks).toString())
    const following = body.target_user_id !== undefined
    const text = JSON.stringify({ data: { following, pending_follow: false } })
    used++
    response.writeHead(200, {
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(text),
      "x-rate-limit-limit": max,
      "x-rate-limit-remaining": max - used,
      "x-rate-limit-reset": Math.ceil(Date.now() / quarter) * (quarter / 1000),
    })
    response.end(text)
  })
})

process.once("disconnect", () => process.exit())
server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  if (address !== null && typeof address === "object") process.send?.({ port: address.port })
})
