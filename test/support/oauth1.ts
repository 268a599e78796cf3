/** The steps of OAuth 1.0a's handshake, as a client and its user take them. */
import { Effect } from "effect"
import { type Answer, type begin, fieldsOf, signed, type Signing, type Token } from "./oauth.ts"

export type Begun = Effect.Success<ReturnType<typeof begin>>

export const requestToken = "/oauth/request_token"
export const accessToken = "/oauth/access_token"
export const authorize = "/oauth/authorize"

export const ask = (
  { send }: Begun,
  oauthCallback: string,
  signing: Signing & { readonly query?: string } = {},
): Effect.Effect<Answer> =>
  send(signed("POST", requestToken, { ...signing, extra: { oauth_callback: oauthCallback } }))

export const tokenOf = (answer: Answer): Token => {
  const fields = fieldsOf(answer)
  return { key: fields["oauth_token"] ?? "", secret: fields["oauth_token_secret"] ?? "" }
}

export const finish = (
  { send }: Begun,
  token: Token,
  verifier: string,
  signing: Signing = {},
): Effect.Effect<Answer> =>
  send(signed("POST", accessToken, { token, ...signing, extra: { oauth_verifier: verifier } }))

export const allow = (begun: Begun, token: Token, user = "happycamper"): Effect.Effect<string> =>
  Effect.map(
    begun.answer(authorize, { oauth_token: token.key }, { user }),
    (answer) => answer.location?.searchParams.get("oauth_verifier") ?? "",
  )
