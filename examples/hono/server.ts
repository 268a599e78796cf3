/** Runs the example on `PORT`, 3000 unless told: `node examples/hono/server.ts`. */
import { serve } from "@hono/node-server"
import { connect } from "@kith/core/promise"
import { MemoryAdapter } from "@kith/memory-adapter"
import { makeApp } from "./app.ts"

const relationships = await connect(
  MemoryAdapter.layer({
    directory: { unknownUsers: "public", users: [["3", { protected: true }]] },
  }),
)

const server = serve(
  { fetch: makeApp(relationships).fetch, port: Number(process.env["PORT"] ?? 3000) },
  ({ port }) => console.log(`listening on http://127.0.0.1:${port}`),
)

process.once("SIGTERM", () => {
  server.close()
  // Commands that are on their way end first; streams of changes end at once.
  void relationships.close()
})
