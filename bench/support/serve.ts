/**
 * One of the servers to be measured, in a process of its own, so that its CPU time is its own:
 * `bare` is Node's HTTP server doing JSON in and out, and sending fixed bytes; `sandbox` is the
 * sandbox with a world that has room for every request, `audience` one with a long list.
 *
 * It tells the parent its port, answers `cpu` with its CPU time so far in microseconds, and takes
 * the bytes that the bare server sends.
 */
import { Sandbox } from "@kith/sandbox"
import { createServer } from "node:http"
import { audience, crowd } from "./crowd.ts"

const tell = (message: object): void => {
  process.send?.(message)
}

let page = ""

const bare = (): void => {
  const server = createServer((request, response) => {
    if (request.method === "GET") {
      response.writeHead(200, {
        "content-type": "application/json; charset=utf-8",
        "content-length": Buffer.byteLength(page),
      })
      response.end(page)
      return
    }
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const body: { target_user_id?: string } = JSON.parse(Buffer.concat(chunks).toString())
      const following = body.target_user_id !== undefined
      const text = JSON.stringify({ data: { following, pending_follow: false } })
      response.writeHead(200, {
        "content-type": "application/json; charset=utf-8",
        "content-length": Buffer.byteLength(text),
      })
      response.end(text)
    })
  })
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    if (address !== null && typeof address === "object") tell({ port: address.port })
  })
}

process.once("SIGINT", () => process.exit())
// It ends with whoever started it, however that one ends.
process.once("disconnect", () => process.exit())
process.on("message", (message: { cpu?: true; page?: string }) => {
  if (message.page !== undefined) page = message.page
  const { user, system } = process.cpuUsage()
  tell({ cpu: user + system })
})

const [, , kind] = process.argv

if (kind === "bare") bare()
else {
  const world = kind === "audience" ? audience() : crowd
  tell({ port: (await Sandbox.start({ world })).port })
}
