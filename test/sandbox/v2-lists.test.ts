/** Lists of the sandbox's v2: pages, tokens, and whose lists may be seen. */
import { describe, expect, it } from "@effect/vitest"
import { UserId } from "@kith/core"
import { Effect } from "effect"
import * as fc from "fast-check"
import * as PageToken from "../../packages/sandbox/src/v2/PageToken.ts"
import {
  type Answer,
  gone,
  guarded,
  happycamper,
  huge,
  mistake,
  start,
  twitterDev,
  user,
  world,
} from "../support/v2.ts"

const crowd = Array.from({ length: 25 }, (_, index) => user(`${1000 + index}`, `fan${index}`))

const followed = world({
  users: [...world().users, ...crowd],
  relationships: crowd.map(({ username }) => ({
    source: username,
    target: "TwitterDev",
    state: "following",
  })),
})

const ids = (answer: Answer): ReadonlyArray<string> =>
  (answer.json.data ?? []).map((one: { readonly id: string }) => one.id)

const invalidToken = (token: string) =>
  `The \`pagination_token\` query parameter value [${token}] is not valid`

const followers = `/${twitterDev.id}/followers`

/** Pages of ten of a list: the first one, or that of a token. */
const pages = (v2: Effect.Success<ReturnType<typeof start>>, path: string) => (token?: string) =>
  v2.get(`${path}?max_results=10${token === undefined ? "" : `&pagination_token=${token}`}`)

describe("followers and following", () => {
  it.effect("show the newest first, a hundred at most, with the default fields", () =>
    Effect.gen(function* () {
      const v2 = yield* start(followed)
      const answer = yield* v2.get(followers)
      expect(answer.status).toBe(200)
      expect(ids(answer)).toEqual(crowd.map(({ id }) => id).toReversed())
      expect(answer.json.data[0]).toEqual({ id: "1024", username: "fan24", name: "FAN24" })
      expect(answer.json.meta).toEqual({ result_count: 25 })
      const following = yield* v2.get(`/1024/following`)
      expect(ids(following)).toEqual([twitterDev.id])
    }),
  )

  it.effect("say of an empty list that it is empty, and leave data out", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      expect((yield* v2.get(followers)).json).toEqual({ meta: { result_count: 0 } })
    }),
  )

  it.effect("are walked to the end and back by tokens of 16 characters", () =>
    Effect.gen(function* () {
      const v2 = yield* start(followed)
      const page = pages(v2, followers)
      const first = yield* page()
      expect(first.json.meta).toEqual({ result_count: 10, next_token: expect.any(String) })
      expect(first.json.meta.next_token).toMatch(/^[0-9A-V]{13}ZZZ$/)
      const second = yield* page(first.json.meta.next_token)
      const third = yield* page(second.json.meta.next_token)
      expect([first, second, third].flatMap(ids)).toEqual(crowd.map(({ id }) => id).toReversed())
      expect(third.json.meta).toEqual({ result_count: 5, previous_token: expect.any(String) })

      const secondAgain = yield* page(third.json.meta.previous_token)
      expect(ids(secondAgain)).toEqual(ids(second))
      const firstAgain = yield* page(secondAgain.json.meta.previous_token)
      expect(firstAgain.text).toBe(first.text)
    }),
  )

  it.effect("skip and repeat nobody who stays while others come and go", () =>
    Effect.gen(function* () {
      const v2 = yield* start(followed)
      const page = pages(v2, followers)
      const first = yield* page()
      // The whole first page leaves, and somebody new comes.
      for (const id of ids(first)) {
        const as = v2.live.users.byId(id)?.username ?? ""
        yield* v2.delete(`/${id}/following/${twitterDev.id}`, { as })
      }
      yield* v2.follow(happycamper, twitterDev)
      const second = yield* page(first.json.meta.next_token)
      expect(ids(second)).toEqual(
        crowd
          .slice(5, 15)
          .map(({ id }) => id)
          .toReversed(),
      )
      const back = yield* page(second.json.meta.previous_token)
      expect(ids(back)).toEqual([happycamper.id])
      expect(back.json.meta.previous_token).toBeUndefined()
      expect(ids(yield* page(back.json.meta.next_token))).toEqual(ids(second))
    }),
  )

  it.effect("take tokens of the same list of the same user alone", () =>
    Effect.gen(function* () {
      const v2 = yield* start(followed)
      const token: string = (yield* v2.get(`${followers}?max_results=1`)).json.meta.next_token
      const refused = (path: string, token: string) =>
        Effect.map(v2.get(`${path}?pagination_token=${token}`), mistake)
      expect(yield* refused(`/${twitterDev.id}/following`, token)).toBe(invalidToken(token))
      expect(yield* refused(`/${huge.id}/followers`, token)).toBe(invalidToken(token))
      for (const odd of ["abc", "5CS0O0C6II61EZZZ", "0000000000000ZZZ", token.toLowerCase()]) {
        expect(yield* refused(followers, odd)).toBe(invalidToken(odd))
      }
      expect(yield* refused(followers, `${token}%00`)).toBe(invalidToken(`${token}\0`))
    }),
  )

  it.effect("take 1 to 1000 users a page", () =>
    Effect.gen(function* () {
      const v2 = yield* start(followed)
      for (const good of ["1", "25", "1000"]) {
        const answer = yield* v2.get(`${followers}?max_results=${good}`)
        expect(ids(answer)).toHaveLength(Math.min(25, Number(good)))
      }
      for (const bad of ["0", "1001", "-1", "1.5", "1e2", "%2B5", "five", "10000000000000000000"]) {
        expect(mistake(yield* v2.get(`${followers}?max_results=${bad}`))).toBe(
          `The \`max_results\` query parameter value [${decodeURIComponent(bad)}] is not between 1 and 1000`,
        )
      }
      expect(mistake(yield* v2.get(`${followers}?max_results=`))).toBe(
        "The `max_results` query parameter can not be empty",
      )
    }),
  )

  it.effect("name a suspended follower among the errors, and count the others", () =>
    Effect.gen(function* () {
      const v2 = yield* start(
        world({
          relationships: [
            { source: "gone", target: "TwitterDev", state: "following" },
            { source: "huge", target: "TwitterDev", state: "following" },
          ],
        }),
      )
      const answer = yield* v2.get(followers)
      expect(ids(answer)).toEqual([huge.id])
      expect(answer.json.errors[0]).toMatchObject({ resource_id: gone.id, title: "Forbidden" })
      expect(answer.json.meta).toEqual({ result_count: 1 })
    }),
  )

  it.effect("notice when somebody they showed before is suspended", () =>
    Effect.gen(function* () {
      const v2 = yield* start(followed)
      const before = yield* v2.get(followers)
      expect((yield* v2.get(followers)).text).toBe(before.text)
      const [newest] = crowd.slice(-1)
      if (newest !== undefined) v2.live.users.set({ ...newest, suspended: true })
      const after = yield* v2.get(followers)
      expect(ids(after)).toEqual(ids(before).slice(1))
      expect(after.json.errors).toHaveLength(1)
      expect(after.json.meta).toEqual({ result_count: 24 })
    }),
  )

  it.effect("of nobody and of a suspended user are errors with status 200", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      for (const id of ["404", gone.id]) {
        const answer = yield* v2.get(`/${id}/followers`, { as: "app" })
        expect(answer.status).toBe(200)
        expect(answer.json).toEqual({ errors: [expect.objectContaining({ resource_id: id })] })
      }
    }),
  )

  it.effect("of a protected user are shown to itself and to followers it approved", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      yield* v2.follow(happycamper, guarded)
      yield* v2.follow(huge, guarded)
      yield* v2.approve(huge, guarded)
      for (const list of ["followers", "following"]) {
        for (const as of ["guarded", "huge"]) {
          expect((yield* v2.get(`/${guarded.id}/${list}`, { as })).json.meta).toBeDefined()
        }
        for (const as of ["happycamper", "TwitterDev", "app"]) {
          const answer = yield* v2.get(`/${guarded.id}/${list}`, { as })
          expect(answer.status).toBe(200)
          expect(answer.json).toEqual({
            errors: [
              {
                value: guarded.id,
                detail: `Sorry, you are not authorized to see the user with id: [${guarded.id}].`,
                title: "Authorization Error",
                resource_type: "user",
                parameter: "id",
                resource_id: guarded.id,
                section: "data",
                type: "https://api.twitter.com/2/problems/not-authorized-for-resource",
              },
            ],
          })
        }
      }
    }),
  )
})

describe("muting and blocking", () => {
  it.effect("page like the others, also while members come and go", () =>
    Effect.gen(function* () {
      const v2 = yield* start(followed)
      const { blocks } = v2.live.users
      for (const { id } of crowd) blocks.add(happycamper.id, id)
      const page = pages(v2, `/${happycamper.id}/blocking`)
      const first = yield* page()
      expect(first.json.meta).toEqual({ result_count: 10, next_token: expect.any(String) })
      for (const id of ids(first)) blocks.remove(happycamper.id, UserId.make(id))
      blocks.add(happycamper.id, twitterDev.id)
      const second = yield* page(first.json.meta.next_token)
      expect(ids(second)).toEqual(
        crowd
          .slice(5, 15)
          .map(({ id }) => id)
          .toReversed(),
      )
      const third = yield* page(second.json.meta.next_token)
      expect(ids(third)).toEqual(
        crowd
          .slice(0, 5)
          .map(({ id }) => id)
          .toReversed(),
      )
      expect(third.json.meta.next_token).toBeUndefined()
      expect(ids(yield* page(third.json.meta.previous_token))).toEqual(ids(second))
      const back = yield* page(second.json.meta.previous_token)
      expect(ids(back)).toEqual([twitterDev.id])
      expect(back.json.meta.previous_token).toBeUndefined()
      expect(ids(yield* page(back.json.meta.next_token))).toEqual(ids(second))
      // Even a page that is empty by now knows its neighbours.
      for (const { id } of crowd.slice(0, 5)) blocks.remove(happycamper.id, id)
      const empty = yield* page(second.json.meta.next_token)
      expect(empty.json.meta).toEqual({ result_count: 0, previous_token: expect.any(String) })
      expect(ids(yield* page(empty.json.meta.previous_token))).toEqual(ids(second))
    }),
  )

  it.effect("are shown to their owner alone", () =>
    Effect.gen(function* () {
      const v2 = yield* start(world())
      for (const list of ["muting", "blocking"]) {
        expect((yield* v2.get(`/${happycamper.id}/${list}`)).status).toBe(200)
        expect((yield* v2.get(`/${huge.id}/${list}`)).status).toBe(400)
        expect((yield* v2.get(`/${huge.id}/${list}`, { as: "app" })).status).toBe(403)
      }
    }),
  )
})

describe("a page token", () => {
  // A checksum of 24 bits misses one mistake in 16 million: these are the same every time.
  const seeded = { seed: 2_244_994_945, numRuns: 1_000 }
  const list = fc.constantFrom<PageToken.ListName>("followers", "following", "muting", "blocking")
  const owner = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String)
  const bound = fc.record({
    direction: fc.constantFrom<"older" | "newer">("older", "newer"),
    than: fc.oneof(fc.nat(1000), fc.integer({ min: 0, max: 2 ** 39 - 1 })),
  })

  it.each([
    ["followers", "63046977", { direction: "older", than: 41 }, "PG4EG0000002IZZZ"],
    ["blocking", "1", { direction: "newer", than: 2 ** 38 + 12_345 }, "294K1G0000O3IZZZ"],
  ] as const)("of %s is the same in every version", (list, owner, bound, token) => {
    expect(PageToken.encode(list, owner, bound)).toBe(token)
    expect(PageToken.decode(list, owner, token)).toEqual(bound)
  })

  it("is read back as the place it was made of", () => {
    fc.assert(
      fc.property(list, owner, bound, (list, owner, bound) => {
        const token = PageToken.encode(list, owner, bound)
        expect(token).toMatch(/^[0-9A-V]{13}ZZZ$/)
        expect(PageToken.decode(list, owner, token)).toEqual(bound)
      }),
    )
  })

  it("is refused once any of its characters changes", () => {
    const character = fc.nat(35).map((value) => value.toString(36).toUpperCase())
    fc.assert(
      fc.property(list, owner, bound, fc.nat(15), character, (list, owner, bound, at, put) => {
        const token = PageToken.encode(list, owner, bound)
        const changed = token.slice(0, at) + put + token.slice(at + 1)
        fc.pre(changed !== token)
        expect(PageToken.decode(list, owner, changed)).toBeUndefined()
      }),
      seeded,
    )
  })

  it("is refused by any other list", () => {
    fc.assert(
      fc.property(list, owner, list, owner, bound, (list, owner, otherList, other, bound) => {
        fc.pre(list !== otherList || owner !== other)
        const token = PageToken.encode(list, owner, bound)
        expect(PageToken.decode(otherList, other, token)).toBeUndefined()
      }),
      seeded,
    )
  })
})
