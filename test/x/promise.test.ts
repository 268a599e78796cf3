/** X in promises, over sockets: sign-ins, commands, people and lists of a host without Effect. */
import { KithError } from "@kith/core/promise"
import { connectX, type X, type XOptions } from "@kith/http-adapter/promise"
import { MemoryJournal, MemoryStore } from "@kith/memory-adapter"
import { Sandbox } from "@kith/sandbox"
import { SqliteAdapter } from "@kith/sqlite-adapter"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { collect, failure, kith, message, untyped } from "../support/promise.ts"
import { consent } from "../support/consent.ts"
import { declare, reached } from "../support/declarations.ts"
import { callback, confidential as app, happycamper, world } from "../support/x-auth.ts"

const dev = "2244994945"

let sandbox: Sandbox.StartedSandbox
const folder = mkdtempSync(join(tmpdir(), "kith-x-promise-"))

beforeAll(async () => {
  sandbox = await Sandbox.start({ world })
})
beforeEach(() => untyped(fetch, `${sandbox.url}/sandbox/reset`, { method: "POST" }))
afterAll(async () => {
  await sandbox.close()
  rmSync(folder, { recursive: true })
})

const { clientId, clientSecret = "", consumerKey: key, consumerSecret: secret } = app
const oauth2 = { clientId, clientSecret, callback }
const memory = () => ({ store: MemoryStore.layer, journal: MemoryJournal.layer })

const open = (options: Partial<XOptions>): Promise<X> =>
  connectX({ app: app.name, origin: sandbox.url, ...memory(), ...options })

const allow = async (page: string, answer: "allow" | "deny" = "allow"): Promise<string> => {
  const { location } = await consent(sandbox.url, page, { user: "happycamper", answer })
  return location?.href ?? ""
}

/** What survives in a session that is kept as text. */
const kept = <A>(attempt: A): A => JSON.parse(JSON.stringify(attempt))

describe("a sign-in with OAuth 2.0", () => {
  test("lets the user act, in this process and the next, until it is revoked", async () => {
    const store = SqliteAdapter.layer({ file: join(folder, "x.db") })
    const options = { oauth2, store, journal: undefined }
    {
      await using x = await open(options)
      const attempt = kept(await x.oauth2.begin())
      const user = await x.oauth2.finish(attempt, await allow(attempt.url))
      expect(user).toMatchObject({ id: happycamper, username: "happycamper" })
      const receipt = await x.execute({ _tag: "Follow", source: user.id, target: dev })
      expect(receipt).toMatchObject({ _tag: "Changed", relationship: { _tag: "Following" } })
    }
    await using x = await open(options)
    expect(await x.counts(happycamper)).toMatchObject({ following: 1 })
    await x.execute({ _tag: "Unfollow", source: happycamper, target: dev })
    expect(await x.oauth2.revoke(happycamper)).toBe(true)
    expect(await x.oauth2.revoke(happycamper)).toBe(false)
    const again = x.execute({ _tag: "Follow", source: happycamper, target: dev })
    expect(await kith(again)).toMatchObject({ tag: "RemoteError", reason: "Unauthenticated" })
  })

  test("is forgotten here and goes on there", async () => {
    await using x = await open({ oauth2 })
    const attempt = await x.oauth2.begin({ scopes: ["users.read", "tweet.read"] })
    expect(attempt.scopes).toEqual(["users.read", "tweet.read"])
    const { id } = await x.oauth2.finish(attempt, await allow(attempt.url))
    const follow = () => x.execute({ _tag: "Follow", source: id, target: dev })
    expect(await kith(follow())).toMatchObject({ reason: "ScopeMissing" })
    await x.oauth2.forget(id)
    expect(await kith(follow())).toMatchObject({ reason: "Unauthenticated" })
  })

  test("is kept though nobody waits for its end any more", async () => {
    await using x = await open({ oauth2 })
    const attempt = await x.oauth2.begin()
    const returned = await allow(attempt.url)
    const leaving = new AbortController()
    const finished = x.oauth2.finish(attempt, returned, { signal: leaving.signal })
    leaving.abort()
    await finished.catch(() => undefined)
    const receipt = await x.execute({ _tag: "Follow", source: happycamper, target: dev })
    expect(receipt).toMatchObject({ _tag: "Changed" })
  })

  test("that the user denies is told", async () => {
    await using x = await open({ oauth2 })
    const attempt = await x.oauth2.begin()
    const returned = await allow(attempt.url, "deny")
    expect(await kith(x.oauth2.finish(attempt, returned))).toMatchObject({
      tag: "RemoteError",
      reason: "Unauthenticated",
    })
  })
})

describe("a sign-in with OAuth 1.0a", () => {
  test("gives a token that the host keeps and looks up", async () => {
    const table = new Map<string, { readonly token: string; readonly tokenSecret: string }>()
    const asked: Array<string> = []
    await using x = await open({
      oauth1: {
        key,
        secret,
        users: async (user) => {
          asked.push(user)
          return table.get(user)
        },
      },
    })
    const edge = { source: happycamper, target: dev }
    const follow = () => x.execute({ _tag: "Follow", ...edge, retweets: false })
    expect(await kith(follow())).toMatchObject({ tag: "RemoteError", retryable: false })
    const attempt = kept(await x.oauth1.begin(callback))
    const { tokenSecret, token, user, username } = await x.oauth1.finish(
      attempt,
      await allow(attempt.url),
    )
    expect([user, username]).toEqual([happycamper, "happycamper"])
    table.set(user, { token, tokenSecret })
    expect((await follow()).relationship).toMatchObject({ _tag: "Following", retweets: false })
    expect(new Set(asked)).toEqual(new Set([happycamper]))
  })

  test.for([
    [() => Promise.reject(new Error("the table is away")), "users failed: the table is away"],
    [() => ({ token: "a" }), "users gave a wrong answer: tokenSecret: it is missing"],
  ] as const)("whose look-up goes wrong says so: %#", async ([users, expected]) => {
    const x: X = await Reflect.apply(open, undefined, [{ oauth1: { key, secret, users } }])
    const follow = x.execute({ _tag: "Follow", source: happycamper, target: dev })
    expect(await message(follow)).toContain(expected)
    expect(await kith(follow)).toMatchObject({ tag: "StoreError" })
    await x.close()
  })
})

/** Those of the built-in world, which never end. */
const signedIn = {
  user: happycamper,
  token: `${happycamper}-kithExampleHappycamperAccessToken00000000000`,
  tokenSecret: "kithExampleHappycamperAccessTokenSecret0000000000000",
}

describe("people and lists", () => {
  test("are read by name and page by page, and the walk goes on from a cursor", async () => {
    await using x = await open({ oauth1: { key, secret, users: [signedIn] } })
    const users = await x.users.byUsernames(["@TwitterDev", "nobody", "riverotter"])
    expect(users.map((user) => user?.username)).toEqual(["TwitterDev", undefined, "riverotter"])
    const ids = users.flatMap((user) => (user === undefined ? [] : [user.id]))
    for (const target of ids) await x.execute({ _tag: "Follow", source: happycamper, target })
    const [first] = await x.users.byIds([dev], { as: happycamper })
    expect(first).toMatchObject({ id: dev, username: "TwitterDev" })

    const pages = await collect(x.walkRemote("following", happycamper, { limit: 1 }))
    expect(pages.flatMap((page) => page.users)).toEqual(ids.toReversed())
    const rest = await collect(
      x.walkRemote("following", happycamper, { limit: 1, cursor: pages[0]?.next }),
    )
    expect(rest).toEqual(pages.slice(1))
  })

  test("that nobody may read end the walk with an error", async () => {
    await using x = await open({ bearerToken: app.bearerToken })
    expect(await kith(collect(x.walkRemote("followers", "1354143047324299264")))).toMatchObject({
      tag: "WalkStopped",
      reason: "NotAuthorized",
    })
  })
})

describe("options and arguments", () => {
  test.for([
    [{}, "there is nothing to act with; give oauth1, oauth2 or bearerToken"],
    [{ oauth2: { clientId } }, "oauth2.callback: it is missing"],
    [{ oauth2: { ...oauth2, secret } }, "oauth2.secret: there is no such member"],
    [{ oauth1: { key, secret, users: undefined } }, "oauth1.users: give a list, or a function"],
    [
      { oauth1: { key, secret, users: [{ ...signedIn, user: "me" }] } },
      "oauth1.users.0.user: a user id is 1 to 19 digits without a leading zero",
    ],
    [{ oauth2, store: "x.db" }, "store takes a layer, such as SqliteAdapter.layer({ file })"],
    [
      { oauth2, journal: undefined },
      "the layer of store makes no Journal; give one that does, such as SqliteAdapter.layer({ file })",
    ],
    [{ oauth2, mode: "v3" }, 'mode is "v3"; give one of auto, v2, v1'],
    [{ oauth2, timeout: -1 }, "timeout is -1; give a whole number from 1 to 3600000"],
  ] as const)("that cannot be meant are refused: %#", async ([options, expected]) => {
    const refused = untyped(open, options)
    expect(await message(refused)).toBe(expected)
    expect(await kith(refused)).toMatchObject({ tag: "InvalidInput", retryable: false })
  })

  test("of calls are refused before anything is sent", async () => {
    await using x = await open({ oauth2 })
    const calls: ReadonlyArray<readonly [string, Promise<unknown>]> = [
      ["connectX was given no oauth1; give it the app's", x.oauth1.begin(callback)],
      [
        "state: it is missing; verifier: it is missing; scopes: it is missing",
        untyped(x.oauth2.finish, {}, ""),
      ],
      ["a user id is 1 to 19 digits without a leading zero", x.oauth2.revoke("me")],
      ["onBehalf: there is no such member", untyped(x.users.byIds, ["1"], { onBehalf: "1" })],
    ]
    for (const [expected, call] of calls) {
      expect(await message(call)).toBe(expected)
      expect(await kith(call)).toMatchObject({ tag: "InvalidInput" })
    }
  })

  test("show no secret in what is wrong with them", async () => {
    const error = await failure(
      untyped(open, { oauth2: { ...oauth2, clientSecret: [clientSecret] } }),
    )
    expect(error).toBeInstanceOf(KithError)
    expect(JSON.stringify(error) + String(error)).not.toContain(clientSecret)
  })
})

test("what is closed says so", async () => {
  const x = await open({ oauth2 })
  await x.close()
  expect(await kith(x.oauth2.begin())).toMatchObject({ tag: "Closed" })
})

test("an abort before a call keeps it from being made", async () => {
  await using x = await open({ oauth1: { key, secret, users: [] } })
  const reason = new Error("not now")
  expect(await failure(x.oauth1.begin(callback, { signal: AbortSignal.abort(reason) }))).toBe(
    reason,
  )
})

test("the declarations name no module but the promise face of the core", () => {
  const out = join(folder, "declarations")
  declare("http-adapter", out)
  const seen = reached(out, "promise.d.ts")
  expect(Array.from(seen.keys()).toSorted()).toEqual([
    "promise.d.ts",
    "promise/connectX.d.ts",
    "promise/types.d.ts",
  ])
  const others = Array.from(seen.values())
    .flat()
    .filter((each) => !each.startsWith("."))
  expect(new Set(others)).toEqual(new Set(["@kith/core/promise"]))
})
