import { EventId } from "@kith/core"
import { Schema } from "effect"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"

const node = 2 ** 48 - 2

/** The 48 bits of time that a UUID of version 7 begins with. */
const timeOf = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)

const increases = (ids: ReadonlyArray<string>): boolean =>
  ids.every((id, index) => index === 0 || (ids[index - 1] ?? "") < id)

const counterLimit = 2 ** 26

describe("event ids", () => {
  test("are UUIDs of version 7 with the time in front", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 48 - 1 }),
        fc.integer({ min: 0, max: 2 ** 48 - 1 }),
        (node, now) => {
          const id = EventId.generator(node)(now)
          expect(Schema.is(EventId.EventId)(id), id).toBe(true)
          expect(timeOf(id)).toBe(now)
          expect(id.slice(24)).toBe(node.toString(16).padStart(12, "0"))
        },
      ),
    )
  })

  test("increase while the clock goes on, stands, and goes back", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 200, size: "max" }), (times) => {
        const next = EventId.generator(node)
        const ids = times.map((time) => next(time))
        expect(increases(ids)).toBe(true)
        for (const id of ids) expect(Schema.is(EventId.EventId)(id)).toBe(true)
        for (const [index, id] of ids.entries()) {
          expect(timeOf(id)).toBe(Math.max(...times.slice(0, index + 1)))
        }
      }),
    )
  })

  test("differ among generators of the same moment", () => {
    const [one, two] = [EventId.generator(1), EventId.generator(2)]
    expect(one(5)).not.toBe(two(5))
  })

  // 67 million ids: some seconds, and more where others are at work too.
  test("go on ahead of the clock when a millisecond has no more", { timeout: 240_000 }, () => {
    const next = EventId.generator(node)
    const first = next(1000)
    let last = first
    for (let count = 1; count < counterLimit; count++) last = next(1000)
    const [beyond, after] = [next(1000), next(1000)]
    expect([first, last, beyond, after].map(timeOf)).toEqual([1000, 1000, 1001, 1001])
    expect(increases([first, last, beyond, after, next(1001), next(1002)])).toBe(true)
    expect(Schema.is(EventId.EventId)(last)).toBe(true)
  })

  test("carry bits into the variant's group without leaving the form", () => {
    const next = EventId.generator(0)
    const ids: Array<string> = []
    for (let count = 0; count < 4096 * 4 + 2; count++) {
      const id = next(0)
      if (count % 4096 < 2 || count % 4096 === 4095) ids.push(id)
    }
    expect(increases(ids)).toBe(true)
    expect(ids.every(Schema.is(EventId.EventId))).toBe(true)
  })

  test.each(["", "019b76da-a801-4000-8000-0123456789ab", "019B76DA-A801-7000-8000-0123456789AB"])(
    "are not %j",
    (text) => {
      expect(Schema.is(EventId.EventId)(text)).toBe(false)
    },
  )
})
