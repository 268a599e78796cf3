/** OAuth 2.0 grants when X or the journal fails: what is kept, and what is never given up. */
import { describe, expect, it } from "@effect/vitest"
import { Journal } from "@kith/core"
import { Effect, Fiber, Redacted } from "effect"
import { TestClock } from "effect/testing"
import * as Support from "../support/grants.ts"
import { accessToken, begin, hours, processOn, signedIn, stale, user } from "../support/grants.ts"
import { failureOf, shown } from "../support/x-auth.ts"

describe("a refresh that fails", () => {
  const passing = [
    ["X cannot be reached", Support.unreachable],
    ["the answer is lost, and nothing was done", Support.lost],
    ["X is asked too often", Support.tooOften],
    ["the answer cannot be read, and nothing was done", Support.unreadable],
    ["the app's own credentials are wrong", Support.wrongApp],
  ] as const

  it.effect.each(passing)("keeps the grant when %s", ([, fault]) =>
    Effect.gen(function* () {
      const { grants, journal, server } = yield* begin
      server.before = fault
      for (let attempt = 0; attempt < 3; attempt++) {
        const error = yield* failureOf(grants.refresh(user, stale))
        // Nothing was sent with the token that was asked for.
        expect(error).toMatchObject({ _tag: "RemoteError", outcome: "refused" })
        expect(error.message).toContain(`the token of user ${user} was not refreshed`)
      }
      expect(yield* Support.stored(journal)).toMatchObject({ refreshToken: "refresh-0" })
      expect(yield* Support.stored(journal)).not.toHaveProperty("refreshing")
      server.before = Effect.void
      expect(accessToken(yield* grants.refresh(user, stale))).toBe("access-1")
      expect(yield* Support.stored(journal)).not.toHaveProperty("unanswered")
    }),
  )

  it.effect(
    "lets the old token be used while it is good, and is tried again every half minute",
    () =>
      Effect.gen(function* () {
        const { grants, server } = yield* begin
        yield* TestClock.setTime(hours(2) - 100_000)
        server.before = Support.unreachable
        for (let second = 0; second < 99; second++) {
          expect(accessToken(yield* grants.current(user))).toBe("access-0")
          yield* TestClock.adjust("1 second")
        }
        expect(server.calls).toHaveLength(4)
        yield* TestClock.adjust("1 second")
        expect(yield* failureOf(grants.current(user))).toMatchObject({
          reason: "Outage",
          retryable: true,
        })
        server.before = Effect.void
        expect(accessToken(yield* grants.current(user))).toBe("access-1")
      }),
  )

  it.effect("ends the grant when X refuses the refresh token, and X is not asked again", () =>
    Effect.gen(function* () {
      const { grants, journal, server } = yield* begin
      server.revoked = true
      const error = yield* failureOf(grants.refresh(user, stale))
      expect(error).toMatchObject({
        reason: "Unauthenticated",
        outcome: "refused",
        retryable: false,
      })
      expect(error.message).toContain("which was revoked; let the user sign in again")
      for (const again of [grants.refresh(user, stale), grants.current(user)]) {
        expect(yield* failureOf<unknown, unknown>(again)).toEqual(error)
      }
      expect(server.calls).toEqual(["refresh-0"])
      expect(yield* Support.stored(journal)).toMatchObject({
        accessToken: "access-0",
        revoked: true,
      })
    }),
  )

  it.effect("ends the grant also when the old token had minutes to go", () =>
    Effect.gen(function* () {
      const { grants, server } = yield* begin
      yield* TestClock.setTime(hours(2) - 60_000)
      server.revoked = true
      expect(yield* failureOf(grants.current(user))).toMatchObject({ reason: "Unauthenticated" })
    }),
  )

  it.effect("says that the answer may be lost when X refuses after an unknown outcome", () =>
    Effect.gen(function* () {
      const { grants, server } = yield* begin
      server.after = Support.lost
      expect(yield* failureOf(grants.refresh(user, stale))).toMatchObject({
        reason: "Outage",
        retryable: true,
      })
      server.after = Effect.void
      const error = yield* failureOf(grants.refresh(user, stale))
      expect(error).toMatchObject({ reason: "Unauthenticated", retryable: false })
      expect(error.message).toContain("the answer to an earlier refresh was lost")
      yield* failureOf(grants.refresh(user, stale))
      expect(server.calls).toEqual(["refresh-0", "refresh-0"])
    }),
  )

  it.effect("is made good by a new sign-in", () =>
    Effect.gen(function* () {
      const { grants, server } = yield* begin
      server.revoked = true
      yield* failureOf(grants.refresh(user, stale))
      yield* grants.put(user, { ...signedIn, accessToken: Redacted.make("afresh") })
      expect(accessToken(yield* grants.current(user))).toBe("afresh")
    }),
  )
})

describe("a journal that fails", () => {
  /** Refuses the writes of new tokens, so many times. */
  const refusing = (journal: Journal.Journal["Service"], times: number) => {
    let left = times
    return Support.seenBy(journal, ([write]) =>
      write?.value?.includes("access-1") === true && left-- > 0
        ? Effect.fail(Support.unavailable)
        : Effect.void,
    )
  }

  it.effect("is asked again for a while before new tokens are given up", () =>
    Effect.gen(function* () {
      const { journal, server } = yield* begin
      const grants = yield* processOn(refusing(journal, 5), server)
      const asking = yield* Effect.forkChild(grants.refresh(user, stale))
      yield* TestClock.adjust("10 seconds")
      expect(accessToken(yield* Fiber.join(asking))).toBe("access-1")
      expect(server.calls).toEqual(["refresh-0"])
    }),
  )

  it.effect("gets new tokens as soon as it is back, and X is not asked twice", () =>
    Effect.gen(function* () {
      const { journal, server } = yield* begin
      const grants = yield* processOn(refusing(journal, 8), server)
      const asking = yield* Effect.forkChild(failureOf(grants.refresh(user, stale)))
      yield* TestClock.adjust("10 seconds")
      expect(yield* Fiber.join(asking)).toEqual(Support.unavailable)
      expect(yield* failureOf(grants.refresh(user, stale))).toEqual(Support.unavailable)
      expect(yield* failureOf(grants.refresh(user, stale))).toEqual(Support.unavailable)
      expect(accessToken(yield* grants.refresh(user, stale))).toBe("access-1")
      expect(yield* Support.stored(journal)).toMatchObject({ refreshToken: "refresh-1" })
      expect(server.calls).toEqual(["refresh-0"])
    }),
  )

  it.effect("that wrote although it failed has lost nothing", () =>
    Effect.gen(function* () {
      const { journal, server } = yield* begin
      let fails = 2
      const treacherous = Journal.Journal.of({
        ...journal,
        write: (writes) =>
          Effect.tap(journal.write(writes), () =>
            fails-- > 0 ? Effect.fail(Support.unavailable) : Effect.void,
          ),
      })
      const grants = yield* processOn(treacherous, server)
      // The mark was written; nobody else waits for a lease because of it.
      expect(yield* failureOf(grants.refresh(user, stale))).toEqual(Support.unavailable)
      const asking = yield* Effect.forkChild(grants.refresh(user, stale))
      yield* TestClock.adjust("1 second")
      expect(yield* failureOf(Fiber.join(asking))).toEqual(Support.unavailable)
      expect(accessToken(yield* grants.refresh(user, stale))).toBe("access-1")
      expect(server.calls).toEqual(["refresh-0"])
    }),
  )

  it.effect("is said to be corrupt when an entry is no grant, without showing it", () =>
    Effect.gen(function* () {
      const { grants, journal } = yield* begin
      yield* journal.write([
        { key: Support.key, value: `{"accessToken":"a-secret"}`, expectedVersion: 1 },
      ])
      const error = yield* failureOf(grants.current(user))
      expect(error).toMatchObject({ _tag: "StoreError", reason: "Corrupt" })
      expect(shown(error)).not.toContain("a-secret")
      expect(error.message).toContain(Support.key)
    }),
  )
})
