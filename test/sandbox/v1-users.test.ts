/** Users, limits and identity in the sandbox's v1.1. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import * as HttpApi from "effect/http-api/HttpApi"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schemas from "../../packages/sandbox/src/v1/Schemas.ts"
import { group } from "../../packages/sandbox/src/v1/V1.ts"
import {
  type Answer,
  gone,
  guarded,
  happycamper,
  huge,
  refusal,
  start,
  twitterDev,
  world,
} from "../support/v1.ts"

const recordedKeys =
  `id id_str name screen_name location description url entities protected followers_count
  friends_count listed_count created_at favourites_count utc_offset time_zone geo_enabled verified
  statuses_count lang status contributors_enabled is_translator is_translation_enabled
  profile_background_color profile_background_image_url profile_background_image_url_https
  profile_background_tile profile_image_url profile_image_url_https profile_banner_url
  profile_link_color profile_sidebar_border_color profile_sidebar_fill_color profile_text_color
  profile_use_background_image has_extended_profile default_profile default_profile_image following
  follow_request_sent notifications muting translator_type`.split(/\s+/)

const holds = (schema: Schema.Decoder<unknown>, answer: Answer) =>
  Schema.decodeUnknownSync(schema, { onExcessProperty: "error" })(answer.json)

describe("the user object", () => {
  it.effect("has the members that X's has", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      const { json } = yield* v1.get("users/show", { query: { user_id: twitterDev.id } })
      expect(Object.keys(json).toSorted()).toEqual(recordedKeys.toSorted())
      expect(json).toMatchObject({
        id: 2244994945,
        screen_name: "TwitterDev",
        name: "TWITTERDEV",
        description: "news",
        url: "https://developer.x.com",
        entities: { url: { urls: [{ display_url: "developer.x.com", indices: [0, 23] }] } },
        created_at: "Sat Dec 14 04:35:55 +0000 2013",
        verified: true,
        protected: false,
        statuses_count: 1,
        status: { id_str: "1854233450186903755", text: "hello, world" },
      })
    }),
  )

  it.effect("tells an app nothing about anybody's own view", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      const { json } = yield* v1.get("users/show", { as: "app", query: { screen_name: "huge" } })
      expect(json).toMatchObject({
        following: null,
        follow_request_sent: null,
        notifications: null,
        muting: null,
      })
    }),
  )

  it.effect("shows a protected user's post to followers and to the user", () =>
    Effect.gen(function* () {
      const v1 = yield* start(
        world({ relationships: [{ source: "huge", target: "guarded", state: "following" }] }),
      )
      const sees = (as: string) =>
        Effect.map(v1.get("users/show", { as, query: { user_id: guarded.id } }), ({ json }) =>
          Object.hasOwn(json, "status"),
        )
      expect(yield* sees("huge")).toBe(true)
      expect(yield* sees("guarded")).toBe(true)
      expect(yield* sees("happycamper")).toBe(false)
      expect(yield* sees("app")).toBe(false)
    }),
  )

  it.effect("leaves out what a request does not want", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      const { json } = yield* v1.get("users/show", {
        query: { user_id: twitterDev.id, skip_status: "t", include_entities: "false" },
      })
      expect(json).not.toHaveProperty("status")
      expect(json).not.toHaveProperty("entities")
      const extended = yield* v1.get("users/show", {
        query: { user_id: twitterDev.id, tweet_mode: "extended" },
      })
      expect(extended.json.status).toMatchObject({ full_text: "hello, world" })
      expect(extended.json.status).not.toHaveProperty("text")
    }),
  )
})

describe("users/show", () => {
  it.effect("says why it shows nobody", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      const code = (query: Record<string, string>) =>
        Effect.map(v1.get("users/show", { query }), refusal)
      expect(yield* code({ user_id: "404" })).toEqual([404, 50])
      expect(yield* code({ user_id: gone.id })).toEqual([403, 63])
      expect(yield* code({})).toEqual([400, 25])
      expect(yield* code({ screen_name: "" })).toEqual([400, 25])
    }),
  )
})

describe("users/lookup", () => {
  it.effect("finds many users by GET and by POST, each once", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      const parameters = {
        user_id: `${huge.id},404,${gone.id}`,
        screen_name: "twitterdev,HUGE,happycamper",
      }
      for (const answer of [
        yield* v1.get("users/lookup", { query: parameters }),
        yield* v1.post("users/lookup", { as: "app", form: parameters }),
      ]) {
        expect(answer.json.map((it: { id_str: string }) => it.id_str)).toEqual([
          huge.id,
          twitterDev.id,
          happycamper.id,
        ])
        expect(answer.text).toContain(`[{"id":9223372036854775807,`)
      }
    }),
  )

  it.effect("says so when nobody matches", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      const answer = yield* v1.get("users/lookup", { query: { screen_name: "nobody,gone" } })
      expect(answer.status).toBe(404)
      expect(answer.json).toEqual({
        errors: [{ code: 17, message: "No user matches for specified terms." }],
      })
    }),
  )
})

describe("account/verify_credentials", () => {
  it.effect("is the caller", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      const { json, headers } = yield* v1.get("account/verify_credentials")
      expect(json).toMatchObject({ screen_name: "happycamper", following: false })
      expect(headers["x-access-level"]).toBe("read-write")
      expect(refusal(yield* v1.get("account/verify_credentials", { as: "app" }))).toEqual([
        403, 220,
      ])
    }),
  )
})

describe("identity", () => {
  it.effect("is refused in X's words", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world({ limits: "x" }))
      const said = (as: string) =>
        Effect.map(v1.get("friends/ids", { as }), (it) => [refusal(it), it.headers])
      expect(yield* said("Missing")).toEqual([[400, 215], {}])
      expect(yield* said("BadSignature")).toEqual([[401, 32], {}])
      expect(yield* said("BadTimestamp")).toEqual([[401, 135], {}])
      expect(yield* said("BadToken")).toEqual([[401, 89], {}])
    }),
  )
})

describe("limits", () => {
  it.effect("count every request of a known caller, and say how they stand", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world({ limits: "x" }))
      const reset = String(v1.live.clock.now() / 1000 + 900)
      for (let used = 1; used <= 15; used++) {
        // A request that fails is counted like any other.
        const answer = yield* v1.get("friends/ids", { query: used % 2 === 0 ? "cursor=no" : "" })
        expect(answer.headers).toEqual({
          "x-rate-limit-limit": "15",
          "x-rate-limit-remaining": String(15 - used),
          "x-rate-limit-reset": reset,
          "x-access-level": "read-write",
        })
      }
      const refused = yield* v1.get("friends/ids")
      expect(refused.status).toBe(429)
      expect(refused.json).toEqual({ errors: [{ code: 88, message: "Rate limit exceeded" }] })
      expect(refused.headers["x-rate-limit-remaining"]).toBe("0")
      expect((yield* v1.get("friends/ids", { as: "huge" })).status).toBe(200)
      v1.live.clock.advance(901)
      expect((yield* v1.get("friends/ids")).status).toBe(200)
    }),
  )

  it.effect("count GET and POST of users/lookup together", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world({ limits: "x" }))
      yield* v1.get("users/lookup", { query: "screen_name=huge" })
      const answer = yield* v1.post("users/lookup", { form: "screen_name=huge" })
      expect(answer.headers["x-rate-limit-remaining"]).toBe("898")
    }),
  )

  it.effect("are told by family", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world({ limits: "x" }))
      yield* v1.get("followers/ids")
      const { json } = yield* v1.get("application/rate_limit_status")
      expect(Object.keys(json.resources).toSorted()).toEqual(
        ["account", "application", "followers", "friends", "friendships", "users"].toSorted(),
      )
      expect(json.resources.followers["/followers/ids"]).toMatchObject({ limit: 15, remaining: 14 })
      expect(json.resources.followers["/followers/ids"].reset).toBe(
        v1.live.clock.now() / 1000 + 900,
      )
      expect(json.resources.users["/users/show/:id"]).toMatchObject({ limit: 900, remaining: 900 })
      const some = yield* v1.get("application/rate_limit_status", {
        as: "app",
        query: "resources=friends,users,nothing",
      })
      expect(Object.keys(some.json.resources)).toEqual(["friends", "users"])
      expect(some.json.resources.friends["/friends/ids"].remaining).toBe(15)
    }),
  )
})

describe("the declarations", () => {
  it.effect("say what is answered", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world({ limits: "x" }))
      yield* v1.follow(happycamper, twitterDev)
      const query = { screen_name: "twitterdev" }
      holds(Schemas.User, yield* v1.get("users/show", { query }))
      const extended = { ...query, tweet_mode: "extended" }
      holds(Schemas.User, yield* v1.get("users/show", { query: extended }))
      holds(Schemas.User, yield* v1.post("friendships/create", { query }))
      holds(Schemas.Relationship, yield* v1.post("friendships/update", { query }))
      holds(Schemas.Connections, yield* v1.get("friendships/lookup", { query }))
      holds(Schemas.IdPage, yield* v1.get("friends/ids"))
      holds(Schemas.IdPage, yield* v1.get("friends/ids", { query: "stringify_ids=1" }))
      holds(Schemas.UserPage, yield* v1.get("friends/list"))
      holds(Schemas.Ids, yield* v1.get("friendships/no_retweets/ids"))
      holds(Schemas.RateLimitStatus, yield* v1.get("application/rate_limit_status"))
    }),
  )

  it("make an OpenAPI document", () => {
    const { paths } = OpenApi.fromApi(HttpApi.make("x").add(group))
    expect(Object.keys(paths)).toHaveLength(16)
    const create = paths["/1.1/friendships/create.json"]?.post
    expect(create?.parameters.map((it) => it.name)).toContain("follow")
    expect(Object.keys(create?.requestBody?.content ?? {})).toEqual([
      "application/x-www-form-urlencoded",
    ])
    expect(Object.keys(paths["/1.1/users/lookup.json"] ?? {}).toSorted()).toEqual(["get", "post"])
  })
})
