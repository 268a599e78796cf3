/** Refusals for quota, of every kind that X and what lies before it have. */
import { Result } from "effect"
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
  short,
  succeeds,
  unfollow,
} from "./support/story.ts"
import { ada, bea, oauth2Of } from "./support/world.ts"

type Headers = Readonly<Record<string, string>>

const seconds = (milliseconds: number): string => String(Math.ceil(milliseconds / 1000))

/** The three headers of a window. */
const announced = (prefix: string, remaining: number, resetAt: number): Headers => ({
  [`${prefix}limit`]: "50",
  [`${prefix}remaining`]: String(remaining),
  [`${prefix}reset`]: seconds(resetAt),
})

const problem = { title: "Too Many Requests", type: "about:blank", status: 429 }
const classic = { errors: [{ code: 88, message: "Rate limit exceeded" }] }
const capped = { title: "UsageCapExceeded", type: "https://api.x.com/2/problems/usage-capped" }

const minutes = 60_000
const hours = 60 * minutes

/**
 * The status, the body and the headers, given the moment at which it opens again; how long that is from
 * now, where X says it, and where it does not; the reason that the caller hears.
 */
const kinds: ReadonlyArray<
  readonly [
    what: string,
    status: number,
    body: unknown,
    headers: (resetAt: number) => Headers,
    wait: number,
    reason: string,
  ]
> = [
  ["a problem without headers", 429, problem, () => ({}), 15 * minutes, "WindowExhausted"],
  ["v1.1's words without headers", 429, classic, () => ({}), 15 * minutes, "WindowExhausted"],
  ["a page", 429, "<html>slow down</html>", () => ({}), 15 * minutes, "WindowExhausted"],
  ["no body", 429, "", () => ({}), 15 * minutes, "WindowExhausted"],
  ["the status 420", 420, "", () => ({}), 15 * minutes, "WindowExhausted"],
  [
    "a spent window",
    429,
    problem,
    (at) => announced("x-rate-limit-", 0, at),
    7 * minutes,
    "WindowExhausted",
  ],
  [
    "49 of 50 remaining",
    429,
    problem,
    (at) => announced("x-rate-limit-", 49, at),
    15 * minutes,
    "DayExhausted",
  ],
  [
    "a spent day of the user",
    429,
    problem,
    (at) => ({
      ...announced("x-rate-limit-", 49, at),
      ...announced("x-user-limit-24hour-", 0, at),
    }),
    5 * hours,
    "DayExhausted",
  ],
  [
    "a spent day of the app",
    429,
    problem,
    (at) => announced("x-app-limit-24hour-", 0, at),
    5 * hours,
    "DayExhausted",
  ],
  ["a cap on use", 429, capped, () => ({}), 15 * minutes, "CapExhausted"],
  ["a Retry-After in seconds", 429, "", () => ({ "retry-after": "90" }), 90_000, "WindowExhausted"],
  [
    "a Retry-After as a date",
    429,
    "",
    (at) => ({ "retry-after": new Date(at).toUTCString() }),
    90_000,
    "WindowExhausted",
  ],
]

/** When an error says that trying again makes sense. */
const resetOf = (outcome: unknown): number => {
  if (!Result.isResult(outcome) || Result.isSuccess(outcome)) throw new Error("nothing failed")
  const { failure } = outcome
  const isReset = typeof failure === "object" && failure !== null && "resetAt" in failure
  return isReset && typeof failure.resetAt === "number" ? failure.resetAt : Number.NaN
}

const expectNothing = async (stand: Stand) => {
  expect(effects(stand)).toEqual([])
  await expectAgreement(stand)
}

describe.each(["v1", "v2"] as const)("over %s", (way) => {
  test.each(kinds)(
    "a 429 with %s refuses, says until when, and nobody is asked before",
    async (what, status, body, headers, wait, reason) => {
      await using stand = await open()
      const actor = await begin(stand, way)
      const resetAt = stand.clock.now() + wait
      stand.fates.push(Fates.refusing(what, status, body, headers(resetAt)))
      const first = await actor.execute(follow, { commandId })
      expect(first).toMatchObject(
        fails({ _tag: "RemoteError", outcome: "refused", reason, retryable: true }),
      )
      expect(Math.abs(resetOf(first) - resetAt)).toBeLessThan(5_000)
      await expectNothing(stand)

      // Not by this process, and not by another, which knows of it by the journal alone.
      for (const each of [actor, await another(stand, way)]) {
        expect(await each.execute(follow, { commandId })).toMatchObject(
          fails({ _tag: "RemoteError", outcome: "refused", retryable: true }),
        )
      }
      expect(short(stand.requests)).toEqual(["POST"])

      stand.clock.advance(Math.ceil((resetOf(first) - stand.clock.now()) / 1000) + 1)
      expect(await actor.execute(follow, { commandId })).toMatchObject(
        succeeds({ _tag: "Changed" }),
      )
      expect(effects(stand)).toEqual(["Followed"])
      await expectAgreement(stand)
    },
  )

  // No preset has all of these for unfollows, and in v1.1 none counts anything of the app's.
  test.each(kinds.filter(([, , , , , reason]) => reason !== "WindowExhausted"))(
    "a 429 with %s on an unfollow holds back every process, whatever it knew before",
    async (what, status, body, headers, wait, reason) => {
      await using stand = await open()
      const actor = await begin(stand, way)
      const before = await another(stand, way)
      const done = succeeds({ relationship: { _tag: "None" } })
      for (const each of [actor, before]) {
        expect(await each.execute(unfollow)).toMatchObject(done)
      }
      const from = stand.requests.length
      const resetAt = stand.clock.now() + wait
      stand.fates.push(Fates.refusing(what, status, body, headers(resetAt)))
      const refused = fails({ _tag: "RemoteError", outcome: "refused", reason, retryable: true })
      for (const each of [actor, before, await another(stand, way)]) {
        expect(await each.execute(unfollow)).toMatchObject(refused)
      }
      expect(stand.requests).toHaveLength(from + 1)
      stand.clock.advance(Math.ceil(wait / 1000) + 2)
      expect(await before.execute(unfollow)).toMatchObject(done)
    },
  )

  test("a 429 whose body never comes refuses all the same", async () => {
    await using stand = await open()
    const actor = await begin(stand, way)
    stand.fates.push({
      what: "half a 429",
      deliveries: 0,
      reply: (client) => client.end("HTTP/1.1 429 So\r\ncontent-length: 100\r\n\r\n{"),
    })
    expect(await actor.execute(follow, { commandId })).toMatchObject(
      fails({ _tag: "RemoteError", outcome: "refused", retryable: true }),
    )
    await expectNothing(stand)
  })

  test("a look that is refused for its quota leaves the outcome unknown until it is not", async () => {
    await using stand = await open()
    const actor = await begin(stand, way)
    stand.fates.push(Fates.resetAfter, Fates.refusing("a 429", 429, problem))
    for (let attempt = 0; attempt < 3; attempt++) {
      expect(await actor.execute(follow, { commandId })).toMatchObject(
        fails({ _tag: "OutcomeUnknown" }),
      )
    }
    expect(short(stand.requests)).toEqual(["POST 200", "GET"])
    stand.clock.advance(901)
    expect(await actor.execute(follow, { commandId })).toMatchObject(succeeds({ _tag: "Changed" }))
    expect(effects(stand)).toEqual(["Followed"])
    await expectAgreement(stand)
  })
})

test("X's own 429, for requests of others, refuses until X's window ends", async () => {
  await using stand = await open()
  const { accessToken } = oauth2Of(ada)
  for (let request = 0; request < 50; request++) {
    await fetch(`${stand.sandbox.url}/2/users/${ada.id}/following`, {
      method: "POST",
      headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json" },
      body: JSON.stringify({ target_user_id: bea.id }),
    })
  }
  const actor = await begin(stand, "v2")
  const first = await actor.execute(follow, { commandId })
  expect(first).toMatchObject(fails({ outcome: "refused", reason: "WindowExhausted" }))
  expect(short(stand.requests)).toEqual(["POST 429"])
  stand.clock.advance(Math.ceil((resetOf(first) - stand.clock.now()) / 1000))
  // It was there before, by those others.
  expect(await actor.execute(follow, { commandId })).toMatchObject(
    succeeds({ relationship: { _tag: "Following" } }),
  )
  expect(stand.truth(edge)).toMatchObject({ _tag: "Following" })
  await expectAgreement(stand)
})
