/**
 * Gives a run of tests one PostgreSQL server, started when the first test asks for it and removed at
 * the end. Tests ask through a socket, since they run in processes of their own.
 */
import { mkdtemp, rm } from "node:fs/promises"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Server, socketVariable, startServer } from "./postgres.ts"

export default async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "kith-run-"))
  const path = join(folder, "socket")
  let server: Promise<Server> | undefined
  const listener = createServer((socket) => {
    socket.on("error", () => undefined)
    server ??= startServer()
    server.then(
      ({ url }) => socket.end(url),
      (error: unknown) => socket.end(String(error)),
    )
  })
  await new Promise<void>((resolve) => listener.listen(path, resolve))
  process.env[socketVariable] = path
  return async () => {
    listener.close()
    await server?.then((started) => started.stop()).catch(() => undefined)
    await rm(folder, { recursive: true, force: true })
  }
}
