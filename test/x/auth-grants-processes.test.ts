/** OAuth 2.0 grants that processes share: one refreshes, all use what came, and some die over it. */
import { describe, expect, it } from "@effect/vitest"
import { Journal } from "@kith/core"
import type { Grants } from "@kith/http-adapter"
import { Effect, Fiber, Redacted, Scope } from "effect"
import { TestClock } from "effect/testing"
import * as Support from "../support/grants.ts"
import { accessToken, begin, hours, processOn, signedIn, stale, user } from "../support/grants.ts"
import { failureOf } from "../support/x-auth.ts"

/** A process that dies: nobody ends it, and it never ends what it has begun. */
const mortalOn = (journal: Journal.Journal["Service"], server: Support.TokenServer) =>
  processOn(journal, server).pipe(Scope.provide(Scope.makeUnsafe()))

/** The access tokens that processes get who ask at once. */
const refreshing = (...processes: ReadonlyArray<Grants.Grants["Service"]>) =>
  Effect.forkChild(
    Effect.forEach(processes, ({ refresh }) => Effect.map(refresh(user, stale), accessToken), {
      concurrency: "unbounded",
    }),
  )

describe("two processes on one journal", () => {
  it.effect("refresh once, and both use what came", () =>
    Effect.gen(function* () {
      const { grants, journal, server } = yield* begin
      const other = yield* processOn(journal, server)
      server.before = Effect.sleep("3 seconds")
      const asking = yield* refreshing(grants, other)
      yield* TestClock.adjust("4 seconds")
      expect(yield* Fiber.join(asking)).toEqual(["access-1", "access-1"])
      expect(server.calls).toEqual(["refresh-0"])
    }),
  )

  it.effect("use the old token while it is good and the other one refreshes", () =>
    Effect.gen(function* () {
      const { grants, journal, server } = yield* begin
      const other = yield* processOn(journal, server)
      yield* TestClock.setTime(hours(2) - 60_000)
      server.before = Effect.sleep("3 seconds")
      const asking = yield* Effect.forkChild(grants.current(user))
      yield* Effect.yieldNow
      expect(accessToken(yield* other.current(user))).toBe("access-0")
      yield* TestClock.adjust("3 seconds")
      expect(accessToken(yield* Fiber.join(asking))).toBe("access-1")
      expect(accessToken(yield* other.current(user))).toBe("access-1")
      expect(server.calls).toEqual(["refresh-0"])
    }),
  )

  it.effect("wait for one that ended before it sent, and go on after its lease", () =>
    Effect.gen(function* () {
      const { journal, server } = yield* begin
      const grants = yield* mortalOn(journal, server)
      const other = yield* processOn(journal, server)
      server.before = Effect.never
      yield* Effect.forkChild(grants.refresh(user, stale))
      yield* Effect.yieldNow
      server.before = Effect.void
      const asking = yield* Effect.forkChild(other.refresh(user, stale))
      yield* TestClock.adjust("29 seconds")
      expect(server.calls).toEqual(["refresh-0"])
      yield* TestClock.adjust("1 second")
      expect(accessToken(yield* Fiber.join(asking))).toBe("access-1")
      expect(server.calls).toEqual(["refresh-0", "refresh-0"])
    }),
  )

  it.effect("say that an answer may be lost when one ended between answer and writing", () =>
    Effect.gen(function* () {
      const { journal, server } = yield* begin
      const dying = Support.seenBy(journal, ([write]) =>
        write?.value?.includes("access-1") === true ? Effect.never : Effect.void,
      )
      const grants = yield* mortalOn(dying, server)
      const other = yield* processOn(journal, server)
      yield* Effect.forkChild(grants.refresh(user, stale))
      yield* Effect.yieldNow
      const asking = yield* Effect.forkChild(failureOf(other.refresh(user, stale)))
      yield* TestClock.adjust("30 seconds")
      const error = yield* Fiber.join(asking)
      expect(error).toMatchObject({ reason: "Unauthenticated", retryable: false })
      expect(error.message).toContain("the answer to an earlier refresh was lost")
      expect(error.message).toContain("let the user sign in again")
      expect((yield* failureOf(other.current(user))).message).toBe(error.message)
      expect(server.calls).toEqual(["refresh-0", "refresh-0"])
    }),
  )

  it.effect("take what a slow one brings after its lease", () =>
    Effect.gen(function* () {
      const { grants, journal, server } = yield* begin
      const other = yield* processOn(journal, server)
      server.before = Effect.sleep("31 seconds")
      const slow = yield* Effect.forkChild(grants.refresh(user, stale))
      yield* Effect.yieldNow
      const quick = yield* Effect.forkChild(other.refresh(user, stale))
      yield* TestClock.adjust("31 seconds")
      expect(accessToken(yield* Fiber.join(slow))).toBe("access-1")
      // The quick one's refresh comes second, and is refused: it adopts.
      yield* TestClock.adjust("31 seconds")
      expect(accessToken(yield* Fiber.join(quick))).toBe("access-1")
      expect(yield* Support.stored(journal)).not.toHaveProperty("revoked")
    }),
  )

  it.effect("are not overtaken by one whose mark came late", () =>
    Effect.gen(function* () {
      const { journal, server } = yield* begin
      let isFirst = true
      const slow = Journal.Journal.of({
        ...journal,
        write: (writes) =>
          Effect.tap(journal.write(writes), () => {
            const delay = isFirst ? 29 : 0
            isFirst = false
            return Effect.sleep(delay * 1_000)
          }),
      })
      const grants = yield* processOn(slow, server)
      const other = yield* processOn(journal, server)
      server.before = Effect.sleep("3 seconds")
      const asking = yield* refreshing(grants, other)
      yield* TestClock.adjust("35 seconds")
      expect(yield* Fiber.join(asking)).toEqual(["access-1", "access-1"])
      expect(server.calls).toEqual(["refresh-0"])
    }),
  )

  it.effect("keep what a new sign-in gave while the other one refreshed", () =>
    Effect.gen(function* () {
      const { grants, journal, server } = yield* begin
      const other = yield* processOn(journal, server)
      server.before = Effect.sleep("1 second")
      const asking = yield* Effect.forkChild(grants.refresh(user, stale))
      yield* Effect.yieldNow
      yield* other.put(user, {
        ...signedIn,
        accessToken: Redacted.make("afresh"),
        refreshToken: Redacted.make("refresh-afresh"),
      })
      yield* TestClock.adjust("1 second")
      expect(accessToken(yield* Fiber.join(asking))).toBe("afresh")
      expect(yield* Support.stored(journal)).toMatchObject({ accessToken: "afresh" })
    }),
  )

  it.effect("forget a user for good who left while the other one refreshed", () =>
    Effect.gen(function* () {
      const { grants, journal, server } = yield* begin
      const other = yield* processOn(journal, server)
      server.before = Effect.sleep("1 second")
      const asking = yield* Effect.forkChild(failureOf(grants.refresh(user, stale)))
      yield* Effect.yieldNow
      yield* other.forget(user)
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.join(asking)).toMatchObject({ reason: "Unauthenticated" })
      expect(yield* Support.stored(journal)).toBeUndefined()
    }),
  )
})
