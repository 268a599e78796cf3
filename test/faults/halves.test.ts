/** A follow with preferences takes two requests: X may carry the first out, and refuse the second. */
import { Command } from "@kith/core"
import { describe, expect, test } from "vitest"
import * as Fates from "./support/fates.ts"
import { open, type Stand } from "./support/stand.ts"
import {
  another,
  begin,
  commandId,
  edge,
  effects,
  expectAgreement,
  fails,
  short,
  succeeds,
  unfollow,
} from "./support/story.ts"
import { ada, bea, eve } from "./support/world.ts"

const quiet = Command.follow(ada.id, bea.id, { retweets: false })
const locked = { errors: [{ code: 326, message: "this account is temporarily locked" }] }
const refusing = Fates.refusing("a locked account", 403, locked)

/** That the follow is there, as far as X has said how, and why the rest of it is not. */
const partly = (reason: string, relationship: object, ...events: ReadonlyArray<object>) =>
  fails({
    _tag: "PartlyDone",
    command: { _tag: "Follow" },
    because: { _tag: "RemoteError", outcome: "refused", reason },
    receipt: { _tag: events.length > 0 ? "Changed" : "Unchanged", relationship, events },
  })

const followed = {
  event: { _tag: "Followed", retweets: true, notifications: false },
  actor: ada.id,
  provenance: "confirmed",
  correlationId: commandId,
  causationId: commandId,
}
const loud = { _tag: "Following", retweets: true, notifications: false }
const lockedOut = partly("AccountLocked", loud, followed)
const done = succeeds({
  _tag: "Changed",
  relationship: { _tag: "Following", retweets: false },
  events: [{ commandId, event: { _tag: "RetweetsTurnedOff" } }],
})

describe.each(["v1", "auto"] as const)("over %s, a follow of which half was refused", (way) => {
  test.each([
    ["with its reason", refusing, "AccountLocked", false],
    ["with the moment", Fates.refusing("a 429", 429, {}), "WindowExhausted", true],
    ["in general words", Fates.refusing("a 403", 403, "<html>no</html>"), "Unclassified", false],
    ["for the credentials", Fates.refusing("a 401", 401, {}), "Unauthenticated", false],
  ])("is told as such, %s, and is recorded as what it is", async (_, fate, reason, retryable) => {
    await using stand = await open()
    const actor = await begin(stand, way)
    // A refused signature is tried once more.
    stand.fates.push(Fates.fine, fate, ...(reason === "Unauthenticated" ? [fate] : []))
    const outcome = await actor.execute(quiet, { commandId })
    expect(outcome).toMatchObject(partly(reason, loud, followed))
    const failure = { retryable, ...(retryable ? { resetAt: expect.any(Number) } : {}) }
    expect(outcome).toMatchObject(fails(failure))
    expect(effects(stand)).toEqual(["Followed"])
    await expectAgreement(stand)
  })

  test("is finished under its id, and has one receipt from then on", async () => {
    await using stand = await open()
    const actor = await begin(stand, way, { freshFor: 60_000 })
    stand.fates.push(Fates.fine, refusing, Fates.fine, refusing)
    expect(await actor.execute(quiet, { commandId })).toMatchObject(lockedOut)
    expect(await actor.execute(quiet, { commandId })).toMatchObject(partly("AccountLocked", loud))
    const whole = await actor.execute(quiet, { commandId })
    expect(whole).toMatchObject(done)
    expect(effects(stand)).toEqual(["Followed", "RetweetsTurnedOff"])
    const requests = stand.requests.length
    expect(await actor.execute(quiet, { commandId })).toEqual(whole)
    expect(stand.requests).toHaveLength(requests)
    await expectAgreement(stand)
  })

  test("is not taken for what X was not asked to set", async () => {
    await using stand = await open()
    await stand.act(quiet)
    const actor = await begin(stand, way, { freshFor: 60_000 })
    const again = Command.follow(ada.id, bea.id, { retweets: true })
    stand.fates.push(Fates.fine, refusing)
    expect(await actor.execute(again, { commandId })).toMatchObject(lockedOut)
    // What is known here is a guess, and would make the rest of the command needless.
    expect(await actor.execute(again, { commandId })).toMatchObject({ _tag: "Success" })
    expect(effects(stand)).toEqual(["RetweetsTurnedOn"])
    await expectAgreement(stand)
  })

  test("may be a request", async () => {
    await using stand = await open()
    const actor = await begin(stand, way)
    const asked = { source: ada.id, target: eve.id }
    stand.fates.push(Fates.fine, refusing)
    const ask = Command.follow(ada.id, eve.id, { notifications: false, retweets: false })
    expect(await actor.execute(ask, { commandId })).toMatchObject(
      partly("AccountLocked", { _tag: "Pending" }, { event: { _tag: "FollowRequested" } }),
    )
    const { relationship } = await stand.known(asked)
    expect(relationship).toEqual(stand.truth(asked))
  })

  test("gives way to a newer command", async () => {
    await using stand = await open()
    const actor = await begin(stand, way)
    stand.fates.push(Fates.fine, refusing)
    expect(await actor.execute(quiet, { commandId })).toMatchObject(lockedOut)
    expect(await actor.execute(unfollow)).toMatchObject(succeeds({ _tag: "Changed" }))
    await expectAgreement(stand)
  })

  test.each([true, false])(
    "overtakes an older one for good, arrived or not: %s",
    async (arrives) => {
      await using stand = await open()
      const actor = await begin(stand, way)
      const older = Command.follow(ada.id, bea.id, { notifications: true })
      const lost = arrives ? Fates.resetAfter : Fates.resetBefore
      // Over v2 the first request says nothing of preferences, and the second one sets them.
      stand.fates.push(...(way === "auto" ? [Fates.fine] : []), lost)
      expect(await actor.execute(older, { commandId: "older" })).toMatchObject(
        fails({ _tag: "OutcomeUnknown" }),
      )
      stand.fates.push(Fates.resetBefore, Fates.fine, refusing)
      expect(await actor.execute(quiet, { commandId })).toMatchObject(
        fails({ _tag: "PartlyDone", because: { reason: "AccountLocked" } }),
      )
      // What the older one has set, a look tells.
      expect(await actor.resolve()).toMatchObject({ _tag: "Success" })
      await expectAgreement(stand)
      const requests = stand.requests.length
      expect(await actor.execute(older, { commandId: "older" })).toMatchObject(
        succeeds({ _tag: "Unchanged" }),
      )
      expect(stand.requests).toHaveLength(requests)
      expect(await actor.execute(quiet, { commandId })).toMatchObject(done)
      await expectAgreement(stand)
    },
  )

  test("is unknown when it could not be recorded, and a look settles it", async () => {
    await using stand = await open()
    const actor = await begin(stand, way)
    stand.fates.push(Fates.fine, refusing)
    actor.stumbleAt("commit")
    expect(await actor.execute(quiet, { commandId })).toMatchObject(
      fails({ _tag: "OutcomeUnknown", commandId }),
    )
    expect(await stand.openIntents()).toHaveLength(1)
    expect(await actor.execute(quiet, { commandId })).toMatchObject(done)
    await expectAgreement(stand)
  })

  /** A process that dies over the half; how often the store was written. */
  const died = async (
    stand: Stand,
    moment: "after send" | "before commit" | "after commit" | "before clear" | "after clear",
  ) => {
    const actor = await begin(stand, way)
    stand.fates.push(Fates.fine, refusing)
    actor.dieAt(moment)
    expect(await actor.execute(quiet, { commandId })).toBe("dead")
    return another(stand, way, { resolveAtStart: false })
  }

  describe.each([
    ["after send", 0],
    ["before commit", 0],
    ["after commit", 1],
    ["before clear", 1],
    ["after clear", 1],
  ] as const)("by a process that died %s", (moment, recorded) => {
    test("is finished by the next one under its id", async () => {
      await using stand = await open()
      const next = await died(stand, moment)
      expect(await stand.history(edge)).toHaveLength(recorded)
      expect(await next.execute(quiet, { commandId })).toMatchObject(done)
      expect(effects(stand)).toEqual(["Followed", "RetweetsTurnedOff"])
      await expectAgreement(stand)
    })

    test("is found by a look, and nothing of it is sent again", async () => {
      await using stand = await open()
      const next = await died(stand, moment)
      const from = stand.requests.length
      stand.clock.advance(60)
      expect(await next.resolve()).toMatchObject({ _tag: "Success" })
      expect(short(stand.requests.slice(from))).toEqual(moment === "after clear" ? [] : ["GET 200"])
      expect(await stand.history(edge)).toHaveLength(1)
      await expectAgreement(stand)
    })
  })
})

test("a look that is behind does not undo the half that was done of what was known", async () => {
  await using stand = await open()
  const actor = await begin(stand, "v1", { lag: 6_000 })
  await actor.execute(Command.follow(ada.id, bea.id))
  stand.clock.advance(60)
  await stand.act(unfollow)
  await stand.setLag(5)
  stand.clock.advance(5)
  stand.fates.push(Fates.fine, refusing)
  expect(await actor.execute(quiet, { commandId })).toMatchObject(partly("AccountLocked", loud))
  await actor.reconcile(edge)
  expect(await stand.history(edge)).toHaveLength(1)
  await stand.setLag(0)
  await actor.resolve()
  await expectAgreement(stand)
})
