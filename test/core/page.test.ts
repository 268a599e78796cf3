import { Command, Page, UserId } from "@kith/core"
import { Generators } from "@kith/core/testing"
import { Effect, Result } from "effect"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { run, serve, store, user } from "./support.ts"

const lists = fc.constantFrom(...Page.ListName.literals)

const bounds = fc.record({
  direction: fc.constantFrom("older", "newer"),
  than: fc.maxSafeNat(),
})

describe("a cursor", () => {
  test("is read back as the place that it stands for", () => {
    fc.assert(
      fc.property(lists, Generators.userId, bounds, (list, user, bound) => {
        const cursor = Page.encodeCursor(list, user, bound)
        expect(Page.decodeCursor(list, user, cursor)).toEqual(Result.succeed(bound))
      }),
    )
  })

  test("is refused by every other list, and for every other user", () => {
    fc.assert(
      fc.property(
        fc.tuple(lists, lists),
        fc.tuple(Generators.userId, Generators.userId),
        bounds,
        ([list, otherList], [user, otherUser], bound) => {
          fc.pre(list !== otherList || user !== otherUser)
          const cursor = Page.encodeCursor(list, user, bound)
          expect(Result.isFailure(Page.decodeCursor(otherList, otherUser, cursor))).toBe(true)
        },
      ),
    )
    const cursor = Page.encodeCursor("followers", UserId.make("12"), {
      direction: "older",
      than: 3,
    })
    expect(Result.isFailure(Page.decodeCursor("followers", UserId.make("1"), cursor))).toBe(true)
  })

  test("is refused when nobody issued it", () => {
    const own = "followers/1"
    const forged = ["<", "<-1", "<1.5", "<1e3", "<99999999999999999", "<9007199254740992", "=5"]
    for (const cursor of ["", own, ...forged.map((end) => own + end), ` ${own}<5`, `${own}<5 `]) {
      expect(Result.isFailure(Page.decodeCursor("followers", UserId.make("1"), cursor))).toBe(true)
    }
  })
})

describe("a page", () => {
  test("leads to others from any place, also where there is nobody", () =>
    run(
      Effect.gen(function* () {
        const service = yield* serve(yield* store)
        for (const source of [2, 3, 4])
          yield* service.execute(Command.follow(user(source), user(1)))
        for (const than of [0, 1, 2, 3, 4, Number.MAX_SAFE_INTEGER]) {
          for (const direction of ["older", "newer"] as const) {
            const cursor = Page.encodeCursor("followers", user(1), { direction, than })
            const page = yield* service.followers(user(1), { cursor })
            const sides: Record<"next" | "previous", ReadonlyArray<string>> = {
              next: [],
              previous: [],
            }
            for (const side of ["next", "previous"] as const) {
              if (page[side] === undefined) continue
              const beside = yield* service.followers(user(1), { cursor: page[side] })
              sides[side] = beside.entries.map((entry) => entry.user)
            }
            const all = [...sides.previous, ...page.entries.map((it) => it.user), ...sides.next]
            expect(all, cursor).toEqual(["4", "3", "2"])
          }
        }
      }),
    ))
})
