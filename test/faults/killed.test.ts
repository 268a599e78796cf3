/** Processes of the operating system that are killed with SIGKILL, while their store lives on. */
import { fork } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, test } from "vitest"
import * as Fates from "./support/fates.ts"
import * as Lending from "./support/lending.ts"
import * as Sqlite from "./support/sqlite.ts"
import { open, type Stand } from "./support/stand.ts"
import {
  another,
  begin,
  commandId,
  edge,
  effects,
  expectAgreement,
  follow,
  short,
  succeeds,
} from "./support/story.ts"

const program = fileURLToPath(new URL("support/child.ts", import.meta.url))

type Moment = "never" | "on its way" | "before commit" | "after commit"

/** Lets a process execute the follow, and kills it; how it ended. */
const run = async (stand: Stand, way: "v1" | "v2", moment: Moment): Promise<string> => {
  const child = fork(program, [stand.proxy.origin, way, commandId], {
    serialization: "advanced",
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  })
  const kill = () => child.kill("SIGKILL")
  if (moment === "on its way") {
    stand.fates.push(Fates.meanwhile(Fates.fine, "the process is killed", kill))
  }
  const take = async (message: unknown) => {
    const asked = Lending.methodOf(message)
    if (asked === "commit" && moment === "before commit") return kill()
    const reply = await Lending.answer(message, stand.store, stand.journal)
    if (asked === "commit" && moment === "after commit") return kill()
    return child.connected && child.send(reply)
  }
  let taking: Promise<unknown> = Promise.resolve()
  child.on("message", (message) => {
    taking = taking.then(() => take(message))
  })
  const [code, signal] = await once(child, "exit")
  await taking
  await stand.proxy.settled()
  return String(signal ?? code)
}

describe.each(["v1", "v2"] as const)("over %s, a killed process", (way) => {
  test.each([
    ["on its way", 0],
    ["before commit", 0],
    ["after commit", 1],
  ] as const)(
    "leaves its command %s to the next one, which does not repeat it",
    async (moment, recorded) => {
      await using stand = await open()
      await begin(stand, way)
      expect(await run(stand, way, moment)).toBe("SIGKILL")
      expect(stand.truth(edge)).toMatchObject({ _tag: "Following" })
      expect(await stand.history(edge)).toHaveLength(recorded)
      expect(await stand.openIntents()).toHaveLength(1)
      const next = await another(stand, way, { resolveAtStart: false })
      expect(await next.execute(follow, { commandId })).toMatchObject(
        succeeds({ _tag: "Changed", version: 1, events: [{ commandId }] }),
      )
      // What was recorded is an intent's end; it only stands there until somebody comes by.
      stand.clock.advance(60)
      await next.resolve()
      expect(stand.requests.filter(({ method }) => method === "POST")).toHaveLength(1)
      expect(effects(stand, "")).toEqual(["Followed"])
      await expectAgreement(stand)
    },
  )
})

test("a process that nobody kills ends its command, and leaves nothing behind", async () => {
  await using stand = await open()
  await begin(stand, "v2")
  expect(await run(stand, "v2", "never")).toBe("0")
  expect(short(stand.requests)).toEqual(["POST 200"])
  await expectAgreement(stand)
})

describe("over SQLite, a process that is killed", () => {
  const folder = mkdtempSync(join(tmpdir(), "kith-killed-"))
  afterAll(() => rmSync(folder, { recursive: true }))
  const program = fileURLToPath(new URL("support/child-sqlite.ts", import.meta.url))

  test.each([
    // Whether its command has taken effect, whether that is known here, whether its intent stands open.
    ["after intent", false, false, true],
    ["on its way", true, false, true],
    ["after send", true, false, true],
    ["after commit", true, true, true],
    ["after clear", true, true, false],
  ] as const)(
    "%s leaves a file with which the next one agrees with X, and nothing takes effect twice",
    async (moment, isDone, isRecorded, isOpen) => {
      const file = join(folder, `${moment}.db`)
      await using kept = await Sqlite.open(file)
      await using stand = await open(kept)
      await begin(stand, "v2")
      const isOnItsWay = moment === "on its way"
      const child = fork(
        program,
        [stand.proxy.origin, commandId, file, isOnItsWay ? "never" : moment],
        { execArgv: [] },
      )
      if (isOnItsWay) {
        stand.fates.push(Fates.meanwhile(Fates.fine, "it is killed", () => child.kill("SIGKILL")))
      }
      expect(await once(child, "exit")).toEqual([null, "SIGKILL"])
      await stand.proxy.settled()
      expect(stand.truth(edge)).toMatchObject({ _tag: isDone ? "Following" : "None" })
      expect(await stand.history(edge)).toHaveLength(isRecorded ? 1 : 0)
      expect(await stand.openIntents()).toHaveLength(isOpen ? 1 : 0)

      // Whoever sent it may still be at it, as far as anybody knows.
      stand.clock.advance(60)
      const next = await another(stand, "v2")
      expect(await next.resolve()).toMatchObject({ _tag: "Success" })
      expect(short(stand.requests)).toEqual([
        ...(isDone ? ["POST 200"] : []),
        ...(isOpen ? ["GET 200"] : []),
      ])
      await expectAgreement(stand)

      expect(await next.execute(follow, { commandId })).toMatchObject(
        succeeds({ _tag: "Changed", version: 1, events: [{ commandId }] }),
      )
      expect(stand.requests.filter(({ method }) => method === "POST")).toHaveLength(1)
      expect(stand.requests.flatMap(({ events }) => events)).toMatchObject([
        { event: { _tag: "Followed" } },
      ])
      await expectAgreement(stand)
    },
  )
})
