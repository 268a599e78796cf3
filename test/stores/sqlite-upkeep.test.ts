/** The upkeep of a store on SQLite under the public suite, on one file that all cases share. */
import { upkeepSuite } from "@kith/core/testing"
import { SqliteAdapter } from "@kith/sqlite-adapter"
import { Effect } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"

const folder = mkdtempSync(join(tmpdir(), "kith-sqlite-"))
afterAll(() => rmSync(folder, { recursive: true }))

const file = join(folder, "upkeep.db")

/** Writes to the file behind the back of the store. */
const spoil = (sql: string, ...ids: ReadonlyArray<string>) =>
  Effect.sync(() => {
    const database = new DatabaseSync(file, { timeout: 5000 })
    database.prepare(sql).run(...ids.map(BigInt))
    database.close()
  })

upkeepSuite(
  "SqliteAdapter",
  SqliteAdapter.layer({ file, keepCommandIdsFor: Number.POSITIVE_INFINITY }),
  {
    durable: true,
    shared: true,
    damage: {
      edges: ({ source, target }) =>
        spoil("UPDATE edges SET version = 7 WHERE source = ? AND target = ?", source, target),
      lists: ({ target }) => spoil("DELETE FROM incoming WHERE target = ?", target),
      counts: ({ source }) => spoil("UPDATE users SET following = 7 WHERE id = ?", source),
    },
  },
)
