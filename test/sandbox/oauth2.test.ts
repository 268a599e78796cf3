/** OAuth 2.0 with PKCE: the authorization page, codes, tokens, rotation and revocation. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { createHash } from "node:crypto"
import {
  app,
  basic,
  begin,
  callback,
  pocket,
  request,
  scopes,
  ticketOf,
  type Answer,
} from "../support/oauth.ts"

type Begun = Effect.Success<ReturnType<typeof begin>>
type Fields = Readonly<Record<string, string>>

const authorize = "/i/oauth2/authorize"
const tokenPath = "/2/oauth2/token"
const revokePath = "/2/oauth2/revoke"
const verifier = "a-verifier-of-the-length-that-rfc-7636-asks-for"
const challenge = createHash("sha256").update(verifier).digest("base64url")
const proof = basic(app.clientId, app.clientSecret ?? "")

const asking: Fields = {
  response_type: "code",
  client_id: app.clientId,
  redirect_uri: callback,
  scope: "tweet.read users.read follows.write offline.access",
  state: "my state & more",
  code_challenge: challenge,
  code_challenge_method: "S256",
}

const exchanging: Fields = {
  grant_type: "authorization_code",
  redirect_uri: callback,
  code_verifier: verifier,
}

const codeOf = (begun: Begun, changes: Fields = {}): Effect.Effect<string> =>
  Effect.map(
    begun.answer(authorize, { ...asking, ...changes }, { user: "happycamper" }),
    (answer) => answer.location?.searchParams.get("code") ?? "",
  )

const exchange = (begun: Begun, code: string, changes: Fields = {}, authorization = proof) =>
  begun.post(tokenPath, { ...exchanging, code, ...changes }, authorization)

const bodyOf = (answer: Answer): Fields => JSON.parse(answer.text)
const accessOf = (answer: Answer): string => bodyOf(answer)["access_token"] ?? ""
const refreshOf = (answer: Answer): string => bodyOf(answer)["refresh_token"] ?? ""
const refusal = (answer: Answer) => {
  const { error, error_description: description } = bodyOf(answer)
  return [answer.status, error, description]
}

const refresh = (begun: Begun, token: string, authorization = proof) =>
  begun.post(tokenPath, { grant_type: "refresh_token", refresh_token: token }, authorization)

const invalidCode = [400, "invalid_request", "Value passed for the authorization code was invalid."]
const invalidToken = [400, "invalid_request", "Value passed for the token was invalid."]
const unauthorized = [401, "unauthorized_client", "Missing valid authorization header"]
const missing = (name: string) => [400, "invalid_request", `Missing required parameter [${name}].`]

describe("the authorization page", () => {
  it.effect.each([authorize, "/2/oauth2/authorize"])(
    "at %s leads back with a code and the state",
    (path) =>
      Effect.gen(function* () {
        const begun = yield* begin()
        const answer = yield* begun.answer(path, asking, { user: "happycamper" })
        expect(answer.status).toBe(302)
        expect(answer.location?.href.startsWith(`${callback}?code=`)).toBe(true)
        expect(answer.location?.searchParams.get("state")).toBe("my state & more")
        const code = answer.location?.searchParams.get("code") ?? ""
        expect((yield* exchange(begun, code)).status).toBe(200)
      }),
  )

  it.effect("leads back with access_denied when the user refuses", () =>
    Effect.gen(function* () {
      const { answer } = yield* begin()
      const denied = yield* answer(authorize, asking, { decision: "deny" })
      expect(denied.headers["location"]).toBe(
        `${callback}?error=access_denied&state=my%20state%20%26%20more`,
      )
    }),
  )

  it.effect("says in words what the app asks for", () =>
    Effect.gen(function* () {
      const { send } = yield* begin()
      const query = new URLSearchParams({ ...asking, scope: "follows.write <b>" }).toString()
      const page = yield* send(request("GET", authorize, { query }))
      expect(page.text).toContain("<li>Follow and unfollow for you.</li>")
      expect(page.text).toContain("<li>&lt;b&gt;</li>")
      expect(page.text).toMatch(/<select id="user" name="user"/)
    }),
  )

  it.effect.each([
    { redirect_uri: "http://evil.example/" },
    { redirect_uri: `${callback}/` },
    { redirect_uri: "oob" },
    { redirect_uri: "" },
    { client_id: "guess" },
    { client_id: "__proto__" },
    { response_type: "token" },
    { scope: "" },
    { scope: "tweet.read\nusers.read" },
    { state: "x".repeat(501) },
    { code_challenge: "" },
    { code_challenge: "x".repeat(513) },
    { code_challenge_method: "md5" },
  ] satisfies ReadonlyArray<Fields>)("is an error page without a redirect for %j", (wrong) =>
    Effect.gen(function* () {
      const { answer } = yield* begin()
      const page = yield* answer(authorize, { ...asking, ...wrong }, { user: "happycamper" })
      expect([page.status, page.location]).toEqual([400, undefined])
      expect(page.headers["content-type"]).toBe("text/html; charset=utf-8")
      expect(page.text).not.toContain("evil")
    }),
  )

  it.effect("is an error page when a parameter is missing, comes twice or cannot be read", () =>
    Effect.gen(function* () {
      const { send } = yield* begin()
      const all = new URLSearchParams(asking).toString()
      const queries = ["", `${all}&scope=x`, `${all}&x=%FF`]
      for (const name of Object.keys(asking)) {
        if (name === "state" || name === "code_challenge_method") continue
        const { [name]: _, ...rest } = asking
        queries.push(new URLSearchParams(rest).toString())
      }
      for (const query of queries) {
        expect((yield* send(request("GET", authorize, { query }))).status, query).toBe(400)
      }
    }),
  )

  it.effect("takes one answer, to the page that asked, for fifteen minutes", () =>
    Effect.gen(function* () {
      const { send, post, clock } = yield* begin()
      const query = new URLSearchParams(asking).toString()
      const open = Effect.map(send(request("GET", authorize, { query })), (page) => ({
        ticket: ticketOf(page.text),
        user: "happycamper",
        decision: "allow",
      }))
      const first = yield* open
      expect((yield* post("/oauth/authorize", first)).status).toBe(400)
      expect((yield* post(authorize, first)).status).toBe(400)
      const second = yield* open
      expect((yield* post(authorize, { ...second, ticket: "" })).status).toBe(400)
      expect((yield* post(authorize, second)).status).toBe(302)
      expect((yield* post(authorize, second)).status).toBe(400)
      const third = yield* open
      clock.advance(900)
      expect((yield* post(authorize, third)).status).toBe(400)
    }),
  )

  it.effect("asks again when nobody has the name that was given", () =>
    Effect.gen(function* () {
      const { answer, post } = yield* begin()
      const again = yield* answer(authorize, asking, { user: "" })
      expect(again.status).toBe(400)
      expect(again.text).toContain("Say which account is yours.")
      const fields = { ticket: ticketOf(again.text), user: "TWITTERDEV", decision: "allow" }
      expect((yield* post(authorize, fields)).status).toBe(302)
    }),
  )
})

describe("a code", () => {
  it.effect("is exchanged for tokens that stand for the user, with the scopes granted", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const answer = yield* exchange(begun, yield* codeOf(begun))
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

describe("an access token", () => {
  it.effect("expires after two hours of the sandbox's clock", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const given = yield* exchange(begun, yield* codeOf(begun))
      begun.clock.advance(7_199)
      expect(begun.caller(begun.bearer(accessOf(given)))).toBe("OAuth2 happycamper")
      begun.clock.advance(1)
      expect(begun.caller(begun.bearer(accessOf(given)))).toBe("BadToken")
      expect((yield* refresh(begun, refreshOf(given))).status).toBe(200)
    }),
  )
})

describe("a refresh token", () => {
  it.effect("gives new tokens once; the second use revokes the grant", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const first = yield* exchange(begun, yield* codeOf(begun))
      const second = yield* refresh(begun, refreshOf(first))
      expect(second.status).toBe(200)
      expect(bodyOf(second)).toMatchObject({ expires_in: 7200, scope: scopes.join(" ") })
      expect(refreshOf(second)).not.toBe(refreshOf(first))
      const third = yield* refresh(begun, refreshOf(second))
      for (const answer of [first, second, third]) {
        expect(begun.caller(begun.bearer(accessOf(answer)))).toBe("OAuth2 happycamper")
      }
      expect(refusal(yield* refresh(begun, refreshOf(first)))).toEqual(invalidToken)
      for (const answer of [first, second, third]) {
        expect(begun.caller(begun.bearer(accessOf(answer)))).toBe("BadToken")
      }
      expect(refusal(yield* refresh(begun, refreshOf(third)))).toEqual(invalidToken)
    }),
  )

  it.effect("of the world is good once, too", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const given = yield* refresh(begun, "camperRefresh")
      expect(given.status).toBe(200)
      expect(begun.caller(begun.bearer("camperAccess"))).toBe("OAuth2 happycamper")
      expect(refusal(yield* refresh(begun, "camperRefresh"))).toEqual(invalidToken)
      expect(begun.caller(begun.bearer("camperAccess"))).toBe("BadToken")
      expect(begun.caller(begun.bearer(accessOf(given)))).toBe("BadToken")
    }),
  )

  it.effect("is refused to anybody else, and when it is none", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const byPocket = basic(pocket.clientId, "")
      expect(refusal(yield* refresh(begun, "camperRefresh", byPocket))).toEqual(invalidToken)
      expect(refusal(yield* refresh(begun, "camperAccess"))).toEqual(invalidToken)
      expect(refusal(yield* refresh(begun, "guess"))).toEqual(invalidToken)
      expect(refusal(yield* refresh(begun, ""))).toEqual(missing("refresh_token"))
      expect((yield* refresh(begun, "camperRefresh")).status).toBe(200)
    }),
  )
})

describe("revocation", () => {
  const revoke = (begun: Begun, token: string, authorization = proof) =>
    begun.post(revokePath, { token, token_type_hint: "access_token" }, authorization)

  it.effect("ends an access token, and leaves the refresh token", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const given = yield* exchange(begun, yield* codeOf(begun))
      const done = yield* revoke(begun, accessOf(given))
      expect([done.status, bodyOf(done)]).toEqual([200, { revoked: true }])
      expect(begun.caller(begun.bearer(accessOf(given)))).toBe("BadToken")
      expect((yield* refresh(begun, refreshOf(given))).status).toBe(200)
    }),
  )

  it.effect("of a refresh token ends all of its grant", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      expect((yield* revoke(begun, "camperRefresh")).status).toBe(200)
      expect(begun.caller(begun.bearer("camperAccess"))).toBe("BadToken")
      expect(refusal(yield* refresh(begun, "camperRefresh"))).toEqual(invalidToken)
    }),
  )

  it.effect("of what is no token, or not any more, is done already", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      for (const token of ["guess", "camperAccess", "camperAccess"]) {
        expect(bodyOf(yield* revoke(begun, token))).toEqual({ revoked: true })
      }
    }),
  )

  it.effect("is refused for another app's token, and without a client or a token", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const byPocket = basic(pocket.clientId, "")
      expect(refusal(yield* revoke(begun, "camperAccess", byPocket))).toEqual(invalidToken)
      expect(refusal(yield* revoke(begun, "camperRefresh", byPocket))).toEqual(invalidToken)
      expect(refusal(yield* revoke(begun, ""))).toEqual(missing("token"))
      expect(refusal(yield* revoke(begun, "camperAccess", ""))).toEqual(unauthorized)
      const anonymous = yield* begun.post(revokePath, { token: "camperAccess" })
      expect(refusal(anonymous)).toEqual(missing("client_id"))
      expect(begun.caller(begun.bearer("camperAccess"))).toBe("OAuth2 happycamper")
    }),
  )
})
