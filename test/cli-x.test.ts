/** `kith … --on x`: the commands on X's own API, against a sandbox, one process each. */
import { UserId } from "@kith/core"
import { Sandbox } from "@kith/sandbox"
import { Effect } from "effect"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { complaint, type Ended, type Environment, follow, kith } from "./support/cli.ts"
import { consent } from "./support/consent.ts"
import { closedPort } from "./support/hostile.ts"
import { confidential as app, happycamper, open, world } from "./support/x-auth.ts"
import type { World } from "../packages/sandbox/src/world/World.ts"

let sandbox: Sandbox.StartedSandbox
let home: string
let callback: string
const said: Array<Ended> = []

const [tokens] = world.tokens
const token = tokens?.oauth1?.token ?? ""
const tokenSecret = tokens?.oauth1?.secret ?? ""

beforeAll(async () => {
  callback = `http://127.0.0.1:${await closedPort()}/callback`
  sandbox = await Sandbox.start({ world: worldWith({}) })
})
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "kith-x-"))
  await place({})
})
afterEach(() => rm(home, { recursive: true }))
afterAll(async () => {
  await sandbox.close()
  // Of everything that was printed in all of these tests.
  const secrets = [app.clientSecret, app.consumerSecret, app.bearerToken, token, tokenSecret]
  const leaks = said.filter(({ err, out }) =>
    secrets.some((secret) => secret !== undefined && `${out}${err}`.includes(secret)),
  )
  expect(leaks).toEqual([])
})

const worldWith = (more: Partial<World>): World => ({
  ...world,
  apps: [app, open].map((it) => ({ ...it, callbackUrls: [callback] })),
  ...more,
})

/** Puts a world in the place of the one before, and takes all faults away. */
const place = (more: Partial<World>) => {
  sandbox.control.setFaults([])
  return Effect.runPromise(sandbox.control.replace(worldWith(more)))
}

/** A user by the tokens that X's page for developers shows. */
const environment = (): Environment => ({
  XDG_CONFIG_HOME: home,
  KITH_X_ORIGIN: sandbox.url,
  KITH_X_CONSUMER_KEY: app.consumerKey,
  KITH_X_CONSUMER_SECRET: app.consumerSecret,
  KITH_X_ACCESS_TOKEN: token,
  KITH_X_ACCESS_TOKEN_SECRET: tokenSecret,
})

const run = async (args: ReadonlyArray<string>, env = environment()): Promise<Ended> => {
  const ended = await kith(args, env)
  said.push(ended)
  expect(ended.err).not.toMatch(/\n\s+at |\.ts:\d|node:internal/)
  return ended
}

const onX = (line: string, env = environment()) => run([...line.split(" "), "--on", "x"], env)

const outOf = async (line: string, env = environment()): Promise<string> => {
  const { code, err, out } = await onX(line, env)
  expect([code, err]).toEqual([0, ""])
  return out
}

const control = (path: string, body: object = {}) =>
  fetch(`${sandbox.url}/sandbox/${path}`, { method: "POST", body: JSON.stringify(body) })

const windowOf = (max: number, seconds: number) => ({
  user: [{ name: "15min", max, seconds, per: "userAndApp" as const }],
})

const idOf = (name: string): string => world.users.find((it) => it.username === name)?.id ?? ""

/** Many who follow one. */
const crowd = (size: number): Partial<World> => {
  const people = Array.from({ length: size }, (_, index) => ({
    id: UserId.make(String(5000 + index)),
    username: `user${index}`,
    name: `User ${index}`,
  }))
  return {
    users: [...world.users, ...people],
    relationships: people.map(({ username }) => ({
      source: username,
      target: "TwitterDev",
      state: "following" as const,
    })),
  }
}

describe("a relationship", () => {
  test("goes through its whole life", async () => {
    const lines = [
      await outOf("follow happycamper @QuietBirch"),
      await outOf("show happycamper quietbirch"),
    ]
    await control(`requests/${happycamper}/${idOf("quietbirch")}/approve`)
    lines.push(
      await outOf("show 63046977 quietbirch"),
      await outOf("update happycamper quietbirch --no-retweets --notifications"),
      await outOf("show happycamper quietbirch"),
      await outOf("unfollow happycamper quietbirch"),
      await outOf("show happycamper quietbirch"),
    )
    expect(lines).toEqual(
      [
        "pending (confirmed)",
        "pending, retweets on, notifications off",
        "following, retweets on, notifications off",
        "following, retweets off, notifications on (confirmed)",
        "following, retweets off, notifications on",
        "none (confirmed)",
        "none",
      ].map(
        (state, index) => `${index === 2 ? happycamper : "happycamper"} → quietbirch: ${state}\n`,
      ),
    )
  })

  test("is told in JSON, with ids and names", async () => {
    const source = { id: happycamper, username: "happycamper" }
    const target = { id: idOf("quietbirch"), username: "quietbirch" }
    const followed = await outOf("follow happycamper quietbirch --no-retweets --json")
    expect(JSON.parse(followed)).toEqual({
      source,
      target,
      state: "pending",
      retweets: false,
      notifications: false,
      outcome: "confirmed",
    })
    expect(JSON.parse(await outOf("show happycamper TwitterDev --json"))).toEqual({
      source,
      target: { id: idOf("TwitterDev"), username: "TwitterDev" },
      state: "none",
    })
  })

  test.each(["v1", "v2", "auto"])("is made and ended through the API %s", async (api) => {
    expect(await outOf(`follow happycamper TwitterDev --api ${api}`)).toContain("following")
    expect(await outOf(`show happycamper TwitterDev --api ${api}`)).toContain("following")
    expect(await outOf(`unfollow happycamper TwitterDev --api ${api}`)).toContain("none")
  })

  test.each([
    ["follow happycamper happycamper", "nobody can follow themselves"],
    ["follow happycamper nobody_of_that_name", "X shows no user of the name @nobody_of_that_name"],
    ["follow happycamper 999999", "the target does not exist"],
    [
      "follow riverotter TwitterDev",
      "nobody has signed in as @riverotter; sign in with: kith login",
    ],
    ["follow 1203944556 TwitterDev", "user 1203944556 has not signed in; sign in with: kith login"],
    ["update happycamper TwitterDev --retweets --api v2", "X's v2 has no call for retweets"],
  ])("is refused on one line: %s", async (line, message) => {
    const ended = await onX(line)
    expect(ended.code).toBe(1)
    const told = complaint(ended)
    expect(told).toContain(message)
    expect(told.trimEnd().split("\n")).toHaveLength(1)
  })

  test("says what the other side has to do elsewhere", async () => {
    const ended = await Promise.all([
      onX("approve happycamper quietbirch"),
      onX("deny happycamper quietbirch"),
      onX("log"),
    ])
    expect(ended.map(({ code, err }) => [code, err])).toEqual(
      ended.map(() => [2, "kith: X has no call for this; give a Kith server with --on URL\n"]),
    )
  })

  test("says what is wrong with a token of the environment", async () => {
    const half = await onX("show a b", { ...environment(), KITH_X_ACCESS_TOKEN_SECRET: "" })
    expect(complaint(half)).toContain("KITH_X_ACCESS_TOKEN_SECRET go together")
    const odd = await onX("show a b", { ...environment(), KITH_X_ACCESS_TOKEN: "abc" })
    expect(complaint(odd)).toContain("those begin with the user's id and a hyphen")
    const other = await onX(`show ${happycamper} TwitterDev`, {
      ...environment(),
      KITH_X_CONSUMER_SECRET: "",
    })
    expect(complaint(other)).toContain("set KITH_X_CONSUMER_KEY and KITH_X_CONSUMER_SECRET")
    const wrong = await onX(`show ${happycamper} TwitterDev`, {
      ...environment(),
      KITH_X_CONSUMER_SECRET: "wrong",
    })
    expect([wrong.code, complaint(wrong).trimEnd().split("\n").length]).toEqual([1, 1])
  })

  test("waits for X to be there again, where nothing was sent", async () => {
    const nowhere = { ...environment(), KITH_X_ORIGIN: `http://127.0.0.1:${await closedPort()}` }
    const ended = await onX(`follow ${happycamper} 5`, nowhere)
    expect(ended.code).toBe(4)
    expect(complaint(ended)).toMatch(/cannot be reached \(ECONNREFUSED\); try again later\n$/)
  })
})

describe("an outcome that nobody knows", () => {
  const lose = (drop: "before" | "after") =>
    control("faults", { match: { method: "POST", path: "/2/users/" }, times: 1, effect: { drop } })

  test.each([
    ["after", "following; the Follow of ", "took effect"],
    ["before", "none; the Follow of ", "did not take effect"],
  ] as const)("is said as such, and found out: lost %s", async (drop, state, outcome) => {
    await lose(drop)
    const ended = await onX("follow happycamper TwitterDev")
    expect(ended.code).toBe(3)
    const [line = "", ...more] = complaint(ended).trimEnd().split("\n")
    expect(more).toEqual([])
    expect(line).toContain("happycamper → TwitterDev: nobody knows whether this took effect (")
    const command = /find out with: kith (.*)$/.exec(line)?.[1] ?? ""
    expect(command).toMatch(/^reconcile happycamper TwitterDev/)
    const show = await onX("show happycamper TwitterDev")
    expect(show.err).toContain("nobody knows yet what became of a Follow")
    const found = await run(command.split(" "))
    expect([found.code, found.err]).toEqual([0, ""])
    expect(found.out).toContain(`happycamper → TwitterDev: ${state}`)
    expect(found.out).toContain(outcome)
    const again = await run([...command.split(" "), "--json"])
    expect(JSON.parse(again.out).commands).toEqual([])
  })

  test("is found out with all others of a user", async () => {
    await outOf("follow happycamper riverotter")
    await lose("after")
    expect((await onX("follow happycamper TwitterDev")).code).toBe(3)
    const { code, err, out } = await run(["reconcile", "happycamper", "--json"])
    expect([code, err]).toEqual([0, ""])
    const [open, all] = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line))
    expect(open).toMatchObject({
      target: { id: idOf("TwitterDev") },
      state: "following",
      commands: [{ command: "Follow", outcome: "done" }],
    })
    expect(all).toEqual({
      user: { id: happycamper, username: "happycamper" },
      following: 2,
      requestsSent: 0,
      missing: 0,
    })
  })
})

describe("a list", () => {
  test("is a table with names, within the width of the terminal", async () => {
    await place({
      ...crowd(3),
      users: [...(crowd(3).users ?? [])].map((user) =>
        user.username === "user1" ? { ...user, name: `Eve\u001b[2J${"x".repeat(40)}` } : user,
      ),
    })
    for (const columns of ["80", "200"]) {
      const out = await outOf("followers TwitterDev", { ...environment(), COLUMNS: columns })
      const lines = out.trimEnd().split("\n")
      expect(lines.map((line) => line.split(" ")[0])).toEqual(["USER", "user2", "user1", "user0"])
      expect(lines.map((line) => line.split(" ").at(-1))).toEqual(["ID", "5002", "5001", "5000"])
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(Number(columns))
      expect(out).not.toContain("\u001b")
    }
    expect(await outOf("following TwitterDev")).toBe("nobody\n")
  })

  test("is read a page at a time, and to the end", async () => {
    await place(crowd(5))
    const page = await outOf("followers TwitterDev --limit 2 --json --names")
    const [first, , next] = page
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line))
    expect(first).toEqual({ user: { id: "5004", username: "user4", name: "User 4" } })
    const table = await outOf("followers TwitterDev --limit 2 --no-names")
    expect(table).toMatch(
      /^ID\n5004\n5003\n\nmore: kith followers TwitterDev --on x --limit 2 --cursor /,
    )
    const rest = await outOf(`followers TwitterDev --json --cursor ${next.next}`)
    expect(rest).toBe(["5002", "5001", "5000"].map((id) => `{"user":{"id":"${id}"}}\n`).join(""))
    const all = await outOf("followers TwitterDev --all --limit 2 --json --api v1")
    expect(all.match(/50\d\d/g)).toEqual(["5004", "5003", "5002", "5001", "5000"])
  })

  test("that stops at a spent window says how to go on, and goes on without loss or repeat", async () => {
    await place({ ...crowd(5), limits: { getUsersFollowers: windowOf(2, 3) } })
    const stopped = await onX("followers TwitterDev --all --limit 2 --json")
    expect(stopped.code).toBe(4)
    const lines = stopped.out.trimEnd().split("\n")
    const { next } = JSON.parse(lines.pop() ?? "")
    expect(stopped.err.trimEnd().split("\n")).toHaveLength(1)
    const command = /go on with: kith (.*)\n/.exec(stopped.err)?.[1] ?? ""
    expect(command).toContain(`--cursor ${next}`)
    const rest = await run([...command.split(" "), "--json", "--wait", "60"])
    expect(rest.code).toBe(0)
    expect(rest.err).toMatch(/^waiting until \d\d:\d\d for a spent window\n$/)
    const ids = [...lines, ...rest.out.trimEnd().split("\n")].map(
      (line) => JSON.parse(line).user.id,
    )
    expect(ids).toEqual(["5004", "5003", "5002", "5001", "5000"])
  })

  test("that is interrupted while it waits says how to go on", async () => {
    await place({ ...crowd(5), limits: { getUsersFollowers: windowOf(1, 900) } })
    const walk = follow(
      "followers TwitterDev --on x --all --limit 2 --json --wait 1000".split(" "),
      environment(),
    )
    await walk.shown(/waiting until/)
    walk.child.kill("SIGINT")
    const { code, err, out } = await walk.ended
    expect(code).toBe(130)
    expect(out.match(/50\d\d/g)).toEqual(["5004", "5003"])
    expect(err).toMatch(/kith: stopped; go on with: kith followers TwitterDev .*--cursor \w+/)
  })

  test("is read on behalf of whoever has signed in, or of the app", async () => {
    await place(crowd(1))
    const bearer = {
      XDG_CONFIG_HOME: home,
      KITH_X_ORIGIN: sandbox.url,
      KITH_X_BEARER_TOKEN: app.bearerToken,
    }
    expect(await outOf("followers TwitterDev", bearer)).toContain("user0")
    expect(await outOf("followers TwitterDev --as happycamper")).toContain("user0")
    const nobody = await onX("followers TwitterDev --as riverotter", bearer)
    expect(complaint(nobody)).toContain("nobody has signed in as @riverotter")
    const none = await onX("followers 2244994945", {
      XDG_CONFIG_HOME: home,
      KITH_X_ORIGIN: sandbox.url,
    })
    expect(none.code).toBe(1)
    expect(complaint(none).trimEnd().split("\n")).toHaveLength(1)
  })
})

describe("quota", () => {
  test("is shown as X has announced it", async () => {
    await place({ limits: "x" })
    expect((await run(["quota"])).out).toBe("no window is open: nothing was counted of late\n")
    await outOf("follow happycamper TwitterDev")
    await outOf("follow happycamper riverotter")
    for (const columns of ["80", "200"]) {
      const { out } = await run(["quota"], { ...environment(), COLUMNS: columns })
      expect(out).toMatch(/^USER +ENDPOINT +WINDOW +USED +RESETS IN/)
      expect(out).toMatch(/^63046977 +followUser +15min +2\/50 +1[45]m \d+s/m)
      expect(out).toMatch(/^\(the app\) +followUser +24hour-app +2\/1000 +2[34]h/m)
      const lines = out.split("\n").map((line) => line.length)
      expect(Math.max(...lines)).toBeLessThanOrEqual(Number(columns))
    }
    const { out } = await run(["quota", happycamper, "--json"])
    const rows = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line))
    expect(rows.every(({ user }) => user === happycamper)).toBe(true)
    expect(rows).toContainEqual({
      user: happycamper,
      endpoint: "followUser",
      window: "24hour",
      limit: 400,
      remaining: 398,
      resetAt: expect.stringMatching(/^\d{4}-.*Z$/),
    })
  })

  test("is shared by processes that act at the same time", async () => {
    await place({ ...crowd(6), limits: { followUser: windowOf(3, 900) } })
    // The first learns how large the window is.
    await outOf(`follow ${happycamper} 2244994945`)
    const ended = await Promise.all(
      [0, 1, 2, 3, 4, 5].map((index) => onX(`follow ${happycamper} ${5000 + index}`)),
    )
    expect(ended.filter(({ code }) => code === 0)).toHaveLength(2)
    for (const { code, err } of ended.filter((it) => it.code !== 0)) {
      expect([code, err]).toEqual([4, expect.stringContaining("nothing was sent")])
    }
  })

  test("is waited for when that was asked", async () => {
    await place({ limits: { followUser: windowOf(1, 3) } })
    await outOf(`follow ${happycamper} 2244994945`)
    const { code, err, out } = await onX(`follow ${happycamper} 1203944556 --wait 30`)
    expect([code, out]).toEqual([0, `${happycamper} → 1203944556: following (confirmed)\n`])
    expect(err).toMatch(/^waiting until \d\d:\d\d for a spent window\n$/)
  })
})

describe("a grant", () => {
  const environment = (): Environment => ({
    XDG_CONFIG_HOME: home,
    KITH_X_ORIGIN: sandbox.url,
    KITH_X_CLIENT_ID: app.clientId,
    KITH_X_CLIENT_SECRET: app.clientSecret ?? "",
  })

  const signIn = async (): Promise<void> => {
    const login = follow(["login", "--callback", callback], environment())
    const [, page = ""] = await login.shown(/\n {2}(http\S+)\n/)
    await login.shown(/waiting for the answer/)
    const { location } = await consent(sandbox.url, page, { user: "happycamper" })
    await fetch(location ?? "")
    expect((await login.ended).code).toBe(0)
  }

  const granted = async (): Promise<Record<string, unknown>> => {
    const file = `profile.127.0.0.1_${sandbox.port}.journal.json`
    const { entries } = JSON.parse(await readFile(join(home, "kith", file), "utf8"))
    const entry = entries.find(([key]: [string]) => key.startsWith("grant/"))
    return JSON.parse(entry[2])
  }

  test("that has expired is refreshed once, by one of many processes", async () => {
    await signIn()
    const before = await granted()
    await control("clock", { advanceSeconds: 7_201 })
    const lines = await Promise.all(
      ["TwitterDev", "riverotter", "quietbirch"].map((target) =>
        outOf(`follow happycamper ${target}`, environment()),
      ),
    )
    expect(lines.map((line) => line.split(": ")[1])).toEqual([
      "following (confirmed)\n",
      "following (confirmed)\n",
      "pending (confirmed)\n",
    ])
    const after = await granted()
    expect(after["accessToken"]).not.toBe(before["accessToken"])
    expect(after["refreshToken"]).not.toBe(before["refreshToken"])
    // A refresh token that is used twice ends its grant: this one still is good.
    expect(await outOf("unfollow happycamper riverotter", environment())).toContain("none")
  })

  test("that X has ended is said so, with what to do", async () => {
    await signIn()
    await place({})
    const ended = await onX("follow happycamper TwitterDev", environment())
    expect(ended.code).toBe(1)
    expect(complaint(ended)).toMatch(/^kith: .*let the user sign in again, with: kith login\n$/)
  })

  test("does for all but preferences, and the line says what does", async () => {
    await signIn()
    const update = await onX("update happycamper TwitterDev --retweets", environment())
    expect(update.code).toBe(1)
    expect(complaint(update)).toContain("sign in with: kith login --pin")
    await outOf("follow happycamper quietbirch", environment())
    const { out } = await run(["reconcile", "happycamper"], environment())
    expect(out).toMatch(/^happycamper: follows 0, /)
  })

  test("is of one app, and no other uses it", async () => {
    await signIn()
    const ended = await onX("follow happycamper TwitterDev", {
      ...environment(),
      KITH_X_CLIENT_ID: open.clientId,
    })
    expect(ended.code).toBe(1)
    expect(complaint(ended)).toContain("@happycamper has signed in to another app")
    expect(await outOf("follow happycamper TwitterDev", environment())).toContain("following")
  })
})
