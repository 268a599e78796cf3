/** Five users, five thousand follows: every place is used, and the remote never has to refuse. */
import { it } from "@effect/vitest"
import { Quota, RemoteError, Waiting } from "@kith/core"
import { MemoryJournal } from "@kith/memory-adapter"
import { Clock, Effect, Fiber, Random } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect } from "vitest"
import type * as QuotaLedger from "../../packages/core/src/QuotaLedger.ts"
import { day, hour, open, request } from "./quota-support.ts"

/** The limits of X's own documentation of following, by the names of its headers. */
const limits: ReadonlyArray<Quota.Limit> = [
  { name: "15min", max: 50, seconds: 900, per: "userAndApp" },
  { name: "24hour", max: 400, seconds: 86_400, per: "userAndApp" },
  { name: "24hour-app", max: 1000, seconds: 86_400, per: "app" },
]

/** A strict remote: it knows nothing of who reserved what, and its windows open when requests arrive. */
const strict = () => {
  let ledger = Quota.empty
  const accepted: Array<{ readonly at: number; readonly user: string | undefined }> = []
  let refused = 0
  return {
    accepted,
    refused: () => refused,
    arrive: (one: Quota.Request, now: number): ReadonlyArray<QuotaLedger.Announced> => {
      const admission = Quota.admit(ledger, one, now)
      if (admission._tag === "Admitted") {
        ledger = admission.ledger
        accepted.push({ at: now, user: one.user })
      } else refused++
      return admission.standings.map(({ limit, remaining, resetAt }) => ({
        name: limit.name,
        max: limit.max,
        remaining,
        // Headers have whole seconds.
        resetAt: Math.floor(resetAt / 1000) * 1000,
      }))
    },
  }
}

const users = ["a", "b", "c", "d", "e"]
const follows = 1000

describe("five thousand follows for five users through one app", () => {
  const announcements: Readonly<Record<string, ReadonlyArray<string>>> = {
    "announces nothing": [],
    "announces 15 minutes": ["15min"],
    "announces every window": ["15min", "24hour", "24hour-app"],
  }
  for (const [what, names] of Object.entries(announcements)) {
    it.effect(`use every place that there is, and are never refused, when the remote ${what}`, () =>
      Effect.gen(function* () {
        const journal = yield* MemoryJournal.make
        // Two processes share the journal.
        const ledgers = [yield* open(journal), yield* open(journal)] as const
        const remote = strict()

        const follow = (user: string, index: number) =>
          Effect.gen(function* () {
            const ledger = ledgers[index % 2 === 0 ? 0 : 1]
            const one = request(user, limits)
            yield* Effect.catchTag(ledger.reserve(one), "QuotaExhausted", ({ message, resetAt }) =>
              Effect.fail(
                new RemoteError.RemoteError({
                  outcome: "refused",
                  reason: "WindowExhausted",
                  message,
                  retryable: true,
                  resetAt,
                }),
              ),
            ).pipe(Waiting.upTo(Number.POSITIVE_INFINITY))
            yield* Effect.sleep(yield* Random.nextIntBetween(0, 2000))
            const announced = remote.arrive(one, yield* Clock.currentTimeMillis)
            yield* Effect.sleep(yield* Random.nextIntBetween(0, 500))
            const shown = announced.filter(({ name }) => names.includes(name))
            yield* ledger.learn(one, shown, yield* Clock.currentTimeMillis)
          })

        const all = yield* Effect.forkChild(
          Effect.forEach(
            users,
            (user) =>
              Effect.forEach(
                Array.from({ length: follows }, (_, index) => index),
                (index) => follow(user, index),
                { concurrency: 60, discard: true },
              ),
            { concurrency: "unbounded", discard: true },
          ),
        )
        for (let hours = 0; hours < 5 * 24; hours++) yield* TestClock.adjust(hour)
        yield* Fiber.join(all)

        expect(remote.refused()).toBe(0)
        expect(remote.accepted).toHaveLength(users.length * follows)
        // A thousand a day, each day as soon as the app's day begins: whoever waits for a day comes
        // up to a hundredth of it later.
        const days = Array.from({ length: 5 }, (_, nth) =>
          remote.accepted.slice(nth * 1000, (nth + 1) * 1000).map(({ at }) => at),
        )
        for (const [nth, times] of days.entries()) {
          const begin = Math.min(...times)
          expect(Math.max(...times) - begin).toBeLessThan(1.5 * hour)
          if (nth === 0) continue
          const before = Math.min(...(days[nth - 1] ?? []))
          expect(begin - before).toBeGreaterThanOrEqual(day)
          expect(begin - before).toBeLessThan(day + 0.5 * hour)
        }
      }).pipe(Random.withSeed(what)),
    )
  }
})
