/** Bearer tokens of apps on their own. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Client from "../../packages/sandbox/src/oauth/Client.ts"
import {
  app,
  basic,
  begin,
  camperToken,
  header,
  pocket,
  refusal,
  request,
  sign,
} from "../support/oauth.ts"

const tokenPath = "/oauth2/token"
const invalidatePath = "/oauth2/invalidate_token"
const proof = basic(app.consumerKey, app.consumerSecret)
const asking = { grant_type: "client_credentials" }

describe("the credentials of an app", () => {
  it("are read from X's published example", () => {
    const authorization =
      "Basic eHZ6MWV2RlM0d0VFUFRHRUZQSEJvZzpMOHFxOVBaeVJnNmllS0dFS2hab2xHQzB2SldMdzhpRUo4OERSZHlPZw=="
    expect(Client.basic(request("POST", tokenPath, { authorization }))).toEqual({
      id: "xvz1evFS4wEEPTGEFPHBog",
      secret: "L8qq9PZyRg6ieKGEKhZolGC0vJWLw8iEJ88DRdyOg",
    })
  })

  it.each([
    ["basic", "a:b", { id: "a", secret: "b" }],
    ["BASIC", "a:b:c", { id: "a", secret: "b:c" }],
    ["Basic", "a%3Ab:%2Fc+d", { id: "a:b", secret: "/c+d" }],
    ["Basic", "a:100%", { id: "a", secret: "100%" }],
    ["Basic", "a:", { id: "a", secret: "" }],
    ["Basic", "a", undefined],
    ["Bearer", "a:b", undefined],
  ])("are read from %s with %s", (scheme, pair, expected) => {
    const authorization = `${scheme} ${Buffer.from(pair).toString("base64")}`
    expect(Client.basic(request("POST", tokenPath, { authorization }))).toEqual(expected)
  })

  it.each(["Basic", "Basic ", "Basic ???", "Basic /////w==", "Basic YTpi YTpi"])(
    "cannot be read from %j",
    (authorization) => {
      expect(Client.basic(request("POST", tokenPath, { authorization }))).toBeUndefined()
    },
  )
})

describe("an app's bearer token", () => {
  it.effect("is given for its consumer key and secret, the same each time", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const sent = [
        request("POST", tokenPath, { form: "grant_type=client_credentials", authorization: proof }),
        request("POST", tokenPath, { json: asking, authorization: proof }),
        request("POST", tokenPath, {
          query: "grant_type=client_credentials",
          authorization: proof,
        }),
      ]
      for (const one of sent) {
        const answer = yield* begun.send(one)
        expect(answer.status).toBe(200)
        expect(JSON.parse(answer.text)).toEqual({
          token_type: "bearer",
          access_token: app.bearerToken,
        })
      }
    }),
  )

  it.effect(
    "is given for key and secret among the parameters, which some libraries know alone",
    () =>
      Effect.gen(function* () {
        const { post } = yield* begin()
        const keys = { client_id: app.consumerKey, client_secret: app.consumerSecret }
        const answer = yield* post(tokenPath, { ...asking, ...keys, code: "" })
        expect([answer.status, JSON.parse(answer.text)]).toEqual([
          200,
          { token_type: "bearer", access_token: app.bearerToken },
        ])
        const wrong = { ...asking, ...keys, client_secret: "guess" }
        expect(refusal(yield* post(tokenPath, wrong))).toEqual([403, 99])
      }),
  )

  it.effect("is refused for anything wrong", () =>
    Effect.gen(function* () {
      const { post } = yield* begin()
      const ask = (authorization?: string, form: Record<string, string> = asking) =>
        Effect.map(post(tokenPath, form, authorization), refusal)
      const wrong = [
        undefined,
        basic(app.consumerKey, "guess"),
        basic("guess", app.consumerSecret),
        basic(app.consumerKey, pocket.consumerSecret),
        basic(app.clientId, app.clientSecret ?? ""),
        `Bearer ${app.bearerToken}`,
      ]
      for (const authorization of wrong) {
        expect(yield* ask(authorization), authorization).toEqual([403, 99])
      }
      expect(yield* ask(proof, {})).toEqual([403, 38])
      expect(yield* ask(proof, { grant_type: "password" })).toEqual([400, 44])
      const answer = yield* post(tokenPath, asking)
      expect(JSON.parse(answer.text)).toEqual({
        errors: [
          {
            code: 99,
            message: "Unable to verify your credentials",
            label: "authenticity_token_error",
          },
        ],
      })
    }),
  )

  it.effect("is good until it is invalidated by its app; then there is another one", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const url = `https://api.x.com${invalidatePath}`
      const form = (access_token: string) => new URLSearchParams({ access_token }).toString()
      const byApp = (token: string) =>
        request("POST", invalidatePath, { form: form(token), authorization: proof })
      const byOwner = (token: string) =>
        request("POST", invalidatePath, {
          query: form(token),
          authorization: header(
            sign("POST", url, { token: camperToken, parameters: { access_token: token } }),
          ),
        })
      let current = app.bearerToken
      for (const invalidate of [byApp, byOwner]) {
        expect(begun.caller(begun.bearer(current))).toBe("AppOnly example")
        const done = yield* begun.send(invalidate(current))
        expect([done.status, JSON.parse(done.text)]).toEqual([200, { access_token: current }])
        expect(begun.caller(begun.bearer(current))).toBe("BadToken")
        expect(refusal(yield* begun.send(invalidate(current)))).toEqual([401, 89])
        const next = JSON.parse((yield* begun.post(tokenPath, asking, proof)).text).access_token
        expect(next).toMatch(/^A{22}.*%3D/)
        expect(next).not.toBe(current)
        current = next
      }
      expect(begun.live.credentials.apps[0]?.bearerToken).toBe(current)
      expect(begun.caller(begun.bearer(pocket.bearerToken))).toBe("AppOnly pocket")
    }),
  )

  // X's token is escaped as it is, and X's pages write it into query and form without another escape.
  it.effect("is invalidated also when it is not escaped again", () =>
    Effect.gen(function* () {
      const { bearer, caller, send } = yield* begin()
      expect(app.bearerToken).toContain("%")
      const answer = yield* send(
        request("POST", invalidatePath, {
          query: `access_token=${app.bearerToken}`,
          authorization: proof,
        }),
      )
      expect([answer.status, JSON.parse(answer.text)]).toEqual([
        200,
        { access_token: app.bearerToken },
      ])
      expect(caller(bearer(app.bearerToken))).toBe("BadToken")
    }),
  )

  it.effect("is not invalidated by anybody else", () =>
    Effect.gen(function* () {
      const begun = yield* begin()
      const invalidate = (access_token: string, authorization?: string) =>
        Effect.map(begun.post(invalidatePath, { access_token }, authorization), refusal)
      expect(yield* invalidate(pocket.bearerToken, proof)).toEqual([401, 89])
      expect(yield* invalidate("camperAccess", proof)).toEqual([401, 89])
      expect(yield* invalidate("", proof)).toEqual([403, 38])
      expect(yield* invalidate(app.bearerToken, basic(app.consumerKey, "x"))).toEqual([403, 99])
      expect(yield* invalidate(app.bearerToken, `Bearer ${app.bearerToken}`)).toEqual([400, 215])
      expect(yield* invalidate(app.bearerToken)).toEqual([400, 215])
      for (const { bearerToken, name } of [app, pocket]) {
        expect(begun.caller(begun.bearer(bearerToken))).toBe(`AppOnly ${name}`)
      }
    }),
  )
})
