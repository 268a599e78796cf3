/** Signatures as the sandbox verifies them, over a socket: what is signed is what is sent. */
import { Entropy, Signature, Transport, type Endpoint } from "@kith/http-adapter"
import { Sandbox } from "@kith/sandbox"
import { Effect, Redacted } from "effect"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { builtIn } from "../../packages/sandbox/src/world/BuiltIn.ts"

const [app] = builtIn.apps
const oauth1 = builtIn.tokens[0]?.oauth1
const keys: Signature.Keys = {
  key: app?.consumerKey ?? "",
  secret: Redacted.make(app?.consumerSecret ?? ""),
  token: oauth1?.token,
  tokenSecret: Redacted.make(oauth1?.secret ?? ""),
}

let sandbox: Sandbox.StartedSandbox

beforeAll(async () => {
  sandbox = await Sandbox.start({ world: { ...builtIn, limits: "none" } })
})
afterAll(() => sandbox.close())

const send = (request: Endpoint.ApiRequest, by: Signature.Keys = keys) =>
  Effect.runPromise(
    Effect.gen(function* () {
      const transport = yield* Transport.make({ origin: sandbox.url })
      const { form, method, path, query } = request
      const header = Signature.authorization(
        by,
        { method, url: sandbox.url + path, query, form },
        {
          nonce: Entropy.nonce(yield* Entropy.Entropy),
          timestampSeconds: Math.floor(Date.now() / 1000),
        },
      )
      return yield* transport.send(request, header)
    }),
  )

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.stringMatching(/^[ +,%&=!'()*~a-]{0,8}$/),
)
// What the calls know must not be there twice, and the protocol's names are not ours.
const known = /^(?:oauth_|user_id$|screen_name$|follow$|skip_status$|include_|$)/
const pairs = fc.uniqueArray(
  fc.tuple(
    text.filter((it) => !known.test(it)),
    text,
  ),
  {
    selector: ([name]) => name,
    maxLength: 6,
  },
)

describe("the sandbox", () => {
  it("accepts every signature over a query", async () => {
    await fc.assert(
      fc.asyncProperty(pairs, async (query) => {
        const path = "/1.1/account/verify_credentials.json"
        const { body, status } = await send({ method: "GET", path, query })
        expect(status, body).toBe(200)
      }),
      { numRuns: 200 },
    )
  })

  it("accepts every signature over a query and a form", async () => {
    await fc.assert(
      fc.asyncProperty(pairs, pairs, async (query, form) => {
        const { body, status } = await send({
          method: "POST",
          path: "/1.1/friendships/create.json",
          query,
          form: [["user_id", "2244994945"], ...form],
        })
        expect(status, body).toBe(200)
      }),
      { numRuns: 200 },
    )
  })

  it("accepts a signature beside a body of JSON, which is not signed", async () => {
    const { body, status } = await send({
      method: "POST",
      path: "/2/users/63046977/following",
      json: { target_user_id: "1203944556" },
    })
    expect(status, body).toBe(200)
  })

  it.each([
    ["secret", { ...keys, secret: Redacted.make("another") }],
    ["token secret", { ...keys, tokenSecret: Redacted.make("another") }],
    ["token", { ...keys, token: "63046977-another" }],
  ])("refuses a signature with a wrong %s", async (_what, by) => {
    const path = "/1.1/account/verify_credentials.json"
    expect((await send({ method: "GET", path }, by)).status).toBe(401)
  })
})
