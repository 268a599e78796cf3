/** The gate before X: which answers are taken over into the ledger, and which say nothing new. */
import { Journal, QuotaLedger, UserId } from "@kith/core"
import { type Credential, type Endpoint, Gate } from "@kith/http-adapter"
import { MemoryJournal } from "@kith/memory-adapter"
import { Effect, Redacted } from "effect"
import { describe, expect, test } from "vitest"

const credential = (user: string): Credential.Credential => ({
  _tag: "OAuth2",
  app: "app",
  user: UserId.make(user),
  accessToken: Redacted.make("token"),
})

const ada: Gate.Counted = { name: "followUser", credential: credential("1") }
const bea: Gate.Counted = { name: "followUser", credential: credential("2") }

const quarter = { name: "15min", max: 50, seconds: 900, per: "userAndApp" } as const

/** A gate, and how often its ledger learned. */
const bench = async () => {
  const ledger = await Effect.runPromise(QuotaLedger.make.pipe(Effect.provide(MemoryJournal.layer)))
  let learned = 0
  const counting = QuotaLedger.QuotaLedger.of({
    ...ledger,
    learn: (...said) => {
      learned++
      return ledger.learn(...said)
    },
  })
  const gate = Gate.make(counting, { followUser: { user: [quarter] } })
  const begin = Date.now()
  const end = Math.ceil(begin / 1000) + 900
  const reply = (remaining: number, at: number, reset = end): Endpoint.Reply => {
    const headers: Readonly<Record<string, string>> = {
      "x-rate-limit-limit": "50",
      "x-rate-limit-remaining": String(remaining),
      "x-rate-limit-reset": String(reset),
    }
    return { status: 200, body: "", at: begin + at, header: (name) => headers[name] }
  }
  return {
    reserve: (counted = ada) => Effect.runPromise(gate.reserve([counted])),
    /** How often the ledger had learned after an answer that came so many milliseconds later. */
    learn: async (remaining: number, at: number, reset?: number, counted = ada) => {
      await Effect.runPromise(gate.learn(counted, reply(remaining, at, reset), 0))
      return learned
    },
    end,
  }
}

describe("a refusal for the quota", () => {
  test("closes the window for as long as X says, however far X's clock is from ours", async () => {
    const ledger = await Effect.runPromise(
      QuotaLedger.make.pipe(Effect.provide(MemoryJournal.layer)),
    )
    const gate = Gate.make(ledger, { followUser: { user: [quarter] } })
    await Effect.runPromise(gate.reserve([ada]))
    const at = Date.now()
    const later = (name: string) => (name === "retry-after" ? "900" : undefined)
    const ahead = 600_000
    const until = await Effect.runPromise(
      gate.learn(ada, { status: 429, body: "", at, header: later }, ahead),
    )
    expect(until).toBe(at + 900_000)
    const refused = await Effect.runPromise(Effect.flip(gate.reserve([ada])))
    expect(refused).toMatchObject({ reason: "WindowExhausted", resetAt: at + 900_000 })
  })
})

describe("a window that no preset has", () => {
  const list: Gate.Counted = { ...ada, name: "getUsersFollowers" }
  const ofApp: Gate.Counted = {
    name: list.name,
    credential: { _tag: "AppOnly", app: "app", bearerToken: Redacted.make("token") },
  }

  /** Two gates over one journal; the first one hears that a window is spent. */
  const hearing = async (counted: Gate.Counted, prefix: string): Promise<Gate.Gate> => {
    const journal = await Effect.runPromise(MemoryJournal.make)
    const open = async () =>
      Gate.make(
        await Effect.runPromise(Effect.provideService(QuotaLedger.make, Journal.Journal, journal)),
        {},
      )
    const [first, second] = [await open(), await open()]
    const headers: Readonly<Record<string, string>> = {
      [`${prefix}-limit`]: "9",
      [`${prefix}-remaining`]: "0",
      [`${prefix}-reset`]: String(Math.ceil(Date.now() / 1000) + 900),
    }
    const at = Date.now()
    const reply = { status: 200, body: "", at, header: (name: string) => headers[name] }
    await Effect.runPromise(first.learn(counted, reply, 0))
    return second
  }

  test.each([
    ["x-rate-limit", "WindowExhausted"],
    ["x-user-limit-24hour", "DayExhausted"],
    ["x-app-limit-24hour", "DayExhausted"],
  ])("is kept to by others who share the journal, when %s tells of it", async (prefix, reason) => {
    const gate = await hearing(list, prefix)
    const refused = await Effect.runPromise(Effect.flip(gate.reserve([list])))
    expect(refused).toMatchObject({ reason })
    await Effect.runPromise(gate.reserve([ada]))
  })

  test.each([
    [ofApp, list],
    [list, ofApp],
  ])("is not another one of the same name, a user's or the app's own", async (spent, other) => {
    const gate = await hearing(spent, "x-rate-limit")
    await Effect.runPromise(gate.reserve([other]))
    await Effect.runPromise(Effect.flip(gate.reserve([spent])))
  })
})

describe("an answer", () => {
  test("is taken over when it is the first", async () => {
    const { learn, reserve } = await bench()
    await reserve()
    expect(await learn(49, 0)).toBe(1)
  })

  test("says nothing new when X counted what we counted, or less", async () => {
    const { learn, reserve } = await bench()
    await reserve()
    await learn(49, 0)
    await reserve()
    expect(await learn(48, 10)).toBe(1)
    await reserve()
    await reserve()
    // Answers come in any order.
    expect([await learn(46, 20), await learn(47, 30)]).toEqual([1, 1])
  })

  test("is taken over when others have counted, too", async () => {
    const { learn, reserve } = await bench()
    await reserve()
    await learn(49, 0)
    await reserve()
    expect(await learn(47, 10)).toBe(2)
    // What was counted before that says nothing about what comes now.
    await reserve()
    expect(await learn(45, 20)).toBe(3)
    expect(await learn(44, 30)).toBe(4)
  })

  test("is taken over when it speaks of another window", async () => {
    const { end, learn, reserve } = await bench()
    await reserve()
    await learn(49, 0)
    await reserve()
    expect(await learn(49, 10, end + 1)).toBe(2)
  })

  test("is taken over after a second, whatever it says", async () => {
    const { learn, reserve } = await bench()
    await reserve()
    await learn(49, 0)
    await reserve()
    expect(await learn(48, 1_000)).toBe(2)
    await reserve()
    expect(await learn(47, 1_999)).toBe(2)
  })

  test("to one says nothing about another", async () => {
    const { learn, reserve } = await bench()
    await reserve()
    await learn(49, 0)
    await reserve(bea)
    expect(await learn(49, 10, undefined, bea)).toBe(2)
  })
})
