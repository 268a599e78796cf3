/** OAuth 1.0a's three-legged handshake and the app's bearer token: against the sandbox, and against servers that misbehave. */
import { AppOnly, ThreeLegged, Transport } from "@kith/http-adapter"
import type { RemoteError } from "@kith/core"
import { Sandbox } from "@kith/sandbox"
import { Clock, Effect, Redacted } from "effect"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { consent } from "../support/consent.ts"
import { answered, hostile, whole } from "../support/hostile.ts"
import {
  callback,
  confidential as app,
  failureOf,
  happycamper,
  misfortunes,
  shown,
  world,
} from "../support/x-auth.ts"

let sandbox: Sandbox.StartedSandbox

beforeAll(async () => {
  sandbox = await Sandbox.start({ world })
})
beforeEach(() => Effect.runPromise(sandbox.control.reset))
afterAll(() => sandbox.close())

const run = Effect.runPromise
const secret = Redacted.make(app.consumerSecret)

const clientOf = (more: Partial<ThreeLegged.Options> = {}) =>
  run(
    ThreeLegged.make({
      app: "mine",
      key: app.consumerKey,
      secret,
      origin: sandbox.url,
      ...more,
    }),
  )

const failure = <A>(effect: Effect.Effect<A, RemoteError.RemoteError>) => run(failureOf(effect))

const returned = async (
  attempt: ThreeLegged.Attempt,
  answer: "allow" | "deny" = "allow",
): Promise<string> => {
  const { location, page } = await consent(sandbox.url, attempt.url, {
    user: "happycamper",
    answer,
  })
  return location?.href ?? /\b([0-9]{6,8})\b/.exec(page)?.[1] ?? ""
}

describe("a sign-in", () => {
  it("gives the user's token for the answer to a callback", async () => {
    const client = await clientOf()
    const attempt = await run(client.begin(callback))
    expect(attempt.url).toBe(`${sandbox.url}/oauth/authorize?oauth_token=${attempt.token}`)
    const { credential, username } = await run(client.finish(attempt, await returned(attempt)))
    expect(username).toBe("happycamper")
    expect(credential).toMatchObject({ _tag: "OAuth1", app: "mine", user: happycamper })
    expect(credential.token.startsWith(`${happycamper}-`)).toBe(true)
  })

  it.each([
    ["the query", (url: URL) => url.search],
    ["what a server calls the URL of a request", (url: URL) => url.pathname + url.search],
  ])("takes %s for the answer to a callback", async (_what, of) => {
    const client = await clientOf()
    const attempt = await run(client.begin(callback))
    const answer = of(new URL(await returned(attempt)))
    expect((await run(client.finish(attempt, answer))).credential.user).toBe(happycamper)
  })

  it("gives the user's token for a PIN, as it is shown or typed in", async () => {
    const client = await clientOf()
    const attempt = await run(client.begin("oob"))
    const pin = await returned(attempt)
    expect(pin).toMatch(/^[0-9]{6,8}$/)
    const { credential } = await run(
      client.finish(attempt, ` ${pin.slice(0, 3)} ${pin.slice(3)}\n`),
    )
    expect(credential.user).toBe(happycamper)
  })

  it("may ask for reading alone, and for the account to be chosen again", async () => {
    const client = await clientOf()
    const attempt = await run(client.begin(callback, { readOnly: true, afresh: true }))
    expect(new URL(attempt.url).searchParams.get("force_login")).toBe("true")
    const { credential } = await run(client.finish(attempt, await returned(attempt)))
    expect(credential.user).toBe(happycamper)
  })

  it("shows no secret in what it gives", async () => {
    const client = await clientOf()
    const attempt = await run(client.begin(callback))
    const signedIn = await run(client.finish(attempt, await returned(attempt)))
    for (const hidden of [
      app.consumerSecret,
      Redacted.value(attempt.tokenSecret),
      Redacted.value(signedIn.credential.tokenSecret),
    ]) {
      expect(JSON.stringify([attempt, signedIn])).not.toContain(hidden)
    }
  })

  it("is refused when the user refuses, or somebody else's answer comes", async () => {
    const client = await clientOf()
    const [attempt, other] = [await run(client.begin(callback)), await run(client.begin(callback))]
    const denied = await failure(client.finish(attempt, await returned(attempt, "deny")))
    expect(denied).toMatchObject({ reason: "Unauthenticated", outcome: "refused" })
    expect(denied.message).toContain("did not allow it")
    const stray = await failure(client.finish(attempt, await returned(other)))
    expect(stray.message).toContain("begin a new one")
    for (const nothing of ["", "nonsense", `?oauth_token=${attempt.token}`]) {
      expect((await failure(client.finish(attempt, nothing))).message).toContain("begin a new one")
    }
  })

  it("is refused when the PIN is wrong", async () => {
    const client = await clientOf()
    const attempt = await run(client.begin("oob"))
    await returned(attempt)
    const error = await failure(client.finish(attempt, "0000000"))
    expect(error).toMatchObject({ reason: "Unauthenticated", outcome: "refused" })
    expect(error.message).toContain("sign in again")
  })

  it("is refused when the app has no such callback", async () => {
    const client = await clientOf()
    const error = await failure(client.begin("https://elsewhere.example/"))
    expect(error).toMatchObject({ reason: "NotSupported", outcome: "refused" })
    expect(error.message).toContain("callback")
  })

  it.each([
    ["key", { key: "wrong" }],
    ["secret", { secret: Redacted.make("wrong") }],
  ])("is refused when the app's %s is wrong", async (_what, wrong) => {
    const client = await clientOf(wrong)
    const error = await failure(client.begin(callback))
    expect(error).toMatchObject({ reason: "Unauthenticated", outcome: "refused" })
    expect(error.message).toContain("app's key and secret")
  })
})

/** A machine whose clock is so far off. */
const skewed =
  (milliseconds: number) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.flatMap(Clock.Clock, (clock) => {
      const now = () => clock.currentTimeMillisUnsafe() + milliseconds
      return Effect.provideService(effect, Clock.Clock, {
        sleep: (duration) => clock.sleep(duration),
        monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
        monotonicTimeNanos: clock.monotonicTimeNanos,
        currentTimeNanosUnsafe: () => BigInt(now()) * 1_000_000n,
        currentTimeNanos: Effect.sync(() => BigInt(now()) * 1_000_000n),
        currentTimeMillisUnsafe: now,
        currentTimeMillis: Effect.sync(now),
      })
    })

describe("a machine whose clock is ten minutes off", () => {
  it.each([600_000, -600_000])("signs in all the same, by %s ms", async (milliseconds) => {
    const client = await clientOf()
    const attempt = await run(client.begin(callback).pipe(skewed(milliseconds)))
    const answer = await returned(attempt)
    const { username } = await run(client.finish(attempt, answer).pipe(skewed(milliseconds)))
    expect(username).toBe("happycamper")
  })

  it("asks twice and no more when the server's time does not help", async () => {
    await using server = await hostile((socket) =>
      socket.end(
        whole("401 No", `{"errors":[{"code":135,"message":"Timestamp out of bounds."}]}`, [
          "date: Sun, 22 Nov 2020 12:00:00 GMT",
        ]),
      ),
    )
    const client = await clientOf({ origin: server.origin })
    expect(await failure(client.begin(callback))).toMatchObject({ reason: "ClockSkewed" })
    expect(server.requests).toHaveLength(2)
    expect(await failure(client.begin(callback))).toMatchObject({ reason: "ClockSkewed" })
    expect(server.requests).toHaveLength(3)
  })
})

describe("a handshake with a server that misbehaves", () => {
  it.each(misfortunes)("fails without a secret after %s", async (_what, answer, reason) => {
    await using server = await hostile((socket) => {
      if (answer === "cut") socket.destroy()
      else if (answer !== "silence") socket.end(answer)
    })
    const { origin } = server
    const client = await clientOf({ origin, timeout: answer === "silence" ? 500 : 10_000 })
    const attempt = { token: "aToken", tokenSecret: Redacted.make("aTokenSecret0123456789xyz") }
    for (const step of [client.begin(callback), client.finish(attempt, "1234567")]) {
      const failed = await failure<unknown>(step)
      expect(failed).toMatchObject({ _tag: "RemoteError", reason, retryable: true })
      expect(shown(failed)).not.toContain("Secret0123456789")
      expect(shown(failed)).not.toContain(app.consumerSecret)
    }
  })

  it.each([
    [401, `{"errors":[{"code":32,"message":"Could not authenticate you."}]}`, "Unauthenticated"],
    [403, `{"errors":[{"code":64,"message":"Your account is suspended"}]}`, "AccountSuspended"],
    [401, `{"errors":[{"code":89,"message":"Invalid or expired token."}]}`, "Unauthenticated"],
    [400, `{"errors":[{"code":215,"message":"Bad Authentication data."}]}`, "Unauthenticated"],
    [403, `{"errors":[{"code":326,"message":"temporarily locked"}]}`, "AccountLocked"],
    [403, `{"errors":[{"code":415,"message":"not approved"}]}`, "NotSupported"],
    [401, `{"errors":[{"code":416,"message":"suspended"}]}`, "AppSuspended"],
    [401, `{"errors":[{"code":417,"message":"Desktop"}]}`, "NotSupported"],
    [429, `{"errors":[{"code":88,"message":"Rate limit exceeded"}]}`, "WindowExhausted"],
    [400, `{"error":"invalid_scope"}`, "ScopeMissing"],
    [400, `{"error":"unsupported_grant_type"}`, "NotSupported"],
    [401, `{"error":"unauthorized_client","error_description":null}`, "Unauthenticated"],
    [401, "Failed to validate oauth signature and token", "Unauthenticated"],
    [403, `{"error":"constructor"}`, "Unclassified"],
    [403, `{"errors":[{"message":"no code"}]}`, "Unclassified"],
    [404, `{"errors":[]}`, "Unclassified"],
    [400, "", "Unclassified"],
  ])("takes %s with %s for %s", async (status, body, reason) => {
    await using server = await hostile((socket) => socket.end(whole(`${status} No`, body)))
    const client = await clientOf({ origin: server.origin })
    expect(await failure(client.begin(callback))).toMatchObject({ reason, outcome: "refused" })
  })

  it.each([
    ["oauth_token=a&oauth_token_secret=b&oauth_callback_confirmed=false"],
    ["oauth_token=a&oauth_callback_confirmed=true"],
    ["oauth_token_secret=a&oauth_callback_confirmed=true"],
  ])("does not begin with %s", async (body) => {
    await using server = await hostile((socket) => socket.end(whole("200 OK", body)))
    const client = await clientOf({ origin: server.origin })
    expect(await failure(client.begin(callback))).toMatchObject({ reason: "Malformed" })
  })

  it.each([
    ["oauth_token=12-a&oauth_token_secret=b", "12", undefined],
    ["oauth_token=12-a&oauth_token_secret=b&user_id=34&screen_name=x", "34", "x"],
  ])("reads %s as user %s", async (body, user, username) => {
    await using server = await hostile((socket) => socket.end(whole("200 OK", body)))
    const client = await clientOf({ origin: server.origin })
    const attempt = { token: "a", tokenSecret: Redacted.make("b") }
    const signedIn = await run(client.finish(attempt, "1234567"))
    expect(signedIn).toMatchObject({ credential: { user }, username })
  })

  it.each(["oauth_token=a&oauth_token_secret=b", "oauth_token=1-a", "user_id=1"])(
    "does not end with %s",
    async (body) => {
      await using server = await hostile((socket) => socket.end(whole("200 OK", body)))
      const client = await clientOf({ origin: server.origin })
      const attempt = { token: "a", tokenSecret: Redacted.make("b") }
      expect(await failure(client.finish(attempt, "1234567"))).toMatchObject({
        reason: "Malformed",
      })
    },
  )
})

describe("the app's bearer token", () => {
  const options = { key: app.consumerKey, secret }

  it("is given for key and secret, with its escapes", async () => {
    const origin = sandbox.url
    const token = await run(AppOnly.bearerToken({ ...options, origin }))
    expect(Redacted.value(token)).toBe(app.bearerToken)
    const reply = await run(
      Effect.flatMap(Transport.make({ origin }), (transport) =>
        transport.send(
          { method: "GET", path: `/2/users/${happycamper}` },
          `Bearer ${Redacted.value(token)}`,
        ),
      ),
    )
    expect(reply.status).toBe(200)
  })

  it("is asked for as X's documentation shows it", async () => {
    await using server = await hostile((socket) =>
      socket.end(whole("200 OK", `{"token_type":"bearer","access_token":"AAAA%2F"}`)),
    )
    const token = await run(
      AppOnly.bearerToken({
        key: "xvz1evFS4wEEPTGEFPHBog",
        secret: Redacted.make("L8qq9PZyRg6ieKGEKhZolGC0vJWLw8iEJ88DRdyOg"),
        origin: server.origin,
      }),
    )
    expect(Redacted.value(token)).toBe("AAAA%2F")
    expect(server.requests[0]).toMatch(/^POST \/oauth2\/token HTTP/)
    expect(server.requests[0]).toMatch(
      /\r\nauthorization: Basic eHZ6MWV2RlM0d0VFUFRHRUZQSEJvZzpMOHFxOVBaeVJnNmllS0dFS2hab2xHQzB2SldMdzhpRUo4OERSZHlPZw==\r\n/i,
    )
    expect(server.requests[0]).toMatch(/\r\n\r\ngrant_type=client_credentials$/)
  })

  it("is refused for a wrong secret", async () => {
    const error = await failure(
      AppOnly.bearerToken({ ...options, secret: Redacted.make("wrong"), origin: sandbox.url }),
    )
    expect(error).toMatchObject({ reason: "Unauthenticated", outcome: "refused", retryable: false })
    expect(error.message).toContain("the app's own credentials")
  })

  it("shows nothing of what a stranger's answer echoes, and says until when to wait", async () => {
    const echo = "<p>oauth_verifier=1234567 oauth_token=short password=hunter2</p>"
    await using server = await hostile((socket) => socket.end(whole("400 Bad", echo)))
    const refused = await failure(AppOnly.bearerToken({ ...options, origin: server.origin }))
    expect(refused).toMatchObject({ reason: "Unclassified", evidence: { status: 400 } })
    for (const said of ["1234567", "short", "hunter2"]) expect(shown(refused)).not.toContain(said)

    const headers = ["retry-after: 60", "content-length: 0"]
    await using busy = await hostile((socket) => socket.end(answered("429 Busy", headers, "")))
    const begin = Date.now()
    const later = await failure(AppOnly.bearerToken({ ...options, origin: busy.origin }))
    expect(later).toMatchObject({ reason: "WindowExhausted", outcome: "refused" })
    expect(later.resetAt).toBeGreaterThanOrEqual(begin + 60_000)
  })

  it.each(misfortunes)("fails without a secret after %s", async (_what, answer, reason) => {
    await using server = await hostile((socket) => {
      if (answer === "cut") socket.destroy()
      else if (answer !== "silence") socket.end(answer)
    })
    const { origin } = server
    const timeout = answer === "silence" ? 500 : 10_000
    const error = await failure(AppOnly.bearerToken({ ...options, origin, timeout }))
    expect(error).toMatchObject({ _tag: "RemoteError", reason, retryable: true })
    expect(shown(error)).not.toContain(app.consumerSecret)
  })
})
