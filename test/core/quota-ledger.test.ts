/** The ledger in the journal: that it counts as the pure one does, and what it keeps. */
import { Journal, Quota } from "@kith/core"
import { MemoryJournal } from "@kith/memory-adapter"
import { Effect, Layer, Stream } from "effect"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import * as QuotaLedger from "../../packages/core/src/QuotaLedger.ts"
import {
  type AJournal,
  day,
  follows,
  fresh,
  hour,
  type Ledger,
  left,
  minute,
  one,
  open,
  outcomeOf,
  quarter,
  request,
  run,
  script,
} from "./quota-support.ts"

/** A journal that has what another one has, as after a restart. */
const copyOf = (journal: AJournal): AJournal =>
  run(
    Effect.gen(function* () {
      const copy = yield* MemoryJournal.make
      const entries = yield* journal.scan("", 10_000)
      yield* copy.write(entries.map(({ key, value }) => ({ key, value, expectedVersion: 0 })))
      return copy
    }),
  )

describe("reserve", () => {
  test("admits what the pure ledger admits, whichever process counts and whoever restarts", () => {
    fc.assert(
      fc.property(script, fc.infiniteStream(fc.nat(3)), (steps, who) => {
        const { at, journal, ledger } = fresh()
        const other = run(open(journal))
        let shared = journal
        let ledgers = [ledger, other]
        let pure = Quota.empty
        for (const { now, request } of steps) {
          const next = who.next().value
          if (next === 3) {
            shared = copyOf(shared)
            ledgers = [run(open(shared)), run(open(shared))]
          }
          const mine = ledgers[next] ?? run(open(shared))
          const admission = Quota.admit(pure, request, now)
          expect(at(now, outcomeOf(mine, request))).toEqual(
            admission._tag === "Admitted"
              ? undefined
              : {
                  resetAt: admission.resetAt,
                  exhausted: admission.exhausted.map((limit) => limit.name),
                },
          )
          if (admission._tag === "Admitted") pure = admission.ledger
          expect(at(now, mine.standings(request))).toEqual(admission.standings)
        }
      }),
      { numRuns: 300 },
    )
  })

  test("admits every request that fits into a window, and not one more", () => {
    const { at, ledger } = fresh()
    const users = ["a", "b", "c", "d", "e"]
    const made = users.map((user) => {
      const one = request(user, follows.slice(1))
      let count = 0
      while (at(hour, outcomeOf(ledger, one)) === undefined) count++
      return count
    })
    expect(made).toEqual([400, 400, 200, 0, 0])
  })

  test("says what is spent, whose it is, and when it opens again", () => {
    const { at, ledger } = fresh()
    const tight = request("42", [{ ...quarter, max: 0 }, quarter])
    const error = at(1_767_225_600_000, Effect.flip(ledger.reserve(tight)))
    expect(error).toMatchObject({
      _tag: "QuotaExhausted",
      kind: "follow",
      app: "app",
      user: "42",
      exhausted: ["15min"],
      retryable: true,
    })
    expect(error.message).toBe(
      "the quota of follow of user 42 through the app app is spent (15min); wait until 2026-01-01T00:15:00.000Z",
    )
  })

  test("counts several requests at once, or none of them", () => {
    const { at, ledger } = fresh()
    const look = request("u", [{ ...quarter, max: 2 }], "app", "look")
    at(0, ledger.reserveAll([one, look, look]))
    expect(at(0, left(ledger, look))).toEqual([[0, 15 * minute]])
    const error = at(1, Effect.flip(ledger.reserveAll([one, one, look])))
    expect(error).toMatchObject({ kind: "look", exhausted: ["15min"] })
    expect(at(1, left(ledger, one))).toEqual([[4, 15 * minute]])
    at(1, ledger.reserveAll([]))
  })

  test("needs no journal for a request that no limit concerns", () => {
    const fails: AJournal = {
      read: () => Effect.die("read"),
      write: () => Effect.die("written"),
      scan: () => Effect.die("scanned"),
    }
    const ledger = run(open(fails))
    run(ledger.reserve(request("u", [])))
    run(ledger.reserve(request(undefined, [quarter])))
  })
})

describe("what is kept", () => {
  const listed = (ledger: Ledger, app?: string) =>
    Effect.map(Stream.runCollect(ledger.list(app)), (rows) => Array.from(rows))

  const pers = ["userAndApp", "app", "user"] as const

  test("is listed for whom it counts, whatever characters their names have", () => {
    const name = fc.oneof(
      fc.constantFrom("*", "/", "a/b", "%2A", "", " ", ".", "quota/*"),
      fc.string({ unit: "grapheme", maxLength: 6 }),
    )
    fc.assert(
      fc.property(name, name, name, (app, kind, user) => {
        const { at, journal, ledger } = fresh()
        const limits = pers.map((per) => ({ ...quarter, per }))
        at(0, ledger.reserve({ app, kind, user, limits }))
        const row = { kind, name: "15min", max: 5, remaining: 4, resetAt: 15 * minute }
        const rows = [
          { ...row, app, user },
          { ...row, app, user: undefined },
        ]
        expect(at(0, listed(ledger, app))).toEqual(expect.arrayContaining(rows))
        expect(at(0, listed(ledger))).toHaveLength(3)
        expect(at(0, listed(ledger))).toEqual(
          expect.arrayContaining([...rows, { ...row, app: undefined, user }]),
        )
        expect(at(0, listed(ledger, `${app}*`))).toEqual([])
        for (const { key } of run(journal.scan("", 10))) expect(key).toMatch(/^[!-~]+$/)
      }),
    )
  })

  test("takes half of a character for a name as any other", () => {
    const { at, ledger } = fresh()
    at(0, ledger.reserve(request("\ud83d", [quarter])))
    expect(at(0, listed(ledger))).toHaveLength(1)
  })

  test("is listed page by page, while it is open", () => {
    const { at, ledger } = fresh()
    for (let user = 0; user < 700; user++) at(user, ledger.reserve(request(`${user}`, [quarter])))
    expect(at(700, listed(ledger, "app"))).toHaveLength(700)
    expect(at(15 * minute + 300, listed(ledger))).toHaveLength(399)
  })

  test("is listed as spent until the moment that the remote refuses to", () => {
    const { at, ledger } = fresh()
    at(0, ledger.reserve(one))
    at(0, ledger.exhaust(one, ["15min"], minute))
    expect(at(0, listed(ledger))).toMatchObject([{ remaining: 0, resetAt: minute }])
    expect(at(minute, listed(ledger))).toMatchObject([{ remaining: 4, resetAt: 15 * minute }])
  })

  test("loses windows that have ended with the next write", () => {
    const { at, journal, ledger } = fresh()
    const named = (name: string) => request("u", [{ ...quarter, name }])
    at(0, ledger.reserve(named("old")))
    at(minute, ledger.reserve(named("young")))
    at(15 * minute, ledger.reserve(named("new")))
    const [entry] = run(journal.scan("quota/", 10))
    expect(entry?.value).not.toContain("old")
    expect(entry?.value).toContain("young")
    expect(entry?.value).toContain("new")
  })

  test("is pruned piece by piece, which changes no answer", () => {
    const { at, journal, ledger } = fresh()
    const users = Array.from({ length: 60 }, (_, user) => request(`${user}`, [quarter]))
    for (const [index, each] of users.entries()) at(index * minute, ledger.reserve(each))
    const now = 60 * minute
    const before = users.map((each) => at(now, left(ledger, each)))
    let cursor: string | undefined
    let calls = 0
    do {
      cursor = at(now, ledger.prune({ limit: 7, cursor }))
      calls++
    } while (cursor !== undefined)
    expect(calls).toBe(Math.ceil(60 / 7) + 1)
    expect(run(journal.scan("quota/", 100))).toHaveLength(14)
    expect(users.map((each) => at(now, left(ledger, each)))).toEqual(before)
    for (const each of users) at(now, outcomeOf(ledger, each))
    expect(at(now + day, ledger.prune())).toBeDefined()
    expect(run(journal.scan("quota/", 100))).toEqual([])
  })

  test("is not pruned when somebody uses it in between", () => {
    const { at, journal, ledger } = fresh()
    for (const user of ["a", "b", "c"]) at(0, ledger.reserve(request(user, [quarter])))
    const busy: AJournal = {
      ...journal,
      scan: (...asked) =>
        Effect.tap(journal.scan(...asked), () =>
          Effect.orDie(ledger.reserve(request("b", [quarter]))),
        ),
    }
    at(hour, run(open(busy)).prune())
    expect(at(hour, listed(ledger))).toMatchObject([{ user: "b", remaining: 4 }])
    expect(run(journal.scan("quota/", 10))).toHaveLength(1)
  })

  test("can be read by everybody, however long a window is and however fine the clock", () => {
    const { at, journal, ledger } = fresh()
    const asked = request("u", [
      { name: "for good", max: 2, seconds: Number.MAX_SAFE_INTEGER, per: "user" },
      { ...quarter, max: 2 },
    ])
    const now = 1_767_225_600_000.25
    at(now, ledger.reserve(asked))
    at(now, ledger.learn(asked, [], now))
    at(now, run(open(journal)).reserve(asked))
    const error = at(now, Effect.flip(run(open(journal)).reserve(asked)))
    expect(error).toMatchObject({ exhausted: ["for good", "15min"] })
    expect(error.message).toContain("wait until +")
    const word = { name: "for good", max: 3, remaining: 1, resetAt: Number.MAX_SAFE_INTEGER }
    at(now, run(open(journal)).learn(asked, [word], now))
    expect(at(now, left(run(open(journal)), asked))[0]?.[0]).toBe(1)
  })

  test("is refused when it is not what this code writes", () => {
    const { at, journal, ledger } = fresh()
    const key = "quota/app/follow/u"
    for (const value of ["", "{}", `[{"name":"15min"}]`, `[{"name":"15min","used":"1"}]`]) {
      const [old] = run(journal.read([key]))
      run(journal.write([{ key, value, expectedVersion: old?.version ?? 0 }]))
      const error = at(0, Effect.flip(ledger.reserve(one)))
      expect(error).toMatchObject({ _tag: "StoreError", reason: "Corrupt", retryable: false })
      expect(error.message).toContain(key)
      expect(at(0, Effect.flip(Stream.runDrain(ledger.list())))).toMatchObject({
        reason: "Corrupt",
      })
    }
  })

  test("is refused under a key that no ledger writes", () => {
    for (const key of ["quota/app", "quota/app/%/u"]) {
      const { at, journal, ledger } = fresh()
      run(journal.write([{ key, value: "[]", expectedVersion: 0 }]))
      expect(at(0, Effect.flip(Stream.runDrain(ledger.list())))).toMatchObject({
        reason: "Corrupt",
      })
    }
  })
})

test("plans from what was counted by anybody, as the pure ledger does", () => {
  const { at, journal, ledger } = fresh()
  const asked = request("u", follows)
  let pure = Quota.empty
  for (let count = 0; count < 30; count++) {
    at(0, ledger.reserve(asked))
    const admission = Quota.admit(pure, asked, 0)
    if (admission._tag === "Admitted") pure = admission.ledger
  }
  const other = run(open(journal))
  expect(at(minute, other.plan(asked, 500))).toEqual(Quota.plan(pure, asked, 500, minute))
})

test("the layer gives a ledger over the journal at hand", () => {
  const counted = Effect.gen(function* () {
    const ledger = yield* QuotaLedger.QuotaLedger
    yield* ledger.reserve(one)
    return yield* (yield* Journal.Journal).scan("quota/", 10)
  })
  const entries = run(
    counted.pipe(Effect.provide(QuotaLedger.layer.pipe(Layer.provideMerge(MemoryJournal.layer)))),
  )
  expect(entries.map(({ key }) => key)).toEqual(["quota/app/follow/u"])
})
