/** The store on SQLite under the public suites, on one file that all cases share. */
import { Relationships } from "@kith/core"
import { relationshipsSuite, storeSuite, World } from "@kith/core/testing"
import { SqliteAdapter } from "@kith/sqlite-adapter"
import { Layer } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"

const folder = mkdtempSync(join(tmpdir(), "kith-sqlite-"))
afterAll(() => rmSync(folder, { recursive: true }))

const layer = SqliteAdapter.layer({ file: join(folder, "store.db") })

storeSuite("SqliteAdapter", layer, { durable: true, shared: true })

relationshipsSuite(
  "Relationships over SqliteAdapter",
  Relationships.layerStore().pipe(Layer.provide(layer), Layer.provideMerge(World.layerDirectory)),
)
