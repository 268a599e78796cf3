/** OAuth 2.0 with PKCE: the code that a user gave, and what an app gets for it. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { app, basic, begin, pocket, request } from "../support/oauth.ts"
import {
  accessOf,
  allowed,
  asking,
  authorize,
  bodyOf,
  challenge,
  codeOf,
  exchange,
  exchanging,
  type Fields,
  invalidCode,
  invalidToken,
  missing,
  proof,
  refresh,
  refreshOf,
  refusal,
  tokenPath,
  unauthorized,
  verifier,
} from "../support/oauth2.ts"

describe("a code", () => {
  it.effect("is exchanged for tokens that stand for the user, with the scopes granted", () =>
    Effect.gen(function* () {
      const { begun, given: answer } = yield* allowed()
      expect(answer.status).toBe(200)
      expect(answer.headers["cache-control"]).toBe("no-store")
      expect(Object.keys(bodyOf(answer)).toSorted()).toEqual([
        "access_token",
        "expires_in",
        "refresh_token",
        "scope",
        "token_type",
      ])
      expect(bodyOf(answer)).toMatchObject({
        token_type: "bearer",
        expires_in: 7200,
        scope: "tweet.read users.read follows.write offline.access",
      })
      expect(begun.caller(begun.bearer(accessOf(answer)))).toBe("OAuth2 happycamper")
    }),
  )

  it.effect(
    "is exchanged in a form, in JSON and in the query, by a client with a secret or none",
    () =>
      Effect.gen(function* () {
        const begun = yield* begin()
        const bySecret = { authorization: proof }
        const named = { client_id: pocket.clientId }
        for (const [client, authorization, more] of [
          [app, bySecret, {}],
          [app, bySecret, { client_id: app.clientId, client_secret: app.clientSecret ?? "" }],
          [pocket, {}, named],
          [pocket, { authorization: basic(pocket.clientId, "") }, {}],
        ] as const) {
          const fields = Effect.map(codeOf(begun, { client_id: client.clientId }), (code) => ({
            ...exchanging,
            code,
            ...more,
          }))
          const encoded = Effect.map(fields, (it) => new URLSearchParams(it).toString())
          const sent = [
            request("POST", tokenPath, { ...authorization, form: yield* encoded }),
            request("POST", tokenPath, { ...authorization, json: yield* fields }),
            request("POST", tokenPath, { ...authorization, form: "", query: yield* encoded }),
            request("POST", tokenPath, { ...authorization, query: yield* encoded }),
          ]
          for (const one of sent) expect((yield* begun.send(one)).status).toBe(200)
        }
      }),
  )

  it.effect.each([
    { code_challenge_method: "s256" },
    { code_challenge_method: "plain", code_challenge: verifier },
    { code_challenge_method: "plain", code_challenge: "challenge" },
  ] satisfies ReadonlyArray<Fields>)("is proven with %j", (method) =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const plain = method.code_challenge_method === "plain"
      const { code_challenge: said } = { ...asking, ...method }
      const code = yield* codeOf(begun, method)
      const wrong = yield* exchange(begun, code, { code_verifier: plain ? "other" : challenge })
      expect(wrong.status).toBe(400)
      const changes = { code_verifier: (plain ? said : verifier) ?? "" }
      expect((yield* exchange(begun, code, changes)).status).toBe(200)
    }),
  )

  it.effect("is proven in plain when no method was named", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const { code_challenge_method: _, ...rest } = asking
      const query = { ...rest, code_challenge: "plainly" }
      const answer = yield* begun.answer(authorize, query, { user: "happycamper" })
      const code = answer.location?.searchParams.get("code") ?? ""
      expect((yield* exchange(begun, code, { code_verifier: "plainly" })).status).toBe(200)
    }),
  )

  it.effect("gives no refresh token without offline.access", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const code = yield* codeOf(begun, { scope: "tweet.read users.read" })
      expect(bodyOf(yield* exchange(begun, code))).not.toHaveProperty("refresh_token")
    }),
  )

  it.effect("gives nothing for anything wrong, and is not used up by it", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const code = yield* codeOf(begun)
      const before = JSON.stringify(begun.live.credentials.tokens())
      const byPocket = { client_id: pocket.clientId }
      const redirect = [
        400,
        "invalid_request",
        "Value passed for the redirect uri did not match the uri of the authorization code.",
      ]
      const pkce = [
        400,
        "invalid_request",
        "Value passed for the code verifier did not match the code challenge.",
      ]
      const attempts = [
        [exchange(begun, "guess"), invalidCode],
        [exchange(begun, "__proto__"), invalidCode],
        [exchange(begun, code, { redirect_uri: "http://127.0.0.1:3000/other?from=x" }), redirect],
        [exchange(begun, code, { code_verifier: "guess" }), pkce],
        [begun.post(tokenPath, { ...exchanging, ...byPocket, code }), invalidCode],
        [exchange(begun, code, {}, basic(app.clientId, "guess")), unauthorized],
        [exchange(begun, code, {}, "Basic ???"), unauthorized],
        [exchange(begun, code, {}, `Bearer ${app.bearerToken}`), unauthorized],
        [begun.post(tokenPath, { ...exchanging, code, client_id: app.clientId }), unauthorized],
        [exchange(begun, ""), missing("code")],
        [exchange(begun, code, { redirect_uri: "" }), missing("redirect_uri")],
        [exchange(begun, code, { code_verifier: "" }), missing("code_verifier")],
        [exchange(begun, code, { grant_type: "" }), missing("grant_type")],
        [begun.post(tokenPath, { ...exchanging, code }), missing("client_id")],
      ] as const
      for (const [attempt, expected] of attempts) expect(refusal(yield* attempt)).toEqual(expected)
      const others = [
        [exchange(begun, code, { grant_type: "password" }), 400, "unsupported_grant_type"],
        [exchange(begun, code, byPocket), 401, "invalid_client"],
        [begun.post(tokenPath, { ...exchanging, code, client_id: "x" }), 401, "invalid_client"],
      ] as const
      for (const [attempt, status, error] of others) {
        expect(refusal(yield* attempt).slice(0, 2)).toEqual([status, error])
      }
      expect(JSON.stringify(begun.live.credentials.tokens())).toBe(before)
      expect((yield* exchange(begun, code)).status).toBe(200)
    }),
  )

  it.effect("is refused in a body that cannot be read, or that says two things", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const code = yield* codeOf(begun)
      const form = new URLSearchParams({ ...exchanging, code }).toString()
      const send = (parts: Parameters<typeof request>[2]) =>
        Effect.map(
          begun.send(request("POST", tokenPath, { ...parts, authorization: proof })),
          (answer) => refusal(answer).slice(0, 2),
        )
      const refused = [400, "invalid_request"]
      expect(yield* send({ form: `${form}&code=other` })).toEqual(refused)
      expect(yield* send({ form, query: "code=other" })).toEqual(refused)
      expect(yield* send({ form: `${form}&x=%FF` })).toEqual(refused)
      expect(yield* send({ json: [exchanging] })).toEqual(refused)
      expect(yield* send({ json: "text" })).toEqual(refused)
      expect(yield* send({ json: { ...exchanging, code: 1 } })).toEqual(refused)
      expect(yield* send({ json: { ...exchanging, code: { code } } })).toEqual(refused)
      expect(yield* send({ form: `${form}&code=${code}` })).toEqual([200, undefined])
    }),
  )

  it.effect("is good for thirty seconds", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const [quick, slow] = [yield* codeOf(begun), yield* codeOf(begun)]
      begun.clock.advance(29.999)
      expect((yield* exchange(begun, quick)).status).toBe(200)
      begun.clock.advance(0.001)
      expect(refusal(yield* exchange(begun, slow))).toEqual(invalidCode)
    }),
  )

  it.effect("is good once, and revokes what it gave when it comes again", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const code = yield* codeOf(begun)
      const given = yield* exchange(begun, code)
      const byPocket = { ...exchanging, code, client_id: pocket.clientId }
      expect(refusal(yield* begun.post(tokenPath, byPocket))).toEqual(invalidCode)
      expect(begun.caller(begun.bearer(accessOf(given)))).toBe("OAuth2 happycamper")
      expect(refusal(yield* exchange(begun, code))).toEqual(invalidCode)
      expect(begun.caller(begun.bearer(accessOf(given)))).toBe("BadToken")
      expect(refusal(yield* refresh(begun, refreshOf(given)))).toEqual(invalidToken)
      expect(begun.caller(begun.bearer("camperAccess"))).toBe("OAuth2 happycamper")
    }),
  )
})
