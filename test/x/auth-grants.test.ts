/** OAuth 2.0 grants: who refreshes when, what is written down, and what is never given up. */
import { describe, expect, it } from "@effect/vitest"
import { Journal, UserId } from "@kith/core"
import { Grants } from "@kith/http-adapter"
import { MemoryJournal } from "@kith/memory-adapter"
import { Effect, Fiber, Redacted, Scope } from "effect"
import { TestClock } from "effect/testing"
import * as Support from "../support/grants.ts"
import { hours, signedIn, user } from "../support/grants.ts"
import { failureOf, shown } from "../support/x-auth.ts"

/** A process of its own: what is in memory is not shared, the journal is. */
const processOn = (journal: Journal.Journal["Service"], server: Support.TokenServer) =>
  Grants.make({ app: Support.app, client: server.client }).pipe(
    Effect.provideService(Journal.Journal, journal),
  )

/** A process that dies: nobody ends it, and it never ends what it has begun. */
const mortalOn = (journal: Journal.Journal["Service"], server: Support.TokenServer) =>
  processOn(journal, server).pipe(Scope.provide(Scope.makeUnsafe()))

const begin = Effect.gen(function* () {
  const journal = yield* MemoryJournal.make
  const server = Support.tokenServer()
  const grants = yield* processOn(journal, server)
  yield* grants.put(user, signedIn)
  return { journal, server, grants }
})

const accessToken = (credential: { readonly accessToken: Redacted.Redacted }): string =>
  Redacted.value(credential.accessToken)

const stale = Redacted.make("access-0")

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

describe("two processes on one journal", () => {
  it.effect("refresh once, and both use what came", () =>
    Effect.gen(function* () {
      const { grants, journal, server } = yield* begin
      const other = yield* processOn(journal, server)
      server.before = Effect.sleep("3 seconds")
      const asking = yield* Effect.forkChild(
        Effect.all([grants.refresh(user, stale), other.refresh(user, stale)], {
          concurrency: "unbounded",
        }),
      )
      yield* TestClock.adjust("4 seconds")
      expect((yield* Fiber.join(asking)).map(accessToken)).toEqual(["access-1", "access-1"])
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
      const asking = yield* Effect.forkChild(
        Effect.all([grants.refresh(user, stale), other.refresh(user, stale)], {
          concurrency: "unbounded",
        }),
      )
      yield* TestClock.adjust("35 seconds")
      expect((yield* Fiber.join(asking)).map(accessToken)).toEqual(["access-1", "access-1"])
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
