/** Whatever is sent to the OAuth endpoints, the answer is a refusal in X's form, and nothing changes. */
import { Sandbox } from "@kith/sandbox"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import * as OAuth from "../../packages/sandbox/src/oauth/OAuth.ts"
import { app, basic, begin, camperToken, header, pocket, request, sign } from "../support/oauth.ts"

const targets = OAuth.routes.map(({ endpoint: { method, path } }) => ({ method, path }))
const pages = new Set(["/oauth/authorize", "/oauth/authenticate", "/i/oauth2/authorize"])

const names = [
  "oauth_token",
  "oauth_callback",
  "oauth_verifier",
  "oauth_consumer_key",
  "oauth_nonce",
  "oauth_signature",
  "oauth_timestamp",
  "grant_type",
  "client_id",
  "code",
  "code_verifier",
  "redirect_uri",
  "refresh_token",
  "token",
  "access_token",
  "ticket",
  "user",
  "decision",
  "response_type",
  "scope",
  "state",
  "code_challenge",
  "__proto__",
]

const values = [
  "",
  "authorization_code",
  "refresh_token",
  "password",
  "code",
  "allow",
  "oob",
  "happycamper",
  app.clientId,
  pocket.clientId,
  app.consumerKey,
  "http://evil.example/\r\nset-cookie: a=b",
  "<script>",
  "__proto__",
  "constructor",
  "\0",
  "9".repeat(400),
]

const value = fc.oneof(fc.constantFrom(...values), fc.string({ unit: "binary", maxLength: 20 }))
const fields = fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 8 })
const encoded = fc.oneof(
  fields.map((pairs) => pairs.map(([name, it]) => `${name}=${encodeURIComponent(it)}`).join("&")),
  fc.constantFrom("%", "%FF=%FE", "&&&=&", "a=%00", "=", "x=%ud800"),
)
const authorization = fc.constantFrom(
  undefined,
  "",
  "OAuth",
  `OAuth oauth_nonce="`,
  `OAuth oauth_nonce="%FF"`,
  "Basic",
  "Basic AAAA",
  "Basic /////w==",
  "Bearer",
  "Bearer guess",
  basic(app.clientId, "guess"),
  basic(pocket.clientId, ""),
  basic(app.consumerKey, "guess"),
  header(sign("POST", "http://elsewhere.example/", { token: camperToken })),
)

const hostile = fc.record({
  target: fc.constantFrom(...targets),
  query: encoded,
  body: fc.oneof(
    fc.constant({}),
    encoded.map((form) => ({ form })),
    fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), value)).map((json) => ({ json })),
  ),
  authorization,
})

describe("in the sandbox's own process", () => {
  it("is refused, without a change", async () => {
    const program = Effect.gen(function* () {
      const { live, send } = yield* begin()
      const before = JSON.stringify(live.credentials.tokens())
      yield* Effect.promise(() =>
        fc.assert(
          fc.asyncProperty(hostile, async ({ target, query, body, authorization }) => {
            const sent = request(target.method, target.path, { query, ...body, authorization })
            const answer = await Effect.runPromise(send(sent))
            const done = answer.status === 200 && target.path === "/2/oauth2/revoke"
            // Revoking what is no token is done already.
            if (!done) {
              expect(answer.status, answer.text).toBeGreaterThanOrEqual(400)
              expect(answer.status, answer.text).toBeLessThan(500)
            }
            if (answer.headers["content-type"]?.startsWith("application/json")) {
              expect(Object.keys(JSON.parse(answer.text))[0]).toMatch(/^(errors|error|revoked)$/)
            } else {
              expect(answer.text).toContain("<!doctype html>")
              expect(answer.text).not.toContain("<script")
            }
          }),
          { numRuns: 2_000 },
        ),
      )
      expect(JSON.stringify(live.credentials.tokens())).toBe(before)
    })
    await Effect.runPromise(Effect.scoped(Effect.provide(program, TestClock.layer())))
  })
})

describe("over a socket", () => {
  let sandbox: Sandbox.StartedSandbox
  beforeAll(async () => {
    sandbox = await Sandbox.start()
  })
  afterAll(() => sandbox.close())

  it.each(targets)(
    "$method $path refuses a request that says nothing",
    async ({ method, path }) => {
      const response = await fetch(sandbox.url + path, { method, redirect: "manual" })
      const text = await response.text()
      expect(response.status).toBeGreaterThanOrEqual(400)
      expect(response.status).toBeLessThan(500)
      expect(response.headers.get("date")).not.toBeNull()
      const isPage = pages.has(path) || path === "/2/oauth2/authorize"
      expect(response.headers.get("content-type")).toMatch(
        isPage ? /^text\/html/ : /^application\/json/,
      )
      expect(text).not.toContain("    at ")
    },
  )
})
