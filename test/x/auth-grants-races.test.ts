/**
 * Grants under every order of events: processes that race, refreshes that fail, processes that die at
 * any step. What holds is what the module promises.
 */
import type { Journal } from "@kith/core"
import { Journal as JournalPort } from "@kith/core"
import { Grants } from "@kith/http-adapter"
import { MemoryJournal } from "@kith/memory-adapter"
import { Clock, Effect, Exit, Fiber, Redacted, Result, Scope } from "effect"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as Support from "../support/grants.ts"
import { stale, user } from "../support/grants.ts"

type JournalService = Journal.Journal["Service"]

const processOn = (journal: JournalService, client: Support.TokenServer["client"]) =>
  Grants.make({ app: Support.app, client }).pipe(
    Effect.provideService(JournalPort.Journal, journal),
    // Some die, and nobody waits for what they had begun.
    Scope.provide(Scope.makeUnsafe()),
  )

/** Does something before and after every step of a journal and a token server. */
const around = (
  journal: JournalService,
  { client }: Support.TokenServer,
  step: Effect.Effect<void>,
): readonly [JournalService, Support.TokenServer["client"]] => {
  const stepped = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    step.pipe(
      Effect.andThen(effect),
      Effect.tap(() => step),
    )
  return [
    JournalPort.Journal.of({
      read: (keys) => stepped(journal.read(keys)),
      write: (writes) => stepped(journal.write(writes)),
      scan: (prefix, limit, after) => stepped(journal.scan(prefix, limit, after)),
    }),
    { ...client, refresh: (before) => stepped(client.refresh(before)) },
  ]
}

describe("processes that race", () => {
  it("refresh once, in whatever order their steps come", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
        async (scheduler, callers) => {
          // To sleep is to let the others go first; no time passes, so that no lease ends.
          const clock: Clock.Clock = {
            currentTimeNanosUnsafe: () => 0n,
            currentTimeNanos: Effect.succeed(0n),
            currentTimeMillisUnsafe: () => 0,
            currentTimeMillis: Effect.succeed(0),
            monotonicTimeNanosUnsafe: () => 0n,
            monotonicTimeNanos: Effect.succeed(0n),
            sleep: () => Effect.promise(() => scheduler.schedule(Promise.resolve(), "sleep")),
          }
          const journal = await Effect.runPromise(MemoryJournal.make)
          const server = Support.tokenServer()
          const setUp = await Effect.runPromise(processOn(journal, server.client))
          await Effect.runPromise(setUp.put(user, Support.signedIn))

          const step = Effect.promise(() => scheduler.schedule(Promise.resolve(), "step"))
          const asking = callers.flatMap((count) => {
            const [seen, client] = around(journal, server, step)
            const grants = Effect.runSync(processOn(seen, client))
            return Array.from({ length: count }, () =>
              Effect.runPromise(
                grants.refresh(user, stale).pipe(Effect.provideService(Clock.Clock, clock)),
              ),
            )
          })
          const credentials = await scheduler.waitFor(Promise.all(asking))
          expect(new Set(credentials.map((it) => Redacted.value(it.accessToken)))).toEqual(
            new Set(["access-1"]),
          )
          expect(server.calls).toEqual(["refresh-0"])
        },
      ),
      { numRuns: 300 },
    )
  })
})

/** What one process does: when it asks, and after how many steps it dies, if it does. */
const script = fc.record({
  asks: fc.array(fc.nat(5_000), { minLength: 1, maxLength: 4 }),
  dies: fc.option(fc.nat(12), { nil: undefined, freq: 2 }),
})

const faults = fc.array(
  fc.constantFrom("none", "none", "unreachable", "lostBefore", "lostAfter" as const),
  { maxLength: 6 },
)

/** Milliseconds that steps take, again and again; far less than a lease. */
const paces = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 20 })

const history = Effect.fnUntraced(function* (
  scripts: ReadonlyArray<typeof script extends fc.Arbitrary<infer A> ? A : never>,
  faultsToCome: ReadonlyArray<string>,
  pace: ReadonlyArray<number>,
) {
  const journal = yield* MemoryJournal.make
  const server = Support.tokenServer()
  const written = new Set<string>()
  const watched = JournalPort.Journal.of({
    ...journal,
    write: (writes) =>
      Effect.tap(journal.write(writes), ({ _tag }) =>
        Effect.sync(() => {
          const token = /"accessToken":"([^"]+)"/.exec(writes[0]?.value ?? "")?.[1]
          if (_tag === "Written" && token !== undefined) written.add(token)
        }),
      ),
  })
  const setUp = yield* processOn(watched, server.client)
  yield* setUp.put(user, Support.signedIn)

  const left = [...faultsToCome]
  let fault: string | undefined
  server.before = Effect.suspend(() => {
    fault = left.shift()
    if (fault === "unreachable") return Support.unreachable
    return fault === "lostBefore" ? Support.lost : Effect.void
  })
  server.after = Effect.suspend(() => (fault === "lostAfter" ? Support.lost : Effect.void))

  let at = 0
  let asked = 0
  const running: Array<Fiber.Fiber<unknown>> = []
  for (const { asks, dies } of scripts) {
    let steps = 0
    const step = Effect.suspend(() => {
      return dies !== undefined && steps++ >= dies
        ? Effect.never
        : Effect.sleep(pace[at++ % pace.length] ?? 0)
    })
    const grants = yield* processOn(...around(watched, server, step))
    for (const delay of asks) {
      asked++
      const asking = Effect.gen(function* () {
        yield* Effect.sleep(delay)
        const result = yield* Effect.result(grants.refresh(user, stale))
        if (Result.isSuccess(result)) {
          const token = Redacted.value(result.success.accessToken)
          expect(token).not.toBe("access-0")
          expect(written).toContain(token)
        }
      })
      running.push(yield* Effect.forkDetach(asking))
    }
  }
  // Long enough for every lease to end.
  for (let second = 0; second < 200; second++) yield* TestClock.adjust("1 second")
  for (const fiber of running) {
    const exit = fiber.pollUnsafe()
    if (exit !== undefined && Exit.isFailure(exit)) yield* exit
  }
  const callsBefore = server.calls.length
  expect(callsBefore).toBeLessThanOrEqual(asked)

  // The faults are over: somebody comes afresh.
  server.before = Effect.void
  server.after = Effect.void
  const survivor = yield* processOn(watched, server.client)
  const ending = yield* Effect.forkDetach(Effect.result(survivor.refresh(user, stale)))
  yield* TestClock.adjust("1 minute")
  const end = yield* Fiber.join(ending)
  // What X gave and nobody wrote down: the answer was lost, or whoever waited for it died.
  const isLost = server.issued.some((token) => !written.has(token))
  if (Result.isSuccess(end)) {
    expect(server.isGood(Redacted.value(end.success.accessToken))).toBe(true)
  } else {
    expect(end.failure).toMatchObject({ _tag: "RemoteError", reason: "Unauthenticated" })
    expect(end.failure.message).toContain("the answer to an earlier refresh was lost")
  }
  expect(Result.isFailure(end)).toBe(isLost)
  expect(server.revoked).toBe(isLost)
  expect(server.calls.length).toBeLessThanOrEqual(callsBefore + 1)
  // And once it has ended, it stays so without X being asked.
  const after = server.calls.length
  if (Result.isFailure(end)) yield* Effect.ignore(survivor.refresh(user, stale))
  expect(server.calls).toHaveLength(after)
  return isLost
})

describe("processes that fail and die", () => {
  it("lose a grant only with an answer that got lost, and never ask without end", async () => {
    const seen = { lost: 0, kept: 0 }
    await fc.assert(
      fc.asyncProperty(
        fc.array(script, { minLength: 1, maxLength: 3 }),
        faults,
        paces,
        async (scripts, faultsToCome, pace) => {
          const isLost = await Effect.runPromise(
            history(scripts, faultsToCome, pace).pipe(Effect.provide(TestClock.layer())),
          )
          seen[isLost ? "lost" : "kept"]++
        },
      ),
      { numRuns: 200 },
    )
    expect(Math.min(seen.lost, seen.kept)).toBeGreaterThan(10)
  })
})
