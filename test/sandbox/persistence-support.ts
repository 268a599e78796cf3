/** Worlds that outlive their sandbox: people who use one over HTTP, and what is to be the same later. */
import {
  type Journal,
  type RelationshipStore,
  type StoreError,
  type Upkeep,
  UserId,
} from "@kith/core"
import type { Sandbox, World } from "@kith/sandbox"
import { SqliteAdapter } from "@kith/sqlite-adapter"
import { Effect, HashMap, type Layer } from "effect"
import { exportWorld } from "../../packages/sandbox/src/world/Export.ts"
import { consent } from "../support/consent.ts"
import { authorization, type Keys, type Pairs, sign } from "../support/signing.ts"

const callback = "http://127.0.0.1:3000/callback"

export const app = {
  name: "an app",
  consumerKey: "consumerKey",
  consumerSecret: "consumerSecret",
  bearerToken: "AAAAappOnly",
  clientId: "clientId",
  callbackUrls: [callback],
  permissions: "read-write",
} as const

const scopes = [
  "tweet.read",
  "users.read",
  "follows.read",
  "follows.write",
  "mute.read",
  "mute.write",
  "offline.access",
]

export const names = ["ada", "bea", "cleo", "dan", "eve"] as const
export type Name = (typeof names)[number]
export const idOf = (name: string): UserId.UserId =>
  UserId.make(String(names.findIndex((it) => it === name) + 1))

export const accessOf = (name: string): string => `${name}Access`

/** Five people, of whom bea is protected; each has tokens. */
export const world: World.World = {
  apps: [app],
  users: names.map((username) => ({
    id: idOf(username),
    username,
    name: username.toUpperCase(),
    ...(username === "bea" ? { protected: true } : {}),
  })),
  tokens: names.map((user) => ({
    user,
    app: app.name,
    oauth1: { token: `${idOf(user)}-${user}Token`, secret: `${user}Secret` },
    oauth2: { accessToken: accessOf(user), refreshToken: `${user}Refresh`, scopes },
  })),
  relationships: [
    { source: "ada", target: "cleo", state: "following", notifications: true },
    { source: "cleo", target: "bea", state: "pending" },
    { source: "dan", target: "ada", state: "following", retweets: false },
  ],
  blocks: [{ source: "eve", target: "ada" }],
  limits: "x",
}

/** One that has nothing in common with the other but its people. */
export const otherWorld: World.World = {
  ...world,
  tokens: world.tokens.slice(0, 2),
  relationships: [
    { source: "bea", target: "dan", state: "following" },
    { source: "eve", target: "dan", state: "following" },
  ],
  blocks: [],
  limits: "none",
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // What a test looks for in an answer is the test's own business.
  readonly json: ReturnType<typeof JSON.parse>
}

const answerOf = async (response: Response): Promise<Answer> => {
  const text = await response.text()
  const isJson = response.headers.get("content-type")?.startsWith("application/json") ?? false
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : undefined,
  }
}

export const send = async (
  url: string,
  method: string,
  path: string,
  parts: { readonly bearer?: string; readonly body?: unknown } = {},
): Promise<Answer> =>
  answerOf(
    await fetch(`${url}${path}`, {
      method,
      headers: {
        "content-type": "application/json",
        ...(parts.bearer === undefined ? {} : { authorization: `Bearer ${parts.bearer}` }),
      },
      ...(parts.body === undefined ? {} : { body: JSON.stringify(parts.body) }),
    }),
  )

/** A request that is signed with OAuth 1.0a. */
export const sendSigned = async (
  url: string,
  method: string,
  path: string,
  token?: { readonly token: string; readonly secret: string },
  extra: Pairs = [],
): Promise<Answer> => {
  const { consumerKey, consumerSecret } = app
  const keys: Keys = { consumerKey, consumerSecret, ...token }
  const signature = sign({ method, url: `${url}${path}`, keys, extra })
  return answerOf(
    await fetch(`${url}${path}`, { method, headers: { authorization: authorization(signature) } }),
  )
}

const post = async (url: string, path: string, form: Readonly<Record<string, string>>) =>
  answerOf(await fetch(`${url}${path}`, { method: "POST", body: new URLSearchParams(form) }))

const given = (location: URL | undefined, name: string): string =>
  location?.searchParams.get(name) ?? ""

/** Logs a user in as apps of v1.1 do, with a page: a token of OAuth 1.0a. */
export const login1 = async (url: string, user: string) => {
  const begun = await sendSigned(url, "POST", "/oauth/request_token", undefined, [
    ["oauth_callback", callback],
  ])
  const request = new URLSearchParams(begun.text)
  const token = request.get("oauth_token") ?? ""
  const page = `${url}/oauth/authorize?oauth_token=${token}`
  const { location } = await consent(url, page, { user })
  const ended = await sendSigned(
    url,
    "POST",
    "/oauth/access_token",
    { token, secret: request.get("oauth_token_secret") ?? "" },
    [["oauth_verifier", given(location, "oauth_verifier")]],
  )
  const fields = new URLSearchParams(ended.text)
  return {
    token: fields.get("oauth_token") ?? "",
    secret: fields.get("oauth_token_secret") ?? "",
  }
}

export interface Tokens {
  readonly access: string
  readonly refresh: string
}

const tokensOf = ({ json }: Answer): Tokens => ({
  access: json.access_token,
  refresh: json.refresh_token,
})

/** Logs a user in as apps of v2 do, with a page: tokens of OAuth 2.0. */
export const login2 = async (url: string, user: string): Promise<Tokens> => {
  const query = new URLSearchParams({
    response_type: "code",
    client_id: app.clientId,
    redirect_uri: callback,
    scope: scopes.join(" "),
    code_challenge: "challenge",
    code_challenge_method: "plain",
  })
  const { location } = await consent(url, `${url}/i/oauth2/authorize?${query}`, { user })
  return tokensOf(
    await post(url, "/2/oauth2/token", {
      grant_type: "authorization_code",
      client_id: app.clientId,
      code: given(location, "code"),
      redirect_uri: callback,
      code_verifier: "challenge",
    }),
  )
}

export const refresh2 = (url: string, token: string): Promise<Answer> =>
  post(url, "/2/oauth2/token", {
    grant_type: "refresh_token",
    client_id: app.clientId,
    refresh_token: token,
  })

export const refreshed = async (url: string, token: string): Promise<Tokens> =>
  tokensOf(await refresh2(url, token))

export const revoke2 = (url: string, token: string): Promise<Answer> =>
  post(url, "/2/oauth2/revoke", { client_id: app.clientId, token })

/** Makes the app's bearer token another one: the new one. */
export const renewBearer = async (url: string): Promise<string> => {
  const basic = Buffer.from(`${app.consumerKey}:${app.consumerSecret}`).toString("base64")
  const ask = async (path: string, form: Readonly<Record<string, string>>) =>
    answerOf(
      await fetch(`${url}${path}`, {
        method: "POST",
        headers: { authorization: `Basic ${basic}` },
        body: new URLSearchParams(form),
      }),
    )
  const grant = { grant_type: "client_credentials" }
  const before = await ask("/oauth2/token", grant)
  await ask("/oauth2/invalidate_token", { access_token: before.json.access_token })
  const after = await ask("/oauth2/token", grant)
  return after.json.access_token
}

/** All that HTTP shows of a world without changing it. */
export const picture = async (url: string) => {
  const { json: exported } = await send(url, "GET", "/sandbox/world")
  const users: ReadonlyArray<{ readonly id: string }> = exported.users
  const pairs = users.flatMap((source) =>
    users
      .filter((target) => target !== source)
      .map((target) => `/sandbox/relationships/${source.id}/${target.id}`),
  )
  const relationships: Array<unknown> = []
  for (const path of pairs) relationships.push((await send(url, "GET", path)).json)
  const log = await send(url, "GET", "/sandbox/events")
  return { exported, relationships, log: log.text }
}

/** All that is known of a running world, whoever asks. */
export const insides = async ({ control }: Sandbox.Sandbox) => {
  const { clock, credentials, meter, users } = control.world()
  const all = [...users.all()]
  return {
    exported: await Effect.runPromise(exportWorld(control.world())),
    pairs: all.map(({ id }) => [users.blocks.numbered(id), users.mutes.numbered(id)]),
    grants: credentials.grants.standing(),
    userTokens: credentials.userTokens.standing(),
    counted: new Map(
      Array.from(HashMap.entries(meter.ledger())).filter(
        ([, { resetAt }]) => resetAt > clock.now(),
      ),
    ),
    offset: clock.offset(),
  }
}

type Services = RelationshipStore.RelationshipStore | Journal.Journal | Upkeep.Upkeep

export type Storage = Layer.Layer<Services, StoreError.StoreError>

/** An SQLite file. */
export const sqlite = (file: string): Storage => SqliteAdapter.layer({ file })

/**
 * A world whose relationships are many, and are those of no other size: each follows the one behind.
 */
export const largeWorld = (size: number): World.World => {
  const crowd = Array.from({ length: size }, (_, index) => ({
    id: UserId.make(String(1_000 + index)),
    username: `crowd_${index}`,
    name: "",
  }))
  return {
    ...world,
    users: [...world.users, ...crowd],
    relationships: crowd.map(({ username }, index) => ({
      source: username,
      target: `crowd_${(index + 1) % size}`,
      state: "following",
    })),
    blocks: [],
  }
}
