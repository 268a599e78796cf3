/** The endpoints of v1.1 as pairs: what is asked, and what each answer says. */
import { type Facts, RemoteError, UserId } from "@kith/core"
import { type Endpoint, V1 } from "@kith/http-adapter"
import { Result } from "effect"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { reply } from "./corpus/recorded.ts"
import { answers, carried, error, isTotal, refused } from "./support/endpoints.ts"
import { replies } from "./support/replies.ts"

const source = UserId.make("63046977")
const target = UserId.make("1354143047324299264")
const someone = UserId.make("2244994945")
const edge = { source, target }

const json = (value: unknown, status = 200) => reply({ status, body: JSON.stringify(value) })
const code = (it: number, status = 403, message = "…") =>
  json({ errors: [{ code: it, message }] }, status)

// Its number is not the target's any more once JavaScript has read it.
const user = (more: object) =>
  reply({
    status: 200,
    body: `{"id":${target},${JSON.stringify({ id_str: target, screen_name: "quietbirch", ...more }).slice(1)}`,
  })

describe("Create", () => {
  const create = V1.Create.endpoint
  const decode = answers(create, edge)
  const ambiguous = { _tag: "Ambiguous", endpoint: "friendships/create" }

  test("posts a form with the exact id, and `follow` only where notifications are named", () => {
    const form = (notifications?: boolean) => create.encode({ ...edge, notifications }).form
    expect(create.encode(edge)).toEqual({
      method: "POST",
      path: "/1.1/friendships/create.json",
      form: [["user_id", "1354143047324299264"]],
    })
    expect(form(true)).toEqual([
      ["user_id", "1354143047324299264"],
      ["follow", "true"],
    ])
    expect(form(false)?.[1]).toEqual(["follow", "false"])
  })

  test("takes a success on a public target for a follow, whatever the flags say", () => {
    const flags = fc.constantFrom(true, false, null, undefined)
    fc.assert(
      fc.property(flags, (following) => {
        const body = user({ protected: false, following, follow_request_sent: false })
        expect(decode(body)).toEqual(carried("Following"))
      }),
    )
  })

  test("believes flags that are set where they fit the target, and else is not sure", () => {
    const guarded = (more: object) => decode(user({ protected: true, ...more }))
    const past = (tag: "Following" | "Pending") => ({ ...carried(tag), mayLag: true })
    expect(guarded({ following: false, follow_request_sent: true })).toEqual(carried("Pending"))
    expect(guarded({ following: true, follow_request_sent: false })).toEqual(past("Following"))
    expect(decode(user({ following: true }))).toEqual(past("Following"))
    expect(decode(user({ protected: false, follow_request_sent: true }))).toEqual(past("Pending"))
    expect(guarded({ following: false, follow_request_sent: false })).toMatchObject(ambiguous)
    expect(guarded({})).toMatchObject(ambiguous)
    expect(decode(user({ protected: null }))).toMatchObject(ambiguous)
    expect(decode(user({}))).toMatchObject(ambiguous)
  })

  test("takes notifications that were asked for as set, though the body is behind", () => {
    const body = user({ protected: false, following: true, notifications: false })
    expect(answers(create, { ...edge, notifications: true })(body)).toEqual(
      carried("Following", { notifications: true }),
    )
    expect(answers(create, { ...edge, notifications: false })(body)).toEqual(
      carried("Following", { notifications: false }),
    )
    expect(decode(body)).toEqual(carried("Following"))
  })

  test("leaves the outcome open when a success is not about the target, or cannot be read", () => {
    const bodies = ["", "<html>", "{}", '{"id_str":"1","protected":false}', `{"id_str":"${target}`]
    for (const body of bodies) {
      expect(decode(reply({ status: 200, body })), body).toEqual(error("unknown", "Malformed"))
    }
  })

  test("gives the facts for which the rules refuse it", () => {
    expect(decode(code(108))).toEqual(refused({ target: "missing" }))
    expect(decode(code(159))).toEqual(refused({ target: "suspended" }))
    expect(decode(code(63))).toEqual(refused({ target: "suspended" }))
    expect(decode(code(162))).toEqual(refused({ blockedByTarget: true }))
    expect(decode(code(160))).toEqual(carried("Pending"))
    expect(answers(create, { source, target: source })(code(158))).toEqual(refused({}))
    expect(decode(code(158))).toEqual(error("refused", "Unauthenticated"))
  })

  test("makes an error of what is no matter of rules", () => {
    expect(decode(code(161))).toEqual(error("refused", "AccountLimit"))
    expect(decode(code(64))).toEqual(error("refused", "AccountSuspended"))
    expect(decode(code(34, 404))).toEqual(error("refused", "NotFound"))
    expect(decode(code(131, 500))).toEqual(error("unknown", "Outage"))
  })

  test("is not sure of a refusal in words that could mean anything", () => {
    const decoded = create.decode(code(200, 403, "Forbidden."), edge)
    expect(Result.getOrThrow(decoded)).toMatchObject({
      ...ambiguous,
      refusal: { _tag: "RemoteError", outcome: "refused", reason: "Unclassified" },
    })
  })
})

describe("Destroy", () => {
  const destroy = V1.Destroy.endpoint
  const decode = answers(destroy, edge)

  test("posts a form with the exact id", () => {
    expect(destroy.encode(edge)).toEqual({
      method: "POST",
      path: "/1.1/friendships/destroy.json",
      form: [["user_id", "1354143047324299264"]],
    })
  })

  test("takes a success for the end, whatever the flags say", () => {
    expect(decode(user({ following: true, follow_request_sent: true }))).toEqual(carried("None"))
    expect(decode(user({}))).toEqual(carried("None"))
  })

  test("leaves the outcome open when a success is not about the target, or cannot be read", () => {
    for (const body of ["", "<html>", "{}", '{"id_str":"1"}', "{"]) {
      expect(decode(reply({ status: 200, body })), body).toEqual(error("unknown", "Malformed"))
    }
  })

  test("ends nothing where X does not show the target: the follow may outlast a suspension", () => {
    expect(decode(code(34, 404))).toEqual(error("refused", "NotFound"))
    expect(decode(code(108))).toEqual(error("refused", "NotFound"))
  })
})

const flags = {
  following: true,
  following_requested: false,
  want_retweets: true,
  notifications_enabled: false,
  blocking: false,
  blocked_by: false,
}
const relationship = (of: object, mirror: object = {}) =>
  json({ relationship: { source: { id_str: source, ...of }, target: { ...mirror, x: 1 } } })

describe("Update", () => {
  const update = V1.Update.endpoint
  const decode = answers(update, { ...edge, retweets: false })

  test("posts the flags that are named, and no other", () => {
    const form = (more: object) => update.encode({ ...edge, ...more }).form
    expect(form({})).toEqual([["user_id", target]])
    expect(form({ retweets: false })).toEqual([
      ["user_id", target],
      ["retweets", "false"],
    ])
    expect(form({ retweets: true, notifications: false })).toEqual([
      ["user_id", target],
      ["device", "false"],
      ["retweets", "true"],
    ])
  })

  test("gives the edge with its preferences, those that were set as they were set", () => {
    expect(decode(relationship(flags))).toEqual(
      carried("Following", { retweets: false, notifications: false }),
    )
    expect(answers(update, edge)(relationship(flags))).toEqual(
      carried("Following", { retweets: true, notifications: false }),
    )
    expect(decode(relationship({ following: false, following_requested: true }))).toEqual(
      carried("Pending", { retweets: false }),
    )
  })

  test("is not sure of a success that shows no follow, nor of a general refusal", () => {
    const ambiguous = { _tag: "Ambiguous", endpoint: "friendships/update" }
    expect(decode(relationship({ ...flags, following: false }))).toMatchObject(ambiguous)
    expect(decode(relationship({ following: null }))).toMatchObject(ambiguous)
    expect(decode(code(200))).toMatchObject({ ...ambiguous, refusal: { reason: "Unclassified" } })
  })

  test("says that there is no follow where X says it", () => {
    expect(
      decode(json({ errors: [{ message: "You are not following this user." }] }, 403)),
    ).toEqual({ ...refused({}), observation: { _tag: "None" } })
    expect(decode(code(34, 404))).toEqual(error("refused", "NotFound"))
    expect(decode(reply({ status: 200, body: "{}" }))).toEqual(error("unknown", "Malformed"))
  })
})

describe("Show", () => {
  const decode = answers(V1.Show.endpoint, edge)

  test("asks by both ids", () => {
    expect(V1.Show.endpoint.encode(edge)).toEqual({
      method: "GET",
      path: "/1.1/friendships/show.json",
      query: [
        ["source_id", source],
        ["target_id", target],
      ],
    })
  })

  test("shows a follow with its preferences, where they are told", () => {
    const { want_retweets: _, ...rest } = flags
    expect(decode(relationship(flags))).toEqual({
      _tag: "Following",
      retweets: true,
      notifications: false,
    })
    expect(decode(relationship({ ...flags, notifications_enabled: null }))).toEqual({
      _tag: "Following",
      retweets: true,
    })
    expect(decode(relationship(rest))).toEqual({ _tag: "Following", notifications: false })
  })

  test("shows a request with preferences only where one of them is on", () => {
    const request = (retweets: unknown, notifications: unknown) =>
      decode(
        relationship({
          following: false,
          following_requested: true,
          want_retweets: retweets,
          notifications_enabled: notifications,
        }),
      )
    expect(request(false, false)).toEqual({ _tag: "Pending" })
    expect(request(null, undefined)).toEqual({ _tag: "Pending" })
    expect(request(true, false)).toEqual({ _tag: "Pending", retweets: true, notifications: false })
    expect(request(false, true)).toEqual({ _tag: "Pending", retweets: false, notifications: true })
  })

  test("takes null and absent for unknown, and reads the mirror on the other side", () => {
    const nothing = { following: false, following_requested: false }
    expect(decode(relationship(nothing))).toEqual({ _tag: "None" })
    expect(decode(relationship({ following: false, following_requested: null }))).toBe(undefined)
    expect(decode(relationship({ following: false }))).toBe(undefined)
    expect(decode(relationship({}))).toBe(undefined)
    expect(decode(relationship({}, { followed_by: true }))).toEqual({ _tag: "Following" })
    expect(decode(relationship({ following: false }, { following_received: true }))).toEqual({
      _tag: "Pending",
    })
    expect(decode(relationship({}, { followed_by: false, following_received: false }))).toEqual({
      _tag: "None",
    })
  })

  test("shows nothing of somebody who is gone or suspended, and fails for anything else", () => {
    expect(decode(code(50, 404))).toBe(undefined)
    expect(decode(code(63))).toBe(undefined)
    expect(decode(code(163, 404))).toEqual(error("refused", "NotFound"))
    expect(decode(reply({ status: 404, body: "<html>" }))).toEqual(error("refused", "NotFound"))
    expect(decode(reply({ status: 200, body: "{}" }))).toEqual(error("refused", "Malformed"))
  })

  test("tells blocks, too", () => {
    const blocked = { ...flags, following: false, blocking: true, blocked_by: null }
    expect(answers(V1.Show.seen, edge)(relationship(blocked))).toEqual({
      observation: { _tag: "None" },
      blocking: true,
      blockedBy: undefined,
    })
  })
})

describe("Ambiguous.resolve", () => {
  const refusal = new RemoteError.RemoteError({
    outcome: "refused",
    reason: "Unclassified",
    message: "…",
    retryable: false,
  })
  const create = V1.Ambiguous.carried("friendships/create", { notifications: true })
  const seen = (tag: "None" | "Pending" | "Following" | undefined, more: object = {}) => ({
    observation: tag === undefined ? undefined : { _tag: tag },
    blocking: undefined,
    blockedBy: undefined,
    ...more,
  })
  const resolve = (ambiguous: V1.Ambiguous.Ambiguous, it: ReturnType<typeof seen> | undefined) =>
    Result.match(V1.Ambiguous.resolve(ambiguous, it), {
      onSuccess: (answer): unknown => answer,
      onFailure: ({ outcome, reason }) => error(outcome, reason),
    })

  test("tells a request from a follow, with what was set", () => {
    const set = { notifications: true }
    expect(resolve(create, seen("Pending"))).toEqual(carried("Pending", set))
    expect(resolve(create, seen("Following"))).toEqual(carried("Following", set))
  })

  test("leaves the outcome open while the edge does not show what was carried out", () => {
    for (const it of [seen("None"), seen(undefined), undefined]) {
      expect(resolve(create, it)).toEqual(error("unknown", "Malformed"))
    }
  })

  test("explains a refused follow by a block, or finds that it was there already", () => {
    const general = { ...create, preferences: {}, refusal }
    const facts = (it: Partial<Facts.Facts>) => ({ ...refused(it), observation: { _tag: "None" } })
    expect(resolve(general, seen("None", { blocking: true }))).toEqual(
      facts({ blocksTarget: true }),
    )
    expect(resolve(general, seen("None", { blockedBy: true }))).toEqual(
      facts({ blockedByTarget: true }),
    )
    expect(resolve(general, seen("Following"))).toEqual(carried("Following"))
    expect(resolve(general, seen("Pending"))).toEqual(carried("Pending"))
    for (const it of [seen("None", { blocking: false }), seen(undefined), undefined]) {
      expect(resolve(general, it)).toEqual(error("refused", "Unclassified"))
    }
  })

  test("explains a refused update by there being no follow", () => {
    const general = { ...V1.Ambiguous.carried("friendships/update", {}), refusal }
    expect(resolve(general, seen("None"))).toEqual({
      ...refused({}),
      observation: { _tag: "None" },
    })
    expect(resolve(general, seen("Following"))).toEqual(error("refused", "Unclassified"))
    expect(resolve(general, undefined)).toEqual(error("refused", "Unclassified"))
  })
})

const list = { user: source }
const all: ReadonlyArray<readonly [string, (it: Endpoint.Reply) => void]> = [
  ["Create", isTotal(V1.Create.endpoint, edge)],
  ["Destroy", isTotal(V1.Destroy.endpoint, edge)],
  ["Update", isTotal(V1.Update.endpoint, edge)],
  ["Show", isTotal(V1.Show.endpoint, edge)],
  ["Show, with blocks", isTotal(V1.Show.seen, edge)],
  ["Lookup", isTotal(V1.Lookup.endpoint, { source, targets: [target, someone] })],
  ["incoming", isTotal(V1.IdLists.incoming, list)],
  ["outgoing", isTotal(V1.IdLists.outgoing, list)],
  ["followers as ids", isTotal(V1.IdLists.followers, list)],
  ["friends as ids", isTotal(V1.IdLists.friends, list)],
  ["NoRetweets", isTotal(V1.NoRetweets.endpoint, undefined)],
  ["followers", isTotal(V1.UserLists.followers, list)],
  ["friends", isTotal(V1.UserLists.friends, list)],
  ["UsersLookup", isTotal(V1.UsersLookup.endpoint, { usernames: ["a"] })],
  ["VerifyCredentials", isTotal(V1.VerifyCredentials.endpoint, undefined)],
]

describe.for(all)("%s", ([, check]) => {
  test("makes an answer or one error of whatever comes", () => {
    fc.assert(fc.property(replies, check), { numRuns: 500 })
  })
})
