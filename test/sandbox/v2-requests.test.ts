/** What every v2 request goes through: who may call, limits, strict queries, headers, the document. */
import { describe, expect, it } from "@effect/vitest"
import { StoreError } from "@kith/core"
import { Effect, Result } from "effect"
import * as HttpApi from "effect/http-api/HttpApi"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Declarations from "../../packages/sandbox/src/v2/Declarations.ts"
import * as Description from "../../packages/sandbox/src/v2/Description.ts"
import * as V2 from "../../packages/sandbox/src/v2/V2.ts"
import {
  gone,
  guarded,
  happycamper,
  mistake,
  problem,
  start,
  twitterDev,
  world,
} from "../support/v2.ts"

const me = happycamper.id
const target = { body: { target_user_id: twitterDev.id } }

/** Every operation once, as happycamper may call it, with the scope that it needs besides reading. */
const calls = [
  ["followUser", "POST", `/${me}/following`, "follows.write"],
  ["unfollowUser", "DELETE", `/${me}/following/${twitterDev.id}`, "follows.write"],
  ["getUsersFollowers", "GET", `/${twitterDev.id}/followers`, "follows.read"],
  ["getUsersFollowing", "GET", `/${twitterDev.id}/following`, "follows.read"],
  ["getUsersMe", "GET", "/me", "users.read"],
  ["getUsersById", "GET", `/${me}`, "users.read"],
  ["getUsersByUsername", "GET", "/by/username/TwitterDev", "users.read"],
  ["getUsersByIds", "GET", `?ids=${me}`, "users.read"],
  ["getUsersByUsernames", "GET", "/by?usernames=TwitterDev", "users.read"],
  ["getUsersMuting", "GET", `/${me}/muting`, "mute.read"],
  ["getUsersBlocking", "GET", `/${me}/blocking`, "block.read"],
  ["muteUser", "POST", `/${me}/muting`, "mute.write"],
  ["unmuteUser", "DELETE", `/${me}/muting/${twitterDev.id}`, "mute.write"],
  ["blockUsersDms", "POST", `/${twitterDev.id}/dm/block`, "dm.write"],
  ["unblockUsersDms", "POST", `/${twitterDev.id}/dm/unblock`, "dm.write"],
] as const

type Started = Effect.Success<ReturnType<typeof start>>

type Call = (typeof calls)[number]

const send = (v2: Started, [, method, path]: Call, as: string, query = "") =>
  sendTo(v2, method, query === "" ? path : `${path}${path.includes("?") ? "&" : "?"}${query}`, as)

const sendTo = (v2: Started, method: Call[1], path: string, as: string) => {
  if (method === "GET") return v2.get(path, { as })
  return method === "DELETE" ? v2.delete(path, { as }) : v2.post(path, { as, ...target })
}

const writes = (call: Call) => call[1] !== "GET"
const forUsersOnly = (call: Call) =>
  writes(call) || ["getUsersMe", "getUsersMuting", "getUsersBlocking"].includes(call[0])

describe("a v2 request", () => {
  it("is made of every operation in this test", () => {
    expect(Declarations.all.map(({ endpoint }) => endpoint.identifier)).toEqual(
      calls.map(([operation]) => operation),
    )
  })

  it.effect("needs credentials", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      for (const call of calls) {
        const answer = yield* send(v2, call, "nobody")
        expect(answer.json).toEqual({
          title: "Unauthorized",
          type: "about:blank",
          status: 401,
          detail: "Unauthorized",
        })
        expect(answer.status).toBe(401)
      }
    }),
  )

  it.effect("of an app on its own is refused where a user has to act", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      for (const call of calls) {
        const answer = yield* send(v2, call, "app")
        if (forUsersOnly(call)) {
          expect(problem(answer)).toEqual([403, "unsupported-authentication"])
          expect(answer.json.title).toBe("Unsupported Authentication")
          expect(answer.contentType).toContain("application/problem+json")
        } else expect(answer.status).toBe(200)
      }
    }),
  )

  it.effect("needs every scope of its operation", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      for (const call of calls) {
        const scopes = [...new Set(["tweet.read", "users.read", call[3]])]
        const granted = `oauth2:happycamper:${scopes.join(" ")}`
        expect((yield* send(v2, call, granted)).status).toBe(200)
        for (const missing of scopes) {
          const rest = scopes.filter((scope) => scope !== missing)
          const answer = yield* send(v2, call, `oauth2:happycamper:${rest.join(" ")}`)
          expect(problem(answer)).toEqual([403, "about:blank"])
        }
      }
    }),
  )

  it.effect("through a read-only app signs reads, not writes", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      for (const call of calls) {
        const answer = yield* send(v2, call, "reader:happycamper")
        expect(answer.headers["x-access-level"]).toBe("read")
        if (writes(call)) expect(problem(answer)).toEqual([403, "oauth1-permissions"])
        else expect(answer.status).toBe(200)
      }
      const own = yield* send(v2, calls[0], "happycamper")
      expect(own.headers["x-access-level"]).toBe("read-write")
    }),
  )

  it.effect("that names its caller in the path is refused when it names another", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      const owned = new Set<string>([
        "followUser",
        "unfollowUser",
        "getUsersMuting",
        "getUsersBlocking",
        "muteUser",
        "unmuteUser",
      ])
      for (const [operation, method, path] of calls) {
        const other = path.replace(`/${me}/`, `/${guarded.id}/`)
        if (!owned.has(operation)) continue
        const answer = yield* sendTo(v2, method, other, "happycamper")
        expect(mistake(answer)).toMatch(/must be the same as the authenticating user \[63046977\]$/)
      }
      expect(v2.live.users.mutes.of(guarded.id)).toEqual([])
    }),
  )

  it.effect("of a suspended user is refused", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      const answer = yield* v2.get("/me", { as: "gone" })
      expect(problem(answer)).toEqual([403, "about:blank"])
      expect(answer.json.detail).toMatch(/^Your account is suspended/)
      v2.live.users.set({ ...gone, suspended: false })
      expect((yield* v2.get("/me", { as: "gone" })).status).toBe(200)
    }),
  )

  it.effect("may not hold parameters that are unknown, repeated or badly encoded", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      for (const call of calls) {
        const query = (text: string) => Effect.map(send(v2, call, "happycamper", text), mistake)
        expect(yield* query("nope=1")).toMatch(/^The query parameter \[nope\] is not one of/)
        expect(yield* query("__proto__=1")).toMatch(/^The query parameter \[__proto__\] is not/)
        expect(yield* query("constructor=1")).toMatch(/^The query parameter \[constructor\] is not/)
        expect(yield* query("%ff=1")).toBe("The query is not percent-encoded UTF-8.")
        expect(yield* query("a=%")).toBe("The query is not percent-encoded UTF-8.")
      }
      const twice = yield* v2.get("/me?user.fields=id&user.fields=id")
      expect(mistake(twice)).toBe(
        "Duplicate parameters are not allowed: the `user.fields` query parameter",
      )
      expect((yield* v2.post(`/${me}/following?target_user_id=1`, target)).status).toBe(400)
      expect((yield* v2.live.relationships.counts(happycamper.id)).following).toBe(0)
    }),
  )

  it.effect("may be signed in its query", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      const path = "/me?oauth_nonce=1&oauth_signature=2&oauth_nonce=1"
      expect((yield* v2.get(path)).status).toBe(200)
      expect((yield* v2.get(path, { as: "oauth2:happycamper:tweet.read users.read" })).status).toBe(
        400,
      )
    }),
  )

  it.effect("counts against the limits, also when it fails or changes nothing", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world({ limits: "x" }))
      const follow = (body: object) => v2.post(`/${me}/following`, { body })
      const first = yield* follow(target.body)
      expect(first.headers).toMatchObject({
        "x-rate-limit-limit": "50",
        "x-rate-limit-remaining": "49",
        "x-user-limit-24hour-remaining": "399",
        "x-app-limit-24hour-remaining": "999",
      })
      expect((yield* follow(target.body)).headers["x-rate-limit-remaining"]).toBe("48")
      expect((yield* follow({})).headers["x-rate-limit-remaining"]).toBe("47")
      const unscoped = yield* v2.post(`/${me}/following`, { as: "oauth2:happycamper:", ...target })
      expect(unscoped.headers["x-rate-limit-remaining"]).toBe("46")
      for (let left = 45; left >= 0; left--) {
        expect((yield* follow({})).headers["x-rate-limit-remaining"]).toBe(`${left}`)
      }
      const over = yield* follow(target.body)
      expect(over.status).toBe(429)
      expect(over.json).toEqual({
        title: "Too Many Requests",
        detail: "Too Many Requests",
        type: "about:blank",
        status: 429,
      })
      expect(over.headers["x-rate-limit-remaining"]).toBe("0")
      expect(Number(over.headers["x-rate-limit-reset"]) * 1000).toBeGreaterThan(v2.live.clock.now())
      expect((yield* v2.get("/me")).status).toBe(200)
      v2.live.clock.advance(901)
      expect((yield* follow(target.body)).status).toBe(200)
    }),
  )

  it.effect("of an app on its own counts in a window of the app", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world({ limits: "x" }))
      const followers = `/${twitterDev.id}/followers`
      expect((yield* v2.get(followers)).headers["x-rate-limit-remaining"]).toBe("14")
      const alone = yield* v2.get(followers, { as: "app" })
      expect(alone.headers["x-rate-limit-remaining"]).toBe("14")
    }),
  )

  it.effect("has a transaction of its own", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      const [one, other] = [yield* v2.get("/me"), yield* v2.get("/404")]
      expect(one.headers["x-transaction-id"]).toMatch(/^[0-9a-f]{16}$/)
      expect(one.headers["x-transaction-id"]).not.toBe(other.headers["x-transaction-id"])
      expect(one.headers["api-version"]).toMatch(/^2\.\d+$/)
    }),
  )

  it.effect("is answered 503 while the store fails", () =>
    Effect.gen(function* () {
      const full = new StoreError.StoreError({ reason: "Full", message: "the disk is full" })
      const v2 = yield* start(world(), (live) => ({
        ...live,
        reads: Effect.fail(full),
        relationships: {
          ...live.relationships,
          execute: () => Effect.fail(full),
          executeAll: () => Effect.succeed([Result.fail(full)]),
        },
      }))
      const needStore = new Set<string>([
        "followUser",
        "unfollowUser",
        "getUsersFollowers",
        "getUsersFollowing",
        "blockUsersDms",
      ])
      for (const call of calls) {
        const answer = yield* send(v2, call, "happycamper")
        if (!needStore.has(call[0])) expect(answer.status).toBe(200)
        else expect(problem(answer)).toEqual([503, "about:blank"])
        expect(answer.text).not.toContain("disk")
      }
    }),
  )
})

describe("the document of v2", () => {
  const spec = Description.complete(OpenApi.fromApi(HttpApi.make("kith").add(V2.group)))

  it("names every operation by X's id, with its credentials and scopes", () => {
    const operations = Object.values(spec.paths).flatMap((item) =>
      [item.get, item.post, item.delete].filter((one) => one !== undefined),
    )
    expect(operations.map((one) => one.operationId).toSorted()).toEqual(
      calls.map(([operation]) => operation).toSorted(),
    )
    expect(operations.every((one) => (one.summary ?? "") !== "")).toBe(true)
    expect(spec.paths["/2/users/{id}/followers"]?.get?.security).toEqual([
      { BearerToken: [] },
      { OAuth2UserToken: ["tweet.read", "users.read", "follows.read"] },
      { UserToken: [] },
    ])
    expect(Object.keys(spec.components.securitySchemes)).toEqual([
      "BearerToken",
      "OAuth2UserToken",
      "UserToken",
    ])
  })

  it("says what may be sent", () => {
    const list = spec.paths["/2/users/{id}/followers"]?.get
    expect(list?.parameters.map(({ name, required }) => [name, required])).toEqual([
      ["id", true],
      ["max_results", false],
      ["pagination_token", false],
      ["user.fields", false],
      ["post.fields", false],
      ["tweet.fields", false],
      ["expansions", false],
    ])
    expect(list?.parameters[1]?.schema).toMatchObject({ type: "integer", maximum: 1000 })
    expect(Object.keys(list?.responses ?? {})).toEqual(["200", "400", "401", "403", "429", "503"])
    const body = spec.paths["/2/users/{id}/following"]?.post?.requestBody
    expect(body).toMatchObject({
      required: true,
      content: { "application/json": { schema: { additionalProperties: false } } },
    })
  })
})

describe("lists of a world", () => {
  it.effect("hold the requests of a protected account apart from its followers", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      yield* v2.follow(happycamper, guarded)
      const { json } = yield* v2.get(`/${guarded.id}/followers`, { as: "guarded" })
      expect(json).toEqual({ meta: { result_count: 0 } })
    }),
  )
})
