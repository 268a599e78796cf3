/** Clocks that are ten minutes wrong, and requests that take their time. */
import { Command, Reconciler } from "@kith/core"
import { Effect, Result, Stream } from "effect"
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
  short,
  succeeds,
  unfollow,
} from "./support/story.ts"
import { ada, bea, dan, eve } from "./support/world.ts"

const minutes = 60_000
const carriedOut = succeeds({ _tag: "Changed" })

describe.each([
  ["behind", -10 * minutes],
  ["ahead", 10 * minutes],
])("on a machine that is ten minutes %s", (_, ahead) => {
  test("a signed command is sent anew once, at X's time, and those after it at once", async () => {
    await using stand = await open()
    const actor = await begin(stand, "v1", { ahead })
    expect(await actor.execute(follow, { commandId })).toMatchObject(carriedOut)
    expect(short(stand.requests)).toEqual(["POST 401", "POST 200"])
    expect(effects(stand)).toEqual(["Followed"])
    expect(await actor.execute(unfollow)).toMatchObject(carriedOut)
    expect(short(stand.requests)).toEqual(["POST 401", "POST 200", "POST 200"])
    await expectAgreement(stand)
  })

  test("a signed look is taken anew once", async () => {
    await using stand = await open()
    const actor = await begin(stand, "v1", { ahead })
    await stand.act(follow)
    expect(await actor.reconcile(edge)).toMatchObject(succeeds({ events: [{}] }))
    expect(short(stand.requests)).toEqual(["GET 401", "GET 200"])
    await expectAgreement(stand)
  })

  test("a lost answer is found out", async () => {
    await using stand = await open()
    const actor = await begin(stand, "v1", { ahead })
    await actor.execute(Command.follow(ada.id, dan.id))
    stand.fates.push(Fates.resetAfter)
    expect(await actor.execute(follow, { commandId })).toMatchObject(
      fails({ _tag: "OutcomeUnknown" }),
    )
    expect(await actor.execute(follow, { commandId })).toMatchObject(carriedOut)
    expect(effects(stand)).toEqual(["Followed"])
    await expectAgreement(stand)
  })

  test("a token that has expired is refreshed, once", async () => {
    await using stand = await open()
    const actor = await begin(stand, "v2", { ahead })
    await stand.signIn(actor, ada.id, 7_200 + ahead / 1000)
    await actor.execute(Command.follow(ada.id, dan.id))
    await stand.expire(ada.id)
    stand.clock.advance(7_200)
    expect(await actor.execute(follow, { commandId })).toMatchObject(carriedOut)
    expect(short(stand.requests).filter((it) => it.startsWith("token"))).toEqual(["token 200"])
    expect(effects(stand)).toEqual(["Followed"])
    await expectAgreement(stand)
  })

  test("the end of a spent window is said in the machine's own time", async () => {
    await using stand = await open()
    const actor = await begin(stand, "v1", { ahead })
    for (let count = 0; count < 15; count++) await actor.execute(unfollow)
    const refused = await actor.execute(unfollow)
    expect(refused).toMatchObject(fails({ reason: "WindowExhausted" }))
    if (refused === "dead" || Result.isSuccess(refused)) throw new Error("nothing failed")
    const resetAt = "resetAt" in refused.failure ? refused.failure.resetAt : undefined
    const wait = Number(resetAt) - (stand.clock.now() + ahead)
    expect(Math.abs(wait - 15 * minutes)).toBeLessThan(10_000)
    stand.clock.advance(Math.ceil(wait / 1000))
    expect(await actor.execute(unfollow)).toMatchObject({ _tag: "Success" })
    expect(stand.requests.every(({ statuses }) => !statuses.includes(429))).toBe(true)
  })

  test("a process goes on with what another one, whose clock is right, has left", async () => {
    await using stand = await open()
    const right = await begin(stand, "v2")
    right.dieAt("after send")
    expect(await right.execute(follow, { commandId })).toBe("dead")
    const wrong = await another(stand, "v2", { ahead, resolveAtStart: false })
    expect(await wrong.execute(follow, { commandId })).toMatchObject(carriedOut)
    expect(short(stand.requests)).toEqual(["POST 200", "GET 200"])
    await expectAgreement(stand)
  })

  test("a process that acts at the same time does nothing twice, and a look mends the picture", async () => {
    await using stand = await open()
    const right = await begin(stand, "v2")
    const wrong = await another(stand, "v2", { ahead })
    for (let round = 0; round < 5; round++) {
      await Promise.all([
        right.execute(follow, { commandId: `follow-${round}` }),
        wrong.execute(unfollow, { commandId: `unfollow-${round}` }),
      ])
      expect(effects(stand, `follow-${round}`).length).toBeLessThanOrEqual(1)
      expect(effects(stand, `unfollow-${round}`).length).toBeLessThanOrEqual(1)
    }
    await right.reconcile(edge)
    await expectAgreement(stand)
  })

  test("a look that comes early asks X a bounded number of times", async () => {
    await using stand = await open()
    await stand.setLag(5)
    const right = await begin(stand, "v2", { lag: 6_000 })
    const wrong = await another(stand, "v2", { ahead, lag: 6_000 })
    await right.execute(follow)
    stand.fates.push(Fates.resetBefore)
    await wrong.execute(unfollow, { commandId })
    const from = stand.requests.length
    await right.execute(unfollow, { commandId: "newer" })
    // A look at what stands open, and the command.
    expect(stand.requests.length - from).toBeLessThanOrEqual(2)
    expect(stand.truth(edge)).toEqual({ _tag: "None" })
  })
})

describe("X's reads, which are five seconds behind,", () => {
  const options = { lag: 6_000 }
  const refusal = Fates.refusing("a 403 as a page", 403, "<html>no</html>")
  const louder = Command.updatePreferences(ada.id, bea.id, { notifications: true })
  const unknown = fails({ _tag: "OutcomeUnknown", commandId })

  test("do not tell of a command before they have caught up with it, however long it took", async () => {
    await using stand = await open()
    await stand.setLag(5)
    const actor = await begin(stand, "v2", options)
    const slow = Fates.meanwhile(Fates.resetAfter, "a while passes", () => stand.clock.advance(20))
    stand.fates.push(slow)
    expect(await actor.execute(follow, { commandId })).toMatchObject(
      fails({ _tag: "OutcomeUnknown", commandId }),
    )
    // Twenty seconds after it began, and at once after it arrived.
    expect(await actor.execute(follow, { commandId })).toMatchObject(
      fails({ _tag: "OutcomeUnknown", commandId }),
    )
    await actor.resolve()
    expect(await stand.openIntents()).toHaveLength(1)
    stand.clock.advance(6)
    expect(await actor.execute(follow, { commandId })).toMatchObject(
      succeeds({ _tag: "Changed", events: [{ provenance: "observed" }] }),
    )
    expect(short(stand.requests)).toEqual(["POST 200", "GET 200"])
    await expectAgreement(stand)
  })

  test("do not tell of a command whose process died, however long it took", async () => {
    await using stand = await open()
    await stand.setLag(5)
    const actor = await begin(stand, "v2", options)
    stand.fates.push(
      Fates.meanwhile(Fates.resetAfter, "a while passes, and the process dies", () => {
        stand.clock.advance(58)
        actor.kill()
      }),
    )
    expect(await actor.execute(follow, { commandId })).toBe("dead")
    const next = await another(stand, "v2", options)
    stand.clock.advance(3)
    await next.resolve()
    stand.clock.advance(60)
    await next.resolve()
    await expectAgreement(stand)
    expect(await stand.history(edge)).toMatchObject([{ commandId }])
  })

  test("do not take back what was just carried out, when X refuses the next command without a reason", async () => {
    await using stand = await open()
    await stand.setLag(5)
    const actor = await begin(stand, "v1", options)
    await actor.execute(follow)
    stand.fates.push(refusal)
    // X's words do not say why, and the look that may is behind.
    expect(await actor.execute(louder, { commandId })).toMatchObject(unknown)
    stand.clock.advance(70)
    await actor.resolve()
    expect(await stand.known(edge)).toMatchObject({ relationship: { _tag: "Following" } })
    await expectAgreement(stand)
  })

  test("do not stand for a follow that X refuses without a reason, after an unfollow", async () => {
    await using stand = await open()
    const actor = await begin(stand, "v1", options)
    await actor.execute(follow)
    stand.clock.advance(60)
    await stand.setLag(5)
    await actor.execute(unfollow)
    stand.fates.push(refusal)
    expect(await actor.execute(follow, { commandId })).toMatchObject(unknown)
    stand.clock.advance(70)
    await actor.resolve()
    expect(await stand.known(edge)).toMatchObject({ relationship: { _tag: "None" } })
    await expectAgreement(stand)
  })

  test("are not believed where the answer to a request shows the follow before it", async () => {
    await using stand = await open()
    const actor = await begin(stand, "v1", options)
    const guarded = { source: ada.id, target: eve.id }
    await actor.execute(Command.follow(ada.id, eve.id))
    await stand.act(Command.approveRequest(ada.id, eve.id))
    stand.clock.advance(60)
    await actor.reconcile(guarded)
    await stand.setLag(5)
    await actor.execute(Command.unfollow(ada.id, eve.id))
    const request = Command.follow(ada.id, eve.id)
    expect(await actor.execute(request, { commandId })).toMatchObject(unknown)
    stand.clock.advance(70)
    expect(await actor.execute(request, { commandId })).toMatchObject(
      succeeds({ _tag: "Changed", relationship: { _tag: "Pending" } }),
    )
    expect((await stand.known(guarded)).relationship).toEqual(stand.truth(guarded))
    await expectAgreement(stand)
  })

  describe("are not believed after an unfollow that found nothing to end here,", () => {
    /** Somebody followed on X itself, long ago. */
    const unfollowed = async (way: "v1" | "v2" = "v2") => {
      const stand = await open()
      const actor = await begin(stand, way, { ...options, freshFor: 60_000 })
      await stand.act(follow)
      stand.clock.advance(60)
      await stand.setLag(5)
      expect(await actor.execute(unfollow)).toMatchObject(succeeds({ _tag: "Unchanged" }))
      expect(effects(stand, "")).toEqual(["Unfollowed"])
      return { stand, actor, [Symbol.asyncDispose]: () => stand[Symbol.asyncDispose]() }
    }
    const readers = [
      ["the same process", false],
      ["another process", true],
    ] as const

    test.each(readers)("when %s looks at the edge", async (_, isOther) => {
      await using story = await unfollowed()
      const { actor, stand } = story
      const reader = isOther ? await another(stand, "v2", options) : actor
      expect(await reader.reconcile(edge)).toMatchObject(succeeds({ events: [] }))
      await expectAgreement(stand)
    })

    test.each(readers)("when %s walks the lists", async (_, isOther) => {
      await using story = await unfollowed()
      const { actor, stand } = story
      const reader = isOther ? await another(stand, "v2", options) : actor
      expect(await reader.reconcileAll(ada.id)).toEqual([])
      expect(await stand.history(edge)).toEqual([])
    })

    test("when X refuses the next command without a reason", async () => {
      await using story = await unfollowed("v1")
      const { actor, stand } = story
      stand.fates.push(refusal)
      expect(await actor.execute(follow, { commandId })).toMatchObject(unknown)
      stand.clock.advance(70)
      await actor.resolve()
      await expectAgreement(stand)
    })

    test("and repeating it asks X nothing", async () => {
      await using story = await unfollowed()
      const { actor, stand } = story
      const from = stand.requests.length
      expect(await actor.execute(unfollow)).toMatchObject(succeeds({ _tag: "Unchanged" }))
      expect(stand.requests).toHaveLength(from)
    })

    test("and when they have caught up nothing of it is left, and X is not asked", async () => {
      await using story = await unfollowed()
      const { actor, stand } = story
      expect(await stand.openIntents()).toHaveLength(1)
      actor.kill()
      stand.clock.advance(6)
      const from = stand.requests.length
      const next = await another(stand, "v2", { ...options, resolveAtStart: false })
      const unresolved = Stream.unwrap(
        Effect.map(Reconciler.Reconciler, (reconciler) => reconciler.unresolved),
      )
      expect(await next.run(Stream.runCollect(unresolved))).toEqual([])
      await expectAgreement(stand)
      expect(stand.requests).toHaveLength(from)
    })

    test("also where nobody starts anew", async () => {
      await using story = await unfollowed()
      const { actor, stand } = story
      stand.clock.advance(6)
      await actor.execute(Command.follow(ada.id, dan.id))
      await expectAgreement(stand)
    })
  })
})
