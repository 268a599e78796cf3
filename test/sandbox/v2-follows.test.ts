/** Following, unfollowing, muting and blocking through the sandbox's v2. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import {
  enemy,
  gone,
  guarded,
  happycamper,
  huge,
  mistake,
  problem,
  start,
  twitterDev,
  user,
  world,
} from "../support/v2.ts"

const follows = `/${happycamper.id}/following`
const follow = (id: string) => ({ body: { target_user_id: id } })

describe("following", () => {
  it.effect("follows a public user, and says so again when asked again", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      for (let times = 0; times < 2; times++) {
        const answer = yield* v2.post(follows, follow(twitterDev.id))
        expect(answer.status).toBe(200)
        expect(answer.json).toEqual({ data: { following: true, pending_follow: false } })
      }
      expect(yield* v2.state(happycamper, twitterDev)).toBe("Following")
    }),
  )

  it.effect("asks a protected user, and tells pending from accepted", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      for (let times = 0; times < 2; times++) {
        const asked = yield* v2.post(follows, follow(guarded.id))
        expect(asked.json).toEqual({ data: { following: false, pending_follow: true } })
      }
      yield* v2.approve(happycamper, guarded)
      const again = yield* v2.post(follows, follow(guarded.id))
      expect(again.json).toEqual({ data: { following: true, pending_follow: false } })
    }),
  )

  it.effect("leaves preferences alone when a follow is repeated", () =>
    Effect.gen(function* () {
      const v2 = yield* start(
        world({
          relationships: [
            {
              source: "happycamper",
              target: "TwitterDev",
              state: "following",
              retweets: false,
              notifications: true,
            },
          ],
        }),
      )
      yield* v2.post(follows, follow(twitterDev.id))
      const edge = { source: happycamper.id, target: twitterDev.id }
      expect((yield* v2.live.relationships.relationship(edge)).relationship).toEqual({
        _tag: "Following",
        retweets: false,
        notifications: true,
      })
    }),
  )

  it.effect(
    "refuses oneself, a blocker, somebody blocked and somebody suspended, and says why",
    () =>
      Effect.gen(function* () {
        const v2 = yield* start(
          world({
            blocks: [
              { source: "enemy", target: "happycamper" },
              { source: "happycamper", target: "huge" },
            ],
          }),
        )
        const details: Array<string> = []
        for (const { id } of [happycamper, enemy, huge, gone]) {
          const answer = yield* v2.post(follows, follow(id))
          expect(problem(answer)).toEqual([403, "about:blank"])
          details.push(answer.json.detail)
        }
        expect(details).toEqual([
          "You can't follow yourself.",
          "You have been blocked from following this account at the request of the user.",
          "You are blocking this account. Unblock it before you follow it.",
          "User has been suspended.",
        ])
        expect((yield* v2.live.relationships.counts(happycamper.id)).following).toBe(0)
      }),
  )

  it.effect("answers an unknown target with an error and status 200", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      for (const id of ["404", "9999999999999999999", "002244994945"]) {
        const answer = yield* v2.post(follows, follow(id))
        expect(answer.status).toBe(200)
        expect(answer.json).toEqual({
          errors: [
            {
              value: id,
              detail: `Could not find user with target_user_id: [${id}].`,
              title: "Not Found Error",
              resource_type: "user",
              parameter: "target_user_id",
              resource_id: id,
              type: "https://api.twitter.com/2/problems/resource-not-found",
            },
          ],
        })
      }
    }),
  )

  it.effect("refuses to act for somebody else", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      const others = yield* v2.post(`/${huge.id}/following`, follow(twitterDev.id))
      expect(mistake(others)).toBe(
        `The \`id\` query parameter value [${huge.id}] must be the same as the authenticating user [${happycamper.id}]`,
      )
      expect(others.json.errors[0].parameters).toEqual({ id: [huge.id] })
      const undo = yield* v2.delete(`/${huge.id}/following/${twitterDev.id}`)
      expect(undo.json.errors[0].parameters).toEqual({ source_user_id: [huge.id] })
      expect(yield* v2.state(huge, twitterDev)).toBe("None")
    }),
  )
})

describe("unfollowing", () => {
  it.effect("ends a follow, withdraws a request, and may be asked of anybody", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      yield* v2.follow(happycamper, twitterDev)
      yield* v2.follow(happycamper, guarded)
      for (const id of [twitterDev.id, guarded.id, huge.id, happycamper.id, gone.id, "404"]) {
        const answer = yield* v2.delete(`${follows}/${id}`)
        expect(answer.status).toBe(200)
        expect(answer.json).toEqual({ data: { following: false } })
      }
      expect(yield* v2.state(happycamper, twitterDev)).toBe("None")
      expect(yield* v2.state(happycamper, guarded)).toBe("None")
    }),
  )

  it.effect("ignores a body and its type, which some clients send along", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      const answer = yield* v2.delete(`${follows}/${twitterDev.id}`, { body: "{" })
      expect(answer.json).toEqual({ data: { following: false } })
    }),
  )
})

/** What is wrong with a body that has to be refused. */
const refused = (body: object | string | Uint8Array, contentType = "application/json") =>
  Effect.gen(function* () {
    const v2 = yield* start(world())
    const answer = yield* v2.post(follows, { body, contentType })
    expect(problem(answer)).toEqual([400, "invalid-request"])
    expect((yield* v2.live.relationships.counts(happycamper.id)).following).toBe(0)
    return answer.json.errors.map((error: { readonly message: string }) => error.message)
  })

describe("the body of a follow", () => {
  it.effect("is an object with a target and nothing else", () =>
    Effect.gen(function* () {
      const target = '"target_user_id":"2244994945"'
      expect(yield* refused("{}")).toEqual(["$.target_user_id: is missing but it is required"])
      expect(yield* refused("[]")).toEqual(["$: array found, object expected"])
      expect(yield* refused("null")).toEqual(["$: null found, object expected"])
      expect(yield* refused({ target_user_id: 2_244_994_945 })).toEqual([
        "$.target_user_id: integer found, string expected",
      ])
      expect(yield* refused(`{${target},"a":1,"__proto__":{"b":2}}`)).toEqual([
        "$.a: is not defined in the schema and the schema does not allow additional properties",
        "$.__proto__: is not defined in the schema and the schema does not allow additional properties",
      ])
      expect(yield* refused(`{"__proto__":{${target}}}`)).toHaveLength(2)
    }),
  )

  it.effect("names the target by 1 to 19 ASCII digits", () =>
    Effect.gen(function* () {
      const odd = ["", "22449949451234567890", "+1", "-1", " 1", "1 ", "1\0", "1e3", "٣", "１", "a"]
      for (const target_user_id of odd) {
        expect(yield* refused({ target_user_id })).toEqual([
          "$.target_user_id: does not match the regex pattern ^[0-9]{1,19}$",
        ])
      }
    }),
  )

  it.effect("is JSON in UTF-8, and says that it is", () =>
    Effect.gen(function* () {
      const good = { target_user_id: twitterDev.id }
      expect(yield* refused("")).toEqual(["The request body is not JSON."])
      expect(yield* refused("{'target_user_id':'1'}")).toEqual(["The request body is not JSON."])
      expect(yield* refused(Uint8Array.of(0x22, 0xff, 0x22))).toEqual([
        "The request body is not UTF-8.",
      ])
      const wrongType = ["Requests with bodies must have content-type of application/json."]
      expect(yield* refused(good, "text/plain")).toEqual(wrongType)
      expect(yield* refused(good, "application/x-www-form-urlencoded")).toEqual(wrongType)
      expect(yield* refused(good, "application/jsonp")).toEqual(wrongType)
    }),
  )

  it.effect("may come with a charset", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      for (const contentType of [
        "application/json;charset=UTF-8",
        "Application/JSON ; charset=utf-8",
      ]) {
        const answer = yield* v2.post(follows, { ...follow(twitterDev.id), contentType })
        expect(answer.status).toBe(200)
      }
    }),
  )
})

describe("muting", () => {
  it.effect("mutes and unmutes, again and again", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      const mutes = `/${happycamper.id}/muting`
      for (let times = 0; times < 2; times++) {
        expect((yield* v2.post(mutes, follow(huge.id))).json).toEqual({ data: { muting: true } })
      }
      expect((yield* v2.get(mutes)).json.data).toHaveLength(1)
      for (let times = 0; times < 2; times++) {
        const answer = yield* v2.delete(`${mutes}/${huge.id}`)
        expect(answer.json).toEqual({ data: { muting: false } })
      }
      expect((yield* v2.get(mutes)).json).toEqual({ meta: { result_count: 0 } })
      expect(problem(yield* v2.post(mutes, follow(happycamper.id)))).toEqual([403, "about:blank"])
      expect((yield* v2.post(mutes, follow("404"))).json.errors[0].resource_id).toBe("404")
    }),
  )
})

describe("blocking", () => {
  it.effect("ends follows and requests in both directions, and unblocking brings none back", () =>
    Effect.gen(function* () {
      const shy = user("77", "shy", { protected: true })
      const v2 = yield* start(world({ users: [happycamper, twitterDev, guarded, shy] }))
      yield* v2.follow(happycamper, twitterDev)
      yield* v2.follow(twitterDev, happycamper)
      yield* v2.follow(happycamper, guarded)
      yield* v2.follow(twitterDev, shy)
      const block = (id: string, as = "happycamper") => v2.post(`/${id}/dm/block`, { as })

      expect((yield* block(twitterDev.id)).json).toEqual({ data: { blocked: true } })
      expect((yield* block(guarded.id)).json).toEqual({ data: { blocked: true } })
      expect((yield* block(twitterDev.id, "shy")).json).toEqual({ data: { blocked: true } })
      for (const [source, target] of [
        [happycamper, twitterDev],
        [twitterDev, happycamper],
        [happycamper, guarded],
        [twitterDev, shy],
      ] as const) {
        expect(yield* v2.state(source, target)).toBe("None")
      }
      const edge = { source: twitterDev.id, target: shy.id }
      expect(
        (yield* v2.live.relationships.history(edge)).map(({ event, actor }) => [event._tag, actor]),
      ).toEqual([
        ["FollowRequested", twitterDev.id],
        ["FollowRequestDenied", shy.id],
      ])

      const list = yield* v2.get(`/${happycamper.id}/blocking`)
      expect(list.json.data.map((one: { readonly id: string }) => one.id)).toEqual([
        guarded.id,
        twitterDev.id,
      ])
      expect(problem(yield* v2.post(follows, follow(twitterDev.id)))).toEqual([403, "about:blank"])
      const unblocked = yield* v2.post(`/${twitterDev.id}/dm/unblock`)
      expect(unblocked.json).toEqual({ data: { blocked: false } })
      expect(yield* v2.state(happycamper, twitterDev)).toBe("None")
      expect((yield* v2.post(follows, follow(twitterDev.id))).status).toBe(200)
    }),
  )

  it.effect("counts what all users of an app block together", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world({ limits: "x" }))
      const blocks = Effect.fnUntraced(function* (as: string, times: number) {
        const statuses: Array<number> = []
        for (let n = 0; n < times; n++) {
          statuses.push((yield* v2.post("/404/dm/block", { as })).status)
        }
        return statuses.indexOf(429)
      })
      expect(yield* blocks("happycamper", 11)).toBe(10)
      expect(yield* blocks("TwitterDev", 10)).toBe(-1)
      expect(yield* blocks("guarded", 6)).toBe(5)
      expect((yield* v2.post("/404/dm/unblock")).headers).toMatchObject({
        "x-rate-limit-limit": "10",
        "x-user-limit-24hour-limit": "400",
        "x-app-limit-24hour-limit": "1000",
      })
    }),
  )

  it.effect("is not for oneself, nor for nobody", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      expect(problem(yield* v2.post(`/${happycamper.id}/dm/block`))).toEqual([403, "about:blank"])
      expect((yield* v2.post("/404/dm/block")).json.errors[0].parameter).toBe("id")
      expect((yield* v2.post("/404/dm/unblock")).json.errors[0].parameter).toBe("id")
    }),
  )
})
