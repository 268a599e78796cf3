/** The endpoints of v2 as pairs: what is asked, and what each answer says. */
import { UserId } from "@kith/core"
import { type Endpoint, V2 } from "@kith/http-adapter"
import { Result } from "effect"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { reply } from "./corpus/recorded.ts"
import { answers, carried, error, ids, isTotal, refused } from "./support/endpoints.ts"
import { replies } from "./support/replies.ts"

const source = UserId.make("63046977")
const target = UserId.make("1354143047324299264")
const edge = { source, target }
const someone = UserId.make("2244994945")

const problem = (type: string, more: object = {}) => ({
  type: `https://api.x.com/2/problems/${type}`,
  title: "…",
  detail: "…",
  ...more,
})
const missing = (id: string) =>
  problem("resource-not-found", { resource_type: "user", resource_id: id, value: id })

const json = (value: unknown, status = 200) => reply({ status, body: JSON.stringify(value) })

describe("FollowUser", () => {
  const follow = V2.FollowUser.endpoint
  const decode = answers(follow, edge)

  test("posts the target's id as text", () => {
    expect(follow.encode(edge)).toEqual({
      method: "POST",
      path: "/2/users/63046977/following",
      json: { target_user_id: "1354143047324299264" },
    })
  })

  test("tells a follow from a request, also where members are missing", () => {
    const data = (it: object) => decode(json({ data: it }))
    const following = carried("Following")
    const pending = carried("Pending")
    expect(data({ following: true, pending_follow: false })).toEqual(following)
    expect(data({ following: true })).toEqual(following)
    expect(data({ following: true, pending_follow: null })).toEqual(following)
    expect(data({ following: false, pending_follow: true })).toEqual(pending)
    expect(data({ pending_follow: true })).toEqual(pending)
    expect(data({ following: null, pending_follow: true, new_member: 1 })).toEqual(pending)
    expect(data({ following: false, pending: true })).toEqual(pending)
    expect(decode(json({ data: { following: true }, errors: [missing("1")] }))).toEqual(following)
    expect(decode(json({ data: { following: true } }, 201))).toEqual(following)
  })

  test("leaves the outcome open when a success tells neither", () => {
    for (const data of [{}, { following: false }, { following: false, pending_follow: false }]) {
      expect(decode(json({ data }))).toEqual(error("unknown", "Malformed"))
    }
    expect(decode(json({ data: { pending_follow: "yes" } }))).toEqual(error("unknown", "Malformed"))
    expect(decode(reply({ status: 204, body: "" }))).toEqual(error("unknown", "Malformed"))
    expect(decode(reply({ status: 200, body: '{"data":{"follow' }))).toEqual(
      error("unknown", "Malformed"),
    )
  })

  test("gives the facts for which the rules refuse it", () => {
    const forbidden = (detail: string) =>
      decode(json({ title: "Forbidden", type: "about:blank", status: 403, detail }, 403))
    expect(decode(json({ errors: [missing(target)] }))).toEqual(refused({ target: "missing" }))
    expect(forbidden("User has been suspended.")).toEqual(refused({ target: "suspended" }))
    expect(
      forbidden("You have been blocked from following this account at the request of the user."),
    ).toEqual(refused({ blockedByTarget: true }))
    expect(forbidden("You are blocking this account. Unblock it before you follow it.")).toEqual(
      refused({ blocksTarget: true }),
    )
    expect(forbidden("You've already requested to follow quietbirch.")).toEqual(carried("Pending"))
  })

  test("takes following oneself for the rule only where it is so", () => {
    const self = { source, target: source }
    const body = json({ detail: "You can't follow yourself.", type: "about:blank" }, 403)
    expect(answers(follow, self)(body)).toEqual(refused({}))
    expect(decode(body)).toEqual(error("refused", "Unauthenticated"))
  })

  test("makes any other refusal an error, with what X said", () => {
    const decoded = follow.decode(reply({ status: 503, body: "down" }), edge)
    expect(Result.isFailure(decoded) && decoded.failure).toMatchObject({
      _tag: "RemoteError",
      outcome: "unknown",
      reason: "Outage",
      retryable: true,
      message: expect.stringMatching(/^followUser: /),
      evidence: { status: 503, body: "down" },
    })
    expect(decode(json({ errors: [{ code: 34, message: "" }] }, 404))).toEqual(
      error("refused", "NotFound"),
    )
  })
})

describe("UnfollowUser", () => {
  const unfollow = V2.UnfollowUser.endpoint
  const decode = answers(unfollow, edge)

  test("deletes by both ids", () => {
    expect(unfollow.encode(edge)).toEqual({
      method: "DELETE",
      path: "/2/users/63046977/following/1354143047324299264",
    })
  })

  test("takes a success for the end of the follow", () => {
    expect(decode(json({ data: { following: false } }))).toEqual(carried("None"))
    expect(decode(json({ data: {} }))).toEqual(carried("None"))
    expect(decode(reply({ status: 204, body: "" }))).toEqual(carried("None"))
  })

  test("leaves the outcome open when a success cannot be read or says the contrary", () => {
    for (const body of ["", "<html>", "{}", '{"data":', '{"data":{"following":true}}']) {
      expect(decode(reply({ status: 200, body })), body).toEqual(error("unknown", "Malformed"))
    }
  })

  test("ends nothing where X does not show the target", () => {
    expect(decode(json({ errors: [missing(target)] }))).toEqual(error("refused", "NotFound"))
  })
})

describe("UserLists", () => {
  const { followers, following } = V2.UserLists
  const decode = answers(followers, { user: source })

  test("asks for the largest page, and within X's bounds", () => {
    const query = (request: V2.UserLists.ListRequest) => followers.encode(request).query
    expect(following.encode({ user: source })).toEqual({
      method: "GET",
      path: "/2/users/63046977/following",
      query: [["max_results", "1000"]],
    })
    expect(query({ user: source, limit: 5_000 })).toEqual([["max_results", "1000"]])
    expect(query({ user: source, limit: 0 })).toEqual([["max_results", "1"]])
    expect(query({ user: source, limit: 7, cursor: "5CS0O0C6II61EZZZ" })).toEqual([
      ["max_results", "7"],
      ["pagination_token", "5CS0O0C6II61EZZZ"],
    ])
  })

  test("gives the ids in X's order, and the next page's token", () => {
    const rows = [
      { id: "3", name: "c", username: "c" },
      { id: "1" },
      { id: String(2n ** 63n - 1n) },
    ]
    expect(decode(json({ data: rows, meta: { result_count: 3, next_token: "NEXT" } }))).toEqual({
      users: ["3", "1", "9223372036854775807"],
      missing: [],
      next: "NEXT",
    })
  })

  test("goes on through an empty page that has a next one, and ends only where there is none", () => {
    const empty = { users: [], missing: [] }
    const meta = { result_count: 0 }
    expect(decode(json({ meta: { ...meta, next_token: "NEXT" } }))).toEqual({
      ...empty,
      next: "NEXT",
    })
    expect(decode(json({ meta }))).toEqual(empty)
    expect(decode(json({ data: null, meta: { ...meta, next_token: null } }))).toEqual(empty)
    expect(decode(json({ data: [], meta }))).toEqual(empty)
    expect(decode(json({ data: [{ id: "1" }], meta }))).toEqual({ users: ["1"], missing: [] })
  })

  test("reports users who are named without being shown, once", () => {
    const errors = [
      missing("7"),
      missing("7"),
      { ...missing("8"), resource_id: undefined },
      missing("1"),
      missing("nobody"),
      problem("resource-not-found", { resource_type: "tweet", resource_id: "9" }),
      problem("not-authorized-for-field", { resource_type: "user", resource_id: "1", field: "f" }),
      "odd",
      null,
    ]
    expect(decode(json({ data: [{ id: "1" }], errors, meta: { next_token: "N" } }))).toEqual({
      users: ["1"],
      missing: ["7", "8"],
      next: "N",
    })
    expect(decode(json({ errors: [missing("7")], meta: { result_count: 0 } }))).toEqual({
      users: [],
      missing: ["7"],
    })
  })

  test("fails for a list that may not be seen, with or without meta", () => {
    const denied = problem("not-authorized-for-resource", {
      resource_type: "user",
      resource_id: source,
    })
    expect(decode(json({ errors: [denied] }))).toEqual(error("refused", "NotAuthorized"))
    expect(decode(json({ errors: [denied], meta: { result_count: 0 } }))).toEqual(
      error("refused", "NotAuthorized"),
    )
    expect(decode(json({ errors: [missing(source)] }))).toEqual(error("refused", "NotFound"))
  })

  test("fails rather than leaving out a row that it cannot read", () => {
    for (const row of [null, 1, {}, { id: 1 }, { id: "01" }, { id: "x" }, { id: "1".repeat(20) }]) {
      expect(decode(json({ data: [{ id: "1" }, row], meta: {} }))).toEqual(
        error("refused", "Malformed"),
      )
    }
    for (const data of [
      '{"id":"1","id":"x"}',
      '{"id":"1","name":"\n"}',
      '{"id":"1","name":"\\q"}',
    ]) {
      expect(decode(reply({ status: 200, body: `{"data":[${data}],"meta":{}}` }))).toEqual(
        error("refused", "Malformed"),
      )
    }
    expect(decode(json({ data: {}, meta: {} }))).toEqual(error("refused", "Malformed"))
    // A list that ends without saying so is not known to have ended.
    expect(decode(json({ data: [{ id: "1" }] }))).toEqual(error("refused", "Malformed"))
    expect(decode(json({ data: [], meta: { next_token: 7 } }))).toEqual(
      error("refused", "Malformed"),
    )
    expect(decode(json({}))).toEqual(error("refused", "Malformed"))
  })

  test("reads ids whatever the names beside them are, and however they are written", () => {
    const looksLikeRows = [
      '{"id":"9"}',
      '","id":"9',
      '"},{"id":"9","name":"',
      "\\",
      '\\"',
      "\\u0022",
    ]
    const name = fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.constantFrom(...looksLikeRows, "\u0000\u001f\u2028", "x".repeat(200), '"'.repeat(200)),
    )
    const more = fc.record({ name, username: name, url: name }, { requiredKeys: [] })
    const row = fc.tuple(ids, more).chain(([id, others]) =>
      fc.tuple(
        fc.constant(id),
        fc.shuffledSubarray(Object.entries({ id, ...others }), {
          minLength: 1 + Object.keys(others).length,
        }),
      ),
    )
    const escaped = (text: string): string =>
      text.replaceAll(
        /[\u007f-\uffff]/g,
        (it) => String.raw`\u${it.charCodeAt(0).toString(16).padStart(4, "0")}`,
      )
    const writing = fc.constantFrom<(page: object) => string>(
      (page) => JSON.stringify(page),
      (page) => JSON.stringify(page, null, 1),
      (page) => escaped(JSON.stringify(page)),
    )
    fc.assert(
      fc.property(fc.array(row, { maxLength: 10 }), writing, (rows, write) => {
        const data = rows.map(([, members]) => Object.fromEntries(members))
        const body = write({ data, meta: { result_count: rows.length } })
        expect(decode(reply({ status: 200, body }))).toEqual({
          users: rows.map(([id]) => id),
          missing: [],
        })
      }),
    )
  })

  test("reads a page of one name that is as long as an answer may be", () => {
    const data = [{ name: '"'.repeat(4_000_000), id: "1" }]
    expect(decode(json({ data, meta: {} }))).toEqual({ users: ["1"], missing: [] })
  })

  test("gives back every page that X could send", () => {
    const token = fc.option(fc.string({ minLength: 1 }), { nil: undefined })
    fc.assert(
      fc.property(fc.array(ids, { maxLength: 50 }), token, (users, next) => {
        const data = users.map((id) => ({ id, username: `u${id}`, name: "…" }))
        const decoded = decode(json({ data, meta: { next_token: next } }))
        expect(decoded).toEqual(
          next === undefined ? { users, missing: [] } : { users, missing: [], next },
        )
      }),
    )
  })
})

describe("UsersByIds", () => {
  const look = V2.UsersByIds.endpoint
  const targets = ["5", "4", "3", "2", "5"].map(UserId.make)
  const decode = answers(look, { source, targets })

  test("names everybody once", () => {
    expect(look.encode({ source, targets })).toEqual({
      method: "GET",
      path: "/2/users",
      query: [
        ["ids", "5,4,3,2"],
        ["user.fields", "connection_status"],
      ],
    })
  })

  test("gives what was seen in the order of the targets", () => {
    const data = [
      { id: "2", connection_status: ["followed_by", "muting"] },
      { id: "3", connection_status: ["follow_request_sent"] },
      { id: "5", connection_status: ["followed_by", "following"] },
      { id: "9", connection_status: [] },
    ]
    expect(decode(json({ data, errors: [missing("4")] }))).toEqual([
      { _tag: "Following" },
      undefined,
      { _tag: "Pending" },
      { _tag: "None" },
      { _tag: "Following" },
    ])
  })

  test("has seen nothing without the field, or where all are missing", () => {
    const nothing = targets.map(() => undefined)
    const data = targets.map((id) => ({ id, connection_status: null }))
    expect(decode(json({ data }))).toEqual(nothing)
    expect(decode(json({ data: targets.map((id) => ({ id })) }))).toEqual(nothing)
    expect(decode(json({ errors: targets.map(missing) }))).toEqual(nothing)
  })

  test("fails where X refuses or makes no sense", () => {
    expect(decode(json({ errors: [problem("internal-error")] }))).toEqual(
      error("refused", "Outage"),
    )
    expect(decode(json({ data: "…" }))).toEqual(error("refused", "Malformed"))
    expect(decode(json({ errors: [] }))).toEqual(error("refused", "Malformed"))
  })
})

describe("UsersByUsernames and Me", () => {
  const byName = V2.UsersByUsernames.endpoint
  const me = V2.Me.endpoint

  test("ask for names once, whatever their case, and for fields of every generation", () => {
    expect(byName.encode({ usernames: ["TwitterDev", "twitterdev", "x"] })).toEqual({
      method: "GET",
      path: "/2/users/by",
      query: [
        ["usernames", "twitterdev,x"],
        ["user.fields", "protected,public_metrics,verified"],
      ],
    })
    expect(me.encode()).toEqual({
      method: "GET",
      path: "/2/users/me",
      query: [["user.fields", "protected,public_metrics,verified"]],
    })
  })

  test.for([
    ["tweet_count", "pinned_tweet_id"],
    ["post_count", "pinned_post_id"],
  ] as const)("read users of the generation of %s, and keep all of it", ([posts, pinned]) => {
    const row = {
      id: "2244994945",
      username: "TwitterDev",
      name: "Developers",
      protected: false,
      verified: null,
      public_metrics: { followers_count: 5, following_count: 6, [posts]: 7, listed_count: 8 },
      [pinned]: "1255542774432063488",
      member_of_the_future: [1],
    }
    const user = {
      id: someone,
      username: "TwitterDev",
      name: "Developers",
      protected: false,
      followerCount: 5,
      followingCount: 6,
      postCount: 7,
      members: row,
    }
    expect(answers(me, undefined)(json({ data: row }))).toEqual(user)
    expect(answers(byName, { usernames: ["TwitterDev"] })(json({ data: [row] }))).toEqual([user])
  })

  test("leave out names that are nobody's", () => {
    const decode = answers(byName, { usernames: ["a", "b"] })
    const row = { id: "1", username: "a" }
    const user = { ...row, members: row }
    expect(decode(json({ data: [row], errors: [missing("b")] }))).toEqual([user])
    expect(decode(json({ errors: [missing("a"), missing("b")] }))).toEqual([])
    expect(decode(json({ data: [row, { id: "2" }] }))).toEqual(error("refused", "Malformed"))
  })

  test("fail where there is no user to speak of", () => {
    const decode = answers(me, undefined)
    expect(decode(json({ data: {} }))).toEqual(error("refused", "Malformed"))
    expect(decode(json({ data: { id: 1, username: "a" } }))).toEqual(error("refused", "Malformed"))
    expect(decode(reply({ status: 401, body: "" }))).toEqual(error("refused", "Unauthenticated"))
  })
})

const all: ReadonlyArray<readonly [string, (it: Endpoint.Reply) => void]> = [
  ["FollowUser", isTotal(V2.FollowUser.endpoint, edge)],
  ["UnfollowUser", isTotal(V2.UnfollowUser.endpoint, edge)],
  ["following", isTotal(V2.UserLists.following, { user: source })],
  ["followers", isTotal(V2.UserLists.followers, { user: source })],
  ["UsersByIds", isTotal(V2.UsersByIds.endpoint, { source, targets: [target, someone] })],
  ["UsersByUsernames", isTotal(V2.UsersByUsernames.endpoint, { usernames: ["a"] })],
  ["Me", isTotal(V2.Me.endpoint, undefined)],
]

describe.for(all)("%s", ([, check]) => {
  test("makes an answer or one error of whatever comes", () => {
    fc.assert(fc.property(replies, check), { numRuns: 500 })
  })
})
