/** What a signature takes besides credentials: chance that nobody can guess, and the server's time. */
import { describe, expect, it } from "@effect/vitest"
import { Entropy, Skew } from "@kith/http-adapter"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { readFileSync } from "node:fs"

const counting = (): Entropy.Source => {
  let next = 0
  return (count) => Uint8Array.from({ length: count }, () => next++)
}

describe("entropy", () => {
  it("makes a nonce of 128 bits, in hex digits", () => {
    expect(Entropy.nonce(counting())).toBe("000102030405060708090a0b0c0d0e0f")
  })

  it("makes a state or verifier of 256 bits, in the characters that RFC 7636 allows", () => {
    expect(Entropy.token((count) => new Uint8Array(count).fill(255))).toBe(
      "__________________________________________8",
    )
    expect(Entropy.token((count) => new Uint8Array(count).fill(0xfb))).toMatch(/^[\w-]{43}$/)
  })

  it.effect("comes from the platform, and never twice", () =>
    Effect.gen(function* () {
      const source = yield* Entropy.Entropy
      const nonces = new Set(Array.from({ length: 10_000 }, () => Entropy.nonce(source)))
      expect(nonces.size).toBe(10_000)
      expect(source(20).length).toBe(20)
      const long = source(5_000)
      expect(long.length).toBe(5_000)
      expect(new Set(long).size).toBeGreaterThan(200)
      const kept = source(16)
      const before = [...kept]
      for (let index = 0; index < 1_000; index++) source(16)
      expect([...kept]).toEqual(before)
    }),
  )

  it.effect("may be another in a test", () =>
    Effect.gen(function* () {
      expect(Entropy.nonce(yield* Entropy.Entropy)).toBe("000102030405060708090a0b0c0d0e0f")
    }).pipe(Effect.provideService(Entropy.Entropy, counting())),
  )

  it("is nowhere made of Math.random or of a clock", () => {
    const folder = new URL("../../packages/http-adapter/src/auth/", import.meta.url)
    for (const file of ["Entropy", "Signature", "Pkce", "ThreeLegged", "Grants"]) {
      expect(readFileSync(new URL(`${file}.ts`, folder), "utf8")).not.toMatch(
        /Math\.random\(|Date\.now\(|new Date/,
      )
    }
  })
})

const now = Date.UTC(2026, 10, 22, 12, 0, 0)
const dateAt = (offset: number): string => new Date(now + offset).toUTCString()

describe("skew", () => {
  it.each([
    ["Sun, 22 Nov 2026 12:10:00 GMT", 600_000],
    ["Sun, 22 Nov 2026 11:59:59 GMT", -1_000],
    ["yesterday", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("measures %s as %s", (date, measured) => {
    expect(Skew.measure(date, now)).toBe(measured)
  })

  it.effect("is none until the server says another time", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now + 999)
      const skew = yield* Skew.make
      expect(yield* skew.offset).toBe(0)
      expect(yield* skew.seconds).toBe(now / 1000)
      expect(yield* skew.learn(undefined, now)).toBe(false)
      expect(yield* skew.learn("nonsense", now)).toBe(false)
      expect(yield* skew.offset).toBe(0)
    }),
  )

  it.effect.each([600_000, -600_000, 61_000])("corrects a difference of %s ms", (offset) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(now)
      const skew = yield* Skew.make
      expect(yield* skew.learn(dateAt(offset), now)).toBe(true)
      expect(yield* skew.offset).toBe(offset)
      expect(yield* skew.seconds).toBe((now + offset) / 1000)
      expect(yield* skew.learn(dateAt(offset + 1_000), now)).toBe(false)
      expect(yield* skew.offset).toBe(offset)
    }),
  )

  it.effect.each([60_000, -60_000, 0])("leaves a difference of %s ms alone", (offset) =>
    Effect.gen(function* () {
      const skew = yield* Skew.make
      expect(yield* skew.learn(dateAt(offset), now)).toBe(false)
      expect(yield* skew.offset).toBe(0)
    }),
  )

  it.effect("goes back when the clock of the machine has been set", () =>
    Effect.gen(function* () {
      const skew = yield* Skew.make
      yield* skew.learn(dateAt(600_000), now)
      expect(yield* skew.learn(dateAt(0), now)).toBe(true)
      expect(yield* skew.offset).toBe(0)
    }),
  )

  it.effect("corrects every difference once the server has refused a timestamp", () =>
    Effect.gen(function* () {
      const skew = yield* Skew.make
      expect(yield* skew.learn(dateAt(30_000), now, true)).toBe(true)
      expect(yield* skew.offset).toBe(30_000)
      expect(yield* skew.learn(dateAt(40_000), now)).toBe(true)
      expect(yield* skew.offset).toBe(40_000)
      expect(yield* skew.learn(dateAt(40_000), now, true)).toBe(false)
    }),
  )

  it.effect("is of its own for each service", () =>
    Effect.gen(function* () {
      yield* Effect.flatMap(Skew.Skew, (skew) => skew.learn(dateAt(600_000), now)).pipe(
        Effect.provide(Skew.layer),
      )
      expect(
        yield* Effect.flatMap(Skew.Skew, (skew) => skew.offset).pipe(Effect.provide(Skew.layer)),
      ).toBe(0)
    }),
  )
})
