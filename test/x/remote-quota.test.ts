/** Quota on X: what is counted before it is sent, what answers teach, and when to come again. */
import { Command, Journal, RemoteError, UserId } from "@kith/core"
import { type Credential, Presets, XApi, type XRemote } from "@kith/http-adapter"
import { Effect, Redacted, Result } from "effect"
import { describe, expect, test } from "vitest"
import { x as sandboxLimits } from "../../packages/sandbox/src/world/Limits.ts"
import { me, oauth2Of, people, type Person } from "../support/story-world.ts"
import { type Bench, idOf, movedClock, open, remote, worldOf } from "../support/x-remote.ts"

const { hub, neighbour, open: openbook } = people

const follow = (source: Person, target: UserId.UserId, preferences?: { retweets: boolean }) =>
  Command.follow(idOf(source), target, preferences)

const stranger = (index: number) => UserId.make(String(7_000_000 + index))

/** Follows of one after the other, until one fails. Those who are followed need not exist. */
const followMany = async (x: Bench, source: Person, count: number) => {
  for (let index = 0; index < count; index++) {
    const result = await x.run(Effect.result(x.execute(follow(source, stranger(index)))))
    if (Result.isFailure(result)) return { sent: index, error: result.failure }
  }
  return { sent: count, error: undefined }
}

const total = async (x: Bench): Promise<number> =>
  Object.values(await x.counts()).reduce((sum, it) => sum + it, 0)

const token: Credential.Credential = {
  _tag: "OAuth2",
  app: "story app",
  user: idOf(me),
  accessToken: Redacted.make("any"),
}

const now = (x: Bench): number => x.sandbox.control.world().clock.now()

/** Limits with one number for each name, for all who follow on v2. */
const limits = (user: Presets.EndpointLimits["user"]): Presets.Limits => ({ followUser: { user } })
const perQuarter = (max: number) => ({
  name: "15min",
  max,
  seconds: 900,
  per: "userAndApp" as const,
})
const perDay = (max: number) => ({
  name: "24hour",
  max,
  seconds: 86_400,
  per: "userAndApp" as const,
})
const appDay = (max: number) => ({ name: "24hour-app", max, seconds: 86_400, per: "app" as const })

const openV2 = (options: XRemote.Options["limits"], ofX: unknown = "none") =>
  open({
    mode: "v2",
    kind: "oauth2",
    options: { limits: options },
    world: worldOf({ limits: ofX }),
  })

describe("presets", () => {
  test("have the numbers of the sandbox for every endpoint that the adapter calls", () => {
    for (const [name, numbers] of Object.entries(Presets.seeds)) {
      expect([name, numbers]).toEqual([name, sandboxLimits[name]])
    }
  })

  test("of 2026 admit more walks, and keep what was not printed anew", () => {
    expect(Presets.x2026.getUsersFollowers?.app?.[0]?.max).toBe(300)
    expect(Presets.x2026.followUser).toEqual(Presets.seeds.followUser)
    expect(Object.keys(Presets.x2026)).toEqual(Object.keys(Presets.seeds))
  })
})

describe("a window", () => {
  test("admits its number of requests, and says when there are more, before anything is sent", async () => {
    await using x = await openV2(Presets.seeds, "x")
    const begin = now(x)
    const { error, sent } = await followMany(x, me, 60)
    expect(sent).toBe(50)
    expect(await x.counts()).toEqual({ "followUser 200": 50 })
    expect(error).toMatchObject({
      _tag: "RemoteError",
      outcome: "refused",
      reason: "WindowExhausted",
      retryable: true,
    })
    const resetAt = error instanceof RemoteError.RemoteError ? (error.resetAt ?? 0) : 0
    expect(resetAt).toBeGreaterThanOrEqual(begin + 900_000)
    expect(resetAt).toBeLessThanOrEqual(now(x) + 902_000)
    expect(String(error)).toContain(
      `followUser: the quota of user ${me.id} is spent (15min), and nothing was sent; wait until 20`,
    )
    x.advance(Math.ceil((resetAt - now(x)) / 1000))
    expect((await followMany(x, me, 60)).sent).toBe(50)
    expect(await x.counts()).toEqual({ "followUser 200": 100 })
  })

  test("is each user's own, and the app's day is everybody's", async () => {
    await using x = await openV2(limits([perQuarter(3), appDay(5)]))
    expect((await followMany(x, me, 9)).sent).toBe(3)
    const { error, sent } = await followMany(x, hub, 9)
    expect(sent).toBe(2)
    expect(error).toMatchObject({ reason: "DayExhausted", outcome: "refused", retryable: true })
    expect(String(error)).toContain("the quota of the app story app is spent (24hour-app)")
  })

  test("of a day outlasts the quarter of an hour", async () => {
    await using x = await openV2(limits([perQuarter(2), perDay(3)]))
    expect((await followMany(x, me, 9)).sent).toBe(2)
    x.advance(902)
    const { error, sent } = await followMany(x, me, 9)
    expect([sent, error]).toMatchObject([1, { reason: "DayExhausted" }])
    x.advance(86_400)
    expect((await followMany(x, me, 9)).sent).toBe(2)
  })

  test("of reading is none of writing", async () => {
    await using x = await openV2(limits([perQuarter(0)]))
    expect((await followMany(x, me, 1)).sent).toBe(0)
    const page = await x.run(remote((it) => it.list("followers", idOf(hub))))
    expect(page.users.length).toBeGreaterThan(0)
    await x.run(x.execute(Command.unfollow(idOf(me), stranger(1))))
  })

  test("of which nothing is left takes no place in another one", async () => {
    const quota = { user: [perQuarter(1)] }
    await using x = await open({
      mode: "auto",
      world: worldOf({ limits: "none" }),
      options: { limits: { followUser: quota, "friendships/update": quota } },
    })
    const command = Command.updatePreferences(idOf(me), idOf(hub), { retweets: false })
    await x.run(x.execute(command))
    const quiet = follow(me, idOf(openbook), { retweets: false })
    expect(await x.failure(x.execute(quiet))).toMatchObject({ reason: "WindowExhausted" })
    // The place for the follow is still there.
    expect((await followMany(x, me, 2)).sent).toBe(1)
  })
})

describe("an answer", () => {
  test("teaches what X counts, also for others", async () => {
    const ofX = { followUser: { user: [perQuarter(2), perDay(9), appDay(9)] } }
    await using x = await openV2(Presets.seeds, ofX)
    const { error, sent } = await followMany(x, me, 9)
    expect([sent, error]).toMatchObject([2, { reason: "WindowExhausted" }])
    expect(await x.counts()).toEqual({ "followUser 200": 2 })
  })

  test("teaches what others take out of the same window", async () => {
    await using x = await openV2(Presets.seeds, { followUser: { user: [perQuarter(10)] } })
    expect((await followMany(x, me, 3)).sent).toBe(3)
    for (let index = 0; index < 4; index++) {
      await fetch(`${x.sandbox.url}/2/users/${me.id}/following`, {
        method: "POST",
        headers: { authorization: `Bearer ${oauth2Of(me).accessToken}` },
        body: JSON.stringify({ target_user_id: openbook.id }),
      })
    }
    const { error, sent } = await followMany(x, me, 9)
    expect([sent, error]).toMatchObject([3, { reason: "WindowExhausted" }])
    expect(await x.counts()).toEqual({ "followUser 200": 6 })
  })

  test("teaches windows that no preset has", async () => {
    await using x = await openV2({}, { followUser: { user: [perDay(2)] } })
    // X's own windows of a day come with those of the quarter, and clients look for both.
    const { error, sent } = await followMany(x, me, 9)
    expect([sent, error]).toMatchObject([2, { reason: "DayExhausted" }])
    expect(await x.counts()).toEqual({ "followUser 200": 2 })
  })

  test.each([
    ["in the form of v2", { title: "Too Many Requests", type: "about:blank", status: 429 }],
    ["in the form of v1.1", { errors: [{ code: 88, message: "Rate limit exceeded" }] }],
    ["in HTML", "<html>slow down</html>"],
    ["without a word", ""],
  ])("that refuses %s closes the window for a quarter of an hour", async (_, body) => {
    await using x = await openV2(Presets.seeds)
    x.fault({ effect: { status: 429, body }, times: 1 })
    const first = await followMany(x, me, 1)
    expect(first.error).toMatchObject({ reason: "WindowExhausted", outcome: "refused" })
    const { error, sent } = await followMany(x, me, 9)
    expect([sent, error]).toMatchObject([0, { reason: "WindowExhausted" }])
    expect(await total(x)).toBe(1)
    x.advance(902)
    expect((await followMany(x, me, 2)).sent).toBe(2)
  })

  test("that refuses with something left closes the app's day, until a probe", async () => {
    await using x = await openV2(Presets.seeds)
    const until = Math.ceil(now(x) / 1000) + 900
    const headers = {
      "x-rate-limit-limit": "50",
      "x-rate-limit-remaining": "49",
      "x-rate-limit-reset": String(until),
    }
    x.fault({ effect: { status: 429, headers }, times: 2 })
    const first = await followMany(x, me, 1)
    expect(first.error).toMatchObject({ reason: "DayExhausted", outcome: "refused" })
    const error = first.error instanceof RemoteError.RemoteError ? first.error : undefined
    expect(error?.resetAt).toBeLessThanOrEqual(now(x) + 900_000)
    // It is everybody's.
    expect((await followMany(x, hub, 9)).sent).toBe(0)
    expect(await total(x)).toBe(1)
    x.advance(901)
    expect((await followMany(x, hub, 9)).sent).toBe(0)
    expect(await total(x)).toBe(2)
    x.advance(901)
    expect((await followMany(x, neighbour, 3)).sent).toBe(3)
  })

  test("that speaks of a cap on use closes the endpoint until a probe", async () => {
    await using x = await openV2(Presets.seeds)
    const type = "https://api.x.com/2/problems/usage-capped"
    x.fault({ effect: { status: 429, body: { type, title: "UsageCapExceeded" } }, times: 1 })
    const first = await followMany(x, me, 1)
    expect(first.error).toMatchObject({ reason: "CapExhausted", retryable: true })
    expect((await followMany(x, hub, 9)).error).toMatchObject({ reason: "CapExhausted" })
    expect(await total(x)).toBe(1)
    x.advance(901)
    expect((await followMany(x, me, 3)).sent).toBe(3)
  })

  test.each([500, 503, 401])("with the status %i teaches nothing", async (status) => {
    await using x = await openV2(limits([perQuarter(3)]))
    const headers = {
      "x-rate-limit-limit": "1",
      "x-rate-limit-remaining": "0",
      "x-rate-limit-reset": String(Math.ceil(now(x) / 1000) + 900),
    }
    x.fault({ effect: { status, headers }, times: 1 })
    expect((await followMany(x, me, 1)).sent).toBe(0)
    expect((await followMany(x, me, 9)).sent).toBe(2)
  })
})

test("windows that have ended are deleted from the journal as it goes", async () => {
  await using x = await openV2(limits([perQuarter(1_000_000)]))
  const api = await x.run(XApi.XApi)
  const others = Array.from({ length: 1_500 }, (_, index) => ({
    name: "followUser" as const,
    credential: { ...token, user: stranger(index) },
  }))
  const entries = () =>
    x.run(Effect.flatMap(Journal.Journal, (journal) => journal.scan("quota/", 10_000)))
  await x.run(Effect.forEach(others, (it) => api.reserve([it]), { discard: true }))
  const before = await entries()
  expect(before.length).toBe(1_500)
  x.advance(902)
  // Those who come first by their keys are still in their windows.
  const early = Array.from({ length: 1_100 }, (_, index) => ({
    name: "followUser" as const,
    credential: { ...token, user: UserId.make(String(1_000_000 + index)) },
  }))
  await x.run(Effect.forEach(early, (it) => api.reserve([it]), { discard: true }))
  const mine = { name: "followUser" as const, credential: token }
  await x.run(Effect.replicateEffect(api.reserve([mine]), 4_900, { discard: true }))
  await x.run(Effect.yieldNow)
  // Nothing is left but those, and the one who asks.
  const left = (await entries()).map(({ key }) => key)
  expect(left.filter((key) => key.includes("/7")).length).toBe(0)
  expect(left.length).toBe(1_101)
})

describe("a clock that is wrong", () => {
  test.each([600, -600])("by %i seconds does not move the windows", async (seconds) => {
    const clock = movedClock(seconds)
    const world = worldOf({ limits: { followUser: { user: [perQuarter(2)] } } })
    await using x = await open({ mode: "v2", kind: "oauth2", world, clock })
    const begin = clock.currentTimeMillisUnsafe()
    const { error, sent } = await followMany(x, me, 9)
    expect(sent).toBe(2)
    const wait = error instanceof RemoteError.RemoteError ? (error.resetAt ?? 0) - begin : 0
    // Seconds in headers, a second of margin, and the test's own.
    expect(wait).toBeGreaterThan(895_000)
    expect(wait).toBeLessThan(915_000)
  })

  test.each([600, -600])("by %i seconds does not move what a refusal says", async (seconds) => {
    const clock = movedClock(seconds)
    await using x = await open({ mode: "v2", kind: "oauth2", clock })
    const headers = {
      "x-rate-limit-limit": "50",
      "x-rate-limit-remaining": "0",
      "x-rate-limit-reset": String(Math.ceil(Date.now() / 1000) + 500),
    }
    x.fault({ effect: { status: 429, headers } })
    const begin = clock.currentTimeMillisUnsafe()
    const { error } = await followMany(x, me, 1)
    const wait = error instanceof RemoteError.RemoteError ? (error.resetAt ?? 0) - begin : 0
    expect(wait).toBeGreaterThan(495_000)
    expect(wait).toBeLessThan(515_000)
  })
})
