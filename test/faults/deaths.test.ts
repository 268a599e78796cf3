/** Processes that die between the intent and the end of it, at every step. */
import { describe, expect, test } from "vitest"
import * as Fates from "./support/fates.ts"
import type { Moment } from "./support/process.ts"
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

/** A moment; what X has then, how often the store was written, and whether the intent is there. */
const moments: ReadonlyArray<
  readonly [moment: Moment, sent: boolean, recorded: boolean, open: boolean]
> = [
  ["before intent", false, false, false],
  ["after intent", false, false, true],
  ["before send", false, false, true],
  ["after send", true, false, true],
  ["before commit", true, false, true],
  ["after commit", true, true, true],
  ["before clear", true, true, true],
  ["after clear", true, true, false],
]

/** Seconds that a command belongs to its process, unless told. */
const lease = 60

describe.each(["v1", "v2", "auto"] as const)("over %s, a process that dies", (way) => {
  describe.each(moments)("%s", (moment, sent, recorded, isOpen) => {
    const died = async () => {
      const stand = await open()
      const actor = await begin(stand, way)
      actor.dieAt(moment)
      expect(await actor.execute(follow, { commandId })).toBe("dead")
      expect(stand.truth(edge)._tag).toBe(sent ? "Following" : "None")
      expect(await stand.history(edge)).toHaveLength(recorded ? 1 : 0)
      expect(await stand.openIntents()).toHaveLength(isOpen ? 1 : 0)
      expect(short(stand.requests)).toEqual(sent ? ["POST 200"] : [])
      return stand
    }

    test("leaves a command that the next one finishes under its id", async () => {
      await using stand = await died()
      const before = stand.clock.now()
      const next = await another(stand, way, { resolveAtStart: false })
      expect(await next.execute(follow, { commandId })).toMatchObject(
        succeeds({ _tag: "Changed", relationship: { _tag: "Following" }, version: 1 }),
      )
      expect(effects(stand)).toEqual(["Followed"])
      expect(short(stand.requests)).toEqual(
        recorded
          ? ["POST 200"]
          : sent
            ? ["POST 200", "GET 200"]
            : isOpen
              ? ["GET 200", "POST 200"]
              : ["POST 200"],
      )
      // It may still be sending as far as anybody knows.
      const waited = stand.clock.now() - before >= (lease - 1) * 1000
      expect(waited).toBe(isOpen && !recorded)
      if (!recorded || !isOpen) await expectAgreement(stand)
    })

    test("leaves a command that the next one finds out about at its start", async () => {
      await using stand = await died()
      const next = await another(stand, way)
      stand.clock.advance(lease)
      expect(await next.resolve()).toMatchObject({ _tag: "Success" })
      await expectAgreement(stand)
      expect(effects(stand)).toEqual(sent ? ["Followed"] : [])
      // One look, whoever took it.
      expect(short(stand.requests)).toEqual([
        ...(sent ? ["POST 200"] : []),
        ...(isOpen ? ["GET 200"] : []),
      ])
      const [event] = await stand.history(edge)
      if (sent) expect(event).toMatchObject({ commandId, version: 1 })
    })

    test("leaves an edge on which a newer command wins", async () => {
      await using stand = await died()
      const next = await another(stand, way, { resolveAtStart: false })
      const newer = await next.execute(unfollow, { commandId: "newer" })
      expect(newer).toMatchObject(succeeds({ relationship: { _tag: "None" } }))
      expect(stand.truth(edge)).toEqual({ _tag: "None" })
      await expectAgreement(stand)
    })
  })

  test("while its command is on its way leaves one that arrived, and one look finds it", async () => {
    await using stand = await open()
    const actor = await begin(stand, way)
    stand.fates.push(Fates.meanwhile(Fates.fine, "the process dies", actor.kill))
    expect(await actor.execute(follow, { commandId })).toBe("dead")
    const next = await another(stand, way, { resolveAtStart: false })
    expect(await next.execute(follow, { commandId })).toMatchObject(succeeds({ _tag: "Changed" }))
    expect(short(stand.requests)).toEqual(["POST 200", "GET 200"])
    expect(effects(stand)).toEqual(["Followed"])
    await expectAgreement(stand)
  })
})

test("three processes that die in a row over one command do it once", async () => {
  await using stand = await open()
  await begin(stand, "v2")
  for (const moment of ["after send", "before commit", "after commit"] as const) {
    const actor = await another(stand, "v2", { resolveAtStart: false })
    actor.dieAt(moment)
    expect(await actor.execute(follow, { commandId })).toBe("dead")
  }
  const last = await another(stand, "v2", { resolveAtStart: false })
  expect(await last.execute(follow, { commandId })).toMatchObject(succeeds({ _tag: "Changed" }))
  expect(await last.resolve()).toMatchObject({ _tag: "Success" })
  expect(short(stand.requests).filter((it) => it.startsWith("POST"))).toEqual(["POST 200"])
  await expectAgreement(stand)
})

test("a command of two requests that dies between them is finished, and none of it done twice", async () => {
  await using stand = await open()
  const actor = await begin(stand, "v1")
  const quiet = { ...follow, retweets: false }
  // The second request never leaves the dead.
  stand.fates.push(Fates.meanwhile(Fates.fine, "the process dies", actor.kill))
  expect(await actor.execute(quiet, { commandId })).toBe("dead")
  expect(stand.truth(edge)).toMatchObject({ _tag: "Following", retweets: true })
  const next = await another(stand, "v1", { resolveAtStart: false })
  expect(await next.execute(quiet, { commandId })).toMatchObject(
    succeeds({ _tag: "Changed", relationship: { _tag: "Following", retweets: false } }),
  )
  expect(effects(stand)).toEqual(["Followed", "RetweetsTurnedOff"])
  expect(short(stand.requests)).toEqual(["POST 200", "GET 200", "POST 200", "POST 200"])
  await expectAgreement(stand)
})

test("nothing is taken from a process whose lease has not ended", async () => {
  await using stand = await open()
  const actor = await begin(stand, "v2")
  actor.dieAt("after send")
  await actor.execute(follow, { commandId })
  const next = await another(stand, "v2", { resolveAtStart: false })
  stand.clock.advance(lease - 2)
  expect(await next.resolve()).toMatchObject({ _tag: "Success" })
  expect(await stand.openIntents()).toHaveLength(1)
  expect(short(stand.requests)).toEqual(["POST 200"])
  stand.clock.advance(2)
  expect(await next.resolve()).toMatchObject({ _tag: "Success" })
  await expectAgreement(stand)
})

test("a store that fails after the command was carried out leaves it open, and a look settles it", async () => {
  await using stand = await open()
  const actor = await begin(stand, "v2")
  // The writes before are those of the quota, of the intent, and of the quota again.
  actor.stumbleAt("commit")
  expect(await actor.execute(follow, { commandId })).toMatchObject(
    fails({ _tag: "OutcomeUnknown", commandId }),
  )
  expect(await stand.openIntents()).toHaveLength(1)
  expect(await actor.execute(follow, { commandId })).toMatchObject(succeeds({ _tag: "Changed" }))
  expect(short(stand.requests)).toEqual(["POST 200", "GET 200"])
  await expectAgreement(stand)
})
