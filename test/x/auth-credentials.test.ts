/** Which credential a request is authorized with, and what is said when there is none. */
import { describe, expect, it } from "@effect/vitest"
import { UserId } from "@kith/core"
import { Credentials, Grants, Signature, Transport, type Credential } from "@kith/http-adapter"
import { MemoryJournal } from "@kith/memory-adapter"
import { Sandbox } from "@kith/sandbox"
import { Context, Effect, Layer, Redacted } from "effect"
import { inspect } from "node:util"
import { answered, hostile, whole } from "../support/hostile.ts"
import { signedIn, tokenServer, unreachable, user } from "../support/grants.ts"
import { confidential, failureOf, shown, world } from "../support/x-auth.ts"

type Service = Credentials.Credentials["Service"]

const stranger = UserId.make("12")
const secrets = ["consumer-secret", "token-secret", "access-0", "refresh-0", "bearer-secret"]

const oauth1: Credentials.OAuth1Options = {
  app: "my app",
  key: "consumer-key",
  secret: Redacted.make("consumer-secret"),
  users: [{ user, token: "63046977-token", tokenSecret: Redacted.make("token-secret") }],
}
const appOnly = { app: "my app", bearerToken: Redacted.make("bearer-secret") }

const v2 = { writes: true, v1: false }
const reading = { writes: false, v1: false }
const v1 = { writes: true, v1: true }

/** Grants of one user, over a token server. */
const grantsOf = (server = tokenServer(), tokens = signedIn): Layer.Layer<Grants.Grants> =>
  Layer.effect(
    Grants.Grants,
    Effect.tap(Grants.make({ app: "my app", client: server.client }), (grants) =>
      Effect.orDie(grants.put(user, tokens)),
    ),
  ).pipe(Layer.provide(MemoryJournal.layer))

const serviceOf = <E>(layer: Layer.Layer<Credentials.Credentials, E>) =>
  Effect.map(Layer.build(layer), (context) => Context.get(context, Credentials.Credentials))

const withOAuth1 = serviceOf(Credentials.layerOAuth1(oauth1))
const withOAuth2 = serviceOf(Credentials.layerOAuth2.pipe(Layer.provide(grantsOf())))
const withAppOnly = serviceOf(Credentials.layerAppOnly(appOnly))

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
      const server = yield* Effect.acquireDisposable(
        Effect.promise(() =>
          hostile((socket) => {
            given++
            socket.end(
              given === 1
                ? answered("503 Busy", ["content-length: 0"])
                : whole("200 OK", `{"token_type":"bearer","access_token":"AAAA${given >> 1}"}`),
            )
          }),
        ),
      )
      const credentials = yield* serviceOf(
        Credentials.layerAppOnly({
          app: "my app",
          key: "consumer-key",
          secret: Redacted.make("consumer-secret"),
          origin: server.origin,
        }),
      )
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
})

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

describe("the app's token", () => {
  it.live("that could not be had was refused: nothing was sent with it", () =>
    Effect.gen(function* () {
      const server = yield* Effect.promise(() =>
        hostile((socket) => socket.end(answered("503 Busy", ["content-length: 0"], ""))),
      )
      const { app } = appOnly
      const { forApp } = yield* serviceOf(
        Credentials.layerAppOnly({
          app,
          key: "consumer-key",
          secret: Redacted.make("consumer-secret"),
          origin: server.origin,
        }),
      )
      const failure = yield* failureOf(forApp)
      expect(failure).toMatchObject({ outcome: "refused", reason: "Outage", retryable: true })
      expect(failure.message).toContain("the bearer token of my app was not given")
      yield* Effect.promise(() => server[Symbol.asyncDispose]())
    }),
  )
})

describe("each kind of credential", () => {
  it.live("opens the sandbox", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make({ world })
      const [tokens] = world.tokens
      const transport = yield* Transport.make({ origin: sandbox.url })
      const path = "/2/users/63046977"
      const moment = { nonce: "once", timestampSeconds: Math.floor(Date.now() / 1000) }
      const grants = Layer.effect(
        Grants.Grants,
        Effect.tap(Grants.make({ app: confidential.name, client: tokenServer().client }), (it) =>
          Effect.orDie(
            it.put(user, {
              accessToken: Redacted.make(tokens?.oauth2?.accessToken ?? ""),
              expiresAt: Date.now() + 7_200_000,
              scopes: ["users.read"],
            }),
          ),
        ),
      ).pipe(Layer.provide(MemoryJournal.layer))
      const services = [
        Credentials.layerOAuth1({
          app: confidential.name,
          key: confidential.consumerKey,
          secret: Redacted.make(confidential.consumerSecret),
          users: [
            {
              user,
              token: tokens?.oauth1?.token ?? "",
              tokenSecret: Redacted.make(tokens?.oauth1?.secret ?? ""),
            },
          ],
        }),
        Credentials.layerOAuth2.pipe(Layer.provide(grants)),
        Credentials.layerAppOnly({
          app: confidential.name,
          key: confidential.consumerKey,
          secret: Redacted.make(confidential.consumerSecret),
          origin: sandbox.url,
        }),
      ]
      for (const layer of services) {
        const service = yield* serviceOf(layer)
        const credential = yield* service.forUser(user, reading).pipe(
          Effect.orElseSucceed((): Credential.Credential | undefined => undefined),
          Effect.flatMap((it) => (it === undefined ? service.forApp : Effect.succeed(it))),
        )
        const header =
          credential._tag === "OAuth1"
            ? Signature.authorization(
                credential,
                { method: "GET", url: sandbox.url + path },
                moment,
              )
            : `Bearer ${Redacted.value(
                credential._tag === "OAuth2" ? credential.accessToken : credential.bearerToken,
              )}`
        expect((yield* transport.send({ method: "GET", path }, header)).status).toBe(200)
      }
    }),
  )
})
