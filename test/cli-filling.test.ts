/** How far `kith serve --world` and `kith import` of a world are, which a person at a terminal sees. */
import { Effect, Fiber } from "effect"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import * as Import from "../packages/cli/src/store/Import.ts"
import * as Server from "../packages/cli/src/Server.ts"
import { crowd, idOf } from "./support/cli-x.ts"
import { happycamper, world } from "./support/x-auth.ts"

const seen: Array<unknown> = []

vi.mock(import("../packages/cli/src/Progress.ts"), async (original) => {
  const Progress = await original()
  return {
    ...Progress,
    onTerminal: (unit, total) => {
      seen.push(`of ${total} ${unit}`)
      return {
        ...Progress.none,
        add: (count) => seen.push(count),
        clear: () => seen.push("cleared"),
      }
    },
  }
})

let folder: string
let file: string

beforeEach(async () => {
  seen.splice(0)
  folder = await mkdtemp(join(tmpdir(), "kith-filling-"))
  file = join(folder, "world.json")
  await writeFile(file, JSON.stringify({ ...world, ...crowd(5) }))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await rm(folder, { recursive: true })
})

/** What is printed, once it is. */
const printed = (): Promise<string> =>
  new Promise((resolve) => {
    vi.spyOn(process.stdout, "write").mockImplementation((text, ...rest) => {
      resolve(String(text))
      for (const done of rest) if (typeof done === "function") done()
      return true
    })
  })

test("serve shows how much of a world is kept by now, and nothing of what happens later", async () => {
  const out = printed()
  const serving = Effect.runFork(
    Server.run({
      host: "127.0.0.1",
      port: 0,
      world: file,
      store: `sqlite:${join(folder, "kith.db")}`,
      replace: false,
      publicUrl: [],
      allowRemoteControl: false,
      json: true,
    }),
  )
  const { url } = JSON.parse(await out)
  const answer = await fetch(`${url}/sandbox/commands`, {
    method: "POST",
    body: JSON.stringify({
      command: { _tag: "Follow", source: happycamper, target: idOf("TwitterDev") },
    }),
  })
  expect(await answer.json()).toMatchObject({ outcome: "changed" })
  await Effect.runPromise(Fiber.interrupt(serving))
  expect(seen).toEqual(["of 5 relationships", 5, "cleared"])
})

test("import shows the same", async () => {
  const out = printed()
  const store = `sqlite:${join(folder, "kith.db")}`
  await Effect.runPromise(Import.run({ file, store, replace: false, json: true }))
  expect(JSON.parse(await out)).toMatchObject({ store, relationships: 5 })
  expect(seen).toEqual(["of 5 relationships", 5, "cleared"])
})
