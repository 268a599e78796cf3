/** Archives into a file and out of it. */
import { RelationshipStore } from "@kith/core"
import { SqliteAdapter } from "@kith/sqlite-adapter"
import { Context, Effect, Layer } from "effect"
import * as fc from "fast-check"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, test } from "vitest"
import { carries } from "../core/archive-support.ts"

const folder = mkdtempSync(join(tmpdir(), "kith-archive-"))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0

const newFile = Effect.suspend(() => {
  files += 1
  return Effect.map(
    Layer.build(SqliteAdapter.layer({ file: join(folder, `${files}.db`) })),
    (context) => Context.get(context, RelationshipStore.RelationshipStore),
  )
})

test("an archive carries any history into a file, and out of it again", async () => {
  await fc.assert(carries(newFile), { numRuns: process.env["KITH_FULL"] === "1" ? 200 : 20 })
})
