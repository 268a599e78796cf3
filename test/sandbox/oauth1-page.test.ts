/** OAuth 1.0a's handshake in the middle: the page on which a user answers an app. */
import { describe, expect, it } from "@effect/vitest"
import { UserId } from "@kith/core"
import { Effect } from "effect"
import {
  app,
  begin,
  callback,
  camper,
  fieldsOf,
  refusal,
  request,
  ticketOf,
} from "../support/oauth.ts"
import { allow, ask, authorize, finish, tokenOf } from "../support/oauth1.ts"

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
