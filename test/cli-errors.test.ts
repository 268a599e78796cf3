/** What `kith` says to a program of what went wrong: with `--json`, one line of JSON. */
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Sandbox } from "@kith/sandbox"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { type Ended, type Runner, runner } from "./support/cli.ts"
import { crowd, type Scene, scene, windowOf } from "./support/cli-x.ts"
import { closedPort, hostile, whole } from "./support/hostile.ts"
import { happycamper } from "./support/x-auth.ts"

let kith: Runner
let folder: string

beforeAll(async () => {
  kith = runner()
  folder = await mkdtemp(join(tmpdir(), "kith-errors-"))
})
afterAll(async () => {
  kith.end()
  await rm(folder, { recursive: true })
})

/** The exit code, and the error that is told on one line and no other. */
const told = ({ code, err }: Ended): readonly [number | null, unknown] => {
  expect(err.trimEnd().split("\n")).toHaveLength(1)
  expect(err.endsWith("\n")).toBe(true)
  return [code, JSON.parse(err)]
}

const inJson = async (line: string, env = {}) =>
  told(await kith.run([...line.split(" "), "--json"], env))

const soon = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

describe("a wrong command line is told in JSON", () => {
  test.each([
    ["log --from x", 'Invalid value for flag --from: "x". Expected: a whole number'],
    ["log --form 1", "Unrecognized flag: --form in command kith log; did you mean --from"],
    ["follow a", "Missing required argument: target"],
    ["update a b", "nothing to update; give --[no-]retweets, --[no-]notifications or both"],
    ["log --on x", "X has no call for this; give a Kith server with --on URL"],
    ["check --store memory", "what is in memory ends with its process; name a file or a database"],
  ])("%s", async (line, message) => {
    expect(await inJson(line)).toEqual([
      2,
      { tag: "InvalidInput", message: expect.stringContaining(message), retryable: false },
    ])
  })

  test("in JSON when that was asked of the command, and not of what comes behind --", async () => {
    const { code, err } = await kith.run(["follow", "a", "--", "b", "--json"])
    expect([code, err]).toEqual([2, expect.stringMatching(/^kith: .*\nkith: see: kith follow/)])
  })
})

describe("a server", () => {
  test("that refuses a command says by which rule, and says so of users nobody knows", async () => {
    await using server = await Sandbox.start()
    const env = { KITH_URL: server.url }
    expect(await inJson("approve happycamper quietbirch", env)).toEqual([
      1,
      {
        tag: "CommandRejected",
        message: expect.stringContaining("no request of the source waits"),
        reason: "NoPendingRequest",
        retryable: false,
      },
    ])
    expect(await inJson("show happycamper nobody", env)).toEqual([
      1,
      {
        tag: "UserNotFound",
        message: 'no user has the id or username "nobody"',
        retryable: false,
      },
    ])
    expect(await inJson("followers happycamper --cursor x", env)).toMatchObject([
      1,
      { tag: "InvalidInput", retryable: false },
    ])
    await kith.run(["follow", "happycamper", "TwitterDev", "--command-id", "one"], env)
    expect(await inJson("unfollow happycamper TwitterDev --command-id one", env)).toMatchObject([
      1,
      { tag: "CommandIdReused", retryable: false },
    ])
  })

  test("that is not there may be there later, and one that is no Kith server will not", async () => {
    const nowhere = `http://127.0.0.1:${await closedPort()}`
    expect(await inJson(`log --on ${nowhere}`)).toEqual([
      1,
      {
        tag: "Unavailable",
        message: `no Kith server at ${nowhere}; start one with: kith serve`,
        reason: "ECONNREFUSED",
        retryable: true,
      },
    ])
    await using other = await hostile((socket) => socket.write(whole("200 OK", "hello")))
    expect(await inJson(`show a b --on ${other.origin}`)).toMatchObject([
      1,
      { tag: "Unavailable", retryable: false },
    ])
  })

  test("that goes away over a command may have carried it out, which the line says", async () => {
    await using server = await hostile((socket, request) => {
      if (request.startsWith("POST")) return socket.destroy()
      const name = /users\/(\w+)/.exec(request)?.[1]
      const user = { id: name === "a" ? "1" : "2", username: name, name }
      return socket.write(whole("200 OK", JSON.stringify(user)))
    })
    const line = `follow a b --on ${server.origin}`
    const message = expect.stringMatching(
      /^a → b: nobody knows whether this took effect \(.*\); find out with: kith show a b --on http:\S+$/,
    )
    expect(await inJson(`${line} --command-id one`)).toEqual([
      3,
      { tag: "OutcomeUnknown", message, retryable: true, commandId: "one" },
    ])
    const { code, err } = await kith.run(line.split(" "))
    expect([code, err]).toEqual([3, expect.stringMatching(/^kith: a → b: nobody knows .*\n$/)])
  })
})

describe("a store or file", () => {
  test("that is not there, is damaged or is no such thing is told as what it is", async () => {
    const [store, world, text] = ["store.db", "world.json", "text"].map((it) => join(folder, it))
    await writeFile(store ?? "", "this is no database, however long one looks at it".repeat(50))
    await writeFile(world ?? "", '{"users": 5}')
    await writeFile(text ?? "", "hello")
    const error = (tag: string, more = {}) => [
      1,
      { tag, message: expect.any(String), retryable: false, ...more },
    ]
    expect(await inJson(`check --store sqlite:${folder}/none.db`)).toEqual(error("StoreError"))
    expect(await inJson(`check --store sqlite:${store}`)).toEqual(
      error("StoreError", { reason: "Corrupt" }),
    )
    const into = `--store sqlite:${folder}/new.db`
    expect(await inJson(`import ${folder}/none ${into}`)).toEqual(error("FileError"))
    expect(await inJson(`import ${text} ${into}`)).toEqual(error("FileError"))
    expect(await inJson(`import ${world} ${into}`)).toEqual(error("InvalidWorld"))
    expect(await inJson(`serve --port 0 --world ${world}`)).toEqual(error("InvalidWorld"))
    expect(await inJson(`serve --port 0 --store sqlite:${folder}/none/x.db`)).toMatchObject([
      1,
      { tag: "StoreError", message: expect.stringContaining("there is no folder") },
    ])
  })
})

describe("on X", () => {
  let here: Scene
  beforeEach(async () => {
    here = await scene({}, kith.run)
  })
  afterEach(() => here[Symbol.asyncDispose]())

  const onX = async (line: string) => told(await here.onX(`${line} --json`))

  test("a refusal has its reason, and a spent window says when it resets", async () => {
    expect(await onX("follow happycamper 999999")).toMatchObject([
      1,
      { tag: "CommandRejected", reason: "TargetNotFound", retryable: false },
    ])
    expect(await onX("follow happycamper nobody_of_that_name")).toMatchObject([
      1,
      { tag: "UserNotFound", retryable: false },
    ])
    expect(await onX("follow riverotter TwitterDev")).toMatchObject([
      1,
      { tag: "RemoteError", reason: "Unauthenticated", retryable: false },
    ])
    await here.place({ limits: { followUser: windowOf(1, 900) } })
    await here.outOf(`follow ${happycamper} 2244994945`)
    expect(await onX(`follow ${happycamper} 1203944556`)).toEqual([
      4,
      {
        tag: "RemoteError",
        message: expect.any(String),
        reason: "WindowExhausted",
        retryable: true,
        resetAt: soon,
      },
    ])
  })

  test("a list that stops says where it goes on", async () => {
    await here.place({ ...crowd(5), limits: { getUsersFollowers: windowOf(1, 900) } })
    const [code, error] = await onX("followers TwitterDev --all --limit 2")
    expect([code, error]).toEqual([
      4,
      {
        tag: "WalkStopped",
        message: expect.stringContaining("; go on with: kith followers TwitterDev "),
        reason: "WindowExhausted",
        retryable: true,
        resetAt: soon,
        cursor: expect.any(String),
      },
    ])
    const { cursor, message } = Object(error)
    expect(message).toContain(`--cursor ${cursor}`)
  })

  test("what was done in part, or may have been done, is told as that", async () => {
    await here.control("faults", {
      match: { path: "/1.1/friendships/update" },
      times: 1,
      effect: { status: 403, body: { errors: [{ code: 326, message: "locked" }] } },
    })
    expect(await onX("follow happycamper TwitterDev --no-retweets")).toMatchObject([
      1,
      { tag: "PartlyDone", reason: "AccountLocked", retryable: false },
    ])
    await here.control("faults", {
      match: { method: "POST", path: "/2/users/" },
      times: 1,
      effect: { drop: "after" },
    })
    expect(await onX("follow happycamper riverotter --command-id one")).toEqual([
      3,
      {
        tag: "OutcomeUnknown",
        message: expect.stringContaining("find out with: kith reconcile happycamper riverotter"),
        retryable: true,
        resetAt: soon,
        commandId: "one",
      },
    ])
  })
})
