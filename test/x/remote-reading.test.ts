/** Reading on X: edges and lists, by which calls, and with whose credentials. */
import { type Page, type RelationshipRemote, RemoteError, type UserId } from "@kith/core"
import type { Capabilities } from "@kith/http-adapter"
import { Effect } from "effect"
import { describe, expect, test } from "vitest"
import {
  crowd,
  latecomers,
  me,
  members,
  nobody,
  people,
  type Person,
} from "../support/story-world.ts"
import {
  type Bench,
  credentials,
  idOf,
  type Kind,
  open,
  remote,
  worldOf,
} from "../support/x-remote.ts"

const { guarded, hub, open: openbook, suspended } = people

const ids = (persons: ReadonlyArray<Person>): ReadonlyArray<UserId.UserId> => persons.map(idOf)
const newestFirst = (persons: ReadonlyArray<Person>) => ids(persons.toReversed())

/** The story's world, in which I asked `guarded`, follow `openbook` quietly, and am asked by `hub`. */
const world = () => {
  const before = worldOf({ limits: "x" })
  return {
    ...before,
    users: before.users.map((user) => (user.id === me.id ? { ...user, protected: true } : user)),
    relationships: [
      ...before.relationships,
      { source: me.username, target: guarded.username, state: "pending" as const },
      {
        source: me.username,
        target: openbook.username,
        state: "following" as const,
        retweets: false,
        notifications: true,
      },
      { source: hub.username, target: me.username, state: "pending" as const },
    ],
  }
}

const observe = (targets: ReadonlyArray<Person>, source: Person = me) =>
  remote((it) => it.observe(idOf(source), ids(targets)))

const list = (name: Page.ListName, user: Person, request?: RelationshipRemote.RemotePageRequest) =>
  remote((it) => it.list(name, idOf(user), request))

/** A list from end to end, with the sizes of its pages. */
const walk = async (x: Bench, name: Page.ListName, user: Person, limit?: number) => {
  const pages: Array<RelationshipRemote.RemotePage> = []
  let cursor: string | undefined
  do {
    const page: RelationshipRemote.RemotePage = await x.run(list(name, user, { cursor, limit }))
    pages.push(page)
    cursor = page.next
  } while (cursor !== undefined)
  return { users: pages.flatMap((page) => page.users), sizes: pages.map((it) => it.users.length) }
}

const ways: ReadonlyArray<
  readonly [mode: Capabilities.Mode, kind: Kind, one: string, many: string, sees: boolean]
> = [
  ["v2", "oauth2", "getUsersByIds", "getUsersByIds", false],
  ["v1", "oauth1", "friendships/show", "friendships/lookup", true],
  ["auto", "both", "friendships/show", "getUsersByIds", true],
  ["auto", "oauth2", "getUsersByIds", "getUsersByIds", false],
]

describe.each(ways)("an edge in the mode %s with %s credentials", (mode, kind, one, many, sees) => {
  test(`is seen by ${one}, ${sees ? "with" : "without"} its preferences`, async () => {
    await using x = await open({ mode, kind, world: world() })
    const preferences = sees ? { retweets: false, notifications: true } : {}
    expect(await x.run(observe([openbook]))).toEqual([{ _tag: "Following", ...preferences }])
    expect(await x.run(observe([guarded]))).toMatchObject([{ _tag: "Pending" }])
    expect(await x.run(observe([hub]))).toEqual([{ _tag: "None" }])
    expect(await x.counts()).toEqual({ [`${one} 200`]: 3 })
  })

  test("of somebody whom X does not show is not seen", async () => {
    await using x = await open({ mode, kind, world: world() })
    expect(await x.run(observe([suspended]))).toEqual([undefined])
    expect(await x.run(observe([nobody]))).toEqual([undefined])
  })

  test(`is seen with many others by one ${many}, in the order of the targets`, async () => {
    await using x = await open({ mode, kind, world: world() })
    const targets = [hub, suspended, guarded, nobody, openbook, hub]
    expect(await x.run(observe(targets))).toEqual([
      { _tag: "None" },
      undefined,
      { _tag: "Pending" },
      undefined,
      { _tag: "Following" },
      { _tag: "None" },
    ])
    expect(await x.counts()).toEqual({ [`${many} 200`]: 1 })
  })

  test("takes no request when there is nobody to look at", async () => {
    await using x = await open({ mode, kind })
    expect(await x.run(observe([]))).toEqual([])
    expect(await x.counts()).toEqual({})
  })

  test("is not looked at for somebody who did not sign in", async () => {
    await using x = await open({ mode, credentials: credentials(kind, [hub]) })
    expect(await x.failure(observe([openbook], hub))).toMatchObject({ outcome: "refused" })
    expect(await x.counts()).toEqual({})
  })
})

describe.each([
  ["v2", "oauth2", "getUsersFollowing", "getUsersFollowers"],
  ["v2", "oauth1", "getUsersFollowing", "getUsersFollowers"],
  ["v1", "oauth1", "friends/ids", "followers/ids"],
  ["auto", "both", "getUsersFollowing", "getUsersFollowers"],
] as const)("lists in the mode %s with %s credentials", (mode, kind, following, followers) => {
  test("of follows are read in both directions, newest first", async () => {
    await using x = await open({ mode, kind, world: world() })
    const first = await x.run(list("following", me))
    expect(first).toEqual({ users: newestFirst([...members, openbook]), missing: [] })
    expect((await x.run(list("followers", hub))).users).toEqual(newestFirst(members))
    expect(await x.counts()).toEqual({ [`${following} 200`]: 1, [`${followers} 200`]: 1 })
  })

  test("are read page by page", async () => {
    await using x = await open({ mode, kind, world: world() })
    expect(await walk(x, "following", me, 4)).toEqual({
      users: newestFirst([...members, openbook]),
      sizes: [4, 4, 4, 3],
    })
  })

  test("of others are read on one's behalf", async () => {
    await using x = await open({ mode, credentials: credentials(kind, [hub]), world: world() })
    const page = await x.run(list("followers", hub, { as: idOf(me) }))
    expect(page.users).toEqual(newestFirst(members))
  })

  test("that may not be seen, or are nobody's, are refused", async () => {
    await using x = await open({ mode, kind, world: world() })
    const error = await x.failure(list("followers", guarded, { as: idOf(me) }))
    expect(error).toMatchObject({ reason: "NotAuthorized", outcome: "refused", retryable: false })
    expect(await x.failure(list("followers", nobody, { as: idOf(me) }))).toMatchObject({
      reason: "NotFound",
    })
  })

  test("of public accounts are read by the app for those who did not sign in", async () => {
    await using x = await open({ mode, kind: "app", world: world() })
    expect((await x.run(list("followers", hub))).users).toEqual(newestFirst(members))
    // Who is named to read them has to have signed in.
    expect(await x.failure(list("followers", hub, { as: idOf(me) }))).toMatchObject({
      outcome: "refused",
    })
  })
})

test("who signed in and cannot be asked for now is not taken for a stranger", async () => {
  const outage = new RemoteError.RemoteError({
    outcome: "refused",
    reason: "Outage",
    message: "the token was not refreshed",
    retryable: true,
  })
  const failing = { ...credentials("app"), forUser: () => Effect.fail(outage) }
  await using x = await open({ mode: "auto", credentials: failing })
  expect(await x.failure(list("followers", hub))).toBe(outage)
  expect(await x.failure(observe([hub]))).toBe(outage)
  expect(await x.counts()).toEqual({})
})

describe("lists of requests", () => {
  test.each([
    ["v1", "oauth1"],
    ["auto", "both"],
  ] as const)("are read in the mode %s by their owner", async (mode, kind) => {
    await using x = await open({ mode, kind, world: world() })
    expect(await x.run(list("requestsSent", me))).toEqual({ users: [guarded.id], missing: [] })
    expect(await x.run(list("requestsReceived", me))).toEqual({ users: [hub.id], missing: [] })
    expect(await x.counts()).toEqual({
      "friendships/outgoing 200": 1,
      "friendships/incoming 200": 1,
    })
    expect((await x.run(list("requestsSent", me, { as: idOf(me) }))).users).toEqual([guarded.id])
  })

  test("are not read for others", async () => {
    await using x = await open({ mode: "auto" })
    const error = await x.failure(list("requestsReceived", guarded, { as: idOf(me) }))
    expect(error).toMatchObject({
      reason: "NotSupported",
      message: `X shows requestsReceived of user ${guarded.id} to that user alone; read them as ${guarded.id}`,
    })
    expect(await x.counts()).toEqual({})
  })

  test("are not read by the app", async () => {
    await using x = await open({ mode: "auto", kind: "app" })
    expect(await x.failure(list("requestsSent", me))).toMatchObject({ outcome: "refused" })
    expect(await x.counts()).toEqual({})
  })

  test("are none of v2's", async () => {
    await using x = await open({ mode: "v2" })
    expect(await x.failure(list("requestsSent", me))).toMatchObject({
      reason: "NotSupported",
      message: expect.stringContaining("v2 does not list requestsSent; use the mode auto or v1"),
    })
    await using other = await open({ mode: "auto", kind: "oauth2" })
    expect(await other.failure(list("requestsSent", me))).toMatchObject({ reason: "NotSupported" })
  })
})

describe("what a mode can do", () => {
  test.each([
    ["v2", 2, 2],
    ["v1", 3, 4],
    ["auto", 3, 4],
  ] as const)("is data: %s", async (mode, commands, lists) => {
    await using x = await open({ mode })
    const found = await x.run(remote((it) => Effect.succeed(it.capabilities)))
    expect([found.commands.length, found.lists.length]).toEqual([commands, lists])
    expect(found.observesAtOnce).toBe(100)
    expect([found.preferences, found.observesPreferences]).toEqual(
      mode === "v2" ? [false, false] : [true, true],
    )
  })

  test("is a hundred targets at once", async () => {
    await using x = await open({ mode: "v2" })
    const many = Array.from({ length: 80 }, (_, index) => ({
      id: String(500 + index),
      username: "",
    }))
    const seen = await x.run(observe([...many, ...crowd]))
    expect(seen.length).toBe(100)
    expect(seen.filter((it) => it?._tag === "Following").length).toBe(members.length)
    expect(seen.filter((it) => it?._tag === "None").length).toBe(latecomers.length)
    expect(await x.counts()).toEqual({ "getUsersByIds 200": 1 })
  })
})
