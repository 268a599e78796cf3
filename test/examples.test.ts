/** The example hosts, run as a newcomer runs them and talked to over a socket. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { createInterface } from "node:readline"
import { afterAll, beforeAll, describe, expect, test } from "vitest"

const root = resolve(import.meta.dirname, "..")

describe("the Hono example", () => {
  const folder = mkdtempSync(join(tmpdir(), "kith-hono-"))
  let server: ChildProcess
  let url = ""
  const start = async () => {
    server = spawn(process.execPath, [join(root, "examples/hono/server.ts")], {
      env: { ...process.env, PORT: "0", FILE: join(folder, "follows.db") },
      stdio: ["ignore", "pipe", "inherit"],
    })
    if (server.stdout === null) return expect.fail("the server has no output")
    const [line] = await once(createInterface(server.stdout), "line")
    url = String(line).replace("listening on ", "")
  }
  beforeAll(start)
  afterAll(() => {
    server.kill("SIGKILL")
    rmSync(folder, { recursive: true })
  })

  const call = async (method: string, path: string, init?: RequestInit) => {
    const response = await fetch(`${url}${path}`, { method, ...init })
    return { status: response.status, body: await response.json() }
  }

  test("follows, says so again, and unfollows", async () => {
    const followed = { _tag: "Changed", relationship: { _tag: "Following", retweets: true } }
    const path = "/users/1/following/2"
    expect(await call("POST", path)).toMatchObject({ status: 200, body: followed })
    expect(await call("POST", path)).toMatchObject({ body: { _tag: "Unchanged" } })
    expect(await call("GET", "/users/2/followers")).toMatchObject({
      body: { entries: [{ user: "1" }] },
    })
    expect(await call("DELETE", path)).toMatchObject({ body: { relationship: { _tag: "None" } } })
    expect(await call("GET", path)).toMatchObject({
      body: { version: 2, history: [{ version: 1 }, { version: 2 }] },
    })
  })

  test("asks a protected account, sets a preference alone, and is let in", async () => {
    const path = "/users/1/following/3"
    expect(await call("POST", path, { body: '{"notifications":true}' })).toMatchObject({
      body: { relationship: { _tag: "Pending", retweets: true, notifications: true } },
    })
    expect(await call("GET", "/users/3/requests")).toMatchObject({
      body: { entries: [{ user: "1" }] },
    })
    await call("PATCH", path, { body: '{"retweets":false}' })
    expect(await call("POST", "/users/3/requests/1/approve")).toMatchObject({
      body: { relationship: { _tag: "Following", retweets: false, notifications: true } },
    })
  })

  test("answers a repeated key alike, and refuses it for something else", async () => {
    const init = { headers: { "Idempotency-Key": "7f1b" } }
    const first = await call("POST", "/users/4/following/5", init)
    await call("DELETE", "/users/4/following/5")
    expect(await call("POST", "/users/4/following/5", init)).toEqual(first)
    expect(await call("POST", "/users/4/following/6", init)).toMatchObject({
      status: 422,
      body: { error: "CommandIdReused" },
    })
  })

  test("says what was wrong, with a status that fits", async () => {
    const answers = [
      ["POST", "/users/1/following/1", undefined, 409, { reason: "CannotFollowSelf" }],
      ["POST", "/users/me/following/1", undefined, 400, { error: "InvalidInput" }],
      ["POST", "/users/1/following/2", "{", 400, { message: "the body is not JSON" }],
      ["POST", "/users/1/following/2", '{"retweet":true}', 400, { error: "InvalidInput" }],
      ["GET", "/users/1/followers?limit=5000", undefined, 400, { error: "InvalidPage" }],
    ] as const
    for (const [method, path, body, status, expected] of answers) {
      const init = body === undefined ? {} : { body }
      expect(await call(method, path, init), path).toMatchObject({ status, body: expected })
    }
  })

  test("streams what happens, resumes where it was left, and ends when told", async () => {
    await call("POST", "/users/8/following/9")
    const headers = { "Last-Event-ID": "1" }
    const events = await fetch(`${url}/events`, { headers })
    const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ""
    while (!text.includes('"source":"8"')) text += (await reader?.read())?.value
    expect(text).toMatch(/^data: .*"position":2,/)
    server.kill("SIGTERM")
    const [code] = await once(server, "exit")
    expect(code).toBe(0)
  })

  test("has everything when it is started again", async () => {
    await start()
    expect(await call("GET", "/users/9/followers")).toMatchObject({
      body: { entries: [{ user: "8" }] },
    })
  })
})
