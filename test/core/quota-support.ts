/** Requests to be counted, and ledgers of them over a journal, on a clock that goes as it is told. */
import { Journal, type Quota } from "@kith/core"
import { MemoryJournal } from "@kith/memory-adapter"
import { Clock, Effect } from "effect"
import * as fc from "fast-check"
import * as QuotaLedger from "../../packages/core/src/QuotaLedger.ts"

export type Ledger = QuotaLedger.QuotaLedger["Service"]
export type AJournal = Journal.Journal["Service"]

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

export const follows: ReadonlyArray<Quota.Limit> = [
  { name: "15min", max: 50, seconds: 900, per: "userAndApp" },
  { name: "24h user", max: 400, seconds: 86_400, per: "userAndApp" },
  { name: "24h app", max: 1000, seconds: 86_400, per: "app" },
]

export const daily = follows.slice(1)

export const request = (
  user: string | undefined,
  limits: ReadonlyArray<Quota.Limit>,
  app = "app",
  kind = "follow",
): Quota.Request => ({ kind, app, user, limits })

/** Kinds, names, users and apps that meet, and none is well behaved. */
const names = fc.constantFrom("a", "b", "a b", "user a", "app a", "", "a app b")
const limit = fc.record({
  name: fc.constantFrom("a", "b", "a b"),
  max: fc.integer({ min: 1, max: 4 }),
  seconds: fc.integer({ min: 1, max: 4 }),
  per: fc.constantFrom("userAndApp", "app", "user"),
})
const limits = fc.uniqueArray(limit, {
  maxLength: 3,
  selector: (it) => `${it.name}/${it.per}`,
})

/** Requests of a few kinds, each kind with its limits, at times that go on, stand and go back. */
export const script = fc
  .record({ ofKinds: fc.array(limits, { minLength: 1, maxLength: 3 }) })
  .chain(({ ofKinds }) =>
    fc.array(
      fc
        .record({
          kind: fc.nat(ofKinds.length - 1),
          app: names,
          user: fc.option(names, { nil: undefined }),
          now: fc.integer({ min: 0, max: 12 }).map((halves) => halves * 500),
        })
        .map(({ kind, ...rest }) => ({
          now: rest.now,
          request: {
            kind: ["a", "b", "a a"][kind] ?? "a",
            app: rest.app,
            user: rest.user,
            limits: ofKinds[kind] ?? [],
          },
        })),
      { maxLength: 60, size: "max" },
    ),
  )

/** A ledger over a journal, as each process has one. */
export const open = (journal: AJournal): Effect.Effect<Ledger> =>
  Effect.provideService(QuotaLedger.make, Journal.Journal, journal)

/** A clock that stands at a moment until it is told another one. */
export const standing = (begin = 0) => {
  let now = begin
  const nanos = (): bigint => BigInt(now) * 1_000_000n
  const clock: Clock.Clock = {
    currentTimeMillisUnsafe: () => now,
    currentTimeMillis: Effect.sync(() => now),
    currentTimeNanosUnsafe: nanos,
    currentTimeNanos: Effect.sync(nanos),
    monotonicTimeNanosUnsafe: nanos,
    monotonicTimeNanos: Effect.sync(nanos),
    sleep: () => Effect.never,
  }
  return {
    set: (to: number): void => {
      now = to
    },
    on: <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
      Effect.provideService(effect, Clock.Clock, clock),
  }
}

/** What became of a request: nothing when it was counted, or why not. */
export const outcomeOf = (
  ledger: Ledger,
  one: Quota.Request,
): Effect.Effect<
  { readonly resetAt: number; readonly exhausted: ReadonlyArray<string> } | undefined
> =>
  Effect.matchEffect(ledger.reserve(one), {
    onSuccess: () => Effect.succeed(undefined),
    onFailure: (error) =>
      error._tag === "QuotaExhausted"
        ? Effect.succeed({ resetAt: error.resetAt, exhausted: error.exhausted })
        : Effect.die(error),
  })

export const run = Effect.runSync

/** An empty ledger, and a way to have effects run at a moment. */
export const fresh = () => {
  const journal = run(MemoryJournal.make)
  const clock = standing()
  const ledger = run(open(journal))
  const at = <A, E>(now: number, effect: Effect.Effect<A, E>): A => {
    clock.set(now)
    return run(clock.on(effect))
  }
  return { journal, ledger, at }
}

export const quarter: Quota.Limit = { name: "15min", max: 5, seconds: 900, per: "userAndApp" }
export const one = request("u", [quarter])

export const left = (ledger: Ledger, of: Quota.Request) =>
  Effect.map(ledger.standings(of), (all) => all.map((it) => [it.remaining, it.resetAt]))
