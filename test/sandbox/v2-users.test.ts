/** Users as the sandbox's v2 shows them: lookups, fields, expansions, both generations of names. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import * as Entities from "../../packages/sandbox/src/v2/Entities.ts"
import {
  enemy,
  gone,
  guarded,
  happycamper,
  huge,
  mistake,
  start,
  twitterDev,
  world,
} from "../support/v2.ts"

const short = ({ id, username, name }: typeof happycamper) => ({ id, username, name })

describe("lookups", () => {
  it.effect("find oneself, by id, and by username whatever its case", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      expect((yield* v2.get("/me")).json).toEqual({ data: short(happycamper) })
      expect((yield* v2.get(`/${huge.id}`)).json).toEqual({ data: short(huge) })
      expect((yield* v2.get("/by/username/tWiTTerdev")).json).toEqual({ data: short(twitterDev) })
      expect((yield* v2.get(`/${huge.id}`, { as: "app" })).json).toEqual({ data: short(huge) })
    }),
  )

  it.effect("find many in the order asked, and name those who are missing", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      const byId = yield* v2.get(`?ids=${huge.id},404,${happycamper.id},${gone.id}`)
      expect(byId.json).toEqual({
        data: [short(huge), short(happycamper)],
        errors: [
          {
            value: "404",
            detail: "Could not find user with ids: [404].",
            title: "Not Found Error",
            resource_type: "user",
            parameter: "ids",
            resource_id: "404",
            type: "https://api.twitter.com/2/problems/resource-not-found",
          },
          {
            value: gone.id,
            detail: `User has been suspended: [${gone.id}].`,
            title: "Forbidden",
            resource_type: "user",
            parameter: "ids",
            resource_id: gone.id,
            type: "https://api.twitter.com/2/problems/resource-not-found",
          },
        ],
      })
      const byName = yield* v2.get("/by?usernames=HUGE%2Cnobody")
      expect(byName.json.data).toEqual([short(huge)])
      expect(byName.json.errors[0].detail).toBe("Could not find user with usernames: [nobody].")
    }),
  )

  it.effect("answer with errors alone, and status 200, when there is nobody", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      for (const path of ["/404", "/by/username/nobody", "?ids=404", "/by?usernames=nobody"]) {
        const answer = yield* v2.get(path)
        expect(answer.status).toBe(200)
        expect(Object.keys(answer.json)).toEqual(["errors"])
      }
    }),
  )

  it.effect("refuse ids and usernames that cannot be any", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      expect(mistake(yield* v2.get("/abc"))).toBe(
        "The `id` query parameter value [abc] is not valid",
      )
      for (const id of ["12345678901234567890", "%2B1", "-1", "1%20", "%D9%A3", "1%00"]) {
        expect(mistake(yield* v2.get(`/${id}`))).toMatch(/^The `id` query parameter value/)
      }
      expect(mistake(yield* v2.get("/by/username/no-such"))).toBe(
        "The `username` query parameter value [no-such] does not match ^[A-Za-z0-9_]{1,15}$",
      )
      expect(mistake(yield* v2.get("?ids=1,x,3"))).toBe(
        "The `ids` query parameter value [x] is not valid",
      )
      expect(mistake(yield* v2.get("?ids=1,2,1"))).toBe(
        "The `ids` query parameter value [1] is there twice",
      )
      expect(mistake(yield* v2.get("/by?usernames=TwitterDev,twitterdev"))).toBe(
        "The `usernames` query parameter value [twitterdev] is there twice",
      )
      expect(mistake(yield* v2.get("?ids=1,,2"))).toBe(
        "The `ids` query parameter value [] is not valid",
      )
      expect(mistake(yield* v2.get(""))).toBe(
        "The `ids` query parameter is missing but it is required",
      )
      const many = Array.from({ length: 101 }, (_, index) => index).join(",")
      expect(mistake(yield* v2.get(`?ids=${many}`))).toMatch(/has 101 items, and at most 100/)
      expect((yield* v2.get(`?ids=${many.slice(0, many.lastIndexOf(","))}`)).status).toBe(200)
    }),
  )
})

describe("fields", () => {
  it.effect("show what was asked for, and leave out what is not set", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      const fields =
        "user.fields=created_at,description,entities,id,location,most_recent_tweet_id,name,pinned_tweet_id,profile_image_url,protected,public_metrics,url,username,verified,verified_type,withheld"
      yield* v2.follow(happycamper, twitterDev)
      expect((yield* v2.get(`/${twitterDev.id}?${fields}`)).json.data).toEqual({
        id: "2244994945",
        username: "TwitterDev",
        name: "TWITTERDEV",
        created_at: "2013-12-14T04:35:55.000Z",
        description: "The voice of the #TwitterDev team",
        entities: {
          url: {
            urls: [
              {
                start: 0,
                end: 23,
                url: "https://developer.x.com",
                expanded_url: "https://developer.x.com",
                display_url: "developer.x.com",
              },
            ],
          },
          description: { hashtags: [{ start: 17, end: 28, tag: "TwitterDev" }] },
        },
        location: "127.0.0.1",
        most_recent_tweet_id: "1854233450186903755",
        pinned_tweet_id: "1854233450186903755",
        profile_image_url: expect.stringMatching(/^https:/),
        protected: false,
        public_metrics: { followers_count: 1, following_count: 0, tweet_count: 1, listed_count: 0 },
        url: "https://developer.x.com",
        verified: true,
        verified_type: "blue",
      })
      expect((yield* v2.get(`/${guarded.id}?${fields}`)).json.data).toEqual({
        ...short(guarded),
        profile_image_url: expect.any(String),
        protected: true,
        public_metrics: { followers_count: 0, following_count: 0, tweet_count: 0, listed_count: 0 },
        verified: false,
        verified_type: "none",
      })
    }),
  )

  it.effect("follow a change of the user", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      const path = `/${huge.id}?user.fields=protected`
      expect((yield* v2.get(path)).json.data.protected).toBe(false)
      v2.live.users.set({ ...huge, name: "Bigger", protected: true })
      expect((yield* v2.get(path)).json.data).toMatchObject({ name: "Bigger", protected: true })
    }),
  )

  it.effect("come with the posts they refer to, in the names that the request uses", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      const post = { id: "1854233450186903755", text: "hello, world" }
      const oldPost = { ...post, edit_history_tweet_ids: [post.id] }
      const ask = (query: string) =>
        Effect.map(v2.get(`/${twitterDev.id}?${query}`), ({ json }) => json)

      const old = yield* ask("expansions=pinned_tweet_id&tweet.fields=author_id,created_at")
      expect(old.data.pinned_tweet_id).toBe(post.id)
      const author = { author_id: twitterDev.id, created_at: "2013-12-14T04:35:55.000Z" }
      expect(old.includes).toEqual({ tweets: [{ ...oldPost, ...author }] })
      const usual = yield* ask("expansions=pinned_tweet_id")
      expect(usual.includes).toEqual({ tweets: [oldPost] })

      const recent = yield* ask("expansions=pinned_post_id&user.fields=public_metrics")
      expect(recent.data.pinned_post_id).toBe(post.id)
      expect(recent.data.public_metrics).toMatchObject({ post_count: 1 })
      expect(recent.data.public_metrics.tweet_count).toBeUndefined()
      expect(recent.includes).toEqual({ posts: [post] })

      const byParameter = yield* ask("post.fields=author_id&expansions=most_recent_tweet_id")
      expect(byParameter.data.most_recent_post_id).toBe(post.id)
      expect(byParameter.includes.posts).toHaveLength(1)

      expect(yield* ask("tweet.fields=text")).toEqual({ data: short(twitterDev) })
      const none = yield* v2.get(`/${huge.id}?expansions=pinned_tweet_id`)
      expect(none.json).toEqual({ data: short(huge) })
      const missing = yield* v2.get("/404?post.fields=text")
      expect(missing.json.errors[0].type).toBe("https://api.x.com/2/problems/resource-not-found")
    }),
  )

  it.effect("refuse names that no generation knows, and names that are there twice", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      expect(mistake(yield* v2.get("/me?user.fields=id,nope"))).toMatch(
        /^The `user.fields` query parameter value \[nope\] is not one of \[affiliation,/,
      )
      expect(mistake(yield* v2.get("/me?expansions=author_id"))).toMatch(/\[author_id\] is not one/)
      expect(mistake(yield* v2.get("/me?tweet.fields=__proto__"))).toMatch(
        /\[__proto__\] is not one/,
      )
      expect(mistake(yield* v2.get("/me?user.fields=id,id"))).toBe(
        "The `user.fields` query parameter value [id] is there twice",
      )
      expect(mistake(yield* v2.get("/me?user.fields="))).toBe(
        "The `user.fields` query parameter can not be empty",
      )
    }),
  )
})

describe("connection_status", () => {
  it.effect("says how the caller and a user stand to each other", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world({ blocks: [{ source: "happycamper", target: "enemy" }] }))
      const all = [happycamper, twitterDev, guarded, huge, enemy].map(({ id }) => id).join(",")
      const path = `?ids=${all}&user.fields=connection_status,receives_your_dm`
      v2.live.users.set({ ...happycamper, protected: true })
      yield* v2.follow(happycamper, guarded)
      yield* v2.follow(huge, happycamper)
      yield* v2.follow(happycamper, twitterDev)
      yield* v2.follow(twitterDev, happycamper)
      yield* v2.approve(twitterDev, happycamper)
      v2.live.users.mutes.add(happycamper.id, twitterDev.id)

      const { data } = (yield* v2.get(path)).json
      expect(
        data.map((one: Record<string, unknown>) => [
          one["connection_status"],
          one["receives_your_dm"],
        ]),
      ).toEqual([
        [[], false],
        [["followed_by", "following", "muting"], true],
        [["follow_request_sent"], false],
        [["follow_request_received"], false],
        [["blocking"], false],
      ])
      const forApp = yield* v2.get(path, { as: "app" })
      expect(forApp.json.data[1]).toEqual(short(twitterDev))
    }),
  )

  it.effect("is behind when reads lag, while a follow is answered truthfully", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      yield* v2.live.setLag(60)
      const followed = yield* v2.post(`/${happycamper.id}/following`, {
        body: { target_user_id: huge.id },
      })
      expect(followed.json.data.following).toBe(true)
      const path = `/${huge.id}?user.fields=connection_status`
      expect((yield* v2.get(path)).json.data.connection_status).toEqual([])
      v2.live.clock.advance(61)
      expect((yield* v2.get(path)).json.data.connection_status).toEqual(["following"])
    }),
  )
})

describe("entities", () => {
  it("count code points, begin at zero, and end behind the last", () => {
    const text = "👋 @XDevelopers: #API2 & $TWTR, see https://x.com/a?b#c. #1 me@x.com"
    const found = Entities.find(text)
    const points = Array.from(text)
    const shown = (place: { readonly start: number; readonly end: number }) =>
      points.slice(place.start, place.end).join("")
    expect(found?.mentions?.map(shown)).toEqual(["@XDevelopers"])
    expect(found?.hashtags?.map(shown)).toEqual(["#API2"])
    expect(found?.cashtags?.map(shown)).toEqual(["$TWTR"])
    expect(found?.urls?.map(shown)).toEqual(["https://x.com/a?b#c"])
    expect(found?.urls?.[0]?.display_url).toBe("x.com/a?b#c")
  })

  it("are none in plain text", () => {
    expect(Entities.find("just a text, 5 # and 3 $")).toBeUndefined()
    expect(Result.isSuccess(Result.try(() => Entities.find("\ud800#")))).toBe(true)
  })
})
