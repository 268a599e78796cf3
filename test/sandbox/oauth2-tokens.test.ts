/** OAuth 2.0 with PKCE: how long tokens live, how they rotate, and how they are revoked. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { basic, begin, pocket, scopes } from "../support/oauth.ts"
import {
  accessOf,
  allowed,
  type Begun,
  bodyOf,
  invalidToken,
  missing,
  proof,
  refresh,
  refreshOf,
  refusal,
  revokePath,
  unauthorized,
} from "../support/oauth2.ts"

describe("an access token", () => {
  it.effect("expires after two hours of the sandbox's clock", () =>
    Effect.gen(function* () {
      const { begun, given } = yield* allowed()
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
      const { begun, given: first } = yield* allowed()
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
      const { begun, given } = yield* allowed()
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
