/** Windows of which one process knows how many requests they admit, and another one does not. */
import { Quota } from "@kith/core"
import { describe, expect, test } from "vitest"
import {
  fresh,
  left,
  minute,
  one,
  open,
  outcomeOf,
  quarter,
  request,
  run,
} from "./quota-support.ts"

describe("a limit whose number one of two processes does not know", () => {
  const unknown = { ...quarter, max: Quota.unknownMax }
  const cap: Quota.Limit = { name: "cap", max: Quota.unknownMax, seconds: 900, per: "app" }
  const guess = request("u", [unknown, cap])

  test("opens no window", () => {
    const { at, journal, ledger } = fresh()
    at(0, ledger.reserve(guess))
    at(0, ledger.reserveAll([guess, guess]))
    at(0, ledger.learn(guess, [], 0))
    expect(run(journal.scan("quota/", 10))).toEqual([])
  })

  test("counts in the window that the other one opened, one by one and together", () => {
    const { at, journal, ledger } = fresh()
    const other = run(open(journal))
    at(0, ledger.reserve(guess))
    at(0, other.reserve(one))
    at(1, ledger.reserve(guess))
    at(2, ledger.reserveAll([guess, guess]))
    at(3, other.reserve(one))
    const refused = { exhausted: ["15min"], resetAt: 15 * minute }
    expect(at(4, outcomeOf(ledger, guess))).toMatchObject(refused)
    expect(at(4, outcomeOf(other, one))).toMatchObject(refused)
    expect(at(4, left(ledger, guess))).toContainEqual([0, 15 * minute])
    expect(at(4, ledger.plan(guess, 1))).toEqual([{ at: 15 * minute, requests: 1 }])
    expect(at(15 * minute, outcomeOf(ledger, guess))).toBeUndefined()
  })

  test("counts by the number that the remote told the other one, also in the next window", () => {
    const { at, journal, ledger } = fresh()
    const other = run(open(journal))
    at(0, other.learn(one, [{ name: "15min", max: 2, remaining: 2, resetAt: minute }], 0))
    for (const now of [1, 2 * minute]) {
      at(now, ledger.reserveAll([guess, guess]))
      expect(at(now, outcomeOf(ledger, guess))).toMatchObject({ exhausted: ["15min"] })
    }
  })

  test("is kept to while the remote refuses, however lately it did not", () => {
    const { at, journal, ledger } = fresh()
    const narrow = request("u", [quarter, cap])
    at(0, ledger.reserve(narrow))
    at(0, run(open(journal)).exhaust(narrow, ["cap"], minute))
    const refused = { exhausted: ["cap"], resetAt: minute }
    expect(at(0, outcomeOf(ledger, narrow))).toMatchObject(refused)
    expect(at(minute, outcomeOf(ledger, narrow))).toBeUndefined()
    expect(at(minute, left(ledger, narrow))).toEqual([
      [3, 15 * minute],
      [Quota.unknownMax, minute + 15 * minute],
    ])
  })
})
