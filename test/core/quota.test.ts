import { Quota } from "@kith/core"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { daily, day, follows, hour, minute, request, script } from "./quota-support.ts"

/** Sends as many as are admitted, up to `count`, at one moment. */
const send = (ledger: Quota.Ledger, one: Quota.Request, count: number, now: number) => {
  let current = ledger
  let admitted = 0
  for (let index = 0; index < count; index++) {
    const admission = Quota.admit(current, one, now)
    if (admission._tag === "Exhausted") break
    current = admission.ledger
    admitted++
  }
  return { ledger: current, admitted }
}

/** What a window is, said naively: who counts together, from the first request on, until it ends. */
class NaiveWindow {
  readonly limit: Quota.Limit
  readonly of: Quota.Request
  readonly end: number
  count = 0
  constructor(limit: Quota.Limit, of: Quota.Request, now: number) {
    this.limit = limit
    this.of = of
    this.end = now + limit.seconds * 1000
  }
  isOf(limit: Quota.Limit, { app, kind, user }: Quota.Request): boolean {
    const { per } = limit
    return (
      this.of.kind === kind &&
      this.limit.name === limit.name &&
      this.limit.per === per &&
      (per === "user" || this.of.app === app) &&
      (per === "app" || this.of.user === user)
    )
  }
}

const concerns = ({ per }: Quota.Limit, { user }: Quota.Request): boolean =>
  per === "app" || user !== undefined

/** Admits naively; gives whether it was admitted, or when it may come again. */
const naively = (windows: Array<NaiveWindow>, one: Quota.Request, now: number) => {
  const mine = one.limits
    .filter((it) => concerns(it, one))
    .map((it) => ({
      limit: it,
      window: windows.findLast((window) => window.isOf(it, one) && window.end > now),
    }))
  const full = mine.filter(({ limit, window }) => window !== undefined && window.count >= limit.max)
  if (full.length > 0) return { resetAt: Math.max(...full.map(({ window }) => window?.end ?? 0)) }
  for (const { limit, window } of mine) {
    const counting = window ?? new NaiveWindow(limit, one, now)
    if (window === undefined) windows.push(counting)
    counting.count++
  }
  return {}
}

describe("admit", () => {
  test("never lets a window admit more than its limit, whatever the times and names", () => {
    fc.assert(
      fc.property(script, (steps) => {
        const windows: Array<NaiveWindow> = []
        let ledger = Quota.empty
        for (const { now, request } of steps) {
          const admission = Quota.admit(ledger, request, now)
          const { resetAt } = naively(windows, request, now)
          expect(admission._tag === "Exhausted" ? admission.resetAt : undefined).toBe(resetAt)
          if (admission._tag === "Admitted") ledger = admission.ledger
        }
        for (const window of windows) expect(window.count).toBeLessThanOrEqual(window.limit.max)
      }),
      { numRuns: 1000 },
    )
  })

  test("tells truly when an exhausted request may come again", () => {
    fc.assert(
      fc.property(script, (steps) => {
        let ledger = Quota.empty
        for (const { now, request } of steps) {
          const admission = Quota.admit(ledger, request, now)
          if (admission._tag === "Admitted") {
            ledger = admission.ledger
            continue
          }
          const { resetAt } = admission
          expect(resetAt).toBeGreaterThan(now)
          expect(Quota.admit(ledger, request, resetAt)._tag).toBe("Admitted")
          expect(Quota.admit(ledger, request, resetAt - 1)._tag).toBe("Exhausted")
        }
      }),
      { numRuns: 1000 },
    )
  })

  test("counts an exhausted request nowhere", () => {
    const tight: Quota.Limit = { name: "tight", max: 1, seconds: 1, per: "userAndApp" }
    const wide: Quota.Limit = { name: "wide", max: 3, seconds: 100, per: "app" }
    const one = request("u", [tight, wide])
    const { admitted, ledger } = send(Quota.empty, one, 10, 0)
    expect(admitted).toBe(1)
    const refused = Quota.admit(ledger, one, 0)
    expect(refused._tag === "Exhausted" ? refused.exhausted : []).toEqual([tight])
    const stands = Quota.standings(ledger, one, 0).map((it) => [it.limit.name, it.remaining])
    expect(stands).toEqual([
      ["tight", 0],
      ["wide", 2],
    ])
    expect(refused.standings).toEqual(Quota.standings(ledger, one, 0))
  })

  test("gives the standings after the request, and leaves the ledger before as it was", () => {
    const one = request("u", daily)
    const admission = Quota.admit(Quota.empty, one, 1000)
    expect(admission.standings).toEqual([
      { limit: daily[0], remaining: 399, resetAt: 1000 + day },
      { limit: daily[1], remaining: 999, resetAt: 1000 + day },
    ])
    const before = Quota.standings(Quota.empty, one, 1000)
    expect(before.map((it) => it.remaining)).toEqual([400, 1000])
    if (admission._tag === "Admitted") {
      expect(Quota.standings(admission.ledger, one, 2000)).toEqual(admission.standings)
    }
  })

  test("opens a window with the first request in it, and not by the clock on the wall", () => {
    const one = request("u", follows.slice(0, 1))
    const first = send(Quota.empty, one, 1, 7 * minute)
    const rest = send(first.ledger, one, 100, 20 * minute)
    expect(rest.admitted).toBe(49)
    expect(Quota.admit(rest.ledger, one, 22 * minute - 1)._tag).toBe("Exhausted")
    expect(send(rest.ledger, one, 100, 22 * minute).admitted).toBe(50)
  })

  test("closes no window early when the clock goes back", () => {
    const one = request("u", [{ name: "w", max: 1, seconds: 10, per: "user" }])
    const { ledger } = send(Quota.empty, one, 1, 20_000)
    expect(Quota.admit(ledger, one, 1000)).toMatchObject({ _tag: "Exhausted", resetAt: 30_000 })
  })

  test("admits nothing by a limit of none", () => {
    const one = request("u", [{ name: "none", max: 0, seconds: 10, per: "user" }])
    expect(Quota.admit(Quota.empty, one, 0)._tag).toBe("Exhausted")
    expect(Quota.admit(Quota.empty, { ...one, user: undefined }, 0)._tag).toBe("Admitted")
  })

  test("counts a user's requests through one app, an app's, and a user's through any app apart", () => {
    const left = (per: Quota.Limit["per"], other: Quota.Request) => {
      const limits = [{ name: "w", max: 2, seconds: 10, per }]
      const { ledger } = send(Quota.empty, request("u", limits, "x"), 1, 0)
      return Quota.standings(ledger, { ...other, limits }, 0)[0]?.remaining
    }
    const [sameUser, sameApp, neither] = [
      request("u", [], "y"),
      request("v", [], "x"),
      request("v", [], "y"),
    ]
    expect([sameUser, sameApp, neither].map((it) => left("userAndApp", it))).toEqual([2, 2, 2])
    expect([sameUser, sameApp, neither].map((it) => left("app", it))).toEqual([2, 1, 2])
    expect([sameUser, sameApp, neither].map((it) => left("user", it))).toEqual([1, 2, 2])
    const appsOwn = request(undefined, [], "x")
    expect(left("app", appsOwn)).toBe(1)
    expect([left("user", appsOwn), left("userAndApp", appsOwn)]).toEqual([undefined, undefined])
    expect(left("app", request("u", [], "x", "unfollow"))).toBe(2)
  })

  // The example of X's own documentation of its follow limits.
  test("lets five users make 400 follows each a day, and 1,000 together", () => {
    let ledger = Quota.empty
    const made = ["a", "b", "c", "d", "e"].map((user) => {
      const sent = send(ledger, request(user, daily), 1000, 0)
      ledger = sent.ledger
      return sent.admitted
    })
    expect(made).toEqual([400, 400, 200, 0, 0])
    const refused = Quota.admit(ledger, request("e", daily), hour)
    expect(refused).toMatchObject({ _tag: "Exhausted", exhausted: [daily[1]], resetAt: day })
    expect(send(ledger, request("e", daily), 1000, day).admitted).toBe(400)
  })
})

describe("plan", () => {
  test("lists moments at which just so many requests are admitted, and no more", () => {
    fc.assert(
      fc.property(script, fc.nat(30), (steps, count) => {
        let ledger = Quota.empty
        for (const { now, request } of steps.slice(0, -1)) {
          const admission = Quota.admit(ledger, request, now)
          if (admission._tag === "Admitted") ledger = admission.ledger
        }
        const last = steps.at(-1)
        if (last === undefined) return
        const waves = Quota.plan(ledger, last.request, count, last.now)
        expect(waves.reduce((sum, wave) => sum + wave.requests, 0)).toBe(count)
        let left = count
        for (const [index, { at, requests }] of waves.entries()) {
          const sent = send(ledger, last.request, left, at)
          expect(sent.admitted).toBe(requests)
          ledger = sent.ledger
          left -= requests
          const next = waves[index + 1]
          if (next === undefined) continue
          const refused = Quota.admit(ledger, last.request, at)
          expect(refused._tag === "Exhausted" ? refused.resetAt : undefined).toBe(next.at)
        }
      }),
      { numRuns: 500 },
    )
  })

  test("costs by the moments that it lists, and not by the requests", () => {
    const wide: Quota.Limit = { name: "wide", max: 4e15, seconds: 10, per: "user" }
    expect(Quota.plan(Quota.empty, request("u", [wide]), 9e15, 0)).toEqual([
      { at: 0, requests: 4e15 },
      { at: 10_000, requests: 4e15 },
      { at: 20_000, requests: 1e15 },
    ])
    expect(Quota.plan(Quota.empty, request("u", []), 9e15, 5)).toEqual([{ at: 5, requests: 9e15 }])
  })

  test("says how long a thousand follows of one user take", () => {
    const waves = Quota.plan(Quota.empty, request("u", follows), 1000, 0)
    expect(waves.slice(0, 9)).toEqual([
      ...Array.from({ length: 8 }, (_, index) => ({ at: index * 15 * minute, requests: 50 })),
      { at: day, requests: 50 },
    ])
    expect(waves.at(-1)).toEqual({ at: 2 * day + 45 * minute, requests: 50 })
  })

  test("ends early when a limit that concerns the request admits none at all", () => {
    const none: Quota.Limit = { name: "none", max: 0, seconds: 10, per: "user" }
    expect(Quota.plan(Quota.empty, request("u", [none]), 3, 0)).toEqual([])
    expect(Quota.plan(Quota.empty, request(undefined, [none]), 3, 0)).toEqual([
      { at: 0, requests: 3 },
    ])
  })

  test("has nothing to plan for no requests, and everything at once without limits", () => {
    expect(Quota.plan(Quota.empty, request("u", follows), 0, 5)).toEqual([])
    expect(Quota.plan(Quota.empty, request("u", []), 7, 5)).toEqual([{ at: 5, requests: 7 }])
  })
})

describe("prune", () => {
  test("changes no answer from then on", () => {
    fc.assert(
      fc.property(script, fc.nat(12), fc.integer({ min: -1, max: 1 }), (steps, halves, off) => {
        // Just before, at, and just after the moments at which windows end.
        const then = Math.max(0, halves * 500 + off)
        let ledger = Quota.empty
        for (const { now, request } of steps) {
          const admission = Quota.admit(ledger, request, now)
          if (admission._tag === "Admitted") ledger = admission.ledger
        }
        const pruned = Quota.prune(ledger, then)
        for (const { now, request } of steps) {
          const later = then + now
          const [left, right] = [ledger, pruned].map((it) => Quota.admit(it, request, later))
          expect(left?._tag).toBe(right?._tag)
          expect(left?.standings).toEqual(right?.standings)
        }
      }),
      { numRuns: 500 },
    )
  })

  test("drops what has ended, so that a ledger does not grow with all who ever came", () => {
    let ledger = Quota.empty
    for (let user = 0; user < 500; user++) {
      const { ledger: next } = send(ledger, request(`user ${user}`, follows), 1, user * minute)
      ledger = Quota.prune(next, user * minute)
    }
    const windows = Array.from(ledger).length
    expect(windows).toBeLessThanOrEqual(15 + 500 + 1)
    expect(Array.from(Quota.prune(ledger, 2 * day))).toEqual([])
  })
})
