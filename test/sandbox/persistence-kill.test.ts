/** A sandbox on an SQLite file whose process is killed: whatever it answered is there. */
import { Journal } from "@kith/core"
import { Sandbox } from "@kith/sandbox"
import { SqliteAdapter } from "@kith/sqlite-adapter"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import { afterAll, describe, expect, test } from "vitest"
import {
  accessOf,
  idOf,
  largeWorld,
  login1,
  login2,
  type Name,
  send,
  sendSigned,
  sqlite,
} from "./persistence-support.ts"

const folder = mkdtempSync(join(tmpdir(), "kith-killed-"))
afterAll(() => rmSync(folder, { recursive: true }))

const kills = process.env["KITH_FULL"] === "1" ? 60 : 4

const serve = async (file: string, ...begins: ReadonlyArray<string>) => {
  const script = new URL("persistence-child.ts", import.meta.url).pathname
  const child = spawn(process.execPath, [script, file, ...begins], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  const gone = once(child, "exit")
  const [line] = await Promise.race([
    once(child.stdout, "data"),
    gone.then(() => Promise.reject(new Error("the sandbox ended early"))),
  ])
  return {
    url: String(line).trim(),
    kill: async () => {
      child.kill("SIGKILL")
      await gone
    },
  }
}

/** What the sandbox said that is so. Somebody else may be in the middle of the next thing. */
interface Known {
  readonly described: Map<Name, number>
  readonly following: Map<string, boolean>
  readonly muting: Map<string, boolean>
  readonly tokens: Array<{ readonly user: Name; readonly access: string }>
  readonly signing: Array<{ readonly user: Name; readonly token: string; readonly secret: string }>
  clock: number
}

/** Somebody who does one thing after the other until the sandbox is gone. */
type Person = (url: string, known: Known) => Promise<void>

const describer =
  (user: Name): Person =>
  async (url, { described }) => {
    const next = (described.get(user) ?? 0) + 1
    const body = { description: String(next) }
    const { status } = await send(url, "PATCH", `/sandbox/users/${user}`, { body })
    if (status === 200) described.set(user, next)
  }

const switcher =
  (what: "following" | "muting", pair: string): Person =>
  async (url, known) => {
    const [source = "", target = ""] = pair.split(" ")
    const path = `/2/users/${idOf(source)}/${what}`
    const bearer = accessOf(source)
    const isOn = known[what].get(pair) ?? false
    // Nobody knows how it stands between the question and the answer.
    known[what].delete(pair)
    const { status } = isOn
      ? await send(url, "DELETE", `${path}/${idOf(target)}`, { bearer })
      : await send(url, "POST", path, { bearer, body: { target_user_id: idOf(target) } })
    if (status === 200) known[what].set(pair, !isOn)
  }

const switched = [
  ["following", "ada eve"],
  ["following", "dan cleo"],
  ["muting", "ada dan"],
  ["muting", "bea dan"],
] as const

const people: ReadonlyArray<Person> = [
  describer("ada"),
  describer("bea"),
  ...switched.map(([what, pair]) => switcher(what, pair)),
  async (url, { tokens }) => {
    const { access } = await login2(url, "cleo")
    tokens.push({ user: "cleo", access })
  },
  async (url, { signing }) => {
    const token = await login1(url, "dan")
    if (token.token !== "") signing.push({ user: "dan", ...token })
  },
  async (url, known) => {
    const { status } = await send(url, "POST", "/sandbox/clock", { body: { advanceSeconds: 1 } })
    if (status === 200) known.clock++
  },
]

/** Whether the first of two users follows or mutes the second. */
const isSo = async (
  { control }: Sandbox.Sandbox,
  what: "following" | "muting",
  pair: string,
): Promise<boolean> => {
  const [source, target] = pair.split(" ").map(idOf)
  if (source === undefined || target === undefined) throw new Error(`${pair} is no pair`)
  const { relationships, users } = control.world()
  if (what === "muting") return users.mutes.has(source, target)
  const snapshot = await Effect.runPromise(relationships.relationship({ source, target }))
  return snapshot.relationship._tag === "Following"
}

const expectKnown = async (sandbox: Sandbox.Sandbox, known: Known): Promise<void> => {
  const { clock, credentials, users } = sandbox.control.world()
  for (const [user, number] of known.described) {
    expect(Number(users.byUsername(user)?.description)).toBeGreaterThanOrEqual(number)
  }
  for (const [pair, isOn] of known.muting) expect(await isSo(sandbox, "muting", pair)).toBe(isOn)
  for (const [pair, isOn] of known.following) {
    expect(await isSo(sandbox, "following", pair)).toBe(isOn)
  }
  for (const { user, access } of known.tokens) {
    expect(credentials.grants.find(access)?.userId).toBe(idOf(user))
  }
  for (const { user, token } of known.signing) {
    expect(credentials.signer(token)?.user.username).toBe(user)
  }
  expect(clock.offset()).toBeGreaterThanOrEqual(known.clock * 1000)
}

/** Waits until a window is written in which so many requests were counted. */
const written = async (file: string, used: number): Promise<void> => {
  const look = Effect.gen(function* () {
    const journal = yield* Journal.Journal
    for (;;) {
      const entries = yield* journal.scan("sandbox/1/quota/", 10)
      if (entries.some(({ value }) => JSON.parse(value).used === used)) return
      yield* Effect.sleep("50 millis")
    }
  })
  await Effect.runPromise(Effect.provide(look, SqliteAdapter.layer({ file })))
}

describe("a process that is killed", () => {
  test(`has kept all that it answered, ${kills} times in a row`, { timeout: 300_000 }, async () => {
    const file = join(folder, "killed.db")
    const known: Known = {
      described: new Map(),
      following: new Map(),
      muting: new Map(),
      tokens: [],
      signing: [],
      clock: 0,
    }
    for (let round = 0; round < kills; round++) {
      const { url, kill } = await serve(file, ...(round === 0 ? ["none"] : []))
      let answers = 0
      const busy = people.map(async (act) => {
        // Whoever is cut off in the middle of something has no answer, and stops.
        for (;;) {
          try {
            await act(url, known)
            answers++
            if (answers === 40 + 25 * round) await kill()
          } catch {
            return
          }
        }
      })
      await Promise.all(busy)
      await using sandbox = await Sandbox.start({ storage: sqlite(file) })
      expect(sandbox.resumed).toBe(true)
      await expectKnown(sandbox, known)
      // What nobody knew is known again.
      for (const [what, pair] of switched) known[what].set(pair, await isSo(sandbox, what, pair))
    }
    // The tokens work over HTTP as well.
    await using sandbox = await Sandbox.start({ storage: sqlite(file) })
    const [granted, signed] = [known.tokens.at(-1), known.signing.at(-1)]
    expect(known.tokens.length).toBeGreaterThan(0)
    expect(known.signing.length).toBeGreaterThan(0)
    const me = await send(sandbox.url, "GET", "/2/users/me", { bearer: granted?.access ?? "" })
    expect(me.json.data.username).toBe("cleo")
    const path = "/1.1/account/verify_credentials.json"
    expect((await sendSigned(sandbox.url, "GET", path, signed)).json.screen_name).toBe("dan")
  })
  test("has kept what was counted against limits, as far as it was written", async () => {
    const file = join(folder, "counted.db")
    const { url, kill } = await serve(file, "x")
    const ask = (at: string) => send(at, "GET", `/2/users/1/muting`, { bearer: accessOf("ada") })
    const remaining = async (at: string) =>
      Number((await ask(at)).headers.get("x-rate-limit-remaining"))
    for (const left of [14, 13, 12]) expect(await remaining(url)).toBe(left)
    await written(file, 3)
    await kill()
    await using sandbox = await Sandbox.start({ storage: sqlite(file) })
    expect(await remaining(sandbox.url)).toBe(11)
  })
  test("leaves the old world or the new one when it is killed while one takes the place of the other", async () => {
    const file = join(folder, "replaced.db")
    const found: Array<number> = []
    let size = 10_000
    for (let round = 0; round < kills; round++) {
      const { url, kill } = await serve(file, ...(round === 0 ? ["x"] : []))
      const sizes = [size, size + 1]
      if (round === 0) await send(url, "PUT", "/sandbox/world", { body: largeWorld(size) })
      const replacing = send(url, "PUT", "/sandbox/world", { body: largeWorld(size + 1) })
      const killing = setTimeout(Math.random() * 900).then(kill)
      const [answer] = await Promise.allSettled([replacing])
      await killing
      await using sandbox = await Sandbox.start({ storage: sqlite(file) })
      const { relationships, users } = (await send(sandbox.url, "GET", "/sandbox/world")).json
      expect(sizes).toContain(relationships.length)
      expect(users.length).toBe(relationships.length + 5)
      if (answer.status === "fulfilled") expect(relationships.length).toBe(size + 1)
      found.push(relationships.length - size)
      size = relationships.length
    }
    // The new one in some rounds and the old one in others, where there are enough of them.
    if (kills > 10) expect(new Set(found).size).toBe(2)
  }, 300_000)
})
