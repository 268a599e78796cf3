/** The journal on SQLite under the public suite, on one file that all cases share. */
import { journalSuite } from "@kith/core/testing"
import { SqliteAdapter } from "@kith/sqlite-adapter"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"

const folder = mkdtempSync(join(tmpdir(), "kith-sqlite-"))
afterAll(() => rmSync(folder, { recursive: true }))

journalSuite("SqliteAdapter", SqliteAdapter.layer({ file: join(folder, "journal.db") }), {
  durable: true,
  shared: true,
})
