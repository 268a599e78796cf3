/** `kith … --on x`: what the commands on X's own API say and do, against a sandbox. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { complaint, type Runner, runner } from "./support/cli.ts"
import { crowd, idOf, type Scene, scene } from "./support/cli-x.ts"
import { closedPort } from "./support/hostile.ts"
import { confidential as app, happycamper, open } from "./support/x-auth.ts"

let kith: Runner
let here: Scene

beforeAll(() => {
  kith = runner()
})
beforeEach(async () => {
  here = await scene({}, kith.run)
})
afterEach(() => here[Symbol.asyncDispose]())
afterAll(() => kith.end())

describe("a relationship", () => {
  test("goes through its whole life", async () => {
    const lines = [
      await here.outOf("follow happycamper @QuietBirch"),
      await here.outOf("show happycamper quietbirch"),
    ]
    await here.control(`requests/${happycamper}/${idOf("quietbirch")}/approve`)
    lines.push(
      await here.outOf("show 63046977 quietbirch"),
      await here.outOf("update happycamper quietbirch --no-retweets --notifications"),
      await here.outOf("show happycamper quietbirch"),
      await here.outOf("unfollow happycamper quietbirch"),
      await here.outOf("show happycamper quietbirch"),
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
    const followed = await here.outOf("follow happycamper quietbirch --no-retweets --json")
    expect(JSON.parse(followed)).toEqual({
      source,
      target,
      state: "pending",
      retweets: false,
      notifications: false,
      outcome: "confirmed",
    })
    expect(JSON.parse(await here.outOf("show happycamper TwitterDev --json"))).toEqual({
      source,
      target: { id: idOf("TwitterDev"), username: "TwitterDev" },
      state: "none",
    })
  })

  test.each(["v1", "v2", "auto"])("is made and ended through the API %s", async (api) => {
    expect(await here.outOf(`follow happycamper TwitterDev --api ${api}`)).toContain("following")
    expect(await here.outOf(`show happycamper TwitterDev --api ${api}`)).toContain("following")
    expect(await here.outOf(`unfollow happycamper TwitterDev --api ${api}`)).toContain("none")
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
    const ended = await here.onX(line)
    expect(ended.code).toBe(1)
    const told = complaint(ended)
    expect(told).toContain(message)
    expect(told.trimEnd().split("\n")).toHaveLength(1)
  })

  test("says what the other side has to do elsewhere", async () => {
    const ended = await Promise.all([
      here.onX("approve happycamper quietbirch"),
      here.onX("deny happycamper quietbirch"),
      here.onX("log"),
    ])
    expect(ended.map(({ code, err }) => [code, err])).toEqual(
      ended.map(() => [2, "kith: X has no call for this; give a Kith server with --on URL\n"]),
    )
  })

  test("says what is wrong with a token of the environment", async () => {
    const half = await here.onX("show a b", { ...here.byToken, KITH_X_ACCESS_TOKEN_SECRET: "" })
    expect(complaint(half)).toContain("KITH_X_ACCESS_TOKEN_SECRET go together")
    const odd = await here.onX("show a b", { ...here.byToken, KITH_X_ACCESS_TOKEN: "abc" })
    expect(complaint(odd)).toContain("those begin with the user's id and a hyphen")
    const other = await here.onX(`show ${happycamper} TwitterDev`, {
      ...here.byToken,
      KITH_X_CONSUMER_SECRET: "",
    })
    expect(complaint(other)).toContain("set KITH_X_CONSUMER_KEY and KITH_X_CONSUMER_SECRET")
    const wrong = await here.onX(`show ${happycamper} TwitterDev`, {
      ...here.byToken,
      KITH_X_CONSUMER_SECRET: "wrong",
    })
    expect([wrong.code, complaint(wrong).trimEnd().split("\n").length]).toEqual([1, 1])
  })

  test("says of what X refused a part, and finishes it when it is asked again", async () => {
    await here.control("faults", {
      match: { path: "/1.1/friendships/update" },
      times: 1,
      effect: { status: 403, body: { errors: [{ code: 326, message: "locked" }] } },
    })
    const line = "follow happycamper TwitterDev --no-retweets"
    const ended = await here.onX(line)
    expect([ended.code, complaint(ended)]).toEqual([
      1,
      expect.stringMatching(
        /^kith: happycamper → \w+: a part was done, and the rest was refused: friendships\/update: .*\n$/,
      ),
    ])
    expect(await here.outOf("show happycamper TwitterDev")).toContain("following, retweets on")
    expect(await here.outOf(line)).toContain("following, retweets off")
  })

  test("waits for X to be there again, where nothing was sent", async () => {
    const nowhere = { ...here.byToken, KITH_X_ORIGIN: `http://127.0.0.1:${await closedPort()}` }
    const ended = await here.onX(`follow ${happycamper} 5`, nowhere)
    expect(ended.code).toBe(4)
    expect(complaint(ended)).toMatch(/cannot be reached \(ECONNREFUSED\); try again later\n$/)
  })
})

describe("a list", () => {
  test("is a table with names, within the width of the terminal", async () => {
    await here.place({
      ...crowd(3),
      users: [...(crowd(3).users ?? [])].map((user) =>
        user.username === "user1" ? { ...user, name: `Eve\u001b[2J${"x".repeat(40)}` } : user,
      ),
    })
    for (const columns of ["80", "200"]) {
      const out = await here.outOf("followers TwitterDev", { ...here.byToken, COLUMNS: columns })
      const lines = out.trimEnd().split("\n")
      expect(lines.map((line) => line.split(" ")[0])).toEqual(["USER", "user2", "user1", "user0"])
      expect(lines.map((line) => line.split(" ").at(-1))).toEqual(["ID", "5002", "5001", "5000"])
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(Number(columns))
      expect(out).not.toContain("\u001b")
    }
    expect(await here.outOf("following TwitterDev")).toBe("nobody\n")
  })

  test("is read a page at a time, and to the end", async () => {
    await here.place(crowd(5))
    const page = await here.outOf("followers TwitterDev --limit 2 --json --names")
    const [first, , next] = page
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line))
    expect(first).toEqual({ user: { id: "5004", username: "user4", name: "User 4" } })
    const table = await here.outOf("followers TwitterDev --limit 2 --no-names")
    expect(table).toMatch(
      /^ID\n5004\n5003\n\nmore: kith followers TwitterDev --on x --limit 2 --cursor /,
    )
    const rest = await here.outOf(`followers TwitterDev --json --cursor ${next.next}`)
    expect(rest).toBe(["5002", "5001", "5000"].map((id) => `{"user":{"id":"${id}"}}\n`).join(""))
    const all = await here.outOf("followers TwitterDev --all --limit 2 --json --api v1")
    expect(all.match(/50\d\d/g)).toEqual(["5004", "5003", "5002", "5001", "5000"])
  })

  test("says what X said of a cursor that is none, and not to go on there", async () => {
    const ended = await here.onX("followers TwitterDev --cursor ☃")
    expect([ended.code, complaint(ended)]).toEqual([
      1,
      expect.stringMatching(
        /^kith: getUsersFollowers: X finds the request malformed \(status 400: \{.*pagination_token.*\)\n$/,
      ),
    ])
  })

  test("is read on behalf of whoever has signed in, or of the app", async () => {
    await here.place(crowd(1))
    const bearer = {
      XDG_CONFIG_HOME: here.home,
      KITH_X_ORIGIN: here.sandbox.url,
      KITH_X_BEARER_TOKEN: app.bearerToken,
    }
    expect(await here.outOf("followers TwitterDev", bearer)).toContain("user0")
    expect(await here.outOf("followers TwitterDev --as happycamper")).toContain("user0")
    const nobody = await here.onX("followers TwitterDev --as riverotter", bearer)
    expect(complaint(nobody)).toContain("nobody has signed in as @riverotter")
    const none = await here.onX("followers 2244994945", {
      XDG_CONFIG_HOME: here.home,
      KITH_X_ORIGIN: here.sandbox.url,
    })
    expect(none.code).toBe(1)
    expect(complaint(none).trimEnd().split("\n")).toHaveLength(1)
  })
})

describe("quota", () => {
  test("of somebody who has not signed in is asked for by id, which the line says", async () => {
    const known = await here.run(["quota", "HappyCamper"])
    expect([known.code, complaint(known)]).toEqual([
      1,
      "kith: nobody has signed in as @HappyCamper; say whom you mean by id: kith quota 63046977; or see everybody's: kith quota\n",
    ])
    const nobody = await here.run(["quota", "@ada"], { XDG_CONFIG_HOME: here.home })
    expect(complaint(nobody)).toContain("say whom you mean by id: kith quota ID; or")
  })

  test("is shown as X has announced it", async () => {
    await here.place({ limits: "x" })
    expect((await here.run(["quota"])).out).toBe("no window is open: nothing was counted of late\n")
    await here.outOf("follow happycamper TwitterDev")
    await here.outOf("follow happycamper riverotter")
    for (const columns of ["80", "200"]) {
      const { out } = await here.run(["quota"], { ...here.byToken, COLUMNS: columns })
      expect(out).toMatch(/^USER +ENDPOINT +WINDOW +USED +RESETS IN/)
      expect(out).toMatch(/^63046977 +followUser +15min +2\/50 +1[45]m \d+s/m)
      expect(out).toMatch(/^\(the app\) +followUser +24hour-app +2\/1000 +2[34]h/m)
      const lines = out.split("\n").map((line) => line.length)
      expect(Math.max(...lines)).toBeLessThanOrEqual(Number(columns))
    }
    const { out } = await here.run(["quota", happycamper, "--json"])
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
})

describe("a grant", () => {
  beforeEach(async () => {
    expect((await here.signIn("happycamper")).code).toBe(0)
  })

  test("that X has ended is said so, with what to do", async () => {
    await here.place({})
    const ended = await here.onX("follow happycamper TwitterDev", here.byGrant)
    expect(ended.code).toBe(1)
    expect(complaint(ended)).toMatch(/^kith: .*let the user sign in again, with: kith login\n$/)
  })

  test("does for all but preferences, and the line says what does", async () => {
    const update = await here.onX("update happycamper TwitterDev --retweets", here.byGrant)
    expect(update.code).toBe(1)
    expect(complaint(update)).toContain("sign in with: kith login --pin")
    await here.outOf("follow happycamper quietbirch", here.byGrant)
    const { out } = await here.run(["reconcile", "happycamper"], here.byGrant)
    expect(out).toMatch(/^happycamper: follows 0, /)
  })

  test("is of one app, and no other uses it", async () => {
    const ended = await here.onX("follow happycamper TwitterDev", {
      ...here.byGrant,
      KITH_X_CLIENT_ID: open.clientId,
    })
    expect(ended.code).toBe(1)
    expect(complaint(ended)).toContain("@happycamper has signed in to another app")
    expect(await here.outOf("follow happycamper TwitterDev", here.byGrant)).toContain("following")
  })
})
