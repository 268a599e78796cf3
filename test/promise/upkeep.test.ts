/** The upkeep of a store in promises, beside the service that works with it. */
import { connectStore, connectUpkeep, type UpkeepProgress } from "@kith/core/promise"
import { MemoryStore } from "@kith/memory-adapter"
import { SqliteAdapter } from "@kith/sqlite-adapter"
import { mkdtempSync, rmSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import {
  collect,
  failure,
  follow,
  kith,
  message,
  untyped,
  untypedStream,
} from "../support/promise.ts"

const folder = mkdtempSync(join(tmpdir(), "kith-upkeep-"))
afterAll(() => rmSync(folder, { recursive: true }))

/** A store in which 1, 3 and 4 follow 2, by commands with ids. */
const filled = async (name: string) => {
  const file = join(folder, name)
  const store = SqliteAdapter.layer({ file })
  const relationships = await connectStore({
    store,
    facts: (edges) => edges.map(() => ({ target: "public" })),
  })
  for (const source of ["1", "3", "4"]) {
    await relationships.execute(follow(source, "2"), { commandId: `by-${source}` })
  }
  return { file, relationships, upkeep: await connectUpkeep(store) }
}

test("a user is erased and then forgotten, while the service goes on", async () => {
  const { relationships, upkeep } = await filled("erase.db")
  const steps: Array<UpkeepProgress> = []
  await upkeep.erase("1", { onProgress: (step) => steps.push(step) })
  expect(steps.at(-1)).toEqual({ done: 3, total: 3 })
  expect((await relationships.followers("2")).entries.map(({ user }) => user)).toEqual(["4", "3"])
  const events = await relationships.history({ source: "1", target: "2" })
  expect(events.map(({ event }) => event._tag)).toEqual(["Erased"])
  expect(await upkeep.forget(Date.now() + 1_000)).toEqual({ commandIds: 2, tombstones: 1 })
  expect(await relationships.history({ source: "1", target: "2" })).toEqual([])
  await upkeep.close()
  expect(await relationships.counts("2")).toMatchObject({ followers: 2 })
  await relationships.close()
})

test("what is not as the log says is found, and mended from it", async () => {
  const { file, relationships, upkeep } = await filled("mend.db")
  expect(await collect(upkeep.check())).toEqual([])
  await relationships.close()
  const broken = new DatabaseSync(file)
  broken.exec("DELETE FROM edges WHERE source = 1")
  broken.close()
  const faults = await collect(upkeep.check())
  expect(faults).toContainEqual({
    where: "edges",
    message: expect.stringMatching(/^[^\n]+$/),
  })
  let steps = 0
  await upkeep.rebuild({ onProgress: () => steps++ })
  expect(steps).toBeGreaterThan(0)
  expect(await collect(upkeep.check())).toEqual([])
  await upkeep.close()
  expect(await kith(upkeep.erase("1"))).toMatchObject({ tag: "Closed" })
})

test("what onProgress throws ends the work, which can be begun again", async () => {
  const { relationships, upkeep } = await filled("thrown.db")
  const onProgress = () => {
    throw new Error("the screen is gone")
  }
  expect(await kith(upkeep.erase("1", { onProgress }))).toMatchObject({ tag: "Unexpected" })
  await upkeep.erase("1")
  expect(await relationships.counts("2")).toMatchObject({ followers: 2 })
  await upkeep.close()
  await relationships.close()
})

test("a store without upkeep, and arguments that cannot be meant, are refused", async () => {
  const refused = connectUpkeep(MemoryStore.layer)
  expect(await kith(refused)).toMatchObject({ tag: "InvalidInput" })
  expect(await message(refused)).toBe(
    "the layer makes no Upkeep; give one that does, such as SqliteAdapter.layer({ file })",
  )
  const { relationships, upkeep } = await filled("refused.db")
  const misspelt = { onProgres: () => undefined }
  for (const call of [
    upkeep.erase("me"),
    upkeep.forget(Number.NaN),
    untyped(upkeep.forget, "1"),
    untyped(upkeep.forget, 1, misspelt),
    untyped(upkeep.erase, "1", misspelt),
    untyped(upkeep.rebuild, misspelt),
    untypedStream(upkeep.check, misspelt),
  ]) {
    expect(await kith(call)).toMatchObject({ tag: "InvalidInput" })
  }
  const reason = new Error("not now")
  expect(await failure(upkeep.rebuild({ signal: AbortSignal.abort(reason) }))).toBe(reason)
  await upkeep.close()
  await relationships.close()
})
