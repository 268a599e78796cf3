/** The control API over the wire: setting the stage and acting for the other side. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { builtIn } from "../../packages/sandbox/src/world/BuiltIn.ts"
import {
  codeOf,
  happycamper,
  quietbirch,
  riverotter,
  twitterDev,
  useSandbox,
} from "../support/sandbox-calls.ts"

const { sandbox, call, asX, execute } = useSandbox()

describe("health and world", () => {
  test("says that the sandbox is there", async () => {
    expect(await call("GET", "/sandbox/health")).toMatchObject({
      status: 200,
      json: { status: "ok" },
    })
  })

  test("exports the built-in world", async () => {
    const { status, json } = await call("GET", "/sandbox/world")
    expect(status).toBe(200)
    expect(json).toEqual({ ...builtIn, limits: "x" })
  })

  test.each(["/sandbox/world", "/sandbox/world/", "/sandbox/world/?"])(
    "takes at %s a world that is larger than anything else",
    async (path) => {
      const large = { ...builtIn.users[0], description: "x".repeat(80_000) }
      const world = { ...builtIn, users: [large, ...builtIn.users.slice(1)] }
      expect((await call("PUT", path, world)).status).toBe(200)
    },
  )

  test("replaces everything, and reset goes back to what was given", async () => {
    await execute("Follow", happycamper, twitterDev)
    await call("POST", "/sandbox/clock", { advanceSeconds: 3600 })
    await call("POST", "/sandbox/faults", { effect: { status: 503 } })
    const world = {
      apps: [],
      users: [
        { id: "1", username: "ada", name: "Ada" },
        { id: "2", username: "bob", name: "Bob" },
      ],
      tokens: [],
      relationships: [{ source: "ada", target: "bob", state: "pending", retweets: false }],
      blocks: [],
    }
    expect(await call("PUT", "/sandbox/world", world)).toMatchObject({
      status: 200,
      json: { apps: 0, users: 2, tokens: 0, relationships: 1, blocks: 0 },
    })
    expect(await codeOf(call("GET", `/sandbox/users/${happycamper}`))).toEqual([404, "not-found"])
    expect((await asX("GET", "/2/users/me")).status).toBe(503)
    await call("POST", "/sandbox/requests/ada/bob/approve")
    expect((await call("POST", "/sandbox/reset")).status).toBe(200)
    expect((await call("GET", "/sandbox/relationships/ada/bob")).json).toMatchObject({
      state: "pending",
      retweets: false,
      notifications: false,
      version: 1,
    })
    expect((await call("GET", "/sandbox/faults")).json).toEqual({ faults: [] })
    expect((await asX("GET", "/2/users/me")).status).toBe(401)
    expect(sandbox().control.world().clock.now()).toBeLessThan(Date.now() + 60_000)
  })

  test("refuses a bad world with the path of every mistake, and keeps the one that runs", async () => {
    await execute("Follow", happycamper, twitterDev)
    const answer = await call("PUT", "/sandbox/world", {
      ...builtIn,
      users: [
        { id: "1", username: "ada", name: "Ada" },
        { id: "1", username: "x y" },
      ],
    })
    expect(answer.status).toBe(400)
    expect(answer.json.error.code).toBe("invalid-world")
    expect(answer.json.error.mistakes).toEqual(
      expect.arrayContaining([
        { path: "users[1].id", message: "the same id as users[0].id" },
        { path: "users[1].name", message: "is missing" },
        {
          path: "users[1].username",
          message: "a username is 1 to 15 letters, digits or underscores",
        },
        {
          path: "tokens[0].user",
          message: 'no user of this world is called "happycamper"',
        },
      ]),
    )
    expect(
      (await call("GET", `/sandbox/relationships/${happycamper}/${twitterDev}`)).json.state,
    ).toBe("following")
  })

  test("takes a world that is larger than any request to X", async () => {
    const users = Array.from({ length: 3_000 }, (_, index) => ({
      id: String(index + 1),
      username: `user${index}`,
      name: "x".repeat(40),
    }))
    const world = { apps: [], users, tokens: [], relationships: [], blocks: [] }
    expect((await call("PUT", "/sandbox/world", world)).json).toMatchObject({ users: 3_000 })
  })
})

describe("users", () => {
  test("adds a user, who can be followed at once", async () => {
    const user = { id: "9007199254740993", username: "newcomer", name: "New", protected: true }
    expect(await call("POST", "/sandbox/users", user)).toMatchObject({ status: 201, json: user })
    expect((await call("GET", "/sandbox/users/NEWCOMER")).json).toEqual(user)
    expect((await execute("Follow", happycamper, user.id)).json).toMatchObject({ state: "pending" })
  })

  test("refuses ids and usernames that somebody has", async () => {
    const user = { id: "7", username: "seven", name: "" }
    expect(await codeOf(call("POST", "/sandbox/users", { ...user, id: happycamper }))).toEqual([
      409,
      "conflict",
    ])
    expect(
      await codeOf(call("POST", "/sandbox/users", { ...user, username: "HappyCamper" })),
    ).toEqual([409, "conflict"])
    expect(
      await codeOf(call("PATCH", `/sandbox/users/${riverotter}`, { username: "happycamper" })),
    ).toEqual([409, "conflict"])
    expect((await call("GET", "/sandbox/users/riverotter")).json.id).toBe(riverotter)
  })

  test("changes known members alone, and leaves the others as they are", async () => {
    const before = (await call("GET", "/sandbox/users/TwitterDev")).json
    const changed = await call("PATCH", `/sandbox/users/${twitterDev}`, { protected: true })
    expect(changed).toMatchObject({ status: 200, json: { ...before, protected: true } })
    expect((await execute("Follow", happycamper, twitterDev)).json.state).toBe("pending")
    for (const [patch, path] of [
      [{ id: "5" }, "id"],
      [{ suspendd: true }, "suspendd"],
      [{ suspended: "yes" }, "suspended"],
      [{ createdAt: "yesterday" }, "createdAt"],
      ['{"__proto__": {"suspended": true}}', "__proto__"],
    ] as const) {
      const answer = await call("PATCH", `/sandbox/users/${twitterDev}`, patch)
      expect([answer.status, answer.json.error.mistakes[0].path]).toEqual([400, path])
    }
    expect(await codeOf(call("PATCH", "/sandbox/users/12345", {}))).toEqual([404, "not-found"])
  })

  test("finds a user by id before one whose username looks like it", async () => {
    await call("POST", "/sandbox/users", { id: "8", username: riverotter, name: "digits" })
    expect((await call("GET", `/sandbox/users/${riverotter}`)).json.username).toBe("riverotter")
  })
})

describe("requests, blocks and relationships", () => {
  test("lets the target answer a request, and tells why the edge is as it is", async () => {
    await asX("POST", `/2/users/${happycamper}/following`, { target_user_id: quietbirch })
    const approved = await call("POST", `/sandbox/requests/${happycamper}/${quietbirch}/approve`)
    expect(approved).toMatchObject({
      status: 200,
      json: {
        outcome: "changed",
        state: "following",
        retweets: true,
        notifications: false,
        version: 2,
      },
    })
    expect(approved.json.events).toMatchObject([
      { type: "FollowRequestApproved", actor: quietbirch },
    ])
    const { json } = await call("GET", `/sandbox/relationships/${happycamper}/${quietbirch}`)
    expect(json).toMatchObject({
      source: { id: happycamper, username: "happycamper" },
      state: "following",
      version: 2,
      history: [
        {
          type: "FollowRequested",
          v: 1,
          data: { retweets: true, notifications: false },
          version: 1,
        },
        { type: "FollowRequestApproved", v: 1, data: {}, version: 2 },
      ],
    })
  })

  test("denies a request", async () => {
    await execute("Follow", happycamper, quietbirch)
    expect(
      (await call("POST", "/sandbox/requests/happycamper/quietbirch/deny")).json,
    ).toMatchObject({
      outcome: "changed",
      state: "none",
    })
  })

  test("refuses to approve what nobody asked for, and users that nobody knows", async () => {
    const answer = await call("POST", `/sandbox/requests/${happycamper}/${quietbirch}/approve`)
    expect(answer).toMatchObject({
      status: 409,
      json: { error: { code: "rejected", reason: "NoPendingRequest" } },
    })
    expect(await codeOf(call("POST", `/sandbox/requests/${happycamper}/999/approve`))).toEqual([
      404,
      "not-found",
    ])
    expect(
      await codeOf(call("POST", `/sandbox/requests/${happycamper}/${happycamper}/deny`)),
    ).toEqual([400, "invalid-request"])
  })

  test("says none, with both preferences off, where nothing ever happened", async () => {
    const { json } = await call("GET", `/sandbox/relationships/${riverotter}/${twitterDev}`)
    expect(json).toMatchObject({
      state: "none",
      retweets: false,
      notifications: false,
      version: 0,
      history: [],
    })
  })

  test("severs both directions with a block, which holds until it ends", async () => {
    await execute("Follow", happycamper, twitterDev)
    await execute("Follow", twitterDev, happycamper)
    await execute("Follow", happycamper, quietbirch)
    const block = `/sandbox/blocks/${twitterDev}/${happycamper}`
    expect(await call("PUT", block)).toMatchObject({ status: 200, json: { blocking: true } })
    expect((await call("PUT", block)).status).toBe(200)
    await call("PUT", `/sandbox/blocks/${quietbirch}/${happycamper}`)
    for (const [source, target] of [
      [happycamper, twitterDev],
      [twitterDev, happycamper],
      [happycamper, quietbirch],
    ]) {
      const { json } = await call("GET", `/sandbox/relationships/${source}/${target}`)
      expect(json.state).toBe("none")
    }
    expect((await execute("Follow", happycamper, twitterDev)).json.error.reason).toBe(
      "BlockedByTarget",
    )
    expect((await call("DELETE", block)).json).toEqual({ blocking: false })
    expect((await execute("Follow", happycamper, twitterDev)).status).toBe(200)
  })
})

describe("commands", () => {
  test("carries a command out once under one command id", async () => {
    const first = await execute("Follow", happycamper, twitterDev, { commandId: "once" })
    const again = await execute("Follow", happycamper, twitterDev, { commandId: "once" })
    expect(again.json).toEqual(first.json)
    expect(first.json).toMatchObject({ outcome: "changed", events: [{ commandId: "once" }] })
    expect(
      await codeOf(execute("Unfollow", happycamper, twitterDev, { commandId: "once" })),
    ).toEqual([409, "conflict"])
  })

  test("says unchanged for what is so already", async () => {
    await execute("Follow", happycamper, twitterDev)
    expect((await execute("Follow", happycamper, twitterDev)).json).toMatchObject({
      outcome: "unchanged",
      state: "following",
      events: [],
    })
  })

  test("records an actor who was named", async () => {
    const { json } = await execute("Follow", happycamper, twitterDev, { actor: riverotter })
    expect(json.events[0].actor).toBe(riverotter)
  })

  test("refuses what is no command, users that nobody knows, and what the rules refuse", async () => {
    expect(await codeOf(execute("Fellow", happycamper, twitterDev))).toEqual([
      400,
      "invalid-request",
    ])
    expect(await codeOf(execute("Follow", happycamper, "x"))).toEqual([400, "invalid-request"])
    expect(await codeOf(execute("Follow", happycamper, twitterDev, { commandId: "a b" }))).toEqual([
      400,
      "invalid-request",
    ])
    expect(await codeOf(execute("Follow", "404", twitterDev))).toEqual([404, "not-found"])
    expect(await codeOf(execute("UpdatePreferences", happycamper, twitterDev))).toEqual([
      409,
      "rejected",
    ])
    expect(await codeOf(execute("Follow", happycamper, happycamper))).toEqual([409, "rejected"])
  })
})

describe("lists", () => {
  test("pages through each list, there and back", async () => {
    for (const source of [happycamper, riverotter, quietbirch]) {
      await execute("Follow", source, twitterDev)
    }
    await execute("Follow", happycamper, quietbirch)
    const names = (page: { entries: ReadonlyArray<{ user: { username: string } }> }) =>
      page.entries.map(({ user }) => user.username)
    const list = async (path: string) => (await call("GET", `/sandbox/users/${path}`)).json
    const first = await list("TwitterDev/followers?limit=2")
    expect(names(first)).toEqual(["quietbirch", "riverotter"])
    expect(first.entries[0]).toMatchObject({ state: "following", retweets: true })
    const second = await list(`TwitterDev/followers?cursor=${encodeURIComponent(first.next)}`)
    expect(names(second)).toEqual(["happycamper"])
    expect(second.next).toBeUndefined()
    const back = await list(
      `TwitterDev/followers?limit=2&cursor=${encodeURIComponent(second.previous)}`,
    )
    expect(names(back)).toEqual(names(first))
    expect(names(await list("happycamper/following"))).toEqual(["TwitterDev"])
    expect(names(await list("happycamper/requests-sent"))).toEqual(["quietbirch"])
    expect(names(await list("quietbirch/requests-received"))).toEqual(["happycamper"])
  })

  test.each([
    "limit=0",
    "limit=1001",
    "limit=ten",
    "limit=1&limit=2",
    "cursor=nonsense",
    "colour=blue",
    "%ff=1",
    "cursor=%",
  ])("refuses the query %s", async (query) => {
    expect(await codeOf(call("GET", `/sandbox/users/TwitterDev/followers?${query}`))).toEqual([
      400,
      "invalid-request",
    ])
  })
})

describe("bad requests", () => {
  test("never ends in a server error, whatever the body is", async () => {
    const paths = fc.constantFrom(
      ["PUT", "/sandbox/world"],
      ["POST", "/sandbox/users"],
      ["PATCH", `/sandbox/users/${happycamper}`],
      ["POST", "/sandbox/commands"],
      ["POST", "/sandbox/clock"],
      ["POST", "/sandbox/consistency"],
      ["POST", "/sandbox/faults"],
    )
    const body = fc.oneof(
      fc.json(),
      fc.string({ unit: "binary" }),
      fc.uint8Array(),
      fc.constantFrom("\u0000", "[".repeat(5000), '{"__proto__":{"a":1}}', "\ud800"),
    )
    await fc.assert(
      fc.asyncProperty(paths, body, async ([method, path], content) => {
        const { status, json } = await call(method, path, content)
        // An empty change is a change, and nothing else that comes out of here is well formed.
        if (status !== 200) {
          expect(status).toBe(400)
          expect(json.error.mistakes.length).toBeGreaterThan(0)
        }
      }),
      { numRuns: 300 },
    )
  })

  test("refuses invalid UTF-8, unknown paths and wrong methods in the same shape", async () => {
    expect(await codeOf(call("POST", "/sandbox/clock", Uint8Array.of(0xc3, 0x28)))).toEqual([
      400,
      "invalid-request",
    ])
    expect(await codeOf(call("GET", "/sandbox/nothing"))).toEqual([404, "not-found"])
    expect(await codeOf(call("GET", "/sandbox/reset"))).toEqual([405, "method-not-allowed"])
    expect(await codeOf(call("GET", "/sandbox/users/%00"))).toEqual([404, "not-found"])
  })
})
