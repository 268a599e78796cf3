/** Tokens of OAuth 2.0 that expire, are refused, or whose successors get lost. */
import { describe, expect, test } from "vitest"
import * as Fates from "./support/fates.ts"
import { open } from "./support/stand.ts"
import {
  another,
  begin,
  commandId,
  edge,
  effects,
  expectAgreement,
  fails,
  follow,
  patience,
  short,
  succeeds,
  unfollow,
} from "./support/story.ts"
import { ada } from "./support/world.ts"

const carriedOut = succeeds({ _tag: "Changed", relationship: { _tag: "Following" } })
const signedOut = fails({
  _tag: "RemoteError",
  outcome: "refused",
  reason: "Unauthenticated",
  retryable: false,
})

describe("an access token", () => {
  test("that has expired is refreshed before a command leaves", async () => {
    await using stand = await open()
    const actor = await begin(stand, "v2")
    stand.clock.advance(7_201)
    expect(await actor.execute(follow, { commandId })).toMatchObject(carriedOut)
    expect(short(stand.requests)).toEqual(["token 200", "POST 200"])
    await expectAgreement(stand)
  })

  test("that expires while a command is on its way is refreshed, and the command sent anew", async () => {
    await using stand = await open()
    const actor = await begin(stand, "v2")
    await stand.expire(ada.id)
    expect(await actor.execute(follow, { commandId })).toMatchObject(carriedOut)
    expect(short(stand.requests)).toEqual(["POST 401", "token 200", "POST 200"])
    expect(effects(stand)).toEqual(["Followed"])
    await expectAgreement(stand)
  })

  test("that expires while somebody looks is refreshed, and the look taken anew", async () => {
    await using stand = await open()
    const actor = await begin(stand, "v2")
    stand.fates.push(Fates.resetAfter)
    await actor.execute(follow, { commandId })
    await stand.expire(ada.id)
    expect(await actor.execute(follow, { commandId })).toMatchObject(carriedOut)
    expect(short(stand.requests)).toEqual(["POST 200", "GET 401", "token 200", "GET 200"])
    await expectAgreement(stand)
  })

  test("is refreshed once, however many find it expired, in both processes", async () => {
    await using stand = await open()
    const [one, two] = [await begin(stand, "v2"), await another(stand, "v2")]
    stand.clock.advance(7_201)
    const outcomes = await Promise.all([
      one.execute(follow, { commandId }),
      two.reconcile({ source: ada.id, target: edge.target }),
      one.execute(unfollow, { commandId: "other" }),
    ])
    expect(outcomes).toMatchObject([{ _tag: "Success" }, { _tag: "Success" }, { _tag: "Success" }])
    expect(short(stand.requests).filter((it) => it.startsWith("token"))).toEqual(["token 200"])
    await two.reconcile(edge)
    await expectAgreement(stand)
  })

  test("that X refuses twice in a row is not sent a third time", async () => {
    await using stand = await open()
    const actor = await begin(stand, "v2")
    const refusal = Fates.refusing("a 401", 401, { title: "Unauthorized", status: 401 })
    stand.fates.push(refusal, refusal)
    expect(await actor.execute(follow, { commandId })).toMatchObject(
      fails({ outcome: "refused", reason: "Unauthenticated" }),
    )
    expect(short(stand.requests)).toEqual(["POST", "token 200", "POST"])
    expect(await actor.execute(follow, { commandId })).toMatchObject(carriedOut)
    await expectAgreement(stand)
  })
})

describe("a refresh", () => {
  test("that X refuses ends the grant, and nothing is done until the user has signed in", async () => {
    await using stand = await open()
    const actor = await begin(stand, "v2")
    await stand.revoke(ada.id)
    expect(await actor.execute(follow, { commandId })).toMatchObject(signedOut)
    expect(short(stand.requests)).toEqual(["POST 401", "token 400"])
    expect(await actor.execute(follow, { commandId })).toMatchObject(signedOut)
    expect(stand.requests).toHaveLength(2)
    await expectAgreement(stand)
    await stand.signIn(actor, ada.id)
    expect(await actor.execute(follow, { commandId })).toMatchObject(carriedOut)
    expect(effects(stand)).toEqual(["Followed"])
    await expectAgreement(stand)
  })

  test("whose answer is lost may cost the grant, and says so; no command is lost by it", async () => {
    await using stand = await open()
    const actor = await begin(stand, "v2")
    await stand.expire(ada.id)
    stand.tokenFates.push(Fates.resetAfter)
    expect(await actor.execute(follow, { commandId })).toMatchObject(
      fails({ _tag: "RemoteError", outcome: "refused", reason: "Outage", retryable: true }),
    )
    expect(await stand.openIntents()).toEqual([])
    // X takes a refresh token once, and has used it up.
    const second = await actor.execute(follow, { commandId })
    expect(second).toMatchObject(signedOut)
    expect(JSON.stringify(second)).toContain("the answer to an earlier refresh was lost")
    expect(short(stand.requests)).toEqual(["POST 401", "token 200", "POST 401", "token 400"])
    await stand.signIn(actor, ada.id)
    expect(await actor.execute(follow, { commandId })).toMatchObject(carriedOut)
    expect(effects(stand)).toEqual(["Followed"])
    await expectAgreement(stand)
  })

  test("whose answer is lost does no harm while the old token is good", async () => {
    await using stand = await open()
    const actor = await begin(stand, "v2")
    await stand.signIn(actor, ada.id, 60)
    stand.tokenFates.push(Fates.closedAfter)
    expect(await actor.execute(follow, { commandId })).toMatchObject(carriedOut)
    expect(await actor.execute(unfollow)).toMatchObject(succeeds({ _tag: "Changed" }))
    expect(short(stand.requests)).toEqual(["token 200", "POST 200", "DELETE 200"])
    await expectAgreement(stand)
  })

  test.each([
    Fates.resetBefore,
    Fates.silentBefore,
    Fates.failing(503, "as a page", 0),
    Fates.refusing("a 429", 429, {}),
  ])("that fails by $what is tried again with the next command", async (fate) => {
    await using stand = await open()
    const actor = await begin(stand, "v2", fate.isSilent === true ? { timeout: patience } : {})
    stand.clock.advance(7_201)
    stand.tokenFates.push(fate)
    expect(await actor.execute(follow, { commandId })).toMatchObject(
      fails({ _tag: "RemoteError", outcome: "refused", retryable: true }),
    )
    expect(await actor.execute(follow, { commandId })).toMatchObject(carriedOut)
    expect(short(stand.requests)).toEqual(["token", "token 200", "POST 200"])
    await expectAgreement(stand)
  })

  test("that a process was killed in may cost the grant, and no command", async () => {
    await using stand = await open()
    const actor = await begin(stand, "v2")
    stand.clock.advance(7_201)
    stand.tokenFates.push(Fates.meanwhile(Fates.fine, "the process dies", actor.kill))
    expect(await actor.execute(follow, { commandId })).toBe("dead")
    const next = await another(stand, "v2")
    expect(await next.execute(follow, { commandId })).toMatchObject(signedOut)
    expect(short(stand.requests)).toEqual(["token 200", "token 400"])
    await stand.signIn(next, ada.id)
    expect(await next.execute(follow, { commandId })).toMatchObject(carriedOut)
    await expectAgreement(stand)
  })
})
