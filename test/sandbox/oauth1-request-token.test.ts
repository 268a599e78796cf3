/** OAuth 1.0a's handshake begins: an app asks for a request token. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import {
  app,
  begin,
  callback,
  camperToken,
  header,
  refusal,
  request,
  sign,
  signed,
  start,
} from "../support/oauth.ts"
import { ask, requestToken } from "../support/oauth1.ts"

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
