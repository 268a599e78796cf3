/** The kinds of stores there are to test, and empty ones of each. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"
import { freshSchema, serverUrl } from "../../support/postgres.ts"
import * as LineStore from "./line-store.ts"
import type { Kind } from "./places.ts"

/** A folder that is gone at the end. */
const makeFolder = (): (() => string) => {
  const folders: Array<string> = []
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true })
  })
  return () => {
    const folder = mkdtempSync(join(tmpdir(), "kith-durable-"))
    folders.push(folder)
    return folder
  }
}

export const sqlite = (): Kind => {
  const folder = makeFolder()
  return {
    name: "SQLite",
    open: () => Promise.resolve({ _tag: "Sqlite", file: join(folder(), "kith.db") }),
  }
}

/** @param url of a server; of the one that all tests share unless told */
export const postgres = (url: () => Promise<string> = serverUrl): Kind => ({
  name: "PostgreSQL",
  open: async () => ({ _tag: "Postgres", url: await url(), schema: freshSchema() }),
})

export const lines = (flaw?: LineStore.Flaw): Kind => {
  const folder = makeFolder()
  return {
    name: "lines",
    open: async () => {
      const file = join(folder(), "lines")
      LineStore.make(file)
      return { _tag: "Lines", file, flaw }
    },
  }
}
