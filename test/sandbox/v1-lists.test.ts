/** The lists of the sandbox's v1.1: pages, cursors, and who may read them. */
import { describe, expect, it } from "@effect/vitest"
import { Command } from "@kith/core"
import { Effect } from "effect"
import {
  type Answer,
  enemy,
  gone,
  guarded,
  happycamper,
  huge,
  refusal,
  start,
  twitterDev,
  user,
  world,
} from "../support/v1.ts"

/** Many users with ids above 2^53, each of whom follows TwitterDev; the last is the newest. */
const crowd = (size: number) => {
  const users = Array.from({ length: size }, (_, index) =>
    user(String(9_100_000_000_000_000_000n + BigInt(index)), `fan${index}`),
  )
  const base = world()
  return {
    newestFirst: users.map(({ id }) => id).toReversed(),
    world: world({
      users: [...base.users, ...users],
      relationships: users.map(({ username }) => ({
        source: username,
        target: "TwitterDev",
        state: "following" as const,
      })),
    }),
  }
}

const ends = ({ json }: Answer) => [json.next_cursor_str, json.previous_cursor_str]

describe("followers/ids and friends/ids", () => {
  it.effect("list newest first, as exact numbers or as text", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      yield* v1.follow(happycamper, twitterDev)
      yield* v1.follow(happycamper, huge)
      const numbers = yield* v1.get("friends/ids")
      expect(numbers.text).toBe(
        `{"ids":[9223372036854775807,2244994945],"next_cursor":0,"next_cursor_str":"0",` +
          `"previous_cursor":0,"previous_cursor_str":"0","total_count":null}`,
      )
      const text = yield* v1.get("friends/ids", {
        query: "stringify_ids=true&stringify_ids=True&tweet_mode=extended",
      })
      expect(text.json.ids).toEqual([huge.id, twitterDev.id])
      const followers = yield* v1.get("followers/ids", {
        as: "app",
        query: { screen_name: "HUGE" },
      })
      expect(followers.json.ids).toEqual([63046977])
    }),
  )

  it.effect("join what one request asks for beyond the service's own page", () =>
    Effect.gen(function* () {
      const { newestFirst, world } = crowd(5_003)
      const v1 = yield* start(world)
      const query = { screen_name: "TwitterDev", stringify_ids: "1" }
      const first = yield* v1.get("followers/ids", { query: { ...query, count: "9999" } })
      expect(first.json.ids).toEqual(newestFirst.slice(0, 5_000))
      const rest = yield* v1.get("followers/ids", {
        query: { ...query, cursor: first.json.next_cursor_str },
      })
      expect(rest.json.ids).toEqual(newestFirst.slice(5_000))
      expect(rest.json.next_cursor).toBe(0)
      const back = yield* v1.get("followers/ids", {
        query: { ...query, cursor: rest.json.previous_cursor_str },
      })
      expect(back.json.ids).toEqual(first.json.ids)
      expect(ends(back)).toEqual(ends(first))
    }),
  )

  it.effect("go to the end and back while edges come and go", () =>
    Effect.gen(function* () {
      const { newestFirst, world } = crowd(25)
      const v1 = yield* start(world)
      const page = (cursor: string) =>
        v1.get("followers/ids", {
          as: "app",
          query: { user_id: twitterDev.id, count: "10", cursor, stringify_ids: "true" },
        })
      const pages = [yield* page("-1")]
      yield* v1.follow(happycamper, twitterDev)
      while (pages.at(-1)?.json.next_cursor !== 0) {
        pages.push(yield* page(pages.at(-1)?.json.next_cursor_str))
      }
      expect(pages.map(({ json }) => json.ids.length)).toEqual([10, 10, 5])
      expect(pages.flatMap(({ json }) => json.ids)).toEqual(newestFirst)
      expect(pages.map(({ json }) => Math.sign(json.previous_cursor))).toEqual([0, -1, -1])
      const back = yield* page(pages[2]?.json.previous_cursor_str)
      expect(back.json.ids).toEqual(pages[1]?.json.ids)
      const first = yield* page(back.json.previous_cursor_str)
      expect(first.json.ids).toEqual(pages[0]?.json.ids)
      const newer = yield* page(first.json.previous_cursor_str)
      expect(newer.json.ids).toEqual([happycamper.id])
    }),
  )

  it.effect("take a cursor as a double, and 0 as the end", () =>
    Effect.gen(function* () {
      const v1 = yield* start(crowd(3).world)
      const query = { user_id: twitterDev.id, count: "2", stringify_ids: "t" }
      const first = yield* v1.get("followers/ids", { query })
      expect(Number.isSafeInteger(first.json.next_cursor)).toBe(true)
      const second = yield* v1.get("followers/ids", {
        query: { ...query, cursor: String(first.json.next_cursor) },
      })
      expect(second.json.ids).toHaveLength(1)
      const end = yield* v1.get("followers/ids", { query: { ...query, cursor: "0" } })
      expect(end.json.ids).toEqual([])
      expect(ends(end)).toEqual(["0", "0"])
    }),
  )

  it.effect("refuse cursors that were never given out for this list of this user", () =>
    Effect.gen(function* () {
      const v1 = yield* start(crowd(3).world)
      yield* v1.follow(twitterDev, happycamper)
      yield* v1.follow(twitterDev, huge)
      const first = yield* v1.get("followers/ids", {
        query: { user_id: twitterDev.id, count: "1" },
      })
      const cursor: string = first.json.next_cursor_str
      const query = { user_id: twitterDev.id, cursor }
      const others = [
        yield* v1.get("friends/ids", { query }),
        yield* v1.get("followers/ids", { query: { user_id: huge.id, cursor } }),
        yield* v1.get("friendships/incoming", { query }),
      ]
      for (const wrong of [
        "1",
        "-2",
        `-${cursor}`,
        `${cursor}0`,
        String(BigInt(cursor) + 1n),
        "abc",
        "1e3",
        " 1",
        "99999999999999999999999",
        "-",
      ]) {
        others.push(
          yield* v1.get("followers/ids", { query: { user_id: twitterDev.id, cursor: wrong } }),
        )
      }
      for (const answer of others) {
        expect(refusal(answer)).toEqual([400, 44])
        expect(answer.json.errors[0].message).toBe("cursor parameter is invalid.")
      }
    }),
  )

  it.effect("refuse a count that is none, and users that are not there", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      const code = (query: Record<string, string>, as = "happycamper") =>
        Effect.map(v1.get("followers/ids", { as, query }), refusal)
      for (const count of ["0", "-1", "ten", "1.5", "1e9", "9".repeat(400)]) {
        expect(yield* code({ count })).toEqual([400, 44])
      }
      expect(yield* code({}, "app")).toEqual([400, 25])
      expect(yield* code({ user_id: "404" })).toEqual([404, 34])
      expect(yield* code({ user_id: gone.id })).toEqual([403, 63])
      for (const user_id of ["12345678901234567890", "+1", "1 ", "１", "\0", "__proto__"]) {
        expect(yield* code({ user_id })).toEqual([400, 44])
      }
      // The Kelvin sign is a K in lower case.
      const v2 = yield* start(world({ users: [happycamper, user("5", "kelvin")], blocks: [] }))
      const kelvin = yield* v2.get("followers/ids", { query: { screen_name: "\u212Aelvin" } })
      expect(kelvin.status).toBe(404)
    }),
  )
})

describe("followers/list and friends/list", () => {
  it.effect("show users as the caller sees them, 20 unless told, at most 200", () =>
    Effect.gen(function* () {
      const { newestFirst, world } = crowd(205)
      const v1 = yield* start(world)
      const list = (query: Record<string, string>) =>
        v1.get("followers/list", { query: { screen_name: "TwitterDev", ...query } })
      const first = yield* list({})
      expect(first.json.users.map((it: { id_str: string }) => it.id_str)).toEqual(
        newestFirst.slice(0, 20),
      )
      expect((yield* list({ count: "1000" })).json.users).toHaveLength(200)
      yield* v1.follow(happycamper, twitterDev)
      yield* v1.follow(happycamper, guarded)
      const mine = yield* v1.get("friends/list", { query: { skip_status: "f" } })
      expect(mine.json.users).toMatchObject([
        { screen_name: "TwitterDev", following: true, status: { text: "hello, world" } },
      ])
      const bare = yield* v1.get("friends/list", {
        as: "app",
        query: { user_id: happycamper.id, skip_status: "1", include_user_entities: "false" },
      })
      expect(bare.json.users[0]).toMatchObject({ following: null, muting: null })
      expect(bare.json.users[0]).not.toHaveProperty("status")
      expect(bare.json.users[0]).not.toHaveProperty("entities")
    }),
  )
})

describe("the lists of a protected account", () => {
  it.effect("are for itself and those whom it lets follow", () =>
    Effect.gen(function* () {
      const v1 = yield* start(
        world({
          relationships: [
            { source: "twitterdev", target: "guarded", state: "following" },
            { source: "happycamper", target: "guarded", state: "pending" },
          ],
        }),
      )
      for (const path of ["followers/ids", "followers/list", "friends/ids", "friends/list"]) {
        const query = { screen_name: "guarded" }
        for (const as of ["happycamper", "huge", "app"]) {
          const answer = yield* v1.get(path, { as, query })
          expect(answer.status).toBe(401)
          expect(answer.json).toEqual({ request: `/1.1/${path}.json`, error: "Not authorized." })
        }
        for (const as of ["guarded", "twitterdev"]) {
          const answer = yield* v1.get(path, { as, query })
          expect(answer.status).toBe(200)
          expect(answer.json).not.toHaveProperty("error")
        }
      }
    }),
  )
})

describe("requests", () => {
  it.effect("are listed on both sides while they wait", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      yield* v1.follow(happycamper, guarded)
      yield* v1.follow(huge, guarded)
      const incoming = yield* v1.get("friendships/incoming", {
        as: "guarded",
        query: { stringify_ids: "true" },
      })
      expect(incoming.json.ids).toEqual([huge.id, happycamper.id])
      expect((yield* v1.get("friendships/outgoing")).text).toContain(`"ids":[9007199254740993]`)
      yield* v1.live.relationships.execute(Command.approveRequest(happycamper.id, guarded.id))
      expect((yield* v1.get("friendships/outgoing")).json.ids).toEqual([])
      expect((yield* v1.get("friendships/incoming", { as: "guarded" })).json.ids).toHaveLength(1)
    }),
  )
})

describe("friendships/no_retweets/ids", () => {
  it.effect("is a bare array of those followed without retweets", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      for (const target of [huge, twitterDev]) yield* v1.follow(happycamper, target)
      expect((yield* v1.get("friendships/no_retweets/ids")).text).toBe("[]")
      yield* v1.post("friendships/update", { form: { user_id: huge.id, retweets: "false" } })
      expect((yield* v1.get("friendships/no_retweets/ids")).text).toBe("[9223372036854775807]")
      const text = yield* v1.get("friendships/no_retweets/ids", { query: "stringify_ids=true" })
      expect(text.json).toEqual([huge.id])
    }),
  )

  it.effect("walks lists of any length", () =>
    Effect.gen(function* () {
      const base = crowd(2_500).world
      const v1 = yield* start({
        ...base,
        relationships: base.relationships.map(({ source }) => ({
          source: "happycamper",
          target: source,
          state: "following" as const,
          retweets: false,
        })),
      })
      expect((yield* v1.get("friendships/no_retweets/ids")).json).toHaveLength(2_500)
    }),
  )
})

describe("reads behind a lag", () => {
  it.effect("answer as of then, as do the users in answers to writes", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      yield* v1.live.setLag(60)
      const created = yield* v1.post("friendships/create", { form: { user_id: enemy.id } })
      expect(refusal(created)).toEqual([403, 162])
      const follow = { form: { user_id: huge.id } }
      const followed = yield* v1.post("friendships/create", follow)
      expect([followed.status, followed.json.following]).toEqual([200, false])
      expect((yield* v1.state(happycamper, huge))._tag).toBe("Following")
      expect((yield* v1.get("friends/ids")).json.ids).toEqual([])
      v1.live.clock.advance(61)
      const ended = yield* v1.post("friendships/destroy", follow)
      expect([ended.status, ended.json.following]).toEqual([200, true])
      expect((yield* v1.state(happycamper, huge))._tag).toBe("None")
      yield* v1.live.setLag(0)
      expect((yield* v1.post("friendships/create", follow)).json.following).toBe(true)
    }),
  )

  it.effect("answer as of now once the lag is over", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      yield* v1.live.setLag(60)
      yield* v1.post("friendships/create", { form: { user_id: huge.id } })
      expect((yield* v1.get("friends/ids")).json.ids).toEqual([])
      v1.live.clock.advance(61)
      expect((yield* v1.get("friends/ids", { query: "stringify_ids=t" })).json.ids).toEqual([
        huge.id,
      ])
    }),
  )
})
