/** OAuth 2.0 with PKCE: the page on which a user answers an app. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { begin, callback, request, ticketOf } from "../support/oauth.ts"
import { asking, authorize, exchange, type Fields } from "../support/oauth2.ts"

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
