/**
 * A running world without sockets, at a clock that a test sets, and requests to it that are signed
 * by an independent implementation of OAuth 1.0a.
 */
import { UserId } from "@kith/core"
import { MemoryStore } from "@kith/memory-adapter"
import { Effect, Result } from "effect"
import { TestClock } from "effect/testing"
import { createHmac } from "node:crypto"
import OAuth from "oauth-1.0a"
import * as Authentication from "../../packages/sandbox/src/auth/Authentication.ts"
import type { Reply, Request } from "../../packages/sandbox/src/http/Message.ts"
import * as Router from "../../packages/sandbox/src/http/Router.ts"
import * as LiveWorld from "../../packages/sandbox/src/LiveWorld.ts"
import * as OAuthRoutes from "../../packages/sandbox/src/oauth/OAuth.ts"
import * as SandboxClock from "../../packages/sandbox/src/world/SandboxClock.ts"
import type { App, User, World } from "../../packages/sandbox/src/world/World.ts"

/** Where every test begins: the moment of X's published example of a signature. */
export const start = 1_318_622_958

export const callback = "http://127.0.0.1:3000/callback"

export const app: App = {
  name: "example",
  consumerKey: "xvz1evFS4wEEPTGEFPHBog",
  consumerSecret: "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
  bearerToken: "AAAAexample%2Bbearer%3D",
  clientId: "ZXhhbXBsZQ",
  clientSecret: "client/secret+of:example",
  callbackUrls: [callback, "http://127.0.0.1:3000/other?from=x"],
  permissions: "read-write",
}

/** An app without a secret, such as a program on a phone. */
export const pocket: App = {
  name: "pocket",
  consumerKey: "pocketKey",
  consumerSecret: "pocketSecret",
  bearerToken: "AAAApocket",
  clientId: "cG9ja2V0",
  callbackUrls: [callback],
  permissions: "read",
}

export const camper: User = {
  id: UserId.make("370773112"),
  username: "happycamper",
  name: "Happy <Camper>",
}
export const dev: User = { id: UserId.make("2244994945"), username: "TwitterDev", name: "Dev" }
export const gone: User = {
  id: UserId.make("666"),
  username: "gone",
  name: "Gone",
  suspended: true,
}

export interface Token {
  readonly key: string
  readonly secret: string
}

export const camperToken: Token = {
  key: "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
  secret: "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
}
export const goneToken: Token = { key: "666-gone", secret: "goneSecret" }

export const scopes = ["tweet.read", "users.read", "follows.write", "offline.access"]

export const world: World = {
  apps: [app, pocket],
  users: [camper, dev, gone],
  tokens: [
    {
      user: "happycamper",
      app: "example",
      oauth1: { token: camperToken.key, secret: camperToken.secret },
      oauth2: { accessToken: "camperAccess", refreshToken: "camperRefresh", scopes },
    },
    { user: "gone", app: "example", oauth1: { token: goneToken.key, secret: goneToken.secret } },
  ],
  relationships: [],
  blocks: [],
}

const utf8 = new TextEncoder()

export const request = (
  method: string,
  path: string,
  parts: {
    readonly query?: string
    readonly form?: string | undefined
    readonly json?: unknown
    readonly authorization?: string | undefined
    readonly host?: string
  } = {},
): Request => ({
  method,
  path,
  search: parts.query ?? "",
  headers: {
    host: parts.host ?? "127.0.0.1:4280",
    ...(parts.authorization === undefined ? {} : { authorization: parts.authorization }),
    ...(parts.form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
    ...(parts.json === undefined ? {} : { "content-type": "application/json; charset=UTF-8" }),
  },
  body: utf8.encode(parts.form ?? (parts.json === undefined ? "" : JSON.stringify(parts.json))),
  remoteAddress: "127.0.0.1",
})

export interface Signing {
  readonly app?: App
  readonly token?: Token | undefined
  readonly timestamp?: number
  readonly nonce?: string
  readonly parameters?: Readonly<Record<string, string>>
  /** Protocol parameters of the handshake. */
  readonly extra?: Readonly<Record<string, string>>
}

let nonces = 0

/** The protocol parameters of a signed request, with the signature. */
export const sign = (
  method: string,
  url: string,
  { app: by = app, token, timestamp = start, nonce, parameters = {}, extra = {} }: Signing,
): Readonly<Record<string, string>> => {
  nonces++
  const oauth = new OAuth({
    consumer: { key: by.consumerKey, secret: by.consumerSecret },
    signature_method: "HMAC-SHA1",
    hash_function: (base, key) => createHmac("sha1", key).update(base).digest("base64"),
  })
  const data = {
    oauth_consumer_key: by.consumerKey,
    oauth_nonce: nonce ?? `nonce${nonces}`,
    oauth_signature_method: "HMAC-SHA1",
    oauth_timestamp: timestamp,
    oauth_version: "1.0",
    ...(token === undefined || token.key === "" ? {} : { oauth_token: token.key }),
    ...extra,
  }
  // The signer merges the parameters into what it is given.
  const signature = oauth.getSignature({ url, method, data: parameters }, token?.secret, {
    ...data,
  })
  return { ...data, oauth_timestamp: String(timestamp), oauth_signature: signature }
}

export const percent = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`,
  )

export const header = (oauth: Readonly<Record<string, string>>, separator = ", "): string =>
  `OAuth ${Object.entries(oauth)
    .map(([name, value]) => `${percent(name)}="${percent(value)}"`)
    .join(separator)}`

/** A request that a user's client sends, signed in the header. */
export const signed = (
  method: string,
  path: string,
  signing: Signing & { readonly origin?: string; readonly form?: string; readonly query?: string },
): Request =>
  request(method, path, {
    query: signing.query ?? "",
    form: signing.form,
    authorization: header(sign(method, `${signing.origin ?? "https://api.x.com"}${path}`, signing)),
  })

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly location: URL | undefined
}

const find = Router.make(OAuthRoutes.routes)

const toAnswer = (reply: Reply): Answer => {
  const location = reply.headers?.["location"]
  return {
    status: reply.status,
    headers: { "content-type": reply.contentType, ...reply.headers },
    text: typeof reply.body === "string" ? reply.body : "",
    location: location === undefined ? undefined : new URL(location),
  }
}

/** The form of a page, as a person without script fills it in. */
const ticketOf = (page: string): string =>
  /<input\s+type="hidden"\s+name="ticket"\s+value="([^"]+)"/.exec(page)?.[1] ?? ""

export const begin = Effect.fnUntraced(function* (
  origin: World = world,
  publicUrls: ReadonlyArray<string> = [],
) {
  yield* TestClock.setTime(start * 1000)
  const clock = yield* SandboxClock.make
  const live = yield* LiveWorld.make(origin, { clock, publicUrls, store: MemoryStore.layer })
  const send = Effect.fnUntraced(function* (sent: Request) {
    const match = find(sent.method, sent.path)
    if (match._tag !== "Found") return yield* Effect.die(`${sent.method} ${sent.path}`)
    return toAnswer(yield* match.route.answer(live, { request: sent, params: match.params }))
  })
  const post = (path: string, form: Readonly<Record<string, string>>, authorization?: string) =>
    send(request("POST", path, { form: new URLSearchParams(form).toString(), authorization }))
  /** Opens a page and answers it. */
  const answer = Effect.fnUntraced(function* (
    path: string,
    query: Readonly<Record<string, string>>,
    fields: { readonly user?: string; readonly decision?: string },
  ) {
    const page = yield* send(request("GET", path, { query: new URLSearchParams(query).toString() }))
    if (page.status !== 200) return page
    return yield* post(path, { decision: "allow", ticket: ticketOf(page.text), ...fields })
  })
  return {
    live,
    clock,
    send,
    post,
    answer,
    /** The name of the caller, or the failure. */
    caller: (sent: Request): string =>
      Result.match(Authentication.authenticate(live, sent), {
        onSuccess: (caller) =>
          `${caller._tag} ${caller._tag === "AppOnly" ? caller.app.name : caller.user.username}`,
        onFailure: (failure) => failure,
      }),
    bearer: (token: string) => request("GET", "/2/users/me", { authorization: `Bearer ${token}` }),
  }
})

export { ticketOf }

/** `{"errors":[{"code":…}]}` of v1.1. */
export const refusal = (answer: Answer): readonly [status: number, code: unknown] => [
  answer.status,
  JSON.parse(answer.text).errors?.[0]?.code,
]

/** The fields of a form-encoded reply. */
export const fieldsOf = (answer: Answer): Readonly<Record<string, string>> =>
  Object.fromEntries(new URLSearchParams(answer.text))

export const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString("base64")}`
