/** The pairs over a socket, against a sandbox with its built-in world. */
import { UserId } from "@kith/core"
import { type Endpoint, V1, V2 } from "@kith/http-adapter"
import { Sandbox } from "@kith/sandbox"
import { Result } from "effect"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { builtIn } from "../../packages/sandbox/src/world/BuiltIn.ts"
import { carried, refused } from "./support/endpoints.ts"
import { send } from "./support/send.ts"

const source = UserId.make("63046977")
const target = UserId.make("1354143047324299264")
const someone = UserId.make("2244994945")
const otter = UserId.make("1203944556")
const edge = { source, target }
const list = { user: source }

let sandbox: Sandbox.StartedSandbox
beforeEach(async () => {
  sandbox = await Sandbox.start()
})
afterEach(() => sandbox.close())

const control = (method: string, path: string, body?: object) =>
  fetch(`${sandbox.url}/sandbox${path}`, {
    method,
    headers: { "content-type": "application/json" },
    body: body === undefined ? null : JSON.stringify(body),
  })

describe("v2", () => {
  const bearer = `Bearer ${builtIn.tokens[0]?.oauth2?.accessToken}`
  const ask = <I, O>(endpoint: Endpoint.Endpoint<I, O>, input: I) =>
    send(sandbox.url, bearer, endpoint, input).then(Result.getOrThrow)

  test("follows, asks, looks, lists and ends", async () => {
    const observe = () => ask(V2.UsersByIds.endpoint, { source, targets: [target, someone] })
    expect(await ask(V2.Me.endpoint, undefined)).toMatchObject({ id: source })
    expect(await ask(V2.FollowUser.endpoint, edge)).toEqual(carried("Pending"))
    expect(await ask(V2.FollowUser.endpoint, { source, target: someone })).toEqual(
      carried("Following"),
    )
    expect(await observe()).toEqual([{ _tag: "Pending" }, { _tag: "Following" }])
    expect(await ask(V2.UserLists.following, { user: source })).toEqual({
      users: [someone],
      missing: [],
    })
    expect(await ask(V2.UserLists.followers, { user: someone, limit: 1 })).toEqual({
      users: [source],
      missing: [],
    })
    expect(await ask(V2.UnfollowUser.endpoint, edge)).toEqual(carried("None"))
    expect(await observe()).toEqual([{ _tag: "None" }, { _tag: "Following" }])
    expect(
      await ask(V2.UsersByUsernames.endpoint, { usernames: ["twitterdev", "nobody_there"] }),
    ).toMatchObject([{ id: someone, username: "TwitterDev" }])
  })

  test("refuses what the rules refuse, and what may not be seen", async () => {
    const follow = (to: string) => ask(V2.FollowUser.endpoint, { source, target: UserId.make(to) })
    expect(await follow("999")).toEqual(refused({ target: "missing" }))
    expect(await follow(source)).toEqual(refused({}))
    await control("PUT", `/blocks/${otter}/${source}`)
    expect(await follow(otter)).toEqual(refused({ blockedByTarget: true }))
    await control("DELETE", `/blocks/${otter}/${source}`)
    await control("PUT", `/blocks/${source}/${otter}`)
    expect(await follow(otter)).toEqual(refused({ blocksTarget: true }))
    await control("DELETE", `/blocks/${source}/${otter}`)
    await control("PATCH", `/users/${otter}`, { suspended: true })
    expect(await follow(otter)).toEqual(refused({ target: "suspended" }))
    const list = await send(sandbox.url, bearer, V2.UserLists.followers, { user: target })
    expect(Result.isFailure(list) && list.failure.reason).toBe("NotAuthorized")
  })
})

describe("v1.1", () => {
  const [app] = builtIn.apps
  const [, , guarded] = builtIn.tokens
  const [tokens] = builtIn.tokens
  const keysOf = (it: typeof tokens) => ({
    consumerKey: app?.consumerKey ?? "",
    consumerSecret: app?.consumerSecret ?? "",
    token: it?.oauth1?.token,
    secret: it?.oauth1?.secret,
  })
  const ask = <I, O>(endpoint: Endpoint.Endpoint<I, O>, input: I, as = tokens) =>
    send(sandbox.url, keysOf(as), endpoint, input).then(Result.getOrThrow)

  test("follows, asks, tunes, looks, lists and ends", async () => {
    const show = () => ask(V1.Show.endpoint, edge)
    const page = (...users: ReadonlyArray<string>) => ({ users, missing: [] })
    expect(await ask(V1.VerifyCredentials.endpoint, undefined)).toMatchObject({ id: source })
    expect(await ask(V1.Create.endpoint, { ...edge, notifications: true })).toEqual(
      carried("Pending", { notifications: true }),
    )
    expect(await ask(V1.Create.endpoint, edge)).toEqual(carried("Pending"))
    expect(await show()).toEqual({ _tag: "Pending", retweets: true, notifications: true })
    expect(await ask(V1.IdLists.outgoing, list)).toEqual(page(target))
    expect(await ask(V1.IdLists.incoming, { user: target }, guarded)).toEqual(page(source))
    await control("POST", `/requests/${source}/${target}/approve`)
    expect(await ask(V1.Update.endpoint, { ...edge, retweets: false })).toEqual(
      carried("Following", { retweets: false, notifications: true }),
    )
    expect(await show()).toEqual({ _tag: "Following", retweets: false, notifications: true })
    expect(await ask(V1.NoRetweets.endpoint, undefined)).toEqual([target])
    expect(await ask(V1.Lookup.endpoint, { source, targets: [someone, target] })).toEqual([
      { _tag: "None" },
      { _tag: "Following" },
    ])
    expect(await ask(V1.IdLists.friends, list)).toEqual(page(target))
    expect(await ask(V1.IdLists.followers, { user: target })).toEqual(page(source))
    expect(await ask(V1.UserLists.friends, list)).toMatchObject({
      users: [{ id: target, username: "quietbirch", protected: true, followerCount: 1 }],
      missing: [],
    })
    expect(await ask(V1.UsersLookup.endpoint, { usernames: ["nobody_there"] })).toEqual([])
    expect(await ask(V1.Destroy.endpoint, edge)).toEqual(carried("None"))
    expect(await show()).toEqual({ _tag: "None" })
  })

  test("refuses what the rules refuse, some of it after a look", async () => {
    const follow = async (to: string) => {
      const it = { source, target: UserId.make(to) }
      const answer = await ask(V1.Create.endpoint, it)
      if (answer._tag !== "Ambiguous") return answer
      return Result.getOrThrow(V1.Ambiguous.resolve(answer, await ask(V1.Show.seen, it)))
    }
    expect(await follow("999")).toEqual(refused({ target: "missing" }))
    expect(await follow(source)).toEqual(refused({}))
    await control("PUT", `/blocks/${otter}/${source}`)
    expect(await follow(otter)).toEqual(refused({ blockedByTarget: true }))
    await control("DELETE", `/blocks/${otter}/${source}`)
    await control("PUT", `/blocks/${source}/${otter}`)
    expect(await follow(otter)).toMatchObject(refused({ blocksTarget: true }))
    await control("DELETE", `/blocks/${source}/${otter}`)
    const toOtter = { source, target: otter }
    const tuned = await ask(V1.Update.endpoint, { ...toOtter, retweets: true })
    expect(tuned).toMatchObject({ _tag: "Ambiguous", refusal: { reason: "Unclassified" } })
    await control("PATCH", `/users/${otter}`, { suspended: true })
    expect(await follow(otter)).toEqual(refused({ target: "suspended" }))
    expect(await ask(V1.Show.endpoint, toOtter)).toBe(undefined)
    const gone = await send(sandbox.url, keysOf(tokens), V1.Destroy.endpoint, toOtter)
    expect(Result.isFailure(gone) && gone.failure.reason).toBe("NotFound")
  })
})
