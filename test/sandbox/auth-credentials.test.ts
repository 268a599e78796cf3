/** What the sandbox remembers of tokens and nonces, and for how long. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Expiring from "../../packages/sandbox/src/auth/Expiring.ts"
import * as Nonces from "../../packages/sandbox/src/auth/Nonces.ts"
import * as Secrets from "../../packages/sandbox/src/auth/Secrets.ts"
import { app, begin, camper, camperToken, dev, goneToken, scopes, world } from "../support/oauth.ts"

describe("remembered nonces", () => {
  const make = (capacity: number) => {
    let now = 0
    const nonces = Nonces.make({ seconds: 10, capacity, now: () => now })
    return { use: nonces.use, pass: (seconds: number) => (now += seconds * 1000) }
  }

  it("are refused as long as they have to be", () => {
    const { use, pass } = make(100)
    pass(9)
    expect(use("a")).toBe(true)
    for (const seconds of [1, 4, 5]) {
      pass(seconds)
      expect(use("a")).toBe(false)
    }
    pass(20)
    expect(use("a")).toBe(true)
  })

  it("are bounded: the oldest are forgotten, never the last ones", () => {
    const { use } = make(10)
    const names = Array.from({ length: 35 }, (_, index) => `n${index}`)
    expect(names.every(use)).toBe(true)
    expect(names.slice(-10).some(use)).toBe(false)
    expect(use("n0")).toBe(true)
  })

  it("are told apart however long they are", () => {
    const { use } = make(10)
    const long = "x".repeat(60_000)
    expect([use(`${long}1`), use(`${long}2`), use(`${long}1`)]).toEqual([true, true, false])
  })
})

describe("entries that expire", () => {
  const make = (capacity: number) => {
    let now = 0
    const map = Expiring.make<number>({ seconds: 10, capacity, now: () => now })
    return { ...map, pass: (seconds: number) => (now += seconds * 1000) }
  }

  it("are gone when their time is over", () => {
    const map = make(10)
    map.set("a", 1)
    map.pass(9.999)
    expect(map.get("a")).toBe(1)
    map.set("b", 2)
    map.pass(0.001)
    expect(map.get("a")).toBeUndefined()
    expect(map.entries()).toEqual([["b", 2]])
  })

  it("live anew when they are set again", () => {
    const map = make(10)
    map.set("a", 1)
    map.pass(9)
    map.set("a", 2)
    map.pass(9)
    expect(map.get("a")).toBe(2)
    map.remove("a")
    expect(map.get("a")).toBeUndefined()
  })

  it("make room for newer ones", () => {
    const map = make(2)
    map.set("a", 1)
    map.set("b", 2)
    map.set("c", 3)
    expect(map.entries()).toEqual([
      ["b", 2],
      ["c", 3],
    ])
    map.set("c", 4)
    expect(map.entries()).toEqual([
      ["b", 2],
      ["c", 4],
    ])
  })
})

describe("secrets", () => {
  it("have the forms of X's, and are never the same", () => {
    expect(Secrets.alphanumeric(45)).toMatch(/^[A-Za-z0-9]{45}$/)
    expect(Secrets.userToken("12")).toMatch(/^12-[A-Za-z0-9]{40}$/)
    expect(Secrets.urlSafe()).toMatch(/^[\w-]{64}$/)
    expect(Secrets.bearerToken()).toMatch(/^A{22}[\w%.~-]+%3D$/)
    expect(Secrets.pin()).toMatch(/^[1-9][0-9]{6}$/)
    const many = Array.from({ length: 1_000 }, Secrets.urlSafe)
    expect(new Set(many).size).toBe(1_000)
  })
})

describe("the tokens of a world", () => {
  it.effect("are exported as they came, until they are revoked", () =>
    Effect.gen(function* () {
      const { live } = yield* begin()
      const { credentials } = live
      expect(credentials.tokens()).toEqual(world.tokens)
      credentials.userTokens.revoke(camperToken.key)
      expect(credentials.tokens()[0]).toEqual({
        user: "happycamper",
        app: "example",
        oauth2: { accessToken: "camperAccess", refreshToken: "camperRefresh", scopes },
      })
      credentials.grants.revoke("camperRefresh")
      credentials.userTokens.revoke(goneToken.key)
      expect(credentials.tokens()).toEqual([])
    }),
  )

  it.effect("are exported with those that were minted, under the names of now", () =>
    Effect.gen(function* () {
      const { live } = yield* begin()
      const { credentials, users } = live
      const { token, secret } = credentials.userTokens.mint({
        app: app.name,
        userId: dev.id,
        readOnly: false,
      })
      const refreshed = credentials.grants.refresh("camperRefresh", app.name)
      users.set({ ...dev, username: "XDevelopers" })
      expect(credentials.tokens()).toEqual([
        {
          ...world.tokens[0],
          // The refresh token was used up; the new one comes with the new access token.
          oauth2: { accessToken: "camperAccess", scopes },
        },
        world.tokens[1],
        { user: "XDevelopers", app: "example", oauth1: { token, secret } },
        {
          user: "happycamper",
          app: "example",
          oauth2: {
            accessToken: refreshed?.accessToken,
            refreshToken: refreshed?.refreshToken,
            scopes,
          },
        },
      ])
    }),
  )

  it.effect("never expire, and those that were minted do", () =>
    Effect.gen(function* () {
      const { live, clock, caller, bearer } = yield* begin()
      const minted = live.credentials.grants.refresh("camperRefresh", app.name)
      const token = live.credentials.userTokens.mint({
        app: app.name,
        userId: camper.id,
        readOnly: true,
      })
      clock.advance(7_199)
      expect(caller(bearer(minted?.accessToken ?? ""))).toBe("OAuth2 happycamper")
      clock.advance(1)
      expect(caller(bearer(minted?.accessToken ?? ""))).toBe("BadToken")
      clock.advance(10 * 365 * 86_400)
      expect(caller(bearer("camperAccess"))).toBe("OAuth2 happycamper")
      expect(live.credentials.signer(camperToken.key)?.app.permissions).toBe("read-write")
      expect(live.credentials.signer(token.token)?.app.permissions).toBe("read")
    }),
  )
})
