/** Walks over lists of a remote that leads in circles. */
import { RelationshipRemote, RemoteWalk, UserId } from "@kith/core"
import { Effect, Stream } from "effect"
import * as fc from "fast-check"
import { expect, test } from "vitest"

/** A list whose pages are named by their numbers, and whose last page names one before it, or none. */
const leading = (pages: number, back: number | undefined) => {
  const next = (page: number): string | undefined =>
    page < pages - 1 ? String(page + 1) : back === undefined ? undefined : String(back)
  return RelationshipRemote.RelationshipRemote.of({
    capabilities: {
      commands: [],
      preferences: false,
      observesPreferences: false,
      lists: ["followers"],
      observesAtOnce: 1,
    },
    prepare: () => Effect.die("nothing is sent"),
    observe: () => Effect.succeed([]),
    list: (_list, _user, { cursor } = {}) =>
      Effect.succeed({ users: [], missing: [], next: next(Number(cursor ?? 0)) }),
  })
}

const walk = async (pages: number, back?: number) => {
  let seen = 0
  const steps = RemoteWalk.walk(leading(pages, back), "followers", UserId.make("1"))
  const counted = Stream.runForEach(steps, () => Effect.sync(() => seen++))
  return { outcome: await Effect.runPromise(Effect.result(counted)), seen }
}

test("a walk through a list without a circle has each page once", () =>
  fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 200 }), async (pages) => {
      expect(await walk(pages)).toMatchObject({ outcome: { _tag: "Success" }, seen: pages })
    }),
  ))

test("a walk in a circle, however long, ends and says so", () =>
  fc.assert(
    fc.asyncProperty(
      fc
        .integer({ min: 1, max: 200 })
        .chain((pages) => fc.tuple(fc.constant(pages), fc.integer({ min: 0, max: pages - 1 }))),
      async ([pages, back]) => {
        const { outcome, seen } = await walk(pages, back)
        expect(outcome).toMatchObject({
          failure: { _tag: "WalkStopped", because: { reason: "Malformed" } },
        })
        expect(seen).toBeGreaterThanOrEqual(pages - 1)
        expect(seen).toBeLessThanOrEqual(4 * pages)
      },
    ),
  ))
