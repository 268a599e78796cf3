/** `kith … --on x`: a sandbox in the place of X, a profile of its own, and what a test asks of both. */
import { UserId } from "@kith/core"
import { Sandbox } from "@kith/sandbox"
import { Effect } from "effect"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect } from "vitest"
import type { World } from "../../packages/sandbox/src/world/World.ts"
import { type Ended, type Environment, follow, type Followed, kith } from "./cli.ts"
import { consent } from "./consent.ts"
import { closedPort } from "./hostile.ts"
import { confidential as app, open, world } from "./x-auth.ts"

const [tokens] = world.tokens
const token = tokens?.oauth1?.token ?? ""
const tokenSecret = tokens?.oauth1?.secret ?? ""

export const idOf = (name: string): string =>
  world.users.find((it) => it.username === name)?.id ?? ""

/** A window of so many requests in so many seconds. */
export const windowOf = (max: number, seconds: number) => ({
  user: [{ name: "15min", max, seconds, per: "userAndApp" as const }],
})

/** Many who follow one. */
export const crowd = (size: number): Partial<World> => {
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

export interface Scene extends AsyncDisposable {
  readonly sandbox: Sandbox.StartedSandbox
  /** The folder of the configuration, which is empty. */
  readonly home: string
  /** A user by the tokens that X's page for developers shows. */
  readonly byToken: Environment
  /** An app, to which users sign in. */
  readonly byGrant: Environment
  readonly run: (args: ReadonlyArray<string>, env?: Environment) => Promise<Ended>
  readonly onX: (line: string, env?: Environment) => Promise<Ended>
  /** What a command prints that goes well and has nothing else to say. */
  readonly outOf: (line: string, env?: Environment) => Promise<string>
  /** A process of its own that can be looked at while it runs. */
  readonly follow: (line: string, env?: Environment) => Followed
  readonly control: (path: string, body?: object) => Promise<Response>
  /** Puts a world in the place of the one before, and takes all faults away. */
  readonly place: (more: Partial<World>) => Promise<void>
  readonly signIn: (user: string) => Promise<Ended>
}

/**
 * @param run how command lines are carried out; each by a process of its own unless told
 */
export const scene = async (more: Partial<World> = {}, run = kith): Promise<Scene> => {
  const callback = `http://127.0.0.1:${await closedPort()}/callback`
  const apps = [app, open].map((it) => ({ ...it, callbackUrls: [callback] }))
  const sandbox = await Sandbox.start({ world: { ...world, apps, ...more } })
  const home = await mkdtemp(join(tmpdir(), "kith-x-"))
  const place = { XDG_CONFIG_HOME: home, KITH_X_ORIGIN: sandbox.url }
  const byToken = {
    ...place,
    KITH_X_CONSUMER_KEY: app.consumerKey,
    KITH_X_CONSUMER_SECRET: app.consumerSecret,
    KITH_X_ACCESS_TOKEN: token,
    KITH_X_ACCESS_TOKEN_SECRET: tokenSecret,
  }
  const byGrant = {
    ...place,
    KITH_X_CLIENT_ID: app.clientId,
    KITH_X_CLIENT_SECRET: app.clientSecret ?? "",
  }
  const secrets = [app.clientSecret, app.consumerSecret, app.bearerToken, token, tokenSecret]
  const said = (ended: Ended): Ended => {
    const text = ended.out + ended.err
    expect(text).not.toMatch(/\n\s+at |\.ts:\d|node:internal/)
    expect(secrets.filter((it) => it !== undefined && text.includes(it))).toEqual([])
    return ended
  }
  const runHere: Scene["run"] = async (args, env = byToken) => said(await run(args, env))
  const onX: Scene["onX"] = (line, env) => runHere([...line.split(" "), "--on", "x"], env)
  return {
    sandbox,
    home,
    byToken,
    byGrant,
    run: runHere,
    onX,
    outOf: async (line, env) => {
      const { code, err, out } = await onX(line, env)
      expect([code, err]).toEqual([0, ""])
      return out
    },
    follow: (line, env = byToken) => follow(line.split(" "), env),
    control: (path, body = {}) =>
      fetch(`${sandbox.url}/sandbox/${path}`, { method: "POST", body: JSON.stringify(body) }),
    place: (next) => {
      sandbox.control.setFaults([])
      return Effect.runPromise(sandbox.control.replace({ ...world, apps, ...next }))
    },
    signIn: async (user) => {
      const login = follow(["login", "--callback", callback], byGrant)
      const [, page = ""] = await login.shown(/\n {2}(http\S+)\n/)
      await login.shown(/waiting for the answer/)
      const { location } = await consent(sandbox.url, page, { user })
      await fetch(location ?? "")
      return said(await login.ended)
    },
    [Symbol.asyncDispose]: async () => {
      await sandbox.close()
      await rm(home, { recursive: true })
    },
  }
}
