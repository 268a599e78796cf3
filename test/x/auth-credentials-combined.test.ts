/** Credentials of several kinds together: which comes first, and what is said when none will do. */
import { describe, expect, it } from "@effect/vitest"
import { UserId } from "@kith/core"
import { type Credential, Credentials } from "@kith/http-adapter"
import { Effect, Layer, Redacted } from "effect"
import { inspect } from "node:util"
import {
  appOnly,
  grantsOf,
  oauth1,
  reading,
  serviceOf,
  stranger,
  v1,
  v2,
  withAppOnly,
  withOAuth1,
  withOAuth2,
} from "../support/credentials.ts"
import { signedIn, tokenServer, unreachable, user } from "../support/grants.ts"
import { failureOf, shown } from "../support/x-auth.ts"

type Service = Credentials.Credentials["Service"]

const secrets = ["consumer-secret", "token-secret", "access-0", "refresh-0", "bearer-secret"]

describe("several together", () => {
  const all = (server = tokenServer(), tokens = signedIn, more = oauth1) =>
    serviceOf(
      Credentials.layer(
        Credentials.makeOAuth1(more),
        Credentials.makeOAuth2,
        Credentials.makeAppOnly(appOnly),
      ).pipe(Layer.provide(grantsOf(server, tokens))),
    )
  const noTokens = { ...oauth1, users: [] }

  it.effect("give what the first has, and else what another has", () =>
    Effect.gen(function* () {
      const both = yield* all()
      expect((yield* both.forUser(user, v2))._tag).toBe("OAuth1")
      expect((yield* both.forApp)._tag).toBe("AppOnly")
      const second = yield* all(tokenServer(), signedIn, noTokens)
      expect((yield* second.forUser(user, v2))._tag).toBe("OAuth2")
    }),
  )

  it.effect("replace a credential where it came from", () =>
    Effect.gen(function* () {
      const server = tokenServer()
      const credentials = yield* all(server, signedIn, noTokens)
      const first = yield* credentials.forUser(user, v2)
      const second = yield* credentials.replaced(first)
      const third = yield* credentials.replaced(second)
      expect(third).toMatchObject({ accessToken: Redacted.make("access-2") })
      const foreign: Credential.Credential = { _tag: "AppOnly", ...appOnly }
      expect(yield* failureOf(credentials.replaced(foreign))).toMatchObject({
        reason: "Unauthenticated",
      })
      const app = yield* failureOf(credentials.replaced(yield* credentials.forApp))
      expect(app.message).toContain("bearer token of my app")
    }),
  )

  it.effect("name all that is missing", () =>
    Effect.gen(function* () {
      const credentials = yield* all(tokenServer(), signedIn, noTokens)
      const old = yield* failureOf(credentials.forUser(user, v1))
      expect(old).toMatchObject({ reason: "NotSupported", outcome: "refused" })
      expect(old.message).toContain("none of user 63046977 for my app")
      const none = yield* failureOf(credentials.forUser(stranger, v2))
      expect(none).toMatchObject({ reason: "Unauthenticated", outcome: "refused" })
      expect(none.message).toContain("no token of OAuth 1.0a of user 12")
      expect(none.message).toContain("no grant of user 12")
      const narrow = yield* all(tokenServer(), { ...signedIn, scopes: [] }, noTokens)
      expect(yield* failureOf(narrow.forUser(user, v2))).toMatchObject({ reason: "ScopeMissing" })
      const nothing = Credentials.combine()
      expect(yield* failureOf(nothing.forUser(user, v2))).toMatchObject({
        reason: "Unauthenticated",
      })
    }),
  )

  it.effect("fail with what waiting helps against, and do not look further", () =>
    Effect.gen(function* () {
      const server = tokenServer()
      server.before = unreachable
      const credentials = yield* all(server, { ...signedIn, expiresAt: 0 }, noTokens)
      expect(yield* failureOf(credentials.forUser(user, v2))).toMatchObject({
        reason: "Outage",
        retryable: true,
      })
    }),
  )

  it.effect("show no secret, however they and their errors are printed", () =>
    Effect.gen(function* () {
      const credentials = yield* all()
      const grants = yield* withOAuth2
      const values: ReadonlyArray<Credential.Credential> = [
        yield* credentials.forUser(user, v1),
        yield* grants.forUser(user, v2),
        yield* credentials.forApp,
      ]
      const texts = values.flatMap((value) => [
        JSON.stringify(value),
        inspect(value, { depth: 9, showHidden: true }),
        inspect(value, { compact: true, getters: true, customInspect: false }),
      ])
      for (const value of values) {
        const service: Service = credentials
        const result = yield* Effect.result(service.replaced(value))
        if (result._tag === "Failure") texts.push(shown(result.failure))
      }
      for (const secret of secrets) {
        for (const text of texts) expect(text).not.toContain(secret)
      }
    }),
  )
})

describe("a user without a credential", () => {
  const each = {
    "the app itself": withAppOnly,
    "OAuth 1.0a": withOAuth1,
    "OAuth 2.0": withOAuth2,
    "all of them": Effect.map(Effect.all([withOAuth1, withOAuth2, withAppOnly]), (services) =>
      Credentials.combine(...services),
    ),
  }
  for (const [kind, service] of Object.entries(each)) {
    it.effect(`is refused by ${kind} with one error as often as it is asked for in a row`, () =>
      Effect.gen(function* () {
        const credentials = yield* service
        for (const needs of [reading, v1]) {
          const first = yield* failureOf(credentials.forUser(stranger, needs))
          expect(yield* failureOf(credentials.forUser(stranger, needs))).toBe(first)
          const other = yield* failureOf(credentials.forUser(UserId.make("13"), needs))
          expect(other.message).toBe(first.message.replaceAll("12", "13"))
          expect((yield* failureOf(credentials.forUser(stranger, needs))).message).toBe(
            first.message,
          )
        }
      }),
    )
  }
})
