/** When a request is sent a second time, and when it is not: a token that is over, and a wrong clock. */
import { Command, RemoteError } from "@kith/core"
import { type Credential, Credentials, Metrics, V2, XApi } from "@kith/http-adapter"
import { Effect, Metric, Redacted } from "effect"
import { describe, expect, test } from "vitest"
import { me, oauth2Of, people } from "../support/story-world.ts"
import { credentials, idOf, movedClock, open, remote, worldOf } from "../support/x-remote.ts"

const { hub, open: openbook } = people
const command = Command.follow(idOf(me), idOf(openbook))

const stale: Credential.Credential = {
  _tag: "OAuth2",
  app: "story app",
  user: idOf(me),
  accessToken: Redacted.make("expired0123456789"),
}
const fresh: Credential.Credential = {
  ...stale,
  accessToken: Redacted.make(oauth2Of(me).accessToken),
}

/** Gives an expired token, and what a test says in its place. */
const renewing = (
  replacement: Effect.Effect<Credential.Credential, RemoteError.RemoteError>,
  asked: Array<Credential.Credential> = [],
) =>
  Credentials.Credentials.of({
    ...credentials("oauth2"),
    forUser: () => Effect.succeed(stale),
    replaced: (credential) => {
      asked.push(credential)
      return replacement
    },
  })

/** Credentials, and those that others were asked for in the place of. */
const asking = () => {
  const asked: Array<Credential.Credential> = []
  const own = Credentials.Credentials.of({
    ...credentials("oauth1"),
    replaced: (credential) => {
      asked.push(credential)
      return Effect.succeed(credential)
    },
  })
  return { asked, own }
}

const unlimited = worldOf({ limits: "none" })

describe("a token that X refuses", () => {
  test("is replaced once, and the request is sent again with the new one", async () => {
    const asked: Array<Credential.Credential> = []
    const service = renewing(Effect.succeed(fresh), asked)
    await using x = await open({ mode: "v2", credentials: service })
    expect(await x.run(x.execute(command))).toMatchObject({ _tag: "Carried" })
    expect(asked).toEqual([stale])
    expect(await x.counts()).toEqual({ "followUser 200": 1, "followUser 401": 1 })
    const resent = Metrics.resent("followUser", "Unauthenticated")
    expect(await x.run(Metric.value(resent))).toMatchObject({ count: 1 })
  })

  test("is replaced for reading as well", async () => {
    await using x = await open({ mode: "v2", credentials: renewing(Effect.succeed(fresh)) })
    expect(await x.run(remote((it) => it.observe(idOf(me), [idOf(hub)])))).toEqual([
      { _tag: "None" },
    ])
  })

  test("is not replaced a second time", async () => {
    const asked: Array<Credential.Credential> = []
    const service = renewing(Effect.succeed(stale), asked)
    await using x = await open({ mode: "v2", credentials: service })
    expect(await x.failure(x.execute(command))).toMatchObject({
      reason: "Unauthenticated",
      outcome: "refused",
      retryable: false,
    })
    expect(asked.length).toBe(1)
    expect(await x.counts()).toEqual({ "followUser 401": 2 })
  })

  test("that cannot be replaced is the failure, and the request was refused", async () => {
    const outage = new RemoteError.RemoteError({
      outcome: "refused",
      reason: "Outage",
      message: "the token was not refreshed",
      retryable: true,
    })
    await using x = await open({ mode: "v2", credentials: renewing(Effect.fail(outage)) })
    expect(await x.failure(x.execute(command))).toBe(outage)
    expect(await x.counts()).toEqual({ "followUser 401": 1 })
  })

  test("is counted again when it is sent again", async () => {
    const once = { name: "15min", max: 1, seconds: 900, per: "userAndApp" } as const
    await using x = await open({
      mode: "v2",
      world: unlimited,
      credentials: renewing(Effect.succeed(fresh)),
      options: { limits: { followUser: { user: [once] } } },
    })
    expect(await x.failure(x.execute(command))).toMatchObject({
      reason: "WindowExhausted",
      outcome: "refused",
    })
    expect(await x.counts()).toEqual({ "followUser 401": 1 })
  })

  test("whose replacement takes too long leaves the command refused", async () => {
    // The time-out is what this is about.
    await using x = await open({
      mode: "v2",
      credentials: renewing(Effect.never),
      options: { timeout: 300 },
    })
    expect(await x.failure(x.execute(command))).toMatchObject({
      reason: "Unauthenticated",
      outcome: "refused",
    })
  })

  test("is not the reason when X says so with another status", async () => {
    const { asked, own } = asking()
    await using x = await open({ mode: "v1", credentials: own })
    // The credentials are those of the target.
    x.fault({ effect: { status: 403, body: { errors: [{ code: 158 }] } } })
    expect(await x.failure(x.execute(command))).toMatchObject({ reason: "Unauthenticated" })
    expect(asked).toEqual([])
  })

  test("is not the reason when X hides a protected list behind the same status", async () => {
    const { asked, own } = asking()
    await using x = await open({ mode: "v1", credentials: own })
    const list = remote((it) => it.list("followers", idOf(people.guarded), { as: idOf(me) }))
    expect(await x.failure(list)).toMatchObject({ reason: "NotAuthorized" })
    expect(asked).toEqual([])
    expect(await x.counts()).toEqual({ "followers/ids 401": 1 })
  })
})

describe("a clock that is wrong", () => {
  test.each([
    ["v2", 600],
    ["v2", -600],
    ["v1", 86_400],
    ["v1", -86_400 * 365 * 20],
  ] as const)("is put right after one refusal (%s, %i seconds)", async (mode, seconds) => {
    await using x = await open({ mode, kind: "oauth1", clock: movedClock(seconds) })
    expect(await x.run(x.execute(command))).toMatchObject({ _tag: "Carried" })
    const name = mode === "v2" ? "followUser" : "friendships/create"
    expect(await x.counts()).toEqual({ [`${name} 200`]: 1, [`${name} 401`]: 1 })
    const resent = Metrics.resent(name, "ClockSkewed")
    expect(await x.run(Metric.value(resent))).toMatchObject({ count: 1 })
    // From then on it is known.
    await x.run(x.execute(Command.unfollow(idOf(me), idOf(openbook))))
    await x.run(remote((it) => it.observe(idOf(me), [idOf(hub)])))
    const failed = Object.entries(await x.counts()).filter(([key]) => key.endsWith(" 401"))
    expect(failed).toEqual([[`${name} 401`, 1]])
  })

  test("is put right for all who were refused at once", async () => {
    await using x = await open({
      mode: "v2",
      kind: "oauth1",
      clock: movedClock(3_600),
      world: unlimited,
    })
    const answers = await x.run(
      Effect.forEach(
        Array.from({ length: 20 }, () => Command.follow(idOf(me), idOf(hub))),
        x.execute,
        { concurrency: "unbounded" },
      ),
    )
    expect(answers.every((it) => it._tag === "Carried")).toBe(true)
  })

  test("cannot be put right by an answer that does not say the time", async () => {
    await using x = await open({ mode: "v2", kind: "oauth1" })
    const body = { errors: [{ code: 135, message: "Timestamp out of bounds." }] }
    x.fault({ effect: { status: 401, body, headers: { date: "soon" } } })
    expect(await x.failure(x.execute(command))).toMatchObject({
      reason: "ClockSkewed",
      outcome: "refused",
    })
    expect(await x.counts()).toEqual({ "followUser 401": 1 })
  })
})

describe("a request for which no time is left", () => {
  test("is not sent, and has certainly done nothing", async () => {
    await using x = await open({ mode: "v2" })
    const send = Effect.flatMap(XApi.XApi, (api) =>
      api.send(V2.FollowUser.endpoint, fresh, { source: idOf(me), target: idOf(openbook) }, 1),
    )
    expect(await x.failure(send)).toMatchObject({ outcome: "refused", retryable: true })
    expect(await x.state(me, openbook)).toBe("None")
  })
})

describe("a command that failed", () => {
  test.each([
    ["an answer of 500", { status: 500 }, "unknown"],
    ["an answer of 503 in HTML", { status: 503, body: "<html>" }, "unknown"],
    ["an answer of 504 in JSON", { status: 504, body: { title: "Gateway Timeout" } }, "unknown"],
    ["a connection cut before it was done", { drop: "before" }, "unknown"],
    ["a connection cut after it was done", { drop: "after" }, "unknown"],
    ["a success that is none", { status: 200, body: "<html>welcome</html>" }, "unknown"],
    ["a redirect", { status: 302, headers: { location: "https://example.com/" } }, "unknown"],
    ["a refusal that nobody knows", { status: 418, body: "short and stout" }, "refused"],
    ["a locked account", { status: 403, body: { errors: [{ code: 326 }] } }, "refused"],
  ] as const)("with %s is not sent again", async (_, effect, outcome) => {
    await using x = await open({ mode: "v2" })
    x.fault({ effect })
    expect(await x.failure(x.execute(command))).toMatchObject({ _tag: "RemoteError", outcome })
    expect(Object.values(await x.counts())).toEqual([1])
    expect(await x.state(me, openbook)).toBe(
      "drop" in effect && effect.drop === "after" ? "Following" : "None",
    )
  })

  test("for want of a connection has certainly done nothing", async () => {
    await using x = await open({ mode: "v2" })
    await x.sandbox.close()
    expect(await x.failure(x.execute(command))).toMatchObject({
      reason: "Outage",
      outcome: "refused",
      retryable: true,
      message: `followUser: ${x.sandbox.url} cannot be reached (ECONNREFUSED); try again later`,
    })
  })

  test("for a port that fetch forbids has certainly done nothing, and waiting does not help", async () => {
    const origin = "http://127.0.0.1:6000"
    await using x = await open({ mode: "v2", origin })
    expect(await x.failure(x.execute(command))).toMatchObject({
      reason: "Outage",
      outcome: "refused",
      retryable: false,
      message: `followUser: fetch sends nothing to the port of ${origin}; use another`,
    })
  })

  test("for want of an answer in time may have been done, and reading has certainly no effect", async () => {
    // The time-out is what this is about.
    await using x = await open({ mode: "v2", options: { timeout: 300 } })
    x.fault({ effect: { delayMs: 60_000 } })
    expect(await x.failure(x.execute(command))).toMatchObject({
      reason: "Outage",
      outcome: "unknown",
      retryable: true,
    })
    expect(await x.failure(remote((it) => it.observe(idOf(me), [idOf(hub)])))).toMatchObject({
      reason: "Outage",
      outcome: "refused",
    })
  })
})
