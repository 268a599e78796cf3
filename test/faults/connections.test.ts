/** Connections that are refused, reset, silent, slow, or carry a request twice. */
import { describe, expect, test } from "vitest"
import * as Fates from "./support/fates.ts"
import { open } from "./support/stand.ts"
import {
  begin,
  commandId,
  edge,
  effects,
  expectAgreement,
  fails,
  follow,
  lookedAgain,
  repeated,
  resolved,
  short,
  succeeds,
  unfollow,
  unharmed,
} from "./support/story.ts"

const lost = [
  Fates.resetBefore,
  Fates.resetAfter,
  Fates.closedBefore,
  Fates.closedAfter,
  Fates.silentBefore,
  Fates.silentAfter,
  Fates.stalled,
]

describe.each(["v1", "v2"] as const)("over %s", (way) => {
  test.each(lost.map((fate) => [fate.what, fate] as const))(
    "a command that meets %s is found out by repeating it",
    (_, fate) => repeated(way, fate, "OutcomeUnknown"),
  )

  test.each(lost.map((fate) => [fate.what, fate] as const))(
    "a command that meets %s is found out by the next process",
    (_, fate) => resolved(way, fate),
  )

  test.each(lost.map((fate) => [fate.what, fate] as const))(
    "a look that meets %s can be repeated",
    (_, fate) => lookedAgain(way, fate),
  )

  test("a refused connection does nothing, and says so", async () => {
    await using stand = await open()
    const actor = await begin(stand, way)
    await stand.proxy.down()
    expect(await actor.execute(follow, { commandId })).toMatchObject(
      fails({ _tag: "RemoteError", outcome: "refused", reason: "Outage", retryable: true }),
    )
    expect(await stand.openIntents()).toEqual([])
    await stand.proxy.up()
    expect(await actor.execute(follow, { commandId })).toMatchObject(succeeds({ _tag: "Changed" }))
    expect(short(stand.requests)).toEqual(["POST 200"])
    await expectAgreement(stand)
  })

  test("an answer that drips in byte by byte is an answer", () => unharmed(way, Fates.dripping))

  test("a request that is delivered twice takes effect once", () => unharmed(way, Fates.twice))

  test("an unfollow that is delivered twice takes effect once", async () => {
    await using stand = await open()
    const actor = await begin(stand, way)
    await actor.execute(follow)
    stand.fates.push(Fates.twice)
    expect(await actor.execute(unfollow, { commandId })).toMatchObject(
      succeeds({ _tag: "Changed" }),
    )
    expect(effects(stand)).toEqual(["Unfollowed"])
    await expectAgreement(stand)
  })

  test("a look that is delivered twice is a look", async () => {
    await using stand = await open()
    const actor = await begin(stand, way)
    await stand.act(follow)
    stand.fates.push(Fates.twice)
    await actor.reconcile(edge)
    await expectAgreement(stand)
  })
})

test("the answer to the second delivery does for the first, where tokens are not used up", () =>
  unharmed("v2", Fates.twiceLast))

test("the answer to the second delivery of a signed request refuses it, and a look finds what the first one did", async () => {
  await using stand = await open()
  const actor = await begin(stand, "v1")
  stand.fates.push(Fates.twiceLast)
  // X takes a signature once: who repeats requests on the way has to keep to the first answer.
  expect(await actor.execute(follow, { commandId })).toMatchObject(
    fails({ outcome: "refused", reason: "Unauthenticated" }),
  )
  expect(short(stand.requests)).toEqual(["POST 200 401"])
  await actor.reconcile(edge)
  await expectAgreement(stand)
})

test("a command is found out although every look but the last is lost as well", async () => {
  await using stand = await open()
  const actor = await begin(stand, "v1")
  stand.fates.push(Fates.resetAfter, Fates.resetBefore, Fates.closedAfter, Fates.truncated)
  for (let attempt = 0; attempt < 4; attempt++) {
    expect(await actor.execute(follow, { commandId })).toMatchObject(
      fails({ _tag: "OutcomeUnknown", commandId }),
    )
  }
  expect(await actor.execute(follow, { commandId })).toMatchObject(succeeds({ _tag: "Changed" }))
  expect(short(stand.requests)).toEqual(["POST 200", "GET", "GET 200", "GET 200", "GET 200"])
  await expectAgreement(stand)
})
