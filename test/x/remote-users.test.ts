/** Who is who on X: names and ids, asked a hundred at a time. */
import { UserId } from "@kith/core"
import { type Credential, Credentials, XUsers } from "@kith/http-adapter"
import { Effect } from "effect"
import { describe, expect, test } from "vitest"
import { crowd, me, people, type Person } from "../support/story-world.ts"
import { credentials, idOf, open } from "../support/x-remote.ts"

const { neighbour, open: openbook, suspended } = people

const byUsernames = (names: ReadonlyArray<string>, as?: Person) =>
  Effect.flatMap(XUsers.XUsers, (it) =>
    it.byUsernames(names, as === undefined ? undefined : idOf(as)),
  )
const byIds = (ids: ReadonlyArray<string>, as?: Person) =>
  Effect.flatMap(XUsers.XUsers, (it) =>
    it.byIds(
      ids.map((id) => UserId.make(id)),
      as === undefined ? undefined : idOf(as),
    ),
  )
const myself = (user: Person) => Effect.flatMap(XUsers.XUsers, (it) => it.me(idOf(user)))

describe.each([
  ["v2", "oauth2", "getUsersByUsernames", "getUsersByIds"],
  ["v1", "oauth1", "users/lookup", "users/lookup"],
  ["auto", "both", "getUsersByUsernames", "getUsersByIds"],
] as const)("users in the mode %s", (mode, kind, byNameCall, byIdCall) => {
  test("are found by their names, in the order asked, in any spelling", async () => {
    await using x = await open({ mode, kind })
    const names = ["@OpenBook", "nobody_at_all", "happycamper", "openbook", "not a name", ""]
    const found = await x.run(byUsernames(names, me))
    expect(found.map((it) => it?.id)).toEqual([
      openbook.id,
      undefined,
      me.id,
      openbook.id,
      undefined,
      undefined,
    ])
    expect(await x.counts()).toEqual({ [`${byNameCall} 200`]: 1 })
  })

  test("are found by their ids, exactly", async () => {
    await using x = await open({ mode, kind })
    const found = await x.run(byIds([neighbour.id, "9007199254740992", me.id, suspended.id], me))
    expect(found.map((it) => it?.username)).toEqual([
      "neighbour",
      undefined,
      "happycamper",
      undefined,
    ])
    expect(await x.counts()).toEqual({ [`${byIdCall} 200`]: 1 })
  })

  test("may all be nobody", async () => {
    await using x = await open({ mode, kind })
    expect(await x.run(byUsernames(["nobody_1", "nobody_2"], me))).toEqual([undefined, undefined])
    expect(await x.run(byIds(["1", "2"], me))).toEqual([undefined, undefined])
  })

  test("are asked for a hundred at a time, and not at all when there are none", async () => {
    await using x = await open({ mode, kind })
    const names = Array.from({ length: 230 }, (_, index) => `nobody_${index}`)
    const found = await x.run(byUsernames([...names, ...crowd.map((it) => it.username)], me))
    expect(found.slice(230).map((it) => it?.id)).toEqual(crowd.map((it) => it.id))
    expect(found.slice(0, 230).every((it) => it === undefined)).toBe(true)
    expect(await x.run(byUsernames([], me))).toEqual([])
    expect(await x.run(byIds([], me))).toEqual([])
    const calls = await x.counts()
    expect(Object.values(calls).reduce((sum, it) => sum + it, 0)).toBe(3)
  })

  test("are found by the app itself", async () => {
    await using x = await open({ mode, kind: "app" })
    expect((await x.run(byUsernames(["openbook"]))).map((it) => it?.id)).toEqual([openbook.id])
    expect((await x.run(byIds([openbook.id]))).map((it) => it?.username)).toEqual(["openbook"])
  })

  test("know themselves by their credentials", async () => {
    await using x = await open({ mode, kind })
    expect(await x.run(myself(me))).toMatchObject({ id: me.id, username: me.username })
  })

  test("are told that their credentials are somebody else's", async () => {
    const right = credentials(kind)
    // As when tokens were mixed up in a configuration.
    const wrong = Credentials.Credentials.of({
      ...right,
      forUser: (user, needs) =>
        Effect.map(right.forUser(idOf(neighbour), needs), (it): Credential.Credential =>
          it._tag === "AppOnly" ? it : { ...it, user },
        ),
    })
    await using x = await open({ mode, credentials: wrong })
    expect(await x.failure(myself(me))).toMatchObject({
      reason: "Unauthenticated",
      message: `the credentials of user ${me.id} are those of user ${neighbour.id}; let the right user sign in`,
    })
  })
})
