/** Newer commands on an edge where nobody knows what became of an older one. */
import { Command } from "@kith/core"
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
import { ada, bea, dan } from "./support/world.ts"

const unknown = fails({ _tag: "OutcomeUnknown", commandId })
const limit = Fates.refusing("a 429", 429, {})

describe.each(["v1", "v2"] as const)("over %s, a command of which nobody knows", (way) => {
  test.each([
    ["after a look", []],
    ["also when the look is lost", [Fates.resetBefore]],
  ])("gives way to a newer one, %s", async (_, looks) => {
    await using stand = await open()
    const actor = await begin(stand, way)
    stand.fates.push(Fates.resetAfter, ...looks)
    expect(await actor.execute(follow, { commandId })).toMatchObject(unknown)
    expect(await actor.execute(unfollow, { commandId: "newer" })).toMatchObject(
      succeeds({ relationship: { _tag: "None" } }),
    )
    expect(effects(stand)).toEqual(["Followed"])
    expect(effects(stand, "newer")).toEqual(["Unfollowed"])
    expect(short(stand.requests)).toHaveLength(3)
    await expectAgreement(stand)
  })

  test.each([
    ["that arrived, after a look", Fates.resetAfter, []],
    ["that arrived, when the look was lost", Fates.resetAfter, [Fates.resetBefore]],
    ["that did not arrive, after a look", Fates.resetBefore, []],
    ["that did not arrive, when the look was lost", Fates.resetBefore, [Fates.resetBefore]],
  ])("does nothing more when it is repeated after a newer one: one %s", async (_, fate, looks) => {
    await using stand = await open()
    const actor = await begin(stand, way)
    stand.fates.push(fate, ...looks)
    expect(await actor.execute(follow, { commandId })).toMatchObject(unknown)
    await actor.execute(unfollow, { commandId: "newer" })
    const from = stand.requests.length
    expect(await actor.execute(follow, { commandId })).toMatchObject({ _tag: "Success" })
    expect(short(stand.requests.slice(from))).toEqual([])
    expect(stand.truth(edge)).toEqual({ _tag: "None" })
    await expectAgreement(stand)
  })

  test.each(Array.from({ length: 12 }, (_, steps) => steps))(
    "is not sent again after a newer one that was, though the store failed after %i steps",
    async (steps) => {
      await using stand = await open()
      const actor = await begin(stand, way)
      stand.fates.push(Fates.resetAfter, Fates.resetBefore)
      expect(await actor.execute(follow, { commandId })).toMatchObject(unknown)
      actor.stumbleAt(steps)
      await actor.execute(unfollow, { commandId: "newer" })
      actor.stumbleAt(Number.POSITIVE_INFINITY)
      for (const at of [0, 1]) {
        await actor.execute(unfollow, { commandId: `newest-${at}` })
        await actor.execute(follow, { commandId })
      }
      expect(effects(stand)).toEqual(["Followed"])
      await actor.resolve()
      await expectAgreement(stand)
    },
  )

  test("stands open as before when X refuses the newer one", async () => {
    await using stand = await open()
    const actor = await begin(stand, way)
    stand.fates.push(Fates.resetAfter, Fates.resetBefore, limit)
    expect(await actor.execute(follow, { commandId })).toMatchObject(unknown)
    expect(await actor.execute(unfollow, { commandId: "newer" })).toMatchObject(
      fails({ outcome: "refused", reason: "WindowExhausted" }),
    )
    expect(await stand.openIntents()).toMatchObject([{ value: expect.stringContaining(commandId) }])
    const from = stand.requests.length
    expect(await actor.execute(follow, { commandId })).toMatchObject(succeeds({ _tag: "Changed" }))
    expect(short(stand.requests.slice(from))).toEqual(["GET 200"])
    await expectAgreement(stand)
  })

  test("is not sent again when the newer one's process died, and somebody has looked", async () => {
    await using stand = await open()
    const actor = await begin(stand, way)
    stand.fates.push(Fates.resetAfter, Fates.resetBefore)
    expect(await actor.execute(follow, { commandId })).toMatchObject(unknown)
    actor.dieAt("before send")
    expect(await actor.execute(unfollow, { commandId: "newer" })).toBe("dead")
    const next = await another(stand, way)
    stand.clock.advance(60)
    expect(await next.resolve()).toMatchObject({ _tag: "Success" })
    const from = stand.requests.length
    expect(await next.execute(follow, { commandId })).toMatchObject({ _tag: "Success" })
    expect(stand.requests).toHaveLength(from)
    await expectAgreement(stand)
  })

  test("is looked at although newer ones came, none of which could leave", async () => {
    await using stand = await open()
    const actor = await begin(stand, way)
    stand.fates.push(limit, Fates.resetAfter, Fates.resetBefore)
    // From now on nobody can unfollow.
    await actor.execute(Command.unfollow(ada.id, dan.id))
    expect(await actor.execute(follow, { commandId })).toMatchObject(unknown)
    for (const newer of ["one", "other"]) {
      expect(await actor.execute(unfollow, { commandId: newer })).toMatchObject(
        fails({ outcome: "refused", reason: "WindowExhausted" }),
      )
    }
    expect(stand.truth(edge)).toMatchObject({ _tag: "Following" })
    expect(await actor.resolve()).toMatchObject({ _tag: "Success" })
    await expectAgreement(stand)
  })
})

test("of a follow that was half done nothing is done again when it is repeated after a newer command", async () => {
  await using stand = await open()
  const actor = await begin(stand, "v1")
  const quiet = Command.follow(ada.id, bea.id, { retweets: false })
  stand.fates.push(Fates.fine, Fates.resetBefore)
  expect(await actor.execute(quiet, { commandId })).toMatchObject(unknown)
  await actor.execute(unfollow, { commandId: "newer" })
  await actor.execute(quiet, { commandId })
  expect(effects(stand)).toEqual(["Followed"])
  expect(stand.truth(edge)).toEqual({ _tag: "None" })
  await expectAgreement(stand)
})

test.each([1, 2])(
  "preferences that an overtaken follow has set are not taken for the defaults, after %i newer ones",
  async (count) => {
    await using stand = await open()
    const actor = await begin(stand, "v1", { freshFor: 60_000 })
    stand.fates.push(Fates.resetAfter, Fates.resetBefore)
    const loud = Command.follow(ada.id, bea.id, { notifications: true })
    expect(await actor.execute(loud, { commandId })).toMatchObject(unknown)
    // X's answer to a plain follow says nothing of preferences, and they are on.
    for (let newer = 0; newer < count; newer++) await actor.execute(follow)
    expect(stand.truth(edge)).toMatchObject({ _tag: "Following", notifications: true })
    const off = Command.updatePreferences(ada.id, bea.id, { notifications: false })
    expect(await actor.execute(off)).toMatchObject({ _tag: "Success" })
    expect(stand.truth(edge)).toMatchObject({ _tag: "Following", notifications: false })
    await actor.reconcile(edge)
    await expectAgreement(stand)
  },
)
