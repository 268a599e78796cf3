/** Which credential of each kind a request is authorized with, and what is said when there is none. */
import { describe, expect, it } from "@effect/vitest"
import { Credentials } from "@kith/http-adapter"
import { Effect, Layer, Redacted } from "effect"
import {
  appOnly,
  grantsOf,
  oauth1,
  reading,
  serviceOf,
  stranger,
  v1,
  v2,
  withAppKeys,
  withAppOnly,
  withOAuth1,
  withOAuth2,
} from "../support/credentials.ts"
import { signedIn, tokenServer, user } from "../support/grants.ts"
import { answered, hostile, whole } from "../support/hostile.ts"
import { failureOf } from "../support/x-auth.ts"

const busy = answered("503 Busy", ["content-length: 0"])

/** A server that gives an answer, and closes. */
const serving = (answer: () => string | Uint8Array) =>
  Effect.acquireDisposable(Effect.promise(() => hostile((socket) => socket.end(answer()))))

describe("tokens of OAuth 1.0a", () => {
  it.effect("are given for everything that a user does", () =>
    Effect.gen(function* () {
      const credentials = yield* withOAuth1
      for (const needs of [v1, v2, reading]) {
        expect(yield* credentials.forUser(user, needs)).toEqual({
          _tag: "OAuth1",
          app: "my app",
          user,
          key: "consumer-key",
          secret: Redacted.make("consumer-secret"),
          token: "63046977-token",
          tokenSecret: Redacted.make("token-secret"),
        })
      }
      // Signing remembers what it derives from them.
      expect(yield* credentials.forUser(user, v1)).toBe(yield* credentials.forUser(user, v2))
    }),
  )

  it.effect("that are missing are named", () =>
    Effect.gen(function* () {
      const credentials = yield* withOAuth1
      const missing = yield* failureOf(credentials.forUser(stranger, v2))
      expect(missing).toMatchObject({
        reason: "Unauthenticated",
        outcome: "refused",
        retryable: false,
      })
      expect(missing.message).toContain("no token of OAuth 1.0a of user 12 for my app")
      expect(yield* failureOf(credentials.forUser(stranger, v1))).toMatchObject({
        reason: "NotSupported",
      })
      const app = yield* failureOf(credentials.forApp)
      expect(app).toMatchObject({ reason: "NotSupported", outcome: "refused" })
      expect(app.message).toContain("bearer token")
    }),
  )

  it.effect("that begin with another user's id are not used, since v1.1 acts for that one", () =>
    Effect.gen(function* () {
      const token = { token: "12-token", tokenSecret: Redacted.make("token-secret") }
      const given = [[{ user, ...token }], () => Effect.succeed(token)]
      for (const users of given) {
        const { forUser } = yield* serviceOf(Credentials.layerOAuth1({ ...oauth1, users }))
        for (const needs of [v1, v2]) {
          const error = yield* failureOf(forUser(user, needs))
          expect(error).toMatchObject({ reason: "Unauthenticated", retryable: false })
          expect(error.message).toBe(
            "the token of OAuth 1.0a of user 63046977 for my app is another user's; give the user's own",
          )
        }
      }
      const opaque = [{ user, ...token, token: "12ab-token" }]
      const { forUser } = yield* serviceOf(Credentials.layerOAuth1({ ...oauth1, users: opaque }))
      expect(yield* forUser(user, v1)).toMatchObject({ token: "12ab-token" })
    }),
  )

  it.effect("that X refuses cannot be replaced", () =>
    Effect.gen(function* () {
      const credentials = yield* withOAuth1
      const credential = yield* credentials.forUser(user, v2)
      const error = yield* failureOf(credentials.replaced(credential))
      expect(error).toMatchObject({ reason: "Unauthenticated", retryable: false })
      expect(error.message).toContain("check the app's key and secret")
    }),
  )
})

describe("grants of OAuth 2.0", () => {
  it.effect("are given for v2, and refused for v1.1", () =>
    Effect.gen(function* () {
      const credentials = yield* withOAuth2
      expect(yield* credentials.forUser(user, v2)).toEqual({
        _tag: "OAuth2",
        app: "my app",
        user,
        accessToken: Redacted.make("access-0"),
      })
      const error = yield* failureOf(credentials.forUser(user, v1))
      expect(error).toMatchObject({ reason: "NotSupported", outcome: "refused" })
      expect(error.message).toContain("add the user's token of OAuth 1.0a")
      expect(yield* failureOf(credentials.forUser(stranger, v2))).toMatchObject({
        reason: "Unauthenticated",
      })
      expect(yield* failureOf(credentials.forApp)).toMatchObject({ reason: "NotSupported" })
    }),
  )

  it.effect("are refreshed when X refuses a token, once for each", () =>
    Effect.gen(function* () {
      const server = tokenServer()
      const credentials = yield* serviceOf(
        Credentials.layerOAuth2.pipe(Layer.provide(grantsOf(server))),
      )
      const credential = yield* credentials.forUser(user, v2)
      const [one, other] = yield* Effect.all(
        [credentials.replaced(credential), credentials.replaced(credential)],
        { concurrency: "unbounded" },
      )
      expect(one).toMatchObject({ accessToken: Redacted.make("access-1") })
      expect(other).toEqual(one)
      expect(server.calls).toEqual(["refresh-0"])
    }),
  )

  it.effect("have to cover writing when something is written", () =>
    Effect.gen(function* () {
      const grants = grantsOf(tokenServer(), { ...signedIn, scopes: ["users.read"] })
      const credentials = yield* serviceOf(Credentials.layerOAuth2.pipe(Layer.provide(grants)))
      yield* credentials.forUser(user, reading)
      const error = yield* failureOf(credentials.forUser(user, v2))
      expect(error).toMatchObject({ reason: "ScopeMissing", outcome: "refused" })
      expect(error.message).toContain("follows.write")
    }),
  )
})

describe("the app itself", () => {
  it.effect("has its bearer token, and nothing for users", () =>
    Effect.gen(function* () {
      const credentials = yield* withAppOnly
      expect(yield* credentials.forApp).toEqual({ _tag: "AppOnly", ...appOnly })
      const error = yield* failureOf(credentials.forUser(user, reading))
      expect(error).toMatchObject({ reason: "UserContextRequired", outcome: "refused" })
      expect(error.message).toContain("user 63046977")
      const refused = yield* failureOf(credentials.replaced(yield* credentials.forApp))
      expect(refused).toMatchObject({ reason: "Unauthenticated" })
    }),
  )

  it.live("asks X for its token once, keeps it, and asks again when X refuses it", () =>
    Effect.gen(function* () {
      let given = 0
      const server = yield* serving(() => {
        given++
        return given === 1
          ? busy
          : whole("200 OK", `{"token_type":"bearer","access_token":"AAAA${given >> 1}"}`)
      })
      const credentials = yield* withAppKeys(server.origin)
      expect(server.requests).toHaveLength(0)
      expect(yield* failureOf(credentials.forApp)).toMatchObject({ reason: "Outage" })
      const all = yield* Effect.all(
        Array.from({ length: 20 }, () => credentials.forApp),
        { concurrency: "unbounded" },
      )
      expect(server.requests).toHaveLength(2)
      const [first] = all
      if (first === undefined) return expect.fail("there is no token")
      expect(first.bearerToken).toEqual(Redacted.make("AAAA1"))
      // X gives the same one again: there is no other.
      expect(yield* failureOf(credentials.replaced(first))).toMatchObject({
        reason: "Unauthenticated",
      })
      expect(server.requests).toHaveLength(3)
      expect(yield* credentials.replaced(first)).toMatchObject({
        bearerToken: Redacted.make("AAAA2"),
      })
      expect(server.requests).toHaveLength(4)
      // Whoever comes late with the old one gets what is there.
      expect(yield* credentials.replaced(first)).toBe(yield* credentials.forApp)
      expect(server.requests).toHaveLength(4)
    }),
  )

  it.live("is refused where its token could not be had: nothing was sent with it", () =>
    Effect.gen(function* () {
      const { origin } = yield* serving(() => busy)
      const failure = yield* failureOf((yield* withAppKeys(origin)).forApp)
      expect(failure).toMatchObject({ outcome: "refused", reason: "Outage", retryable: true })
      expect(failure.message).toContain("the bearer token of my app was not given")
    }),
  )
})
