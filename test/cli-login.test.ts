/** `kith login` as people run it: with a browser, or with a PIN; and the profile that it keeps. */
import { Sandbox } from "@kith/sandbox"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises"
import { get } from "node:http"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest"
import * as Callback from "../packages/cli/src/x/Callback.ts"
import { complaint, type Ended, type Environment, follow, kith } from "./support/cli.ts"
import { consent } from "./support/consent.ts"
import { closedPort } from "./support/hostile.ts"
import { confidential as app, happycamper, open, world } from "./support/x-auth.ts"

let sandbox: Sandbox.StartedSandbox
let callback: string
let home: string

beforeAll(async () => {
  callback = `http://127.0.0.1:${await closedPort()}/callback`
  const apps = [app, open].map((it) => ({ ...it, callbackUrls: [callback] }))
  sandbox = await Sandbox.start({ world: { ...world, apps } })
})
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "kith-login-"))
})
afterEach(() => rm(home, { recursive: true }))
afterAll(() => sandbox.close())

const clientSecret = app.clientSecret ?? ""

const environment = (): Environment => ({
  XDG_CONFIG_HOME: home,
  KITH_X_ORIGIN: sandbox.url,
  KITH_X_CLIENT_ID: app.clientId,
  KITH_X_CLIENT_SECRET: clientSecret,
  KITH_X_CONSUMER_KEY: app.consumerKey,
  KITH_X_CONSUMER_SECRET: app.consumerSecret,
})

const profile = () => join(home, "kith", "profile.json")

/** All that is in the profile's directory. */
const kept = async (): Promise<string> => {
  const files = await readdir(join(home, "kith"))
  const texts = await Promise.all(files.map((file) => readFile(join(home, "kith", file), "utf8")))
  return texts.join("\n")
}

const modeOf = async (path: string): Promise<string> =>
  ((await stat(path)).mode & 0o777).toString(8)

/** What a person sees has nothing that would let somebody else act. */
const isClean = async ({ err, out }: Ended): Promise<boolean> => {
  const secrets = [app.clientSecret, app.consumerSecret, app.bearerToken]
  const tokens = (await kept()).match(/(?<=(?:Token|Secret)\\*": ?\\*")[^"\\]+/g) ?? []
  return ![...secrets, ...tokens].some((it) => it !== undefined && `${out}${err}`.includes(it))
}

const begin = (args: ReadonlyArray<string> = [], env: Environment = environment()) =>
  follow(["login", "--callback", callback, ...args], env)

type Login = ReturnType<typeof begin>

const pageOf = async ({ shown }: Login): Promise<string> =>
  (await shown(/\n {2}(http\S+)\n/))[1] ?? ""

/** Where the user is sent back to. */
const answered = async (
  login: Login,
  user = "happycamper",
  answer: "allow" | "deny" = "allow",
): Promise<string> => {
  const page = await pageOf(login)
  await login.shown(/waiting for the answer/)
  return (await consent(sandbox.url, page, { user, answer })).location?.href ?? ""
}

const browse = async (url: string, init?: RequestInit) => {
  const response = await fetch(url, init)
  return { status: response.status, text: await response.text(), headers: response.headers }
}

/** The status that a page gets whose name was made to point here. */
const askAs = (host: string, url: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    get(url, { headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    }).on("error", reject)
  })

const pinOf = async (login: Login, user = "happycamper"): Promise<string> => {
  const { page } = await consent(sandbox.url, await pageOf(login), { user })
  return /\b[0-9]{6,8}\b/.exec(page)?.[0] ?? ""
}

describe("with a browser", () => {
  test("signs a user in, and keeps what that gives where nobody else can read it", async () => {
    const login = begin()
    const page = await browse(await answered(login))
    expect(page.status).toBe(200)
    expect(page.text).toContain("kith may act for @happycamper now.")
    expect(page.text).toContain("You can close this page.")
    expect(page.text).not.toContain("<script")
    expect(page.headers.get("referrer-policy")).toBe("no-referrer")
    const ended = await login.ended
    expect(ended.code).toBe(0)
    expect(ended.out).toContain(`signed in as @happycamper (${happycamper}); kept in ${profile()}`)
    expect(ended.err).toContain("other commands need KITH_X_CLIENT_SECRET too")
    expect(await isClean(ended)).toBe(true)
    expect(await modeOf(join(home, "kith"))).toBe("700")
    for (const file of await readdir(join(home, "kith"))) {
      expect([file, await modeOf(join(home, "kith", file))]).toEqual([file, "600"])
    }
    expect(JSON.parse(await readFile(profile(), "utf8"))).toEqual({
      kithProfile: 1,
      origin: sandbox.url,
      users: [{ id: happycamper, username: "happycamper", oauth2: { clientId: app.clientId } }],
    })
    expect(await kept()).not.toContain(clientSecret)
    const shown = await kith(["follow", "happycamper", "TwitterDev", "--on", "x"], environment())
    expect(shown.out).toBe("happycamper → TwitterDev: following (confirmed)\n")
    await expect(fetch(callback)).rejects.toThrow("fetch failed")
  })

  test("signs a user in to an app without a secret, which needs no more afterwards", async () => {
    const login = begin([], {
      XDG_CONFIG_HOME: home,
      KITH_X_ORIGIN: sandbox.url,
      KITH_X_CLIENT_ID: open.clientId,
    })
    await browse(await answered(login))
    expect(await login.ended).toMatchObject({ code: 0, err: "" })
    const shown = await kith(["show", "happycamper", "TwitterDev", "--on", "x"], {
      XDG_CONFIG_HOME: home,
    })
    expect(shown).toMatchObject({ code: 0, err: "" })
  })

  test("turns everybody away who is not the one that it waits for", async () => {
    const login = begin()
    const returned = await answered(login)
    const strays = [
      callback,
      `${callback}?state=wrong&code=abc`,
      returned.replace("state=", "state=x"),
      `${returned}&state=twice`,
      returned.replace("/callback", "/elsewhere"),
    ]
    for (const stray of strays) expect((await browse(stray)).status).toBeGreaterThanOrEqual(400)
    expect((await browse(returned, { method: "POST" })).status).toBe(405)
    expect(await askAs("x.example.test", returned)).toBe(404)
    const marked = await browse(`${callback}?state=${encodeURIComponent("<b>")}`)
    expect(marked.text).not.toContain("<b>")
    expect((await browse(returned)).status).toBe(200)
    expect((await login.ended).code).toBe(0)
  })

  test("says when the user did not allow it, there and here, and keeps nothing", async () => {
    const login = begin()
    const page = await browse(await answered(login, "happycamper", "deny"))
    expect(page.text).toContain("kith has not been allowed to act for you")
    const { code, err } = await login.ended
    expect([code, err]).toEqual([1, "kith: the user did not allow it; ask again, or let it be\n"])
    await expect(readdir(join(home, "kith"))).rejects.toThrow("ENOENT")
  })

  test("ends when it is interrupted, and listens no more", async () => {
    const login = begin()
    await login.shown(/waiting/)
    login.child.kill("SIGINT")
    const { code, err } = await login.ended
    expect([code, err]).toEqual([130, ""])
    await expect(fetch(callback)).rejects.toThrow("fetch failed")
  })

  test("waits for five minutes and no longer", () =>
    Effect.gen(function* () {
      const page = yield* Callback.open(new URL(callback))
      const waiting = yield* Effect.forkChild(Effect.flip(page.returned("state")))
      yield* TestClock.adjust("299 seconds")
      expect(waiting.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 second")
      expect((yield* Fiber.join(waiting)).message).toBe(
        "nobody came back within 5 minutes; begin anew",
      )
    }).pipe(Effect.scoped, Effect.provide(TestClock.layer()), Effect.runPromise))

  test("says when somebody else listens at the callback", async () => {
    const other = createServer()
    const { host, port } = new URL(callback)
    await new Promise<void>((resolve) => {
      other.listen(Number(port), "127.0.0.1", resolve)
    })
    const ended = await begin().ended
    other.close()
    expect(ended.code).toBe(1)
    expect(complaint(ended)).toBe(
      `kith: ${host} is in use; end what listens there, or name another of the app's callbacks with --callback\n`,
    )
  })

  test.each([
    [["--callback", "http://127.0.0.1:0/callback"], "name the port that is there"],
    [["--callback", "https://127.0.0.1:8739/callback"], "expected a page of this machine"],
    [["--callback", "http://example.com:8739/callback"], "expected a page of this machine"],
    [["--origin", "http://example.com"], "secrets would be sent in the clear; use https"],
    [["--origin", "https://api.x.com/2"], "expected scheme, host and port alone"],
  ])("refuses %j before anything is sent", async (args, message) => {
    const ended = await kith(["login", ...args], environment())
    expect(ended.code).toBe(2)
    expect(complaint(ended)).toContain(message)
  })

  test("names the credentials that it lacks", async () => {
    const none = { XDG_CONFIG_HOME: home }
    const ended = await Promise.all([kith(["login"], none), kith(["login", "--pin"], none)])
    expect(ended.map(({ code }) => code)).toEqual([1, 1])
    expect(ended.map(complaint)).toEqual([
      expect.stringContaining("set KITH_X_CLIENT_ID"),
      expect.stringContaining("set KITH_X_CONSUMER_KEY and KITH_X_CONSUMER_SECRET"),
    ])
  })
})

describe("with a PIN", () => {
  const begin = (args: ReadonlyArray<string> = [], env: Environment = environment()) =>
    follow(["login", "--pin", ...args], env)

  test("signs a user in with what is typed in, blanks and all", async () => {
    const login = begin()
    login.child.stdin.end(`  ${await pinOf(login)} \n`)
    const ended = await login.ended
    expect(ended.code).toBe(0)
    expect(ended.out).toContain(`signed in as @happycamper (${happycamper})`)
    expect(await isClean(ended)).toBe(true)
    expect(JSON.parse(await readFile(profile(), "utf8")).users).toMatchObject([
      { id: happycamper, oauth1: { consumerKey: app.consumerKey } },
    ])
    const follow = await kith(
      ["follow", happycamper, "quietbirch", "--no-retweets", "--on", "x", "--api", "v1"],
      environment(),
    )
    expect(follow.out).toBe(
      "happycamper → quietbirch: pending, retweets off, notifications off (confirmed)\n",
    )
  })

  test.each([
    ["a wrong one", "0000000\n", "X does not accept the signature or the verifier"],
    ["letters", "seven\n", "a PIN has digits only; begin anew"],
    ["an empty line", "\n", "no PIN was given; begin anew"],
    ["nothing", "", "no PIN was given; begin anew"],
  ])("refuses %s, and keeps nothing", async (_, typed, message) => {
    const login = begin()
    await pageOf(login)
    login.child.stdin.end(typed)
    const { code, err } = await login.ended
    expect(code).toBe(1)
    expect(err.trimEnd().split("\n")).toEqual([expect.stringContaining(`kith: ${message}`)])
    await expect(readdir(join(home, "kith"))).rejects.toThrow("ENOENT")
  })

  test("keeps the app's credentials too when it is asked to", async () => {
    const login = begin(["--save-app"])
    login.child.stdin.end(`${await pinOf(login)}\n`)
    expect(await login.ended).toMatchObject({ code: 0, err: "" })
    const { out } = await kith(["show", "happycamper", "TwitterDev", "--on", "x"], {
      XDG_CONFIG_HOME: home,
    })
    expect(out).toMatch(/^happycamper → TwitterDev: /)
  })

  test("keeps several users who sign in at the same time", async () => {
    const names = ["happycamper", "TwitterDev", "riverotter", "quietbirch"]
    const ended = await Promise.all(
      names.map(async (name) => {
        const login = begin()
        login.child.stdin.end(`${await pinOf(login, name)}\n`)
        return login.ended
      }),
    )
    expect(ended.map(({ code }) => code)).toEqual(names.map(() => 0))
    const { users } = JSON.parse(await readFile(profile(), "utf8"))
    expect(users.map(({ username }: { username: string }) => username).toSorted()).toEqual(
      names.toSorted(),
    )
    expect(await readdir(join(home, "kith"))).toEqual(["profile.json"])
  })
})

describe("a profile", () => {
  const good = { kithProfile: 1, users: [] }
  const write = async (text: string, mode = 0o600) => {
    await mkdir(join(home, "kith"), { recursive: true, mode: 0o700 })
    await writeFile(profile(), text)
    await chmod(profile(), mode)
  }
  const show = () => kith(["show", "a", "b", "--on", "x"], environment())

  test.each(["0644", "0640", "0604", "0620", "0602"])(
    "of the mode %s is refused, and the line says what to do",
    async (mode) => {
      await write(JSON.stringify(good), Number.parseInt(mode, 8))
      const ended = await show()
      expect(ended.code).toBe(1)
      expect(complaint(ended)).toBe(
        `kith: ${profile()} holds secrets and is open to others (mode ${mode}); run: chmod 600 ${profile()}\n`,
      )
      const login = await kith(["login", "--pin"], environment())
      expect(complaint(login)).toContain("run: chmod 600")
    },
  )

  test.each(["/dev/null", tmpdir()])("is a file, and %s is none", async (place) => {
    const ended = await kith(["show", "a", "b", "--on", "x", "--profile", place], environment())
    expect([ended.code, complaint(ended)]).toEqual([
      1,
      `kith: cannot read ${place}: it is no file; name another one\n`,
    ])
  })

  test("has a name, and nothing is written where it has none", async () => {
    const ended = await kith(["show", "a", "b", "--on", "x", "--profile", ""], environment())
    expect([ended.code, complaint(ended)]).toEqual([
      2,
      expect.stringMatching(/value for flag --profile.* Expected: the name of a file\n/),
    ])
    const unset = await kith(["quota"], { ...environment(), KITH_PROFILE: "" })
    expect([unset.code, unset.err]).toEqual([0, ""])
  })

  test("in a directory that others can write into is not written", async () => {
    await mkdir(join(home, "kith"), { recursive: true })
    await chmod(join(home, "kith"), 0o777)
    const login = follow(["login", "--pin"], environment())
    login.child.stdin.end(`${await pinOf(login)}\n`)
    const { code, err } = await login.ended
    expect(code).toBe(1)
    expect(err).toContain(`run: chmod 700 ${join(home, "kith")}`)
    expect(await readdir(join(home, "kith"))).toEqual([])
  })

  test("with mistakes is refused with the path of each, and without their values", async () => {
    await write(
      JSON.stringify({
        kithProfile: 1,
        origin: 5,
        app: { clientid: "hunter2", consumerSecret: ["hunter2"] },
        users: [{ id: "zero hunter2", oauth1: { token: "" } }],
      }),
    )
    const ended = await show()
    expect(ended.code).toBe(1)
    const said = complaint(ended)
    expect(said).not.toContain("hunter2")
    const lines = said.trimEnd().split("\n")
    const paths = lines.map((line) => line.slice(`kith: ${profile()}: `.length).split(": ")[0])
    expect(paths.toSorted()).toEqual([
      "app.clientid",
      "app.consumerSecret",
      "origin",
      "users[0].id",
      "users[0].oauth1.consumerKey",
      "users[0].oauth1.token",
      "users[0].oauth1.tokenSecret",
      "users[0].username",
    ])
  })

  test("that is not JSON is refused without being quoted", async () => {
    await write('{"hunter2')
    expect(complaint(await show())).toBe(
      `kith: ${profile()} is not JSON; mend it, or delete it and sign in again\n`,
    )
  })

  test("of one place is not used for another", async () => {
    await write(JSON.stringify({ ...good, origin: "https://api.x.com" }))
    const ended = await show()
    expect(ended.code).toBe(1)
    expect(complaint(ended)).toBe(
      `kith: the credentials in ${profile()} are for https://api.x.com; for ${sandbox.url}, name another file with --profile\n`,
    )
  })

  test("is the file that is named", async () => {
    const other = join(home, "some where", "it's mine.json")
    const login = follow(["login", "--pin", "--profile", other], environment())
    login.child.stdin.end(`${await pinOf(login)}\n`)
    expect((await login.ended).code).toBe(0)
    expect(await modeOf(other)).toBe("600")
    await chmod(other, 0o644)
    const ended = await kith(["quota"], { KITH_PROFILE: other })
    expect(complaint(ended)).toContain(String.raw`it'\''s mine.json'`)
  })
})
