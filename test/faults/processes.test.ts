/** Two processes on one journal, at the same time. */
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
  follow,
  patience,
  short,
  succeeds,
  unfollow,
} from "./support/story.ts"
import { ada, bea, dan } from "./support/world.ts"

const carriedOut = { _tag: "Success" }

const both = async (stand: Stand, way: "v1" | "v2", more = {}) => {
  const one = await begin(stand, way, more)
  return [one, await another(stand, way, more)] as const
}

describe.each(["v1", "v2"] as const)("over %s, two processes", (way) => {
  test("that execute one command under one id do it once, and have the same receipt", async () => {
    await using stand = await open()
    const [one, two] = await both(stand, way)
    const [first, second] = await Promise.all([
      one.execute(follow, { commandId }),
      two.execute(follow, { commandId }),
    ])
    expect(first).toMatchObject(succeeds({ _tag: "Changed", version: 1 }))
    expect(second).toEqual(first)
    expect(short(stand.requests)).toEqual(["POST 200"])
    await expectAgreement(stand)
  })

  test("that execute commands on one edge do so one after the other", async () => {
    await using stand = await open()
    const [one, two] = await both(stand, way)
    for (let round = 0; round < 5; round++) {
      const outcomes = await Promise.all([
        one.execute(follow, { commandId: `follow-${round}` }),
        two.execute(unfollow, { commandId: `unfollow-${round}` }),
        one.execute(Command.follow(ada.id, dan.id)),
      ])
      expect(outcomes).toMatchObject([carriedOut, carriedOut, carriedOut])
      await expectAgreement(stand)
    }
  })

  test("wait for each other while one of them does not know, and the newer command wins", async () => {
    await using stand = await open()
    const [one, two] = await both(stand, way, { timeout: patience })
    stand.fates.push(Fates.silentAfter)
    const first = one.execute(follow, { commandId })
    const second = two.execute(unfollow, { commandId: "newer" })
    expect(await first).toMatchObject(fails({ _tag: "OutcomeUnknown", commandId }))
    expect(await second).toMatchObject(
      succeeds({ _tag: "Changed", relationship: { _tag: "None" }, version: 2 }),
    )
    expect(effects(stand)).toEqual(["Followed"])
    expect(effects(stand, "newer")).toEqual(["Unfollowed"])
    expect((await stand.history(edge)).map((event) => event.commandId)).toEqual([
      commandId,
      "newer",
    ])
    await expectAgreement(stand)
  })

  test("do not wait for a dead one longer than its lease, and look before they act", async () => {
    await using stand = await open()
    const [one, two] = await both(stand, way)
    one.dieAt("after send")
    const [first, second] = await Promise.all([
      one.execute(follow, { commandId }),
      two.execute(unfollow, { commandId: "newer" }),
    ])
    expect(first).toBe("dead")
    expect(second).toMatchObject(succeeds({ relationship: { _tag: "None" }, version: 2 }))
    expect(short(stand.requests)).toEqual([
      "POST 200",
      "GET 200",
      way === "v1" ? "POST 200" : "DELETE 200",
    ])
    await expectAgreement(stand)
  })

  test("that resolve the same open command at once agree on what became of it", async () => {
    await using stand = await open()
    const [one, two] = await both(stand, way)
    stand.fates.push(Fates.resetAfter)
    await one.execute(follow, { commandId })
    expect(await Promise.all([one.resolve(), two.resolve()])).toMatchObject([
      carriedOut,
      carriedOut,
    ])
    expect(await stand.history(edge)).toMatchObject([{ commandId, version: 1 }])
    await expectAgreement(stand)
  })

  test("do not take a look for the truth that the other one's command has made old", async () => {
    await using stand = await open()
    await stand.setLag(5)
    const one = await begin(stand, way, { lag: 6_000 })
    const two = await another(stand, way, { lag: 6_000, freshFor: 60_000 })
    await one.execute(follow, { commandId })
    expect(await two.reconcile(edge)).toMatchObject(
      succeeds({ relationship: { _tag: "Following" }, events: [] }),
    )
    expect(await two.execute(unfollow)).toMatchObject(succeeds({ _tag: "Changed" }))
    await expectAgreement(stand)
  })
})

test("two processes share X's windows: who comes too late is told, and nobody is asked", async () => {
  await using stand = await open()
  const [one, two] = await both(stand, "v1")
  // X allows 15 unfollows in 15 minutes.
  for (let count = 0; count < 15; count++) {
    const process = count % 2 === 0 ? one : two
    expect(await process.execute(unfollow)).toMatchObject(carriedOut)
  }
  for (const process of [one, two]) {
    expect(await process.execute(unfollow)).toMatchObject(
      fails({ outcome: "refused", reason: "WindowExhausted", retryable: true }),
    )
  }
  expect(stand.requests.map(({ statuses }) => statuses)).toEqual(
    Array.from({ length: 15 }, () => [200]),
  )
})

test("two processes that use one id for different commands: one of them is told so", async () => {
  await using stand = await open()
  const [one, two] = await both(stand, "v2")
  const outcomes = await Promise.all([
    one.execute(follow, { commandId }),
    two.execute(unfollow, { commandId }),
  ])
  expect(outcomes.map((it) => (it === "dead" ? it : it._tag)).toSorted()).toEqual([
    "Failure",
    "Success",
  ])
  expect(outcomes).toContainEqual(
    expect.objectContaining({ failure: expect.objectContaining({ _tag: "CommandIdReused" }) }),
  )
  expect(stand.requests).toHaveLength(1)
  expect({ source: ada.id, target: bea.id }).toEqual(edge)
  await expectAgreement(stand)
})
