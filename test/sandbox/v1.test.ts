/** `friendships/*` of the sandbox's v1.1: what it answers and what it does. */
import { describe, expect, it } from "@effect/vitest"
import { Command, Relationship } from "@kith/core"
import { Effect } from "effect"
import {
  enemy,
  gone,
  guarded,
  happycamper,
  huge,
  refusal,
  start,
  twitterDev,
  world,
} from "../support/v1.ts"

const create = "friendships/create"
const destroy = "friendships/destroy"
const update = "friendships/update"
const show = "friendships/show"

describe("friendships/create", () => {
  it.effect("follows a public user, with the parameters in the query or in a form", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      const byQuery = yield* v1.post(create, { query: { user_id: twitterDev.id } })
      expect(byQuery.status).toBe(200)
      expect(byQuery.json).toMatchObject({
        id: 2244994945,
        id_str: "2244994945",
        screen_name: "TwitterDev",
        following: true,
        follow_request_sent: false,
        notifications: false,
        followers_count: 1,
      })
      const byForm = yield* v1.post(create, { form: { screen_name: "HUGE", follow: "True" } })
      expect(byForm.json).toMatchObject({ following: true, notifications: true })
      expect(yield* v1.state(happycamper, huge)).toBe(Relationship.following(true, true))
    }),
  )

  it.effect("asks a protected user, and refuses to ask again", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      const asked = yield* v1.post(create, { form: { user_id: guarded.id } })
      expect(asked.status).toBe(200)
      expect(asked.json).toMatchObject({ following: false, follow_request_sent: true })
      expect(asked.json.status).toBeUndefined()
      const again = yield* v1.post(create, { form: { user_id: guarded.id } })
      expect(again.status).toBe(403)
      expect(again.json).toEqual({
        errors: [{ code: 160, message: "You've already requested to follow guarded." }],
      })
      const louder = yield* v1.post(create, { form: { user_id: guarded.id, follow: "1" } })
      expect(louder.status).toBe(200)
      expect(yield* v1.state(happycamper, guarded)).toBe(Relationship.pending(true, true))
    }),
  )

  it.effect("may be repeated, and leaves notifications alone unless told", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      yield* v1.post(create, { query: { user_id: twitterDev.id, follow: "true" } })
      const again = yield* v1.post(create, { query: { user_id: twitterDev.id } })
      expect(again.status).toBe(200)
      expect(again.json.notifications).toBe(true)
      yield* v1.post(create, { query: { user_id: twitterDev.id, follow: "false" } })
      expect(yield* v1.state(happycamper, twitterDev)).toBe(Relationship.following(true, false))
    }),
  )

  it.effect("says why it refuses", () =>
    Effect.gen(function* () {
      const v1 = yield* start(
        world({
          blocks: [
            { source: "enemy", target: "happycamper" },
            { source: "happycamper", target: "huge" },
          ],
        }),
      )
      const code = (user_id: string) => Effect.map(v1.post(create, { form: { user_id } }), refusal)
      expect(yield* code(happycamper.id)).toEqual([403, 158])
      expect(yield* code(gone.id)).toEqual([403, 159])
      expect(yield* code(enemy.id)).toEqual([403, 162])
      expect(yield* code("404")).toEqual([403, 108])
      expect(yield* code(huge.id)).toEqual([403, 200])
      expect(refusal(yield* v1.post(create, { form: { screen_name: "no one at all" } }))).toEqual([
        403, 108,
      ])
      expect(refusal(yield* v1.post(create))).toEqual([400, 25])
    }),
  )
})

describe("friendships/destroy", () => {
  it.effect("ends a follow, withdraws a request, and may be repeated", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      yield* v1.follow(happycamper, twitterDev)
      yield* v1.follow(happycamper, guarded)
      for (const target of [twitterDev, guarded, twitterDev, happycamper]) {
        const answer = yield* v1.post(destroy, { form: { user_id: target.id } })
        expect(answer.status).toBe(200)
        expect(answer.json).toMatchObject({ following: false, follow_request_sent: false })
      }
      expect(yield* v1.state(happycamper, twitterDev)).toBe(Relationship.none)
      expect(yield* v1.state(happycamper, guarded)).toBe(Relationship.none)
    }),
  )

  it.effect("finds no page for unknown and suspended users", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      for (const user_id of ["404", gone.id]) {
        const answer = yield* v1.post(destroy, { form: { user_id } })
        expect(answer.status).toBe(404)
        expect(answer.json).toEqual({
          errors: [{ code: 34, message: "Sorry, that page does not exist." }],
        })
      }
    }),
  )
})

describe("friendships/update", () => {
  it.effect("answers without flags what the documentation prints", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      yield* v1.follow(happycamper, twitterDev)
      const answer = yield* v1.post(update, { query: "user_id=2244994945" })
      expect(answer.status).toBe(200)
      expect(answer.json).toEqual({
        relationship: {
          source: {
            id: 63046977,
            id_str: "63046977",
            screen_name: "happycamper",
            following: true,
            followed_by: false,
            live_following: false,
            following_received: null,
            following_requested: false,
            notifications_enabled: false,
            can_dm: false,
            blocking: false,
            blocked_by: false,
            muting: false,
            want_retweets: true,
            all_replies: false,
            marked_spam: false,
          },
          target: {
            id: 2244994945,
            id_str: "2244994945",
            screen_name: "TwitterDev",
            following: false,
            followed_by: true,
            following_received: false,
            following_requested: null,
          },
        },
      })
    }),
  )

  it.effect("sets each flag alone, also of a request", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      yield* v1.follow(happycamper, twitterDev)
      yield* v1.follow(happycamper, guarded)
      for (const target of [twitterDev, guarded]) {
        const set = (form: Record<string, string>) =>
          Effect.map(
            v1.post(update, { form: { user_id: target.id, ...form } }),
            ({ json: { relationship } }) => [
              relationship.source.notifications_enabled,
              relationship.source.want_retweets,
            ],
          )
        expect(yield* set({ device: "true" })).toEqual([true, true])
        expect(yield* set({ retweets: "False" })).toEqual([true, false])
        expect(yield* set({ device: "0" })).toEqual([false, false])
        expect(yield* set({ retweets: "t" })).toEqual([false, true])
        expect(yield* set({ retweets: "" })).toEqual([false, true])
      }
      expect(yield* v1.state(happycamper, guarded)).toBe(Relationship.pending(true, false))
    }),
  )

  it.effect("refuses where there is no follow", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      const code = (form: Record<string, string>) => Effect.map(v1.post(update, { form }), refusal)
      expect(yield* code({ user_id: twitterDev.id, device: "true" })).toEqual([403, 200])
      expect(yield* code({ user_id: happycamper.id })).toEqual([403, 200])
      expect(yield* code({ user_id: "404" })).toEqual([404, 34])
      expect(yield* code({ device: "true" })).toEqual([400, 25])
    }),
  )

  it.effect("changes nothing when it does not understand a flag", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      yield* v1.follow(happycamper, twitterDev)
      for (const query of ["device=maybe", "device=true&device=false", "device=%FF", "device=2"]) {
        const answer = yield* v1.post(update, { query: `user_id=2244994945&${query}` })
        expect(answer.status).toBe(400)
      }
      expect(yield* v1.state(happycamper, twitterDev)).toBe(Relationship.following(true, false))
    }),
  )
})

describe("friendships/show", () => {
  it.effect("shows both directions to the source, and that each mirrors the other", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      yield* v1.follow(guarded, twitterDev)
      yield* v1.follow(twitterDev, guarded)
      const { relationship } = (yield* v1.get(show, {
        as: "guarded",
        query: { target_screen_name: "twitterdev" },
      })).json
      expect(relationship.source).toMatchObject({
        following: true,
        followed_by: false,
        following_received: true,
        following_requested: false,
      })
      expect(relationship.target).toMatchObject({
        following: false,
        followed_by: true,
        following_received: false,
        following_requested: true,
      })
    }),
  )

  it.effect("keeps from third parties what is the source's own", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      yield* v1.follow(happycamper, twitterDev)
      yield* v1.follow(twitterDev, happycamper)
      const query = { source_id: happycamper.id, target_id: twitterDev.id }
      for (const as of ["huge", "app"]) {
        const { relationship } = (yield* v1.get(show, { as, query })).json
        expect(relationship.source).toEqual({
          id: 63046977,
          id_str: "63046977",
          screen_name: "happycamper",
          following: true,
          followed_by: true,
          live_following: false,
          following_received: null,
          following_requested: null,
          notifications_enabled: null,
          can_dm: true,
          blocking: null,
          blocked_by: null,
          muting: null,
          want_retweets: null,
          all_replies: null,
          marked_spam: null,
        })
        expect(relationship.target.following_received).toBeNull()
        expect(relationship.target.following_requested).toBeNull()
      }
    }),
  )

  it.effect("shows blocks and mutes to the source", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      v1.live.users.blocks.add(happycamper.id, huge.id)
      v1.live.users.mutes.add(happycamper.id, enemy.id)
      const source = (target_id: string) =>
        Effect.map(v1.get(show, { query: { target_id } }), (it) => it.json.relationship.source)
      expect(yield* source(huge.id)).toMatchObject({ blocking: true, blocked_by: false })
      expect(yield* source(enemy.id)).toMatchObject({ blocked_by: true, muting: true })
    }),
  )

  it.effect("says which of the two it cannot find", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      const code = (query: Record<string, string>, as = "happycamper") =>
        Effect.map(v1.get(show, { as, query }), refusal)
      expect(yield* code({ target_id: "1" }, "app")).toEqual([404, 163])
      expect(yield* code({ source_id: "404", target_id: "13" })).toEqual([404, 163])
      expect(yield* code({})).toEqual([403, 164])
      expect(yield* code({ target_screen_name: "nobody" })).toEqual([404, 50])
      expect(yield* code({ target_id: gone.id })).toEqual([403, 63])
    }),
  )
})

const ids = (count: number) => ({
  query: { user_id: Array.from({ length: count }, (_, index) => index + 1000).join(",") },
})

describe("friendships/lookup", () => {
  it.effect("lists the connections to each user named, and leaves unknown ones out", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      yield* v1.follow(happycamper, twitterDev)
      yield* v1.follow(twitterDev, happycamper)
      yield* v1.follow(happycamper, guarded)
      v1.live.users.mutes.add(happycamper.id, guarded.id)
      v1.live.users.blocks.add(happycamper.id, enemy.id)
      const answer = yield* v1.get("friendships/lookup", {
        query: {
          user_id: `${guarded.id},404,${twitterDev.id}`,
          screen_name: "huge,TwitterDev, enemy,gone,nobody",
        },
      })
      expect(
        answer.json.map((it: { screen_name: string; connections: unknown }) => [
          it.screen_name,
          it.connections,
        ]),
      ).toEqual([
        ["guarded", ["following_requested", "muting"]],
        ["TwitterDev", ["following", "followed_by"]],
        ["huge", ["none"]],
        ["enemy", ["blocking"]],
      ])
      expect(answer.text).toContain(`"id":9007199254740993,"id_str":"9007199254740993"`)
    }),
  )

  it.effect("takes one hundred users and no more", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      expect((yield* v1.get("friendships/lookup", ids(100))).status).toBe(200)
      expect(refusal(yield* v1.get("friendships/lookup", ids(101)))).toEqual([403, 18])
      expect(refusal(yield* v1.get("friendships/lookup"))).toEqual([400, 25])
      const malformed = yield* v1.get("friendships/lookup", { query: { user_id: "1,+2" } })
      expect(refusal(malformed)).toEqual([400, 44])
    }),
  )
})

describe("who may call friendships", () => {
  const writes = [create, destroy, update]
  const reads = [
    "friendships/lookup",
    "friendships/incoming",
    "friendships/outgoing",
    "friendships/no_retweets/ids",
  ]

  it.effect("is users by OAuth 1.0a alone", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      for (const as of ["app", "oauth2:happycamper"]) {
        for (const path of writes) {
          expect(refusal(yield* v1.post(path, { as, form: { user_id: "13" } }))).toEqual([403, 220])
        }
        for (const path of reads) {
          expect(refusal(yield* v1.get(path, { as, query: { user_id: "13" } }))).toEqual([403, 220])
        }
      }
      expect(yield* v1.state(happycamper, enemy)).toBe(Relationship.none)
    }),
  )

  it.effect("is apps with permission to write, for what changes something", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      yield* v1.live.relationships.execute(Command.follow(happycamper.id, twitterDev.id))
      for (const path of writes) {
        const answer = yield* v1.post(path, {
          as: "reader:happycamper",
          form: { user_id: twitterDev.id },
        })
        expect(refusal(answer)).toEqual([403, 261])
        expect(answer.headers["x-access-level"]).toBe("read")
      }
      const looked = yield* v1.get("friendships/lookup", {
        as: "reader:happycamper",
        query: { user_id: "13" },
      })
      expect(looked.status).toBe(200)
      expect(yield* v1.state(happycamper, twitterDev)).toBe(Relationship.following(true, false))
    }),
  )

  it.effect("is nobody who is suspended", () =>
    Effect.gen(function* () {
      const v1 = yield* start(world())
      expect(refusal(yield* v1.post(create, { as: "gone", form: { user_id: "13" } }))).toEqual([
        403, 64,
      ])
      expect(refusal(yield* v1.get("friends/ids", { as: "gone" }))).toEqual([403, 64])
    }),
  )
})
