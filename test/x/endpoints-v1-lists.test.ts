/** The endpoints of v1.1 that look at many at once. */
import { UserId } from "@kith/core"
import { V1 } from "@kith/http-adapter"
import { Schema } from "effect"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { reply } from "./corpus/recorded.ts"
import { answers, error, ids } from "./support/endpoints.ts"

const source = UserId.make("63046977")
const target = UserId.make("1354143047324299264")

const json = (value: unknown, status = 200) => reply({ status, body: JSON.stringify(value) })
const code = (it: number, status = 403) => json({ errors: [{ code: it, message: "…" }] }, status)

test("an id in a list is one by the schema of core", () => {
  const isId = Schema.is(UserId.UserId)
  const digits = fc.string({ unit: fc.constantFrom("0", "1", "9", "a", "-", "٣"), maxLength: 21 })
  fc.assert(
    fc.property(fc.oneof(ids, digits, fc.string(), fc.json()), (it) => {
      const decoded = answers(V1.NoRetweets.endpoint, undefined)(json([it]))
      expect(decoded).toEqual(isId(it) ? [it] : error("refused", "Malformed"))
    }),
    { numRuns: 1_000, examples: [["0"], ["00"], ["9".repeat(19)], ["9".repeat(20)]] },
  )
})

describe("Lookup", () => {
  const look = V1.Lookup.endpoint
  const targets = ["5", "4", "3", "2", "5"].map(UserId.make)
  const decode = answers(look, { source, targets })

  test("gives what was seen in the order of the targets", () => {
    expect(look.encode({ source, targets }).query).toEqual([["user_id", "5,4,3,2"]])
    expect(
      decode(
        json([
          { id: 2, id_str: "2", connections: ["none"] },
          { id_str: "3", connections: ["following_requested"] },
          { id_str: "5", connections: ["following", "followed_by"] },
          { id_str: "4", connections: null },
        ]),
      ),
    ).toEqual([
      { _tag: "Following" },
      undefined,
      { _tag: "Pending" },
      { _tag: "None" },
      { _tag: "Following" },
    ])
  })

  test("has seen nothing of those who are left out", () => {
    const nothing = targets.map(() => undefined)
    expect(decode(json([]))).toEqual(nothing)
    expect(decode(code(17, 404))).toEqual(nothing)
    expect(decode(json([null]))).toEqual(error("refused", "Malformed"))
    expect(decode(json({}))).toEqual(error("refused", "Malformed"))
  })
})

describe("IdLists", () => {
  const { followers, friends, incoming, outgoing } = V1.IdLists
  const request = { user: source }
  const decode = answers(followers, request)
  const end = { next_cursor: 0, next_cursor_str: "0", previous_cursor: 0, total_count: null }

  test("ask for ids as text, always", () => {
    for (const list of [followers, friends, incoming, outgoing]) {
      expect(list.encode(request).query).toContainEqual(["stringify_ids", "true"])
    }
    expect(V1.NoRetweets.endpoint.encode().query).toEqual([["stringify_ids", "true"]])
  })

  test("begin at -1, go on at a cursor, and take as many as X gives", () => {
    expect(friends.encode(request)).toEqual({
      method: "GET",
      path: "/1.1/friends/ids.json",
      query: [
        ["user_id", source],
        ["cursor", "-1"],
        ["stringify_ids", "true"],
        ["count", "5000"],
      ],
    })
    expect(followers.encode({ ...request, limit: 9, cursor: "77" }).query).toEqual([
      ["user_id", source],
      ["cursor", "77"],
      ["stringify_ids", "true"],
      ["count", "9"],
    ])
    expect(incoming.encode({ ...request, limit: 9, cursor: "77" })).toEqual({
      method: "GET",
      path: "/1.1/friendships/incoming.json",
      query: [
        ["cursor", "77"],
        ["stringify_ids", "true"],
      ],
    })
  })

  test("give ids above 2^53 exactly, and the next cursor as X writes it", () => {
    const next = "1488949918508686286"
    fc.assert(
      fc.property(fc.array(ids), (users) => {
        const body = `{"ids":${JSON.stringify(users)},"next_cursor":${next},"next_cursor_str":"${next}"}`
        expect(decode(reply({ status: 200, body }))).toEqual({ users, missing: [], next })
        expect(answers(outgoing, request)(json({ ids: users, ...end }))).toEqual({
          users,
          missing: [],
        })
      }),
    )
  })

  test("take numbers only where JavaScript holds them exactly", () => {
    expect(decode(json({ ids: [12, "13"], next_cursor: 0 }))).toEqual({
      users: ["12", "13"],
      missing: [],
    })
    const tooLarge = '{"ids":[1354143047324299264],"next_cursor":0,"next_cursor_str":"0"}'
    expect(decode(reply({ status: 200, body: tooLarge }))).toEqual(error("refused", "Malformed"))
    const cursor = '{"ids":[],"next_cursor":1488949918508686286}'
    expect(decode(reply({ status: 200, body: cursor }))).toEqual(error("refused", "Malformed"))
  })

  test("go on through an empty page, and do not end without being told so", () => {
    expect(decode(json({ ids: [], next_cursor_str: "5" }))).toEqual({
      users: [],
      missing: [],
      next: "5",
    })
    for (const body of [{ ids: [] }, { ids: [], next_cursor: null }, { ...end }, []]) {
      expect(decode(json(body))).toEqual(error("refused", "Malformed"))
    }
  })

  test("fail for a list that may not be seen", () => {
    const denied = json({ request: "/1.1/followers/ids.json", error: "Not authorized." }, 401)
    expect(decode(denied)).toEqual(error("refused", "NotAuthorized"))
    expect(decode(code(136, 401))).toEqual(error("refused", "NotAuthorized"))
    expect(decode(code(34, 404))).toEqual(error("refused", "NotFound"))
    expect(decode(code(63))).toEqual(error("refused", "NotFound"))
  })

  test("know whose retweets are off", () => {
    const muted = answers(V1.NoRetweets.endpoint, undefined)
    expect(muted(json([target, "1"]))).toEqual([target, "1"])
    expect(muted(json([]))).toEqual([])
    expect(muted(json({ ids: [] }))).toEqual(error("refused", "Malformed"))
    expect(muted(reply({ status: 200, body: `[${target}]` }))).toEqual(
      error("refused", "Malformed"),
    )
  })
})

describe("UserLists, UsersLookup and VerifyCredentials", () => {
  const row = {
    id: 1,
    id_str: target,
    screen_name: "quietbirch",
    name: "Quiet Birch",
    protected: true,
    verified: null,
    followers_count: 1,
    friends_count: 2,
    statuses_count: 3,
    a_member_of_old: "x",
  }
  const xUser = {
    id: target,
    username: "quietbirch",
    name: "Quiet Birch",
    protected: true,
    followerCount: 1,
    followingCount: 2,
    postCount: 3,
    members: { ...row, id: target },
  }

  test("read users, and keep all of them but the id that is a number", () => {
    expect(answers(V1.VerifyCredentials.endpoint, undefined)(json(row))).toEqual(xUser)
    expect(answers(V1.UsersLookup.endpoint, { usernames: ["quietbirch"] })(json([row]))).toEqual([
      xUser,
    ])
    expect(
      answers(V1.UserLists.friends, { user: source })(json({ users: [row], next_cursor_str: "7" })),
    ).toEqual({ users: [xUser], missing: [], next: "7" })
  })

  test("ask for no more than is looked at", () => {
    expect(V1.UserLists.followers.encode({ user: source, limit: 1_000 }).query).toEqual([
      ["user_id", source],
      ["cursor", "-1"],
      ["count", "200"],
      ["skip_status", "true"],
      ["include_user_entities", "false"],
    ])
    expect(V1.UsersLookup.endpoint.encode({ usernames: ["a", "b"] }).query).toEqual([
      ["screen_name", "a,b"],
      ["include_entities", "false"],
    ])
  })

  test("report a user of whom there is only the id, and fail for a row without", () => {
    const decode = answers(V1.UserLists.followers, { user: source })
    const end = { next_cursor: 0, next_cursor_str: "0" }
    expect(decode(json({ users: [{ id_str: "7" }, row], ...end }))).toEqual({
      users: [xUser],
      missing: ["7"],
    })
    expect(decode(json({ users: [null], ...end }))).toEqual(error("refused", "Malformed"))
    expect(decode(json({ users: [{ id: 7 }], ...end }))).toEqual(error("refused", "Malformed"))
  })

  test("find nobody by names that are nobody's", () => {
    const decode = answers(V1.UsersLookup.endpoint, { usernames: ["nobody_there"] })
    expect(decode(code(17, 404))).toEqual([])
    expect(decode(code(215, 400))).toEqual(error("refused", "Unauthenticated"))
  })
})
