/** `kith logout`: what X gave is given back, and the profile forgets it. */
import { readFile, rm } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { complaint, type Environment, kith, type Runner, runner } from "./support/cli.ts"
import { type Scene, scene } from "./support/cli-x.ts"
import { closedPort } from "./support/hostile.ts"
import { happycamper, open } from "./support/x-auth.ts"

let process: Runner
let here: Scene

beforeAll(() => {
  process = runner()
})
beforeEach(async () => {
  here = await scene({}, process.run)
})
afterEach(() => here[Symbol.asyncDispose]())
afterAll(() => process.end())

const logout = (line = "", env: Environment = here.byGrant) =>
  here.run(["logout", ...line.split(" ").filter((word) => word !== "")], env)

const profile = () => join(here.home, "kith", "profile.json")

const users = async (): Promise<ReadonlyArray<{ readonly username: string }>> =>
  JSON.parse(await readFile(profile(), "utf8")).users

const journalFile = () =>
  join(here.home, "kith", `profile.127.0.0.1_${here.sandbox.port}.journal.json`)

/** The keys and values of the journal beside the profile. */
const journal = (): Promise<string> => readFile(journalFile(), "utf8")

/** What X says to an access token. */
const statusOf = async (accessToken: string): Promise<number> => {
  const { status } = await fetch(`${here.sandbox.url}/2/users/me`, {
    headers: { authorization: `Bearer ${accessToken}` },
  })
  return status
}

const accessToken = async (): Promise<string> =>
  /"accessToken\\":\\"([^"\\]+)/.exec(await journal())?.[1] ?? ""

describe("a user who has signed in", () => {
  beforeEach(async () => {
    expect((await here.signIn("happycamper")).code).toBe(0)
  })

  test("signs out: X ends the grant, and nothing of it is kept", async () => {
    const token = await accessToken()
    expect(await statusOf(token)).toBe(200)
    expect(await logout()).toEqual({
      code: 0,
      err: "",
      out: `signed out @happycamper (${happycamper}); X has ended the grant\n`,
    })
    expect(await statusOf(token)).toBe(401)
    expect(await users()).toEqual([])
    expect(await journal()).not.toContain("grant/")
    const after = await here.onX("show happycamper TwitterDev", here.byGrant)
    expect(complaint(after)).toContain("nobody has signed in as @happycamper")
    const again = await logout()
    expect([again.code, complaint(again)]).toEqual([
      1,
      `kith: nobody has signed in with ${profile()}\n`,
    ])
  })

  test("is told so in JSON, and others stay signed in", async () => {
    await here.signIn("riverotter")
    const which = await logout()
    expect([which.code, complaint(which)]).toEqual([
      2,
      "kith: several users have signed in; name one of @happycamper, @riverotter\n",
    ])
    const { code, out } = await logout("@HappyCamper --json")
    expect([code, JSON.parse(out)]).toEqual([
      0,
      { user: { id: happycamper, username: "happycamper" }, revoked: true },
    ])
    expect((await users()).map(({ username }) => username)).toEqual(["riverotter"])
    const other = await logout("happycamper")
    expect(complaint(other)).toBe(
      `kith: happycamper has not signed in; ${profile()} has @riverotter\n`,
    )
    expect(await here.outOf("show riverotter TwitterDev", here.byGrant)).toContain("none")
  })

  test("is not told that X has ended a grant of which the journal has nothing", async () => {
    await rm(journalFile())
    const { code, out } = await logout("--json")
    expect([code, JSON.parse(out)]).toMatchObject([0, { revoked: false }])
    expect(await users()).toEqual([])
  })

  test("is forgotten here alone when that was asked", async () => {
    const token = await accessToken()
    expect((await logout("happycamper --local")).out).toBe(
      `signed out @happycamper (${happycamper})\n`,
    )
    expect(await statusOf(token)).toBe(200)
    expect(await users()).toEqual([])
    expect(await journal()).not.toContain("grant/")
  })

  test.each([
    ["by an app without its secret", { KITH_X_CLIENT_SECRET: "" }, 1],
    ["by another app", { KITH_X_CLIENT_ID: open.clientId }, 1],
  ])("stays so while X does not end the grant: %s", async (_, env, code) => {
    const ended = await logout("", { ...here.byGrant, ...env })
    expect(ended.code).toBe(code)
    expect(complaint(ended)).toMatch(
      /^kith: nothing was forgotten: [^\n]*; or forget it here alone, with --local\n$/,
    )
    expect(await statusOf(await accessToken())).toBe(200)
    expect(await here.outOf("show happycamper TwitterDev", here.byGrant)).toContain("none")
  })

  test("stays so while X is out of order, and signs out later", async () => {
    await here.control("faults", {
      match: { method: "POST", path: "/2/oauth2/revoke" },
      times: 1,
      effect: { status: 503 },
    })
    const ended = await logout()
    expect([ended.code, (await users()).length]).toEqual([4, 1])
    expect(complaint(ended)).toContain("nothing was forgotten")
    expect((await logout()).code).toBe(0)
  })
})

test("a token of OAuth 1.0a is forgotten, and the line says who can end it", async () => {
  const { writeFile, mkdir } = await import("node:fs/promises")
  await mkdir(join(here.home, "kith"), { mode: 0o700 })
  const user = {
    id: happycamper,
    username: "happycamper",
    oauth1: { consumerKey: "key", token: `${happycamper}-token`, tokenSecret: "secret" },
  }
  await writeFile(
    profile(),
    JSON.stringify({ kithProfile: 1, users: [user], app: { consumerKey: "key" } }),
    { mode: 0o600 },
  )
  const nowhere = `http://127.0.0.1:${await closedPort()}`
  const ended = await kith(["logout", "--origin", nowhere], { XDG_CONFIG_HOME: here.home })
  expect(ended).toEqual({
    code: 0,
    out: `signed out @happycamper (${happycamper})\n`,
    err: [
      "kith: X keeps the token of OAuth 1.0a; @happycamper can end it at x.com/settings/connected_apps",
      `kith: ${profile()} still has the app's credentials; delete it when nobody needs them`,
      "",
    ].join("\n"),
  })
  expect(JSON.parse(await readFile(profile(), "utf8"))).toEqual({
    kithProfile: 1,
    app: { consumerKey: "key" },
    users: [],
  })
})
