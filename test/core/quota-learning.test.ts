/** What the ledger in the journal learns from the answers and refusals of a remote. */
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import type * as QuotaLedger from "../../packages/core/src/QuotaLedger.ts"
import {
  day,
  fresh,
  hour,
  left,
  minute,
  one,
  open,
  outcomeOf,
  quarter,
  request,
  run,
} from "./quota-support.ts"

describe("learn", () => {
  /** Words on one window, on the one before and on the one after; X rounds ends to seconds. */
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.constant("reserve" as const) },
    fc.record({
      window: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, fc.constantFrom(-1, 1)),
      jitter: fc.integer({ min: -2000, max: 2000 }),
      max: fc.integer({ min: 1, max: 9 }),
      remaining: fc.nat(9),
    }),
  )

  test("believes the size told, and counts the most that anybody has counted in a window", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: "max" }), (steps) => {
        const { at, journal, ledger } = fresh()
        const begin = hour
        let max = quarter.max
        let used = 0
        let said = begin + 15 * minute
        const first = { name: "15min", max, remaining: max, resetAt: said }
        at(begin, ledger.learn(one, [first], begin))
        for (const [index, each] of steps.entries()) {
          const now = begin + index
          if (each === "reserve") {
            const isAdmitted = at(now, outcomeOf(ledger, one)) === undefined
            expect(isAdmitted).toBe(used < max)
            if (isAdmitted) used++
            continue
          }
          const remaining = Math.min(each.remaining, each.max)
          const resetAt = said + each.window * 15 * minute + each.jitter
          at(now, ledger.learn(one, [{ name: "15min", max: each.max, remaining, resetAt }], now))
          // What is said of the window before comes too late.
          if (each.window >= 0) {
            const counted = each.max - remaining
            used = each.window > 0 ? counted : Math.max(used, counted)
            max = each.max
            said = resetAt
          }
          // What was told last is what any process knows.
          const [known] = at(now, run(open(journal)).standings(one))
          expect(known?.remaining).toBe(Math.max(0, max - used))
          expect(known?.limit.max).toBe(max)
        }
      }),
      { numRuns: 500 },
    )
  })

  const word = (rest: Partial<QuotaLedger.Announced> = {}) => ({
    name: "15min",
    max: 5,
    remaining: 4,
    resetAt: 15 * minute,
    ...rest,
  })

  test("ends a window a second after the moment told, since headers have no fractions", () => {
    const { at, ledger } = fresh()
    at(700, ledger.reserve(one))
    at(900, ledger.learn(one, [word({ resetAt: 15 * minute, remaining: 0 })], 900))
    expect(at(900, left(ledger, one))).toEqual([[0, 15 * minute + 1000]])
    expect(at(15 * minute + 999, outcomeOf(ledger, one))).toBeDefined()
    expect(at(15 * minute + 1000, outcomeOf(ledger, one))).toBeUndefined()
  })

  test("ends a window that nobody announced as late as it may have opened: when the answer came", () => {
    const { at, ledger } = fresh()
    at(0, ledger.reserve(one))
    expect(at(0, left(ledger, one))).toEqual([[4, 15 * minute]])
    at(1700, ledger.learn(one, [], 1700))
    expect(at(1700, left(ledger, one))).toEqual([[4, 15 * minute + 2700]])
    // The window was open by then: later answers tell nothing new.
    at(minute, ledger.learn(one, [], minute))
    expect(at(minute, left(ledger, one))).toEqual([[4, 15 * minute + 2700]])
  })

  test("takes over the end that the remote tells when it tells it late", () => {
    const { at, ledger } = fresh()
    at(0, ledger.reserve(one))
    at(500, ledger.learn(one, [], 500))
    at(600, ledger.learn(one, [word({ resetAt: 10 * minute, remaining: 1 })], 600))
    expect(at(600, left(ledger, one))).toEqual([[1, 10 * minute + 1000]])
  })

  test("frees nothing that is on its way when the remote has not counted it yet", () => {
    const { at, ledger } = fresh()
    for (let count = 0; count < 4; count++) at(0, ledger.reserve(one))
    at(1, ledger.learn(one, [word({ remaining: 4 })], 1))
    expect(at(1, left(ledger, one))).toEqual([[1, 15 * minute + 1000]])
  })

  test("counts what others use of the same window", () => {
    const { at, ledger } = fresh()
    at(0, ledger.reserve(one))
    at(1, ledger.learn(one, [word({ remaining: 1 })], 1))
    expect(at(1, left(ledger, one))).toEqual([[1, 15 * minute + 1000]])
  })

  test("begins the next window with what the remote says of it", () => {
    const { at, ledger } = fresh()
    for (let count = 0; count < 3; count++) at(0, ledger.reserve(one))
    at(1, ledger.learn(one, [word({ remaining: 2 })], 1))
    const next = word({ resetAt: 30 * minute, remaining: 4 })
    const late = 15 * minute + 500
    at(late, ledger.learn(one, [next], late))
    expect(at(late, left(ledger, one))).toEqual([[4, 30 * minute + 1000]])
    // An answer of the window before that comes late takes nothing back.
    at(late, ledger.learn(one, [word({ remaining: 0 })], late))
    expect(at(late, left(ledger, one))).toEqual([[4, 30 * minute + 1000]])
  })

  test("knows the size told in the next window too, unless it was none at all", () => {
    const { at, ledger } = fresh()
    at(0, ledger.learn(one, [word({ max: 2, remaining: 2 })], 0))
    expect(at(hour, left(ledger, one))).toEqual([[2, hour + 15 * minute]])
    at(hour, ledger.reserve(one))
    expect(at(2 * hour, left(ledger, one))[0]?.[0]).toBe(2)
    at(2 * hour, ledger.reserve(one))
    const none = word({ max: 0, remaining: 0, resetAt: 2 * hour + minute })
    at(2 * hour, ledger.learn(one, [none], 2 * hour))
    expect(at(2 * hour, outcomeOf(ledger, one))?.exhausted).toEqual(["15min"])
    expect(at(3 * hour, outcomeOf(ledger, one))).toBeUndefined()
  })

  test("waits no longer than a window lasts when the remote's clock is ahead", () => {
    const { at, ledger } = fresh()
    const ahead = 10 * minute
    for (let count = 0; count < 5; count++) {
      const now = count * minute
      at(now, ledger.reserve(one))
      const resetAt = 15 * minute + ahead
      at(now, ledger.learn(one, [word({ resetAt, remaining: 4 - count })], now))
    }
    expect(at(5 * minute, outcomeOf(ledger, one))?.resetAt).toBe(15 * minute + 1000)
  })

  test("leaves out what makes no sense, and what names no limit of the request", () => {
    const { at, ledger } = fresh()
    at(0, ledger.reserve(one))
    const words = [
      { remaining: 6 },
      { remaining: -1 },
      { max: Number.NaN },
      { max: Number.POSITIVE_INFINITY },
      { remaining: 0.5 },
      { resetAt: Number.POSITIVE_INFINITY },
      { resetAt: Number.NaN },
      { resetAt: -5000 },
      { name: "24hour", remaining: 0 },
    ]
    at(0, ledger.learn(one, [], 0))
    const before = at(0, left(ledger, one))
    for (const each of words) at(1, ledger.learn(one, [word(each)], 1))
    expect(at(1, left(ledger, one))).toEqual(before)
  })

  test("writes nothing when nothing is new", () => {
    const { at, journal, ledger } = fresh()
    at(0, ledger.reserve(one))
    at(1, ledger.learn(one, [word()], 1))
    const before = run(journal.scan("quota/", 10))
    at(2, ledger.learn(one, [word()], 2))
    at(3, ledger.learn(one, [], 3))
    expect(run(journal.scan("quota/", 10))).toEqual(before)
  })
})

describe("exhaust", () => {
  const two = request("u", [quarter, { ...quarter, name: "24hour", seconds: 86_400, max: 400 }])

  test("admits nothing until then, and then goes on counting in a window that is still open", () => {
    const { at, ledger } = fresh()
    at(0, ledger.reserve(two))
    at(0, ledger.exhaust(two, ["24hour"], hour))
    expect(at(0, outcomeOf(ledger, two))).toEqual({ resetAt: hour, exhausted: ["24hour"] })
    expect(at(hour - 1, outcomeOf(ledger, two))).toBeDefined()
    expect(at(hour, outcomeOf(ledger, two))).toBeUndefined()
    expect(at(hour, left(ledger, two))).toEqual([
      [4, hour + 15 * minute],
      [398, day],
    ])
  })

  test("makes a window last until then that would end before, or is not open", () => {
    const { at, ledger } = fresh()
    at(0, ledger.reserve(one))
    at(0, ledger.exhaust(one, ["15min"], hour))
    expect(at(hour - 1, outcomeOf(ledger, one))?.resetAt).toBe(hour)
    at(2 * hour, ledger.exhaust(one, ["15min"], 3 * hour))
    expect(at(2 * hour, outcomeOf(ledger, one))?.resetAt).toBe(3 * hour)
    expect(at(3 * hour, outcomeOf(ledger, one))).toBeUndefined()
  })

  test("is over when the remote says that the window ends before", () => {
    const { at, ledger } = fresh()
    at(0, ledger.exhaust(one, ["15min"], hour))
    const word = { name: "15min", max: 5, remaining: 2, resetAt: 5 * minute }
    at(1, ledger.learn(one, [word], 1))
    expect(at(1, outcomeOf(ledger, one))?.resetAt).toBe(5 * minute + 1000)
  })

  test("does nothing for a moment that has passed, or for the name of no limit", () => {
    const { at, ledger } = fresh()
    at(hour, ledger.exhaust(one, ["15min"], hour))
    at(hour, ledger.exhaust(one, ["15min"], Number.NaN))
    at(hour, ledger.exhaust(one, ["24hour"], 2 * hour))
    expect(at(hour, left(ledger, one))[0]?.[0]).toBe(5)
    at(hour, ledger.exhaust(one, ["15min"], Number.POSITIVE_INFINITY))
    expect(at(9 * day, outcomeOf(ledger, one))?.resetAt).toBe(8.64e15)
  })
})
