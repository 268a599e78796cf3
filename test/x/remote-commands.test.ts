/** Commands on X: by which calls each mode carries them out, and what their answers say. */
import { Command, Facts, type RelationshipRemote } from "@kith/core"
import type { Capabilities } from "@kith/http-adapter"
import { describe, expect, test } from "vitest"
import { me, nobody, people, type Person } from "../support/story-world.ts"
import { idOf, type Kind, open, remote } from "../support/x-remote.ts"

const { blocker, guarded, neighbour, open: openbook, suspended } = people

const follow = (target: Person, preferences?: { retweets?: boolean; notifications?: boolean }) =>
  Command.follow(idOf(me), idOf(target), preferences)
const unfollow = (target: Person) => Command.unfollow(idOf(me), idOf(target))
const update = (target: Person, preferences: { retweets?: boolean; notifications?: boolean }) =>
  Command.updatePreferences(idOf(me), idOf(target), preferences)

const carried = (tag: "None" | "Pending" | "Following", preferences: object = {}) => ({
  _tag: "Carried",
  observation: { _tag: tag, ...preferences },
})
const refused = (facts: Facts.Facts) => ({ _tag: "Refused", facts })

/** Refuses whatever a suspended user asks for. */
const suspendedMe = {
  status: 403,
  body: { errors: [{ code: 64, message: "Your account is suspended" }] },
}

const ways: ReadonlyArray<readonly [mode: Capabilities.Mode, kind: Kind]> = [
  ["v2", "oauth2"],
  ["v2", "oauth1"],
  ["v1", "oauth1"],
  ["auto", "both"],
  ["auto", "oauth2"],
]

describe.each(ways)("in the mode %s with %s credentials", (mode, kind) => {
  test("follows and unfollows, as often as it likes", async () => {
    await using x = await open({ mode, kind })
    expect(await x.run(x.execute(follow(openbook)))).toEqual(carried("Following"))
    expect(await x.run(x.execute(follow(openbook)))).toEqual(carried("Following"))
    expect(await x.state(me, openbook)).toBe("Following")
    expect(await x.run(x.execute(unfollow(openbook)))).toEqual(carried("None"))
    expect(await x.run(x.execute(unfollow(openbook)))).toEqual(carried("None"))
    expect(await x.state(me, openbook)).toBe("None")
    expect(await x.counts()).toEqual(
      mode === "v1"
        ? { "friendships/create 200": 2, "friendships/destroy 200": 2 }
        : { "followUser 200": 2, "unfollowUser 200": 2 },
    )
  })

  test("asks protected users, as often as it likes, and withdraws", async () => {
    await using x = await open({ mode, kind })
    expect(await x.run(x.execute(follow(guarded)))).toMatchObject(carried("Pending"))
    expect(await x.run(x.execute(follow(guarded)))).toMatchObject(carried("Pending"))
    expect(await x.state(me, guarded)).toBe("Pending")
    expect(await x.run(x.execute(unfollow(guarded)))).toEqual(carried("None"))
    expect(await x.state(me, guarded)).toBe("None")
  })

  test.each([
    ["who is nobody", nobody, Facts.missing],
    ["who is suspended", suspended, Facts.suspended],
    ["who blocks them", blocker, { ...Facts.open, blockedByTarget: true }],
  ])("is refused to follow somebody %s, with the facts", async (_, target, facts) => {
    await using x = await open({ mode, kind })
    expect(await x.run(x.execute(follow(target)))).toMatchObject(refused(facts))
  })

  test("has no call for what the target decides", async () => {
    await using x = await open({ mode, kind })
    for (const command of [
      Command.approveRequest(idOf(me), idOf(guarded)),
      Command.denyRequest(idOf(me), idOf(guarded)),
      Command.removeFollower(idOf(me), idOf(guarded)),
    ]) {
      expect(await x.failure(x.execute(command))).toMatchObject({
        reason: "NotSupported",
        outcome: "refused",
        retryable: false,
        message: `X has no call for ${command._tag}; user ${guarded.id} has to do it on X's own site`,
      })
    }
    expect(await x.counts()).toEqual({})
  })
})

describe.each([
  ["v1", "oauth1"],
  ["auto", "both"],
] as const)("preferences in the mode %s", (mode, kind) => {
  const first = mode === "v1" ? "friendships/create 200" : "followUser 200"
  const second = "friendships/update 200"

  test.each([
    [{ retweets: false }, "Following -retweets"],
    [{ notifications: true }, "Following +notifications"],
    [{ notifications: false }, "Following"],
    [{ retweets: false, notifications: true }, "Following -retweets +notifications"],
    [{ retweets: true, notifications: true }, "Following +notifications"],
  ])("are set with the follow: %o", async (preferences, state) => {
    await using x = await open({ mode, kind })
    expect(await x.run(x.execute(follow(openbook, preferences)))).toMatchObject(
      carried("Following", preferences),
    )
    expect(await x.state(me, openbook)).toBe(state)
    const isOne = mode === "v1" && !("retweets" in preferences) && preferences.notifications
    expect(await x.counts()).toEqual(isOne ? { [first]: 1 } : { [first]: 1, [second]: 1 })
  })

  test("that are off are no part of the first request, which can only turn them on", async () => {
    const bodies: Array<string> = []
    const spy: typeof globalThis.fetch = async (url, init) => {
      bodies.push(typeof init?.body === "string" ? init.body : "")
      return fetch(url, init)
    }
    await using x = await open({ mode, kind, fetch: spy })
    await x.run(x.execute(follow(openbook, { notifications: false })))
    const name = mode === "v1" ? `user_id=${openbook.id}` : `{"target_user_id":"${openbook.id}"}`
    expect(bodies).toEqual([name, `user_id=${openbook.id}&device=false`])
  })

  test("are set when the follow is there already, and those that are left out stay", async () => {
    await using x = await open({ mode, kind })
    await x.run(x.execute(follow(openbook, { retweets: false })))
    await x.run(x.execute(follow(openbook, { notifications: true })))
    expect(await x.state(me, openbook)).toBe("Following -retweets +notifications")
    await x.run(x.execute(follow(openbook)))
    expect(await x.state(me, openbook)).toBe("Following -retweets +notifications")
    expect(await x.run(x.execute(update(openbook, { notifications: false })))).toMatchObject(
      carried("Following", { retweets: false, notifications: false }),
    )
    expect(await x.state(me, openbook)).toBe("Following -retweets")
  })

  test("are set on a request", async () => {
    await using x = await open({ mode, kind })
    expect(await x.run(x.execute(follow(guarded, { retweets: false })))).toMatchObject(
      carried("Pending", { retweets: false }),
    )
    expect(await x.state(me, guarded)).toBe("Pending -retweets")
  })

  test("cannot be set where there is no follow", async () => {
    await using x = await open({ mode, kind })
    expect(await x.run(x.execute(update(openbook, { retweets: false })))).toEqual({
      ...refused(Facts.open),
      observation: { _tag: "None" },
      mayLag: true,
    })
  })

  test("are not tried to set when the follow was refused", async () => {
    await using x = await open({ mode, kind })
    const answer = await x.run(x.execute(follow(blocker, { retweets: false })))
    expect(answer).toMatchObject(refused({ ...Facts.open, blockedByTarget: true }))
    expect(Object.keys(await x.counts())).toHaveLength(1)
  })

  test("that X refuses after the follow leave the follow, and the answer says both", async () => {
    await using x = await open({ mode, kind })
    x.fault({ match: { path: "/1.1/friendships/update" }, effect: suspendedMe })
    expect(await x.run(x.execute(follow(openbook, { retweets: false })))).toMatchObject({
      ...carried("Following"),
      _tag: "Partly",
      because: { outcome: "refused", reason: "AccountSuspended" },
    })
    expect(await x.state(me, openbook)).toBe("Following")
  })

  test.each([
    ["fails", { status: 503 }],
    ["is silent", { drop: "before" }],
  ] as const)("leave the outcome unknown when X %s after the follow", async (_, effect) => {
    await using x = await open({ mode, kind })
    x.fault({ match: { path: "/1.1/friendships/update" }, effect })
    const error = await x.failure(x.execute(follow(openbook, { retweets: false })))
    expect(error).toMatchObject({ _tag: "RemoteError", outcome: "unknown" })
    expect(String(error)).toContain(
      "the follow was carried out, and nobody knows whether its preferences were set: friendships/update: ",
    )
    expect(await x.state(me, openbook)).toBe("Following")
  })

  test("are not tried to set when the outcome of the follow is unknown", async () => {
    await using x = await open({ mode, kind })
    x.fault({ effect: { drop: "after" }, times: 1 })
    const error = await x.failure(x.execute(follow(openbook, { retweets: false })))
    expect(error).toMatchObject({ outcome: "unknown", reason: "Outage" })
    expect(Object.values(await x.counts())).toEqual([1])
  })
})

describe("what is missing", () => {
  const nothing = { outcome: "refused", reason: "NotSupported", retryable: false }

  test.each(["oauth1", "oauth2"] as const)(
    "is said of preferences in the mode v2, %s",
    async (kind) => {
      await using x = await open({ mode: "v2", kind })
      for (const command of [
        follow(openbook, { retweets: true }),
        follow(openbook, { notifications: false }),
        update(openbook, { retweets: false }),
      ]) {
        const error = await x.failure(x.execute(command))
        expect(error).toMatchObject(nothing)
        expect(String(error)).toMatch(/v2 has no call for .* mode auto or v1, .* OAuth 1.0a/)
      }
      expect(await x.counts()).toEqual({})
    },
  )

  test("is said of preferences without OAuth 1.0a, before anything is counted", async () => {
    await using x = await open({ mode: "auto", kind: "oauth2" })
    expect(await x.failure(x.execute(follow(openbook, { retweets: false })))).toMatchObject(nothing)
    expect(await x.failure(x.execute(update(openbook, { retweets: false })))).toMatchObject(nothing)
    expect(await x.counts()).toEqual({})
    expect(await x.state(me, openbook)).toBe("None")
  })

  test("is said of users who did not sign in", async () => {
    await using x = await open({ mode: "auto", kind: "app" })
    expect(await x.failure(x.execute(follow(openbook)))).toMatchObject({
      outcome: "refused",
      reason: "Unauthenticated",
    })
    expect(await x.counts()).toEqual({})
  })
})

const create = { path: "/1.1/friendships/create" }

/** As recorded right after an unfollow: the flags are behind, and the user is protected. */
const behind = (target: Person) => ({
  status: 200,
  body: { id_str: target.id, protected: true, following: false, follow_request_sent: false },
})

describe("an answer of v1.1 that does not tell follow from request", () => {
  test("is explained by a look at the edge", async () => {
    await using x = await open({ mode: "v1", kind: "oauth1" })
    await x.run(x.execute(follow(guarded)))
    x.fault({ match: create, effect: behind(guarded) })
    expect(await x.run(x.execute(follow(guarded)))).toMatchObject(carried("Pending"))
    expect(await x.counts()).toMatchObject({ "friendships/show 200": 1 })
  })

  test.each([
    ["does not show it yet", undefined],
    ["fails", { status: 500 }],
    ["is silent", { drop: "before" }],
  ] as const)("stays unknown when the look %s", async (_, effect) => {
    await using x = await open({ mode: "v1", kind: "oauth1" })
    x.fault(
      { match: create, effect: behind(guarded) },
      ...(effect === undefined ? [] : [{ match: { path: "/1.1/friendships/show" }, effect }]),
    )
    expect(await x.failure(x.execute(follow(guarded)))).toMatchObject({ outcome: "unknown" })
  })

  test("leaves the outcome unknown when preferences are refused after it", async () => {
    await using x = await open({ mode: "v1", kind: "oauth1" })
    x.fault(
      { match: create, effect: behind(guarded) },
      { match: { path: "/1.1/friendships/update" }, effect: suspendedMe },
    )
    const error = await x.failure(x.execute(follow(guarded, { retweets: false })))
    expect(error).toMatchObject({ outcome: "unknown", reason: "AccountSuspended" })
    expect(String(error)).toContain("the follow was carried out, and its preferences were not set")
  })

  test("stays unknown when there is no quota to look", async () => {
    const none = { name: "15min", max: 0, seconds: 900, per: "userAndApp" } as const
    await using x = await open({
      mode: "v1",
      kind: "oauth1",
      options: { limits: { "friendships/show": { user: [none] } } },
    })
    x.fault({ match: create, effect: behind(guarded) })
    expect(await x.failure(x.execute(follow(guarded)))).toMatchObject({ outcome: "unknown" })
    expect(await x.counts()).toEqual({ "friendships/create 200": 1 })
  })
})

describe("a prepared command", () => {
  test("has sent nothing before it is run", async () => {
    await using x = await open({ mode: "v2" })
    const send = await x.run(remote((it) => it.prepare(follow(neighbour))))
    expect(await x.state(me, neighbour)).toBe("None")
    expect(await x.counts()).toEqual({})
    const answer: RelationshipRemote.Answer = await x.run(send)
    expect(answer).toEqual(carried("Following"))
  })

  test("takes twice the time-out of a request at most, however many requests it needs", async () => {
    await using x = await open({ mode: "v1", kind: "oauth1", options: { timeout: 1_000 } })
    await x.run(x.execute(follow(guarded)))
    // Three requests of 700 ms each are in time by themselves, and too long together.
    const late = { delayMs: 700 }
    const nothing = { following: false, following_requested: false }
    x.fault(
      { match: create, effect: { ...late, ...behind(guarded) } },
      {
        match: { path: "/1.1/friendships/update" },
        effect: { ...late, status: 200, body: { relationship: { source: nothing, target: {} } } },
      },
      { match: { path: "/1.1/friendships/show" }, effect: late },
    )
    expect(await x.failure(x.execute(follow(guarded, { retweets: false })))).toMatchObject({
      outcome: "unknown",
    })
    expect(await x.counts()).toMatchObject({ "friendships/show TimedOut": 1 })
  })
})
