/** OAuth 2.0 with PKCE: sign-ins against the sandbox, and against servers that misbehave. */
import { Pkce } from "@kith/http-adapter"
import type { RemoteError } from "@kith/core"
import { Sandbox } from "@kith/sandbox"
import { Effect, Exit, Redacted } from "effect"
import { createHash } from "node:crypto"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { consent } from "../support/consent.ts"
import { closedPort, hostile, whole } from "../support/hostile.ts"
import {
  callback,
  confidential,
  failureOf,
  happycamper,
  misfortunes,
  open,
  secretOf,
  shown,
  world,
} from "../support/x-auth.ts"

let sandbox: Sandbox.StartedSandbox

beforeAll(async () => {
  sandbox = await Sandbox.start({ world })
})
beforeEach(() => Effect.runPromise(sandbox.control.reset))
afterAll(() => sandbox.close())

const clientOf = (app = confidential, more: Partial<Pkce.Options> = {}) =>
  Effect.runPromise(
    Pkce.make({
      clientId: app.clientId,
      clientSecret: secretOf(app),
      callback,
      origin: sandbox.url,
      ...more,
    }),
  )

const run = Effect.runPromise

/** Signs happycamper in, up to where X sends them back. */
const askedBack = async (client: Pkce.Pkce, answer: "allow" | "deny" = "allow") => {
  const attempt = await run(client.authorize())
  const { location } = await consent(sandbox.url, attempt.url, { user: "happycamper", answer })
  return { attempt, returned: location?.href ?? "" }
}

const signIn = async (client: Pkce.Pkce) => {
  const { attempt, returned } = await askedBack(client)
  return run(client.exchange(attempt, returned))
}

const failure = <A>(effect: Effect.Effect<A, RemoteError.RemoteError>) => run(failureOf(effect))

describe("the page that a user is sent to", () => {
  it.each([
    ["https://api.x.com", "https://x.com"],
    ["https://api.twitter.com", "https://x.com"],
    ["https://x.example.test", "https://x.example.test"],
  ])("belongs for %s to %s", async (origin, page) => {
    const client = await run(Pkce.make({ clientId: "an id", callback, origin }))
    const { url } = await run(client.authorize())
    expect(url.startsWith(`${page}/i/oauth2/authorize?`)).toBe(true)
  })

  it("is X's own unless told, with all that PKCE asks for", async () => {
    const client = await run(Pkce.make({ clientId: "an id", callback }))
    const attempt = await run(client.authorize())
    const url = new URL(attempt.url)
    expect(url.origin + url.pathname).toBe("https://x.com/i/oauth2/authorize")
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: "code",
      client_id: "an id",
      redirect_uri: callback,
      scope: "follows.read follows.write tweet.read users.read offline.access",
      state: attempt.state,
      code_challenge: createHash("sha256")
        .update(Redacted.value(attempt.verifier))
        .digest("base64url"),
      code_challenge_method: "S256",
    })
    expect(attempt.state).toMatch(/^[\w-]{43}$/)
    expect(Redacted.value(attempt.verifier)).toMatch(/^[\w-]{43}$/)
    expect(attempt.url).not.toContain(Redacted.value(attempt.verifier))
    expect(JSON.stringify(attempt)).not.toContain(Redacted.value(attempt.verifier))
  })

  it("is another for each attempt, and asks for the scopes that are named", async () => {
    const client = await clientOf()
    const [one, other] = await Promise.all([
      run(client.authorize()),
      run(client.authorize({ scopes: ["users.read"] })),
    ])
    expect(one.state).not.toBe(other.state)
    expect(Redacted.value(one.verifier)).not.toBe(Redacted.value(other.verifier))
    expect(new URL(other.url).searchParams.get("scope")).toBe("users.read")
  })

  it("can be elsewhere", async () => {
    const client = await clientOf(confidential, { authorizePage: "https://x.example.test/login" })
    expect((await run(client.authorize())).url).toMatch(/^https:\/\/x\.example\.test\/login\?/)
  })
})

describe.each([
  ["with a secret", confidential],
  ["without a secret", open],
])("an app %s", (_kind, app) => {
  it("gets tokens for a code, and is told whose they are", async () => {
    const client = await clientOf(app)
    const before = Date.now()
    const tokens = await signIn(client)
    expect(tokens.scopes).toEqual(Pkce.defaultScopes)
    expect(tokens.refreshToken).toBeDefined()
    expect(tokens.expiresAt).toBeGreaterThanOrEqual(before + 7_200_000)
    expect(tokens.expiresAt).toBeLessThanOrEqual(Date.now() + 7_200_000)
    expect(await run(client.whoami(tokens.accessToken))).toMatchObject({
      id: happycamper,
      username: "happycamper",
    })
    expect(JSON.stringify(tokens)).not.toContain(Redacted.value(tokens.accessToken))
  })

  it("gets new tokens for a refresh token, once", async () => {
    const client = await clientOf(app)
    const tokens = await signIn(client)
    const refreshed = await run(client.refresh(tokens))
    if (refreshed._tag === "Refused") return expect.fail("the refresh was refused")
    expect(refreshed.tokens.scopes).toEqual(tokens.scopes)
    expect(Redacted.value(refreshed.tokens.accessToken)).not.toBe(
      Redacted.value(tokens.accessToken),
    )
    await run(client.whoami(refreshed.tokens.accessToken))
    expect(await run(client.refresh(tokens))).toEqual({ _tag: "Refused" })
  })

  it("revokes a grant with its refresh token, and may do so again", async () => {
    const client = await clientOf(app)
    const { accessToken, refreshToken } = await signIn(client)
    if (refreshToken === undefined) return expect.fail("there is no refresh token")
    await run(client.revoke(refreshToken))
    await run(client.revoke(refreshToken))
    expect(await failure(client.whoami(accessToken))).toMatchObject({ reason: "Unauthenticated" })
    expect(await run(client.refresh({ refreshToken, scopes: [] }))).toEqual({ _tag: "Refused" })
  })
})

describe("what a user comes back with", () => {
  it("may be given as a URL, as a server has the URL of a request, or as its query", async () => {
    const client = await clientOf()
    const forms = [
      ({ href }: URL) => href,
      ({ pathname, search }: URL) => pathname + search,
      ({ search }: URL) => search,
    ]
    for (const form of forms) {
      const { attempt, returned } = await askedBack(client)
      const tokens = await run(client.exchange(attempt, form(new URL(returned))))
      expect(tokens.scopes).toEqual(Pkce.defaultScopes)
    }
  })

  it("is refused when it belongs to another attempt, before anything is sent", async () => {
    const client = await clientOf()
    const { attempt, returned } = await askedBack(client)
    const other = await run(client.authorize())
    const error = await failure(client.exchange(other, returned))
    expect(error).toMatchObject({ reason: "Unauthenticated", outcome: "refused", retryable: false })
    expect(error.message).toContain("begin a new one")
    await run(client.exchange(attempt, returned))
  })

  it.each([
    ["", "begin a new one"],
    ["nonsense", "begin a new one"],
    ["http://127.0.0.1:3000/callback", "begin a new one"],
    ["STATE", "begin a new one"],
    ["STATE&code=", "begin a new one"],
    ["STATE&code=a&code=b", "begin a new one"],
    ["STATE&error=access_denied", "the user did not allow it"],
    ["STATE&error=invalid_scope", "check the app's id"],
  ])("is refused when it is %j", async (query, words) => {
    const client = await clientOf()
    const attempt = await run(client.authorize())
    const returned = query.replace("STATE", `?state=${attempt.state}`)
    const error = await failure(client.exchange(attempt, returned))
    expect(error).toMatchObject({ reason: "Unauthenticated", outcome: "refused" })
    expect(error.message).toContain(words)
  })

  it("says so when the user refused", async () => {
    const client = await clientOf()
    const { attempt, returned } = await askedBack(client, "deny")
    expect((await failure(client.exchange(attempt, returned))).message).toContain(
      "did not allow it",
    )
  })

  it("is refused when it was used, came too late, or is of another verifier", async () => {
    const client = await clientOf()
    const used = await askedBack(client)
    await run(client.exchange(used.attempt, used.returned))
    const late = await askedBack(client)
    const stranger = await askedBack(client)
    const verifier = Redacted.make("x".repeat(43))
    const wrong = client.exchange({ ...stranger.attempt, verifier }, stranger.returned)
    expect((await failure(wrong)).message).toContain("sign in again")
    sandbox.control.world().clock.advance(31)
    for (const { attempt, returned } of [used, late]) {
      const error = await failure(client.exchange(attempt, returned))
      expect(error).toMatchObject({ reason: "Unauthenticated", outcome: "refused" })
      expect(error.message).toContain("sign in again")
    }
  })
})

describe("an app that X does not accept", () => {
  it.each([
    ["a wrong secret", { clientSecret: Redacted.make("wrong") }],
    ["no secret, but should", { clientSecret: undefined }],
    ["a wrong id", { clientId: "nobody" }],
  ])("is told so when it has %s, and the refresh token stays good", async (_what, wrong) => {
    const good = await clientOf()
    const tokens = await signIn(good)
    const bad = await clientOf(confidential, wrong)
    const error = await failure(bad.refresh(tokens))
    expect(error).toMatchObject({ reason: "Unauthenticated", retryable: false })
    expect(error.message).toContain("the app's own credentials")
    expect((await run(good.refresh(tokens)))._tag).toBe("Issued")
  })
})

describe("a token endpoint that misbehaves", () => {
  const tokens: Pkce.Tokens = {
    accessToken: Redacted.make("anAccessTokenThatIsSecret0123456789"),
    refreshToken: Redacted.make("aRefreshTokenThatIsSecret0123456789"),
    expiresAt: 0,
    scopes: ["users.read"],
  }
  const secret = "aClientSecretThatIsSecret0123456789"

  it.each(misfortunes)("fails without a secret after %s", async (_what, answer, reason) => {
    await using server = await hostile((socket) => {
      if (answer === "cut") socket.destroy()
      else if (answer !== "silence") socket.end(answer)
    })
    const { origin } = server
    const client = await run(
      Pkce.make({
        clientId: "id",
        clientSecret: Redacted.make(secret),
        callback,
        origin,
        timeout: answer === "silence" ? 500 : 10_000,
      }),
    )
    const error = await failure(client.refresh(tokens))
    expect(error).toMatchObject({ _tag: "RemoteError", reason, retryable: true })
    expect(error.message.split("\n")).toHaveLength(1)
    expect(error.resetAt).toBe(reason === "WindowExhausted" ? 1_900_000_000_000 : undefined)
    for (const hidden of ["Secret0123456789", "steal"]) expect(shown(error)).not.toContain(hidden)
    expect(server.requests).toHaveLength(1)
  })

  it("fails with what was said, without what may be a secret, when nobody knows the refusal", async () => {
    await using server = await hostile((socket) =>
      socket.end(whole("418 Teapot", `{"hint":"I got aRefreshTokenThatIsSecret0123456789"}`)),
    )
    const { origin } = server
    const client = await run(Pkce.make({ clientId: "id", callback, origin }))
    const error = await failure(client.refresh(tokens))
    expect(error).toMatchObject({
      reason: "Unclassified",
      retryable: false,
      evidence: { status: 418, body: `{"hint":"I got [removed]"}` },
    })
  })

  it("fails for good on a port that fetch forbids", async () => {
    const origin = "http://127.0.0.1:6000"
    const client = await run(Pkce.make({ clientId: "id", callback, origin }))
    expect(await failure(client.refresh(tokens))).toMatchObject({
      outcome: "refused",
      reason: "Outage",
      retryable: false,
    })
  })

  it("fails with the outcome refused when nobody listens", async () => {
    const origin = `http://127.0.0.1:${await closedPort()}`
    const client = await run(Pkce.make({ clientId: "id", callback, origin }))
    expect(await failure(client.refresh(tokens))).toMatchObject({
      reason: "Outage",
      outcome: "refused",
      retryable: true,
    })
  })

  it("keeps the refresh token and the scopes when the answer has no others", async () => {
    await using server = await hostile((socket) =>
      socket.end(whole("200 OK", `{"token_type":"bearer","access_token":"new"}`)),
    )
    const { origin } = server
    const client = await run(Pkce.make({ clientId: "id", callback, origin }))
    const refreshed = await run(client.refresh(tokens))
    if (refreshed._tag === "Refused") return expect.fail("the refresh was refused")
    const { accessToken, refreshToken, scopes } = refreshed.tokens
    expect(Redacted.value(accessToken)).toBe("new")
    expect(refreshToken).toEqual(tokens.refreshToken)
    expect(scopes).toEqual(["users.read"])
  })

  it("writes ids and secrets as they are, and other characters encoded", async () => {
    await using server = await hostile((socket) => socket.end(whole("400 Bad", "{}")))
    const { origin } = server
    const clientSecret = Redacted.make("a_b-c.d~e:f/g")
    const client = await run(Pkce.make({ clientId: "i_d", clientSecret, callback, origin }))
    await failure(client.refresh(tokens))
    const [, basic = ""] = /authorization: Basic (\S+)/i.exec(server.requests[0] ?? "") ?? []
    expect(atob(basic)).toBe("i_d:a_b-c.d~e%3Af%2Fg")
    expect(server.requests[0]).toMatch(
      /\r\n\r\nrefresh_token=aRefreshTokenThatIsSecret0123456789&grant_type=refresh_token$/,
    )
  })
})

describe("an origin", () => {
  it.each([
    "http://api.x.com",
    "http://10.0.0.1:4280",
    "ftp://127.0.0.1",
    "api.x.com",
    "https://x.com/a",
  ])("is a defect when it is %s", async (origin) => {
    const exit = await Effect.runPromiseExit(Pkce.make({ clientId: "id", callback, origin }))
    expect(Exit.isFailure(exit) && exit.cause.reasons.every((it) => it._tag === "Die")).toBe(true)
  })

  it.each(["http://localhost:1", "http://x.localhost:1", "http://127.3.2.1:1", "http://[::1]:1"])(
    "may be without TLS on this machine, as %s is",
    async (origin) => {
      await run(Pkce.make({ clientId: "id", callback, origin }))
    },
  )
})
