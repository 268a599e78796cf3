/** OAuth 2.0 grants: when a token is refreshed, for whom, and what becomes of the grant. */
import { describe, expect, it } from "@effect/vitest"
import { Journal, UserId } from "@kith/core"
import { Grants } from "@kith/http-adapter"
import { MemoryJournal } from "@kith/memory-adapter"
import { Effect, Fiber, Redacted } from "effect"
import { TestClock } from "effect/testing"
import * as Support from "../support/grants.ts"
import { accessToken, begin, hours, processOn, signedIn, stale, user } from "../support/grants.ts"
import { failureOf, shown } from "../support/x-auth.ts"

describe("a token", () => {
  it.effect("is given as it is while it is good", () =>
    Effect.gen(function* () {
      const { grants, server } = yield* begin
      yield* TestClock.setTime(hours(2) - 121_000)
      const credential = yield* grants.current(user)
      expect(credential).toMatchObject({ _tag: "OAuth2", app: "my app", user })
      expect(accessToken(credential)).toBe("access-0")
      expect(server.calls).toEqual([])
    }),
  )

  it.effect("is refreshed two minutes before its end, and written down", () =>
    Effect.gen(function* () {
      const { grants, journal, server } = yield* begin
      yield* TestClock.setTime(hours(2) - 120_000)
      expect(accessToken(yield* grants.current(user))).toBe("access-1")
      expect(server.calls).toEqual(["refresh-0"])
      expect(yield* Support.stored(journal)).toEqual({
        accessToken: "access-1",
        refreshToken: "refresh-1",
        expiresAt: hours(1_002),
        scopes: ["follows.write", "users.read"],
      })
      expect(accessToken(yield* grants.current(user))).toBe("access-1")
      expect(server.calls).toEqual(["refresh-0"])
    }),
  )

  it.effect("is given to nobody before it is written down", () =>
    Effect.gen(function* () {
      const { journal, server } = yield* begin
      let isWritten = false
      const watched = Support.seenBy(journal, ([write]) =>
        Effect.sync(() => {
          isWritten ||= write?.value?.includes("access-1") === true
        }),
      )
      const grants = yield* processOn(watched, server)
      expect(accessToken(yield* grants.refresh(user, stale))).toBe("access-1")
      expect(isWritten).toBe(true)
    }),
  )

  it.effect("that X refused is refreshed once, whoever asks, however many", () =>
    Effect.gen(function* () {
      const { grants, server } = yield* begin
      server.before = Effect.sleep("1 second")
      const asking = yield* Effect.forkChild(
        Effect.all(
          Array.from({ length: 100 }, () => grants.refresh(user, stale)),
          { concurrency: "unbounded" },
        ),
      )
      yield* TestClock.adjust("1 second")
      const credentials = yield* Fiber.join(asking)
      expect(new Set(credentials.map(accessToken))).toEqual(new Set(["access-1"]))
      expect(server.calls).toEqual(["refresh-0"])
      expect(server.revoked).toBe(false)
    }),
  )

  it.effect("that the journal has replaced is adopted, not refreshed", () =>
    Effect.gen(function* () {
      const { grants, journal, server } = yield* begin
      const other = yield* processOn(journal, server)
      yield* other.refresh(user, stale)
      expect(accessToken(yield* grants.refresh(user, stale))).toBe("access-1")
      expect(server.calls).toEqual(["refresh-0"])
    }),
  )

  it.effect("is refreshed again when X refuses the new one too", () =>
    Effect.gen(function* () {
      const { grants, server } = yield* begin
      const next = yield* grants.refresh(user, stale)
      expect(accessToken(yield* grants.refresh(user, next.accessToken))).toBe("access-2")
      expect(server.calls).toEqual(["refresh-0", "refresh-1"])
    }),
  )

  it.effect("is refreshed for who joins a search that finds just that one", () =>
    Effect.gen(function* () {
      const { journal, server } = yield* begin
      const slow = Journal.Journal.of({
        ...journal,
        read: (keys) => Effect.delay(journal.read(keys), "1 second"),
      })
      const grants = yield* processOn(slow, server)
      const asking = yield* Effect.forkChild(
        Effect.all([grants.refresh(user, Redacted.make("ancient")), grants.refresh(user, stale)], {
          concurrency: "unbounded",
        }),
      )
      yield* TestClock.adjust("2 seconds")
      expect((yield* Fiber.join(asking)).map(accessToken)).toEqual(["access-0", "access-1"])
      expect(server.calls).toEqual(["refresh-0"])
    }),
  )

  it.effect("is refreshed for whoever is left when the first who asked is interrupted", () =>
    Effect.gen(function* () {
      const { grants, server } = yield* begin
      server.before = Effect.sleep("1 second")
      const first = yield* Effect.forkChild(grants.refresh(user, stale))
      const second = yield* Effect.forkChild(grants.refresh(user, stale))
      yield* Effect.yieldNow
      yield* Fiber.interrupt(first)
      yield* TestClock.adjust("1 second")
      expect(accessToken(yield* Fiber.join(second))).toBe("access-1")
      expect(server.calls).toEqual(["refresh-0"])
    }),
  )

  it.effect("is written down also when everybody who asked is gone", () =>
    Effect.gen(function* () {
      const { grants, journal, server } = yield* begin
      server.after = Effect.sleep("1 second")
      const asking = yield* Effect.forkChild(grants.refresh(user, stale))
      yield* Effect.yieldNow
      yield* Fiber.interrupt(asking)
      yield* TestClock.adjust("1 second")
      expect(yield* Support.stored(journal)).toMatchObject({ refreshToken: "refresh-1" })
      expect(accessToken(yield* grants.refresh(user, stale))).toBe("access-1")
      expect(server.calls).toEqual(["refresh-0"])
    }),
  )

  it.effect("is written down also when the service ends in the middle", () =>
    Effect.gen(function* () {
      const journal = yield* MemoryJournal.make
      const server = Support.tokenServer()
      server.after = Effect.sleep("1 second")
      const life = yield* Effect.forkChild(
        Effect.scoped(
          Effect.gen(function* () {
            const grants = yield* processOn(journal, server)
            yield* grants.put(user, signedIn)
            yield* Effect.forkChild(grants.refresh(user, stale))
            yield* Effect.yieldNow
          }),
        ),
      )
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(life)
      expect(yield* Support.stored(journal)).toMatchObject({ refreshToken: "refresh-1" })
    }),
  )

  it.effect("of another user is refreshed on its own", () =>
    Effect.gen(function* () {
      const { grants, server } = yield* begin
      const other = UserId.make("12")
      expect((yield* failureOf(grants.refresh(other, stale))).message).toContain("user 12")
      expect(accessToken(yield* grants.refresh(user, stale))).toBe("access-1")
      expect(server.calls).toEqual(["refresh-0"])
    }),
  )
})

describe("a grant", () => {
  it.effect("that is not there, or is forgotten, asks for a sign-in", () =>
    Effect.gen(function* () {
      const { grants } = yield* begin
      yield* grants.forget(user)
      yield* grants.forget(user)
      for (const asking of [grants.current(user), grants.refresh(user, stale)]) {
        const error = yield* failureOf(asking)
        expect(error).toMatchObject({ reason: "Unauthenticated", outcome: "refused" })
        expect(error.message).toBe(
          "there is no grant of user 63046977 for my app; let the user sign in",
        )
      }
    }),
  )

  it.effect("without a refresh token is used to its end, and then asks for a sign-in", () =>
    Effect.gen(function* () {
      const { grants, server } = yield* begin
      const { refreshToken: _, ...rest } = signedIn
      yield* grants.put(user, rest)
      yield* TestClock.setTime(hours(2) - 1)
      expect(accessToken(yield* grants.current(user))).toBe("access-0")
      yield* TestClock.setTime(hours(2))
      const error = yield* failureOf(grants.current(user))
      expect(error).toMatchObject({ reason: "Unauthenticated", retryable: false })
      expect(error.message).toContain("offline.access")
      expect(server.calls).toEqual([])
    }),
  )

  it.effect("that does not cover what is needed says what is missing", () =>
    Effect.gen(function* () {
      const { grants } = yield* begin
      yield* grants.current(user, ["users.read", "follows.write"])
      const error = yield* failureOf(grants.current(user, ["users.read", "mute.write"]))
      expect(error).toMatchObject({ reason: "ScopeMissing", outcome: "refused" })
      expect(error.message).toContain("does not cover mute.write;")
    }),
  )

  it.effect("is revoked on X before it is forgotten", () =>
    Effect.gen(function* () {
      const { grants, journal, server } = yield* begin
      yield* grants.revoke(user)
      yield* grants.revoke(user)
      expect(server.revokedTokens).toEqual(["refresh-0"])
      expect(yield* Support.stored(journal)).toBeUndefined()
    }),
  )

  it.effect("is revoked with what somebody else got for it in the meantime", () =>
    Effect.gen(function* () {
      const { grants: other, journal, server } = yield* begin
      yield* TestClock.setTime(hours(2))
      const { client } = server
      const grants = yield* Grants.make({
        app: Support.app,
        client: {
          ...client,
          // The other process has refreshed it when X hears of this.
          revoke: (token) =>
            Effect.andThen(Effect.ignore(other.current(user)), client.revoke(token)),
        },
      }).pipe(Effect.provideService(Journal.Journal, journal))
      expect(yield* grants.revoke(user)).toBe(true)
      expect(server.revokedTokens).toEqual(["refresh-0", "refresh-1"])
      expect(yield* Support.stored(journal)).toBeUndefined()
      expect(yield* grants.revoke(user)).toBe(false)
    }),
  )

  it.effect("stays when X cannot be told to revoke it", () =>
    Effect.gen(function* () {
      const { journal, server } = yield* begin
      const grants = yield* Grants.make({
        app: Support.app,
        client: { ...server.client, revoke: () => Support.unreachable },
      }).pipe(Effect.provideService(Journal.Journal, journal))
      expect(yield* failureOf(grants.revoke(user))).toMatchObject({ reason: "Outage" })
      expect(yield* Support.stored(journal)).toMatchObject({ refreshToken: "refresh-0" })
    }),
  )

  it.effect("shows no token, nor does any error", () =>
    Effect.gen(function* () {
      const { grants, server } = yield* begin
      const texts = [JSON.stringify(yield* grants.current(user))]
      for (const fault of [Support.unreachable, Support.lost, Support.unreadable]) {
        server.before = fault
        texts.push(shown(yield* failureOf(grants.refresh(user, stale))))
      }
      server.before = Effect.void
      server.revoked = true
      texts.push(shown(yield* failureOf(grants.refresh(user, stale))))
      for (const text of texts) expect(text).not.toMatch(/access-|refresh-/)
    }),
  )
})
