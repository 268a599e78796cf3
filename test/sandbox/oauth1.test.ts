/** OAuth 1.0a's handshake, from a request token to an access token and its end. */
import { describe, expect, it } from "@effect/vitest"
import { UserId } from "@kith/core"
import { Effect, Result } from "effect"
import type * as LiveWorld from "../../packages/sandbox/src/LiveWorld.ts"
import { exportWorld } from "../../packages/sandbox/src/world/Export.ts"
import * as WorldFile from "../../packages/sandbox/src/world/WorldFile.ts"
import {
  app,
  begin,
  callback,
  camper,
  camperToken,
  fieldsOf,
  header,
  pocket,
  refusal,
  request,
  sign,
  signed,
  start,
  ticketOf,
  type Answer,
  type Signing,
  type Token,
} from "../support/oauth.ts"

type Begun = Effect.Success<ReturnType<typeof begin>>

const requestToken = "/oauth/request_token"
const accessToken = "/oauth/access_token"
const authorize = "/oauth/authorize"

const ask = (
  { send }: Begun,
  oauthCallback: string,
  signing: Signing & { readonly query?: string } = {},
): Effect.Effect<Answer> =>
  send(signed("POST", requestToken, { ...signing, extra: { oauth_callback: oauthCallback } }))

const tokenOf = (answer: Answer): Token => {
  const fields = fieldsOf(answer)
  return { key: fields["oauth_token"] ?? "", secret: fields["oauth_token_secret"] ?? "" }
}

const finish = (
  { send }: Begun,
  token: Token,
  verifier: string,
  signing: Signing = {},
): Effect.Effect<Answer> =>
  send(signed("POST", accessToken, { token, ...signing, extra: { oauth_verifier: verifier } }))

const allow = (begun: Begun, token: Token, user = "happycamper"): Effect.Effect<string> =>
  Effect.map(
    begun.answer(authorize, { oauth_token: token.key }, { user }),
    (answer) => answer.location?.searchParams.get("oauth_verifier") ?? "",
  )

/** Nothing of a refusal may change who can do what. */
const tokensOf = (live: LiveWorld.LiveWorld) => JSON.stringify(live.credentials.tokens())

describe("a request token", () => {
  it.effect.each([callback, "http://127.0.0.1:3000/other?from=x", "oob"])(
    "is given for the callback %s",
    (wanted) =>
      Effect.gen(function* () {
        const answer = yield* ask(yield* begin(), wanted)
        expect(answer.status).toBe(200)
        expect(answer.headers["content-type"]).toBe("text/html;charset=utf-8")
        expect(answer.text).toMatch(
          /^oauth_token=\w{27}&oauth_token_secret=\w{32}&oauth_callback_confirmed=true$/,
        )
      }),
  )

  it.effect(
    "is given by GET and POST, with the parameters in the header, a form or the query",
    () =>
      Effect.gen(function* () {
        const { send } = yield* begin()
        const url = `https://api.x.com${requestToken}`
        const oauth = (method: string) => sign(method, url, { extra: { oauth_callback: callback } })
        const text = (method: string) => new URLSearchParams(oauth(method)).toString()
        const sent = [
          request("GET", requestToken, { authorization: header(oauth("GET")) }),
          request("GET", requestToken, { query: text("GET") }),
          request("POST", requestToken, { query: text("POST") }),
          request("POST", requestToken, { form: text("POST") }),
          request("POST", requestToken, {
            form: new URLSearchParams({ oauth_callback: callback }).toString(),
            authorization: header(oauth("POST")),
          }),
        ]
        for (const one of sent) expect((yield* send(one)).status).toBe(200)
      }),
  )

  it.effect.each([
    "http://127.0.0.1:3000/callback/",
    "http://127.0.0.1:3000/callback?x=1",
    "HTTP://127.0.0.1:3000/callback",
    "http://evil.example/callback",
    "OOB",
  ])("is refused for the callback %s, which is not registered", (wanted) =>
    Effect.gen(function* () {
      const answer = yield* ask(yield* begin(), wanted)
      expect(refusal(answer)).toEqual([403, 415])
      expect(answer.text).not.toContain("evil")
    }),
  )

  it.effect("is refused without a callback, and for an access that there is not", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      expect(refusal(yield* begun.send(signed("POST", requestToken, {})))).toEqual([403, 38])
      const access = (type: string) =>
        ask(begun, callback, {
          parameters: { x_auth_access_type: type },
          query: `x_auth_access_type=${type}`,
        })
      expect(refusal(yield* access("admin"))).toEqual([400, 44])
      expect((yield* access("read")).status).toBe(200)
    }),
  )

  it.effect("is refused without a good signature of an app", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const bad = { ...app, consumerSecret: "guess" }
      expect(refusal(yield* ask(begun, callback, { app: bad }))).toEqual([401, 32])
      expect(refusal(yield* ask(begun, callback, { app: { ...app, consumerKey: "x" } }))).toEqual([
        401, 32,
      ])
      expect(refusal(yield* ask(begun, callback, { timestamp: start - 900 }))).toEqual([401, 135])
      const stranger = { key: "1-x", secret: "" }
      expect(refusal(yield* ask(begun, callback, { token: stranger }))).toEqual([401, 89])
      const none = request("POST", requestToken, { form: "oauth_callback=oob" })
      expect(refusal(yield* begun.send(none))).toEqual([400, 215])
    }),
  )

  it.effect("may be asked for with a token that the app has already", () =>
    Effect.gen(function* () {
      expect((yield* ask(yield* begin(), callback, { token: camperToken })).status).toBe(200)
    }),
  )
})

describe("the consent page", () => {
  it.effect("asks in plain HTML, escapes what it echoes, and admits no script", () =>
    Effect.gen(function* () {
      const evil = { ...app, name: `<script>alert("x")</script>` }
      const begun = yield* begin({
        apps: [evil],
        users: [{ id: camper.id, username: "happycamper", name: `"><img src=x>` }],
        tokens: [],
        relationships: [],
        blocks: [],
      })
      const token = tokenOf(yield* ask(begun, callback, { app: evil }))
      const query = new URLSearchParams({ oauth_token: token.key, screen_name: `"><b>` })
      const page = yield* begun.send(request("GET", authorize, { query: query.toString() }))
      expect(page.status).toBe(200)
      expect(page.headers["content-type"]).toBe("text/html; charset=utf-8")
      expect(page.headers["cache-control"]).toBe("no-store")
      expect(page.headers["content-security-policy"]).toContain("default-src 'none'")
      expect(page.headers["content-security-policy"]).toContain("frame-ancestors 'none'")
      expect(page.headers["content-security-policy"]).not.toContain("form-action")
      expect(page.text).not.toMatch(/<script|<img|<b>|javascript:|\son\w+=/i)
      expect(page.text).toContain("&lt;script&gt;")
      expect(page.text.match(/<form\b/g)).toHaveLength(1)
      expect(page.text.match(/<button\b/g)).toHaveLength(2)
      expect(page.text).toMatch(/<select id="user" name="user"/)
    }),
  )

  it.effect("chooses the account that the app names", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const token = tokenOf(yield* ask(begun, callback))
      const query = `oauth_token=${token.key}&screen_name=twitterdev`
      const page = yield* begun.send(request("GET", authorize, { query }))
      expect(page.text.match(/<option[^>]*selected[^>]*>/g)).toEqual([
        `<option value="TwitterDev" selected>`,
      ])
    }),
  )

  it.effect("has a field to type the account into when there are many", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      for (let id = 1; id <= 60; id++) {
        begun.live.users.set({ ...camper, id: UserId.make(String(id)), username: `user${id}` })
      }
      const token = tokenOf(yield* ask(begun, callback))
      const query = `oauth_token=${token.key}`
      const page = yield* begun.send(request("GET", authorize, { query }))
      expect(page.text).toMatch(/<input\s+id="user"\s+name="user"\s+type="text"/)
      const verifier = yield* allow(begun, token, " @User60 ")
      expect(fieldsOf(yield* finish(begun, token, verifier))["screen_name"]).toBe("user60")
    }),
  )

  it.effect("asks again when nobody has the name that was given", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const token = tokenOf(yield* ask(begun, callback))
      const query = { oauth_token: token.key }
      const again = yield* begun.answer(authorize, query, { user: "<nobody>" })
      expect(again.status).toBe(400)
      expect(again.text).toContain("There is no account named &lt;nobody&gt;.")
      const done = yield* begun.post(authorize, {
        ticket: ticketOf(again.text),
        user: "happycamper",
        decision: "allow",
      })
      expect(done.status).toBe(302)
    }),
  )

  it.effect("is no page without a request token that waits for an answer", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const token = tokenOf(yield* ask(begun, callback))
      yield* allow(begun, token)
      const queries = [
        "",
        "oauth_token=",
        "oauth_token=x",
        "oauth_token=%FF",
        `oauth_token=${token.key}`,
      ]
      for (const query of queries) {
        for (const path of [authorize, "/oauth/authenticate"]) {
          const page = yield* begun.send(request("GET", path, { query }))
          expect(page.status, query).toBe(400)
          expect(page.text).toContain("request token for this page is invalid")
        }
      }
    }),
  )

  it.effect("takes one answer, and none that nobody asked for", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const token = tokenOf(yield* ask(begun, callback))
      const query = `oauth_token=${token.key}`
      const page = yield* begun.send(request("GET", authorize, { query }))
      const ticket = ticketOf(page.text)
      const answer = { ticket, user: "happycamper", decision: "allow" }
      const wrong = [
        { ...answer, ticket: "guess" },
        { ...answer, decision: "perhaps" },
        { user: "happycamper", decision: "allow" },
        {},
      ]
      for (const one of wrong) expect((yield* begun.post(authorize, one)).status).toBe(400)
      const other = yield* begun.send(request("GET", authorize, { query }))
      const elsewhere = { ...answer, ticket: ticketOf(other.text) }
      expect((yield* begun.post("/i/oauth2/authorize", elsewhere)).status).toBe(400)
      expect((yield* begun.post(authorize, answer)).status).toBe(302)
      expect((yield* begun.post(authorize, answer)).status).toBe(400)
    }),
  )

  it.effect("leads back to the callback with a verifier, on either path", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      for (const path of [authorize, "/oauth/authenticate"]) {
        const token = tokenOf(yield* ask(begun, "http://127.0.0.1:3000/other?from=x"))
        const answer = yield* begun.answer(path, { oauth_token: token.key }, { user: "TwitterDev" })
        expect(answer.status).toBe(302)
        expect(answer.headers["location"]).toMatch(
          /^http:\/\/127\.0\.0\.1:3000\/other\?from=x&oauth_token=\w{27}&oauth_verifier=\w{32}$/,
        )
        expect(answer.location?.searchParams.get("oauth_token")).toBe(token.key)
      }
    }),
  )

  it.effect("leads back with a denial, which ends the handshake", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const token = tokenOf(yield* ask(begun, callback))
      const query = { oauth_token: token.key }
      const denied = yield* begun.answer(authorize, query, { decision: "deny" })
      expect(denied.headers["location"]).toBe(`${callback}?denied=${token.key}`)
      expect(refusal(yield* finish(begun, token, ""))).toEqual([401, 89])
      expect((yield* begun.answer(authorize, query, {})).status).toBe(400)
    }),
  )

  it.effect("shows one PIN of seven digits for oob, and says when access was denied", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const token = tokenOf(yield* ask(begun, "oob"))
      const page = yield* begun.answer(
        authorize,
        { oauth_token: token.key },
        { user: "TwitterDev" },
      )
      expect(page.status).toBe(200)
      const numbers = page.text.match(/\d{6,}/g) ?? []
      expect(numbers).toHaveLength(1)
      expect(numbers[0]).toHaveLength(7)
      const done = yield* finish(begun, token, numbers[0] ?? "")
      expect(fieldsOf(done)["screen_name"]).toBe("TwitterDev")

      const other = tokenOf(yield* ask(begun, "oob"))
      const no = yield* begun.answer(authorize, { oauth_token: other.key }, { decision: "deny" })
      expect([no.status, no.location]).toEqual([200, undefined])
      expect(no.text).toContain("Access denied")
    }),
  )
})

describe("an access token", () => {
  /** The key of a token of an app that asked for so much. */
  const givenFor = Effect.fnUntraced(function* (begun: Begun, type: "read" | "write") {
    const asked = yield* ask(begun, callback, {
      parameters: { x_auth_access_type: type },
      query: `x_auth_access_type=${type}`,
    })
    const token = tokenOf(asked)
    return tokenOf(yield* finish(begun, token, yield* allow(begun, token))).key
  })
  const permissionsOf = (live: LiveWorld.LiveWorld, key: string) =>
    live.credentials.signer(key)?.app.permissions

  it.effect("is given for a verifier, begins with the user's id, and signs requests", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const token = tokenOf(yield* ask(begun, callback))
      const answer = yield* finish(begun, token, yield* allow(begun, token))
      expect(answer.status).toBe(200)
      expect(answer.headers["content-type"]).toBe("text/html;charset=utf-8")
      expect(answer.text).toMatch(
        /^oauth_token=370773112-\w{40}&oauth_token_secret=\w{45}&user_id=370773112&screen_name=happycamper$/,
      )
      const mine = signed("GET", "/1.1/users/show.json", { token: tokenOf(answer) })
      expect(begun.caller(mine)).toBe("OAuth1 happycamper")
    }),
  )

  it.effect(
    "is given by GET and POST, wherever the verifier is, also signed without a secret",
    () =>
      Effect.gen(function* () {
        const begun = yield* begin()
        const url = `https://api.x.com${accessToken}`
        type Ways = (token: Token, verifier: string) => ReturnType<typeof request>
        const ways: ReadonlyArray<Ways> = [
          (token, oauth_verifier) =>
            request("GET", accessToken, {
              authorization: header(sign("GET", url, { token, extra: { oauth_verifier } })),
            }),
          (token, oauth_verifier) =>
            request("POST", accessToken, {
              form: new URLSearchParams({ oauth_verifier, oauth_token: token.key }).toString(),
              authorization: header(sign("POST", url, { token, parameters: { oauth_verifier } })),
            }),
          (token, oauth_verifier) =>
            request("POST", accessToken, {
              query: new URLSearchParams({ oauth_verifier }).toString(),
              authorization: header(sign("POST", url, { token, parameters: { oauth_verifier } })),
            }),
          (token, oauth_verifier) =>
            request("POST", accessToken, {
              authorization: header(
                sign("POST", url, { token: { ...token, secret: "" }, extra: { oauth_verifier } }),
              ),
            }),
        ]
        for (const way of ways) {
          const token = tokenOf(yield* ask(begun, callback))
          const verifier = yield* allow(begun, token)
          expect((yield* begun.send(way(token, verifier))).status).toBe(200)
        }
      }),
  )

  it.effect("is not given for anything wrong, which changes nothing", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const token = tokenOf(yield* ask(begun, callback))
      expect(refusal(yield* finish(begun, token, "early"))).toEqual([401, 32])
      const verifier = yield* allow(begun, token)
      const before = tokensOf(begun.live)
      const wrong = [
        [yield* finish(begun, token, ""), 401, 32],
        [yield* finish(begun, token, `${verifier}x`), 401, 32],
        [yield* finish(begun, { ...token, secret: "guess" }, verifier), 401, 32],
        [yield* finish(begun, { ...token, key: "guess" }, verifier), 401, 89],
        [yield* finish(begun, camperToken, verifier), 401, 89],
        [yield* finish(begun, token, verifier, { app: pocket }), 401, 89],
        [yield* finish(begun, token, verifier, { timestamp: 1 }), 401, 135],
      ] as const
      for (const [answer, status, code] of wrong) expect(refusal(answer)).toEqual([status, code])
      expect(tokensOf(begun.live)).toBe(before)
      expect((yield* finish(begun, token, verifier)).status).toBe(200)
    }),
  )

  it.effect("is given once, and in time", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const token = tokenOf(yield* ask(begun, callback))
      const verifier = yield* allow(begun, token)
      expect((yield* finish(begun, token, verifier)).status).toBe(200)
      expect(refusal(yield* finish(begun, token, verifier))).toEqual([401, 89])

      const slow = tokenOf(yield* ask(begun, callback))
      const late = yield* allow(begun, slow)
      begun.clock.advance(900)
      expect(refusal(yield* finish(begun, slow, late))).toEqual([401, 89])
    }),
  )

  it.effect("may do no more than the app asked for", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const given = yield* givenFor(begun, "read")
      expect(permissionsOf(begun.live, given)).toBe("read")
      expect(permissionsOf(begun.live, yield* givenFor(begun, "write"))).toBe("read-write")
    }),
  )

  it.effect("may do no more either when the world is written down and put again", () =>
    Effect.gen(function* () {
      const before = yield* begin()
      const reading = yield* givenFor(before, "read")
      const writing = yield* givenFor(before, "write")
      const file = JSON.stringify(yield* exportWorld(before.live))
      const world = Result.getOrThrow(WorldFile.parse(Buffer.from(file)))
      const after = yield* begin(world)
      expect(permissionsOf(after.live, reading)).toBe("read")
      expect(permissionsOf(after.live, writing)).toBe("read-write")
      expect(JSON.stringify(yield* exportWorld(after.live))).toBe(file)
    }),
  )

  it.effect.each(["/1.1/oauth/invalidate_token.json", "/1.1/oauth/invalidate_token"])(
    "is revoked by %s, which takes no other credentials",
    (path) =>
      Effect.gen(function* () {
        const begun = yield* begin()
        const post = (authorization: string) => begun.post(path, {}, authorization)
        expect(refusal(yield* post(`Bearer ${app.bearerToken}`))).toEqual([403, 220])
        expect(refusal(yield* post("Bearer camperAccess"))).toEqual([403, 220])
        expect(refusal(yield* post("Bearer guess"))).toEqual([401, 89])
        const revoke = () => begun.send(signed("POST", path, { token: camperToken }))
        const done = yield* revoke()
        expect([done.status, JSON.parse(done.text)]).toEqual([
          200,
          { access_token: camperToken.key },
        ])
        expect(refusal(yield* revoke())).toEqual([401, 89])
        expect(begun.caller(begun.bearer("camperAccess"))).toBe("OAuth2 happycamper")
      }),
  )
})
