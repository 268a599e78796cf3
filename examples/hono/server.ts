/**
 * Runs the example on `PORT`, 3000 unless told, over the file `FILE`, `follows.db` unless told:
 * `node examples/hono/server.ts`.
 */
import { serve } from "@hono/node-server"
import { connectStore } from "@kith/core/promise"
import { SqliteAdapter } from "@kith/sqlite-adapter"
import { makeApp } from "./app.ts"

/** Stands for a table of users: everybody is there, and these approve their followers. */
const locked = new Set(["3"])

const relationships = await connectStore({
  store: SqliteAdapter.layer({ file: process.env["FILE"] ?? "follows.db" }),
  facts: (edges) =>
    edges.map(({ target }) => ({ target: locked.has(target) ? "protected" : "public" })),
})

const server = serve(
  { fetch: makeApp(relationships).fetch, port: Number(process.env["PORT"] ?? 3000) },
  ({ port }) => console.log(`listening on http://127.0.0.1:${port}`),
)

process.once("SIGTERM", () => {
  server.close()
  // Commands that are on their way end first; streams of changes end at once.
  void relationships.close()
})
