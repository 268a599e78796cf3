/** `kith serve`: how it begins, how it ends, and what it refuses. */
import { spawn } from "node:child_process"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { reachedAt } from "../packages/cli/src/Server.ts"
import { collect, complaint, follow, kith, ready, serve } from "./support/cli.ts"
import { authorization, sign } from "./support/signing.ts"

let folder: string

const commandsIn = (text: string): ReadonlyArray<string> =>
  text
    .replaceAll("\\\n", " ")
    .split("\n")
    .filter((line) => line.startsWith("curl "))

const paste = async (command: string): Promise<unknown> => {
  const { out } = await collect(spawn("sh", ["-c", `${command} --silent --fail`]))
  return JSON.parse(out)
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kith-cli-"))
})
afterAll(() => rm(folder, { recursive: true }))

describe("serve", () => {
  test("says that it is ready, and gives examples that work when pasted", async () => {
    const { child, shown } = await serve()
    const text = (await shown(/[^]*Pages: .*\n/))[0]
    expect(text).toMatch(ready)
    const commands = commandsIn(text)
    expect(commands.length).toBeGreaterThanOrEqual(5)
    const answers: Array<unknown> = []
    for (const command of commands) answers.push(await paste(command))
    expect(answers).toMatchObject([
      { data: { username: "happycamper" } },
      { data: { following: true, pending_follow: false } },
      { data: { following: false, pending_follow: true } },
      { outcome: "changed", state: "following" },
      {
        state: "following",
        history: [{ type: "FollowRequested" }, { type: "FollowRequestApproved" }],
      },
    ])
    child.kill()
  })

  test("gives examples that work here when it listens on every address", async () => {
    const { child, shown } = follow(["serve", "--port", "0", "--host", "0.0.0.0"])
    const [text, port] = await shown(
      /^kith sandbox ready on http:\/\/0\.0\.0\.0:(\d+)\n[^]*Pages: .*\n/,
    )
    expect(text).toContain(`Pages: http://127.0.0.1:${port}/ `)
    const control = commandsIn(text).findLast((command) => command.includes("/sandbox/"))
    expect(await paste(control ?? "")).toMatchObject({ state: "none" })
    child.kill()
  })

  test.each([
    ["http://0.0.0.0:4280", "http://127.0.0.1:4280"],
    ["http://0:4280", "http://127.0.0.1:4280"],
    ["http://[::]:80", "http://[::1]"],
    ["http://192.0.2.1:4280", "http://192.0.2.1:4280"],
    ["http://[fe80::1%eth0]:4280", "http://[fe80::1%eth0]:4280"],
  ])("is reached at %s as %s", (url, here) => {
    expect(reachedAt(url)).toBe(here)
  })

  test("takes signatures for its public URL, with the path that a proxy takes away", async () => {
    const { child, url } = await serve("--public-url", "https://x.example.test/base/")
    const keys = {
      consumerKey: "kithExampleConsumerKey000",
      consumerSecret: "kithExampleConsumerSecret0000000000000000000000000",
      token: "63046977-kithExampleHappycamperAccessToken00000000000",
      secret: "kithExampleHappycamperAccessTokenSecret0000000000000",
    }
    const statusFor = async (signed: string) => {
      const oauth = sign({ method: "GET", url: `${signed}/2/users/me`, keys })
      const headers = { authorization: authorization(oauth) }
      return (await fetch(`${url}/2/users/me`, { headers })).status
    }
    expect(await statusFor("https://x.example.test/base")).toBe(200)
    expect(await statusFor("https://x.example.test")).toBe(401)
    child.kill()
  })

  test.each(["SIGTERM", "SIGINT"] as const)(
    "ends cleanly with %s, also with a client that hangs on",
    async (signal) => {
      const { child, ended, url: at } = await serve()
      const stream = await fetch(`${at}/sandbox/events`, {
        headers: { accept: "text/event-stream" },
      })
      const asked = performance.now()
      child.kill(signal)
      const { code, err } = await ended
      expect([code, err]).toEqual([0, ""])
      expect(performance.now() - asked).toBeLessThan(1_000)
      await stream.body?.cancel().catch(() => undefined)
    },
  )

  test("begins with the world of a file", async () => {
    const file = join(folder, "good.json")
    const user = { id: "5", username: "ada", name: "Ada" }
    await writeFile(
      file,
      JSON.stringify({ apps: [], users: [user], tokens: [], relationships: [], blocks: [] }),
    )
    const { child, url: at } = await serve("--world", file)
    expect(await (await fetch(`${at}/sandbox/users/ada`)).json()).toEqual(user)
    child.kill()
  })

  test("refuses a bad world with a line for each mistake", async () => {
    const file = join(folder, "bad.json")
    const user = { id: "5", username: "ada" }
    await writeFile(
      file,
      JSON.stringify({ apps: [], users: [user, user], tokens: [], relationships: [], blocks: [] }),
    )
    const ended = await kith(["serve", "--port", "0", "--world", file])
    expect(ended.code).toBe(1)
    expect(complaint(ended).trimEnd().split("\n")).toEqual([
      `kith: ${file}: users[0].name: is missing`,
      `kith: ${file}: users[1].name: is missing`,
      `kith: ${file}: users[1].id: the same id as users[0].id`,
      `kith: ${file}: users[1].username: the same username as users[0].username`,
    ])
  })

  test("says where a world is not JSON", async () => {
    const file = join(folder, "broken.json")
    await writeFile(file, '{\n  "apps": [,]\n}\n')
    const ended = await kith(["serve", "--world", file])
    expect(ended.code).toBe(1)
    expect(complaint(ended)).toBe(
      `kith: ${file}: not JSON: line 2, column 12: expected a value, found ","\n`,
    )
  })

  test.each([
    [
      ["--world", "/nowhere/my.json"],
      1,
      "cannot read the world file /nowhere/my.json: there is no such file",
    ],
    [["--world", "/"], 1, "cannot read the world file /: it is a directory"],
    [
      ["--store", "sqlite:/nowhere/kith.db"],
      1,
      "/nowhere/kith.db: there is no folder /nowhere; make it first",
    ],
    [
      ["--store", "sqlite:/etc/passwd/kith.db"],
      1,
      "/etc/passwd/kith.db: a part of this path is a file and no folder; choose another place",
    ],
    [["--store", "sqlite:/"], 2, "the store: behind sqlite: comes a file and no directory"],
    [["--store", "postgres://me:hunter2@db"], 2, "the store: the PostgreSQL URL names no database"],
    [["--store", "paper"], 2, "the store: expected memory, sqlite:FILE or postgres://"],
    [["--public-url", "not a url"], 2, "--public-url not a url: expected a URL"],
    [
      ["--host", "256.1.1.1"],
      1,
      "cannot listen on 256.1.1.1:0: this machine has no address 256.1.1.1; 127.0.0.1 is one",
    ],
  ])("refuses %j", async (args, code, message) => {
    const ended = await kith(["serve", "--port", "0", ...args])
    expect(ended.code).toBe(code)
    const line = complaint(ended)
    expect(line.startsWith(`kith: ${message}`)).toBe(true)
    expect(line.trimEnd().split("\n")).toHaveLength(1)
    expect(line).not.toContain("hunter2")
  })

  test("refuses a port that is in use", async () => {
    const { child, url } = await serve()
    const ended = await kith(["serve", "--port", new URL(url).port])
    expect(ended.code).toBe(1)
    expect(complaint(ended)).toBe(
      `kith: 127.0.0.1:${new URL(url).port} is in use; choose another port, or port 0 for any free one\n`,
    )
    child.kill()
  })
})
