/** Who sent a request, and why nobody did. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import * as Authentication from "../../packages/sandbox/src/auth/Authentication.ts"
import * as Signature from "../../packages/sandbox/src/auth/Signature.ts"
import {
  app,
  begin,
  camperToken,
  goneToken,
  header,
  percent,
  pocket,
  request,
  sign,
  signed,
  start,
} from "../support/oauth.ts"

const path = "/1.1/friendships/create.json"
const mine = { token: camperToken }

describe("a bearer token", () => {
  it.effect("stands for a user or an app, whatever the case of the scheme", () =>
    Effect.gen(function* () {
      const { caller } = yield* begin()
      const bearer = (authorization: string) =>
        caller(request("GET", "/2/users", { authorization }))
      expect(bearer("Bearer camperAccess")).toBe("OAuth2 happycamper")
      expect(bearer("bearer camperAccess")).toBe("OAuth2 happycamper")
      expect(bearer("BEARER   camperAccess")).toBe("OAuth2 happycamper")
      expect(bearer(`Bearer ${app.bearerToken}`)).toBe("AppOnly example")
      expect(bearer(`Bearer ${pocket.bearerToken}`)).toBe("AppOnly pocket")
    }),
  )

  it.effect("is compared as it is", () =>
    Effect.gen(function* () {
      const { caller, bearer } = yield* begin()
      expect(caller(bearer(decodeURIComponent(app.bearerToken)))).toBe("BadToken")
      expect(caller(bearer(app.bearerToken.toLowerCase()))).toBe("BadToken")
      expect(caller(bearer(`${app.bearerToken} `))).toBe("BadToken")
      expect(caller(bearer("__proto__"))).toBe("BadToken")
      expect(caller(bearer("camperRefresh"))).toBe("BadToken")
      expect(caller(bearer(camperToken.key))).toBe("BadToken")
    }),
  )

  it.effect("is missing when there is none", () =>
    Effect.gen(function* () {
      const { caller } = yield* begin()
      for (const authorization of [
        undefined,
        "",
        "Bearer",
        "Bearer ",
        "Basic eDp5",
        "OAuth",
        "?",
      ]) {
        expect(caller(request("GET", "/2/users", { authorization })), authorization).toBe("Missing")
      }
    }),
  )

  it.effect("carries the scopes that were granted", () =>
    Effect.gen(function* () {
      const { live, bearer } = yield* begin()
      const caller = Result.getOrThrow(Authentication.authenticate(live, bearer("camperAccess")))
      expect(caller._tag === "OAuth2" && caller.scopes.has("follows.write")).toBe(true)
    }),
  )
})

describe("a signed request", () => {
  it.effect.each([
    "https://api.x.com",
    "https://api.twitter.com",
    "http://127.0.0.1:4280",
    "https://x.example.test",
    "https://proxy.example.test:8443/kith",
  ])("is good for %s", (origin) =>
    Effect.gen(function* () {
      const { caller } = yield* begin(undefined, [
        "https://X.example.test:443/",
        "https://proxy.example.test:8443/kith/",
      ])
      expect(caller(signed("POST", path, { ...mine, origin }))).toBe("OAuth1 happycamper")
    }),
  )

  it.effect("is good for the host that it names, and for X's beneath TLS", () =>
    Effect.gen(function* () {
      const { caller } = yield* begin()
      const at = (host: string, origin: string) =>
        caller(
          request("GET", path, {
            host,
            authorization: header(sign("GET", `${origin}${path}`, mine)),
          }),
        )
      expect(at("LOCALHOST:9", "http://localhost:9")).toBe("OAuth1 happycamper")
      expect(at("localhost:80", "http://localhost")).toBe("OAuth1 happycamper")
      expect(at("[::1]:4280", "http://[::1]:4280")).toBe("OAuth1 happycamper")
      // Something before the sandbox ends TLS and passes the host on.
      expect(at("localhost:8443", "https://localhost:8443")).toBe("OAuth1 happycamper")
      expect(at("twitter.com:443", "https://twitter.com")).toBe("OAuth1 happycamper")
      expect(at("twitter.com", "https://x.com")).toBe("BadSignature")
      expect(at("api.x.com", "https://api.x.com")).toBe("OAuth1 happycamper")
      expect(at("api.x.com", "http://api.x.com")).toBe("OAuth1 happycamper")
      expect(at("API.twitter.com:80", "http://api.twitter.com")).toBe("OAuth1 happycamper")
      expect(at("api.twitter.com", "https://api.twitter.com")).toBe("OAuth1 happycamper")
      expect(at("evil.example", "http://other.example")).toBe("BadSignature")
    }),
  )

  it.effect("may carry the protocol's parameters in the form or the query", () =>
    Effect.gen(function* () {
      const { caller } = yield* begin()
      const url = `https://api.x.com${path}`
      const parameters = { user_id: "1", follow: "true" }
      const all = () =>
        new URLSearchParams({ ...parameters, ...sign("POST", url, { ...mine, parameters }) })
      expect(caller(request("POST", path, { query: all().toString() }))).toBe("OAuth1 happycamper")
      expect(caller(request("POST", path, { form: all().toString() }))).toBe("OAuth1 happycamper")
    }),
  )

  it.effect("counts what was sent twice once, and refuses what says two things", () =>
    Effect.gen(function* () {
      const { caller } = yield* begin()
      const url = `https://api.x.com${path}`
      const twice = (form: string) =>
        request("POST", path, { form, authorization: header(sign("POST", url, mine)) })
      expect(caller(twice(`oauth_token=${camperToken.key}`))).toBe("OAuth1 happycamper")
      expect(caller(twice("oauth_token=other"))).toBe("Missing")
      expect(caller(twice("oauth_version=2.0"))).toBe("Missing")
    }),
  )

  it.effect("does not cover a body that is no form", () =>
    Effect.gen(function* () {
      const { caller } = yield* begin()
      const follow = "/2/users/370773112/following"
      const authorization = header(sign("POST", `https://api.x.com${follow}`, mine))
      const json = { target_user_id: "1" }
      expect(caller(request("POST", follow, { json, authorization }))).toBe("OAuth1 happycamper")
    }),
  )

  it.effect("covers every parameter of the query and the form", () =>
    Effect.gen(function* () {
      const { caller } = yield* begin()
      const by = (parts: Parameters<typeof request>[2]) =>
        caller(
          request("POST", path, {
            ...parts,
            authorization: header(
              sign("POST", `https://api.x.com${path}`, { ...mine, parameters: { user_id: "1" } }),
            ),
          }),
        )
      expect(by({ query: "user_id=1" })).toBe("OAuth1 happycamper")
      expect(by({ form: "user_id=1" })).toBe("OAuth1 happycamper")
      expect(by({ query: "user_id=2" })).toBe("BadSignature")
      expect(by({ query: "user_id=1&user_id=1" })).toBe("BadSignature")
      expect(by({ query: "user_id=1", form: "follow=true" })).toBe("BadSignature")
      expect(by({})).toBe("BadSignature")
      expect(by({ query: "user_id=1&x=%ZZ" })).toBe("BadSignature")
      expect(by({ form: "user_id=%FF" })).toBe("BadSignature")
    }),
  )

  it.effect("covers the method and the path", () =>
    Effect.gen(function* () {
      const { caller } = yield* begin()
      const authorization = () => header(sign("GET", `https://api.x.com${path}`, mine))
      expect(caller(request("GET", path, { authorization: authorization() }))).toBe(
        "OAuth1 happycamper",
      )
      expect(caller(request("POST", path, { authorization: authorization() }))).toBe("BadSignature")
      const other = path.replace("create", "destroy")
      expect(caller(request("GET", other, { authorization: authorization() }))).toBe("BadSignature")
    }),
  )

  it.effect("is refused without an app, a token or a secret that fit", () =>
    Effect.gen(function* () {
      const { caller } = yield* begin()
      const by = (signing: Parameters<typeof signed>[2]) => caller(signed("GET", path, signing))
      expect(by({ token: undefined })).toBe("Missing")
      expect(by({ token: { key: "nobody", secret: "" } })).toBe("BadToken")
      expect(by({ token: { ...camperToken, secret: "" } })).toBe("BadSignature")
      expect(by({ token: { ...camperToken, secret: "guess" } })).toBe("BadSignature")
      expect(by({ ...mine, app: { ...app, consumerSecret: "guess" } })).toBe("BadSignature")
      expect(by({ ...mine, app: { ...app, consumerKey: "guess" } })).toBe("BadSignature")
      expect(by({ ...mine, app: pocket })).toBe("BadToken")
    }),
  )

  it.effect.each([
    ["oauth_signature", undefined],
    ["oauth_signature", ""],
    ["oauth_consumer_key", undefined],
    ["oauth_nonce", undefined],
    ["oauth_timestamp", undefined],
    ["oauth_signature_method", "PLAINTEXT"],
    ["oauth_signature_method", undefined],
    ["oauth_version", "2.0"],
  ] as const)("is not one when %s is %s", ([name, value]) =>
    Effect.gen(function* () {
      const { caller } = yield* begin()
      const { [name]: _, ...rest } = sign("GET", `https://api.x.com${path}`, mine)
      const oauth = value === undefined ? rest : { ...rest, [name]: value }
      expect(caller(request("GET", path, { authorization: header(oauth) }))).toBe("Missing")
    }),
  )

  // 1.0A is how an older library writes it, in its example for X too.
  it.effect.each([
    ["leave its version out", undefined],
    ["be of version 1.0A", "1.0A"],
    ["be of version 1.0a", "1.0a"],
  ])("may %s", ([, version]) =>
    Effect.gen(function* () {
      const { caller } = yield* begin()
      const signed = sign("GET", "http://x.test", mine)
      const { oauth_version: _version, oauth_signature: _signature, ...rest } = signed
      const claims = version === undefined ? rest : { ...rest, oauth_version: version }
      const oauth = {
        ...claims,
        oauth_signature: Signature.sign(
          Signature.baseString(
            "GET",
            `https://api.x.com${path}`,
            Signature.parameterString(Object.entries(claims)),
          ),
          Signature.key(app.consumerSecret, camperToken.secret),
        ),
      }
      expect(caller(request("GET", path, { authorization: header(oauth) }))).toBe(
        "OAuth1 happycamper",
      )
    }),
  )

  it.effect("still has its caller when the user is suspended", () =>
    Effect.gen(function* () {
      const { live } = yield* begin()
      const caller = Authentication.authenticate(live, signed("GET", path, { token: goneToken }))
      expect(Result.getOrThrow(caller)).toMatchObject({ user: { suspended: true } })
    }),
  )

  it("is good whatever is signed and however it is written, and no other is", async () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 8 }),
      fc.stringMatching(/^[ +,%&=!'()*~;a-]{0,8}$/),
    )
    const name = text.filter((it) => it !== "__proto__" && !it.startsWith("oauth_"))
    // As browsers write forms, as RFC 3986 has it, and with commas left as they are.
    const writing = fc.constantFrom(
      (pairs: ReadonlyArray<readonly [string, string]>) =>
        new URLSearchParams(Object.fromEntries(pairs)).toString(),
      (pairs: ReadonlyArray<readonly [string, string]>) =>
        pairs.map(([key, value]) => `${percent(key)}=${percent(value)}`).join("&"),
      (pairs: ReadonlyArray<readonly [string, string]>) =>
        pairs
          .map(([key, value]) => `${percent(key)}=${percent(value).replaceAll("%2C", ",")}`)
          .join("&"),
    )
    const program = Effect.gen(function* () {
      const { caller } = yield* begin(undefined, ["https://x.example.test"])
      let run = 0
      fc.assert(
        fc.property(
          fc.dictionary(name, text, { maxKeys: 5, noNullPrototype: true }),
          writing,
          fc.constantFrom("query", "form"),
          fc.constantFrom(
            "https://api.x.com",
            "https://api.twitter.com",
            "http://127.0.0.1:4280",
            "https://x.example.test",
          ),
          fc.constantFrom(", ", ","),
          fc.string({ unit: "binary", minLength: 1 }),
          (parameters, write, place, origin, separator, nonce) => {
            const oauth = sign("POST", origin + path, {
              ...mine,
              parameters,
              nonce: `${nonce}${run++}`,
            })
            const authorization = header(oauth, separator)
            const pairs = Object.entries(parameters)
            const send = (sent: ReadonlyArray<readonly [string, string]>) =>
              caller(request("POST", path, { [place]: write(sent), authorization }))
            expect(send([...pairs, ["more", "1"]])).toBe("BadSignature")
            expect(send(pairs)).toBe("OAuth1 happycamper")
            expect(send(pairs)).toBe("BadSignature")
          },
        ),
        { numRuns: 150 },
      )
    })
    await Effect.runPromise(Effect.scoped(Effect.provide(program, TestClock.layer())))
  })
})

describe("a timestamp", () => {
  const at = (timestamp: number) => signed("GET", path, { ...mine, timestamp })

  it.effect("may be five minutes off", () =>
    Effect.gen(function* () {
      const { caller } = yield* begin()
      expect(caller(at(start - 300))).toBe("OAuth1 happycamper")
      expect(caller(at(start + 300))).toBe("OAuth1 happycamper")
      expect(caller(at(start - 301))).toBe("BadTimestamp")
      expect(caller(at(start + 301))).toBe("BadTimestamp")
      for (const timestamp of [
        "soon",
        "-1",
        "1e9",
        "1318622958.0",
        " 1318622958",
        "9".repeat(13),
      ]) {
        const oauth = { ...sign("GET", "http://x.test", mine), oauth_timestamp: timestamp }
        const sent = request("GET", path, { authorization: header(oauth) })
        expect(caller(sent), timestamp).toBe("BadTimestamp")
      }
    }),
  )

  it.effect("is good near the real time and near the sandbox's, after that was moved", () =>
    Effect.gen(function* () {
      const { caller, clock } = yield* begin()
      clock.advance(86_400)
      expect(caller(at(start))).toBe("OAuth1 happycamper")
      expect(caller(at(start + 86_400))).toBe("OAuth1 happycamper")
      expect(caller(at(start + 43_200))).toBe("BadTimestamp")
    }),
  )
})

describe("a nonce", () => {
  const once = (nonce: string, signing: Partial<Parameters<typeof signed>[2]> = {}) =>
    signed("GET", path, { ...mine, nonce, ...signing })

  it.effect("is good once for a token and a timestamp", () =>
    Effect.gen(function* () {
      const { caller } = yield* begin()
      expect(caller(once("n"))).toBe("OAuth1 happycamper")
      expect(caller(once("n"))).toBe("BadSignature")
      expect(caller(once("n", { origin: "https://api.twitter.com" }))).toBe("BadSignature")
      expect(caller(once("n", { timestamp: start + 1 }))).toBe("OAuth1 happycamper")
      expect(caller(once("n", { token: goneToken }))).toBe("OAuth1 gone")
      expect(caller(once("m"))).toBe("OAuth1 happycamper")
    }),
  )

  it.effect("is not used up by a request that is refused", () =>
    Effect.gen(function* () {
      const { caller } = yield* begin()
      expect(caller(once("n", { token: { ...camperToken, secret: "guess" } }))).toBe("BadSignature")
      expect(caller(once("n", { timestamp: start + 999 }))).toBe("BadTimestamp")
      expect(caller(once("n"))).toBe("OAuth1 happycamper")
    }),
  )

  it.effect("stays used as long as its timestamp is good", () =>
    Effect.gen(function* () {
      const { caller } = yield* begin()
      const late = once("n", { timestamp: start + 300 })
      expect(caller(late)).toBe("OAuth1 happycamper")
      for (const minutes of [1, 4, 4, 1]) {
        yield* TestClock.adjust(`${minutes} minutes`)
        expect(caller(late)).toBe("BadSignature")
      }
      yield* TestClock.adjust("1 second")
      expect(caller(late)).toBe("BadTimestamp")
    }),
  )
})
