/** What a client of OAuth 2.0 sends to the sandbox, and what it is told. */
import { Effect } from "effect"
import { createHash } from "node:crypto"
import { type Answer, app, basic, begin, callback } from "./oauth.ts"

export type Begun = Effect.Success<ReturnType<typeof begin>>
export type Fields = Readonly<Record<string, string>>

export const authorize = "/i/oauth2/authorize"
export const tokenPath = "/2/oauth2/token"
export const revokePath = "/2/oauth2/revoke"
export const verifier = "a-verifier-of-the-length-that-rfc-7636-asks-for"
export const challenge = createHash("sha256").update(verifier).digest("base64url")
export const proof = basic(app.clientId, app.clientSecret ?? "")

export const asking: Fields = {
  response_type: "code",
  client_id: app.clientId,
  redirect_uri: callback,
  scope: "tweet.read users.read follows.write offline.access",
  state: "my state & more",
  code_challenge: challenge,
  code_challenge_method: "S256",
}

export const exchanging: Fields = {
  grant_type: "authorization_code",
  redirect_uri: callback,
  code_verifier: verifier,
}

export const codeOf = (begun: Begun, changes: Fields = {}): Effect.Effect<string> =>
  Effect.map(
    begun.answer(authorize, { ...asking, ...changes }, { user: "happycamper" }),
    (answer) => answer.location?.searchParams.get("code") ?? "",
  )

export const exchange = (begun: Begun, code: string, changes: Fields = {}, authorization = proof) =>
  begun.post(tokenPath, { ...exchanging, code, ...changes }, authorization)

/** A world in which `happycamper` allowed the app what it asks, and what it was given for that. */
export const allowed = Effect.fnUntraced(function* () {
  const begun = yield* begin()
  return { begun, given: yield* exchange(begun, yield* codeOf(begun)) }
})

export const bodyOf = (answer: Answer): Fields => JSON.parse(answer.text)
export const accessOf = (answer: Answer): string => bodyOf(answer)["access_token"] ?? ""
export const refreshOf = (answer: Answer): string => bodyOf(answer)["refresh_token"] ?? ""
export const refusal = (answer: Answer) => {
  const { error, error_description: description } = bodyOf(answer)
  return [answer.status, error, description]
}

export const refresh = (begun: Begun, token: string, authorization = proof) =>
  begun.post(tokenPath, { grant_type: "refresh_token", refresh_token: token }, authorization)

export const invalidCode = [
  400,
  "invalid_request",
  "Value passed for the authorization code was invalid.",
]
export const invalidToken = [400, "invalid_request", "Value passed for the token was invalid."]
export const unauthorized = [401, "unauthorized_client", "Missing valid authorization header"]
export const missing = (name: string) => [
  400,
  "invalid_request",
  `Missing required parameter [${name}].`,
]
