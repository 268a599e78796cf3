/** OAuth 1.0a's handshake ends: an access token, what it may do, and its end. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import type * as LiveWorld from "../../packages/sandbox/src/LiveWorld.ts"
import { exportWorld } from "../../packages/sandbox/src/world/Export.ts"
import * as WorldFile from "../../packages/sandbox/src/world/WorldFile.ts"
import {
  app,
  begin,
  callback,
  camperToken,
  header,
  pocket,
  refusal,
  request,
  sign,
  signed,
  type Token,
} from "../support/oauth.ts"
import { accessToken, allow, ask, type Begun, finish, tokenOf } from "../support/oauth1.ts"

/** Nothing of a refusal may change who can do what. */
const tokensOf = (live: LiveWorld.LiveWorld) => JSON.stringify(live.credentials.tokens())

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
