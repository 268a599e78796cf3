/** The journal in a file: what every journal promises, and what only files can suffer. */
import { journalSuite } from "@kith/core/testing"
import { Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import { spawn } from "node:child_process"
import { chmodSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises"
import { hostname, tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import * as FileJournal from "../packages/cli/src/files/FileJournal.ts"

let folder: string
let file: string
let files = 0

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kith-journal-"))
})
// A file of its own for each case, since every write writes all of it.
beforeEach(() => {
  file = join(folder, String(files++), "journal.json")
})
afterAll(() => rm(folder, { recursive: true }))

journalSuite(
  "FileJournal",
  Layer.suspend(() => FileJournal.layer(file)),
  {
    durable: true,
    shared: true,
  },
)

const put = (value: string, expectedVersion = 0) =>
  Effect.flatMap(FileJournal.make(file), (journal) =>
    journal.write([{ key: "key", value, expectedVersion }]),
  )

const valueOf = () =>
  Effect.runPromise(
    Effect.flatMap(FileJournal.make(file), (journal) =>
      Effect.map(journal.read(["key"]), ([entry]) => entry?.value),
    ),
  )

const failureOf = <A, E>(effect: Effect.Effect<A, E>) => Effect.runPromise(Effect.flip(effect))

/** A process that has ended, so that nobody has its id. */
const endedPid = (): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, ["--version"], { stdio: "ignore" })
    child.once("close", () => resolve(child.pid ?? 0))
  })

const lockWith = async (text: string, ageSeconds = 0) => {
  await mkdir(join(file, ".."), { recursive: true, mode: 0o700 })
  await writeFile(`${file}.lock`, text)
  const time = Date.now() / 1000 - ageSeconds
  await utimes(`${file}.lock`, time, time)
}

const holder = (pid: number, host = hostname()) => JSON.stringify({ pid, host, token: "theirs" })

/** Beside the journal itself, nothing is left behind. */
const isTidy = () => expect(readdirSync(join(file, ".."))).toEqual(["journal.json"])

describe("a journal's file", () => {
  test("is for its owner alone, and so is its directory", async () => {
    await Effect.runPromise(put("value"))
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(join(file, "..")).mode & 0o777).toBe(0o700)
    isTidy()
  })

  test.each([0o644, 0o660, 0o601])("of the mode %o is refused: others may use it", async (mode) => {
    await Effect.runPromise(put("value"))
    const before = readFileSync(file, "utf8")
    chmodSync(file, mode)
    const [reading, writing] = [
      await failureOf(Effect.flatMap(FileJournal.make(file), (it) => it.read(["key"]))),
      await failureOf(put("other", 1)),
    ]
    for (const error of [reading, writing]) {
      expect(error).toMatchObject({ _tag: "StoreError", reason: "ReadOnly" })
      expect(error.message).toContain(`run: chmod 600 ${file}`)
    }
    expect(readFileSync(file, "utf8")).toBe(before)
  })

  test("stays where a link points to", async () => {
    await Effect.runPromise(put("value"))
    const link = join(folder, `link-${files}`)
    await symlink(file, link)
    const journal = await Effect.runPromise(FileJournal.make(link))
    await Effect.runPromise(journal.write([{ key: "key", value: "new", expectedVersion: 1 }]))
    expect(await valueOf()).toBe("new")
    expect(readFileSync(link, "utf8")).toBe(readFileSync(file, "utf8"))
  })

  test.each(["", "{", '{"hunter2":1}', '{"kithJournal":2,"lastVersion":0,"entries":[]}'])(
    "that is no journal is left as it is, and not quoted: %s",
    async (text) => {
      await mkdir(join(file, ".."), { recursive: true })
      await writeFile(file, text, { mode: 0o600 })
      const error = await failureOf(put("value"))
      expect(error).toMatchObject({ _tag: "StoreError", reason: "Corrupt" })
      expect(error.message).not.toContain("hunter2")
      expect(error.message).toContain(`${file} is no journal`)
      expect(readFileSync(file, "utf8")).toBe(text)
    },
  )

  test("is as it was when the one that should take its place could not be written", async () => {
    await Effect.runPromise(put("value"))
    // Where the new file would go there is something that cannot be cleared away.
    await mkdir(join(`${file}.new`, "full"), { recursive: true })
    const error = await failureOf(put("other", 1))
    expect(error._tag).toBe("StoreError")
    expect(await valueOf()).toBe("value")
    expect(existsSync(`${file}.lock`)).toBe(false)
  })

  test("loses nothing of what processes write at the same time", async () => {
    const writer = new URL("support/journal-writer.ts", import.meta.url).pathname
    const codes = await Promise.all(
      ["key", "key", "other"].map(
        (key) =>
          new Promise((resolve) => {
            spawn(process.execPath, [writer, file, key, "40"], { stdio: "inherit" }).once(
              "close",
              resolve,
            )
          }),
      ),
    )
    expect(codes).toEqual([0, 0, 0])
    expect(await valueOf()).toBe("80")
    isTidy()
  })
})

describe("a lock", () => {
  test.each([
    ["of a process that has ended", async () => lockWith(holder(await endedPid()))],
    ["older than any holder can be", () => lockWith(holder(process.pid), 11)],
    ["of another machine, and as old", () => lockWith(holder(1, "elsewhere"), 11)],
    ["that was never written, and as old", () => lockWith("", 11)],
  ])("is taken over at once: one %s", async (_, lock) => {
    await lock()
    // By this clock no time passes.
    await Effect.runPromise(Effect.provide(put("value"), TestClock.layer()))
    expect(await valueOf()).toBe("value")
    isTidy()
  })

  test("that was left in the middle of being taken over is taken over all the same", async () => {
    await lockWith(holder(await endedPid()))
    await writeFile(`${file}.lock.clear`, "")
    const time = Date.now() / 1000 - 11
    await utimes(`${file}.lock.clear`, time, time)
    await Effect.runPromise(put("value"))
    isTidy()
  })

  test.each([
    ["of a process that runs", () => lockWith(holder(process.pid))],
    ["of another machine", async () => lockWith(holder(await endedPid(), "elsewhere"))],
    ["that is being written", () => lockWith("")],
  ])("is waited for, and no longer than a while: one %s", async (_, lock) => {
    await lock()
    await Effect.gen(function* () {
      const writing = yield* Effect.forkChild(Effect.flip(put("value")))
      yield* TestClock.adjust("19 seconds")
      expect(writing.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("2 seconds")
      const error = yield* Fiber.join(writing)
      expect(error).toMatchObject({ _tag: "StoreError", reason: "Unavailable" })
      expect(error.message).toContain(`delete ${file}.lock`)
    }).pipe(Effect.provide(TestClock.layer()), Effect.runPromise)
    expect(existsSync(file)).toBe(false)
  })

  test("is waited for until it is given back", async () => {
    await lockWith(holder(process.pid))
    await Effect.gen(function* () {
      const writing = yield* Effect.forkChild(put("value"))
      yield* TestClock.adjust("1 second")
      expect(writing.pollUnsafe()).toBeUndefined()
      yield* Effect.promise(() => rm(`${file}.lock`))
      yield* TestClock.adjust("1 second")
      expect((yield* Fiber.join(writing))._tag).toBe("Written")
    }).pipe(Effect.provide(TestClock.layer()), Effect.runPromise)
    isTidy()
  })
})
