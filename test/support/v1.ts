/**
 * Calls v1.1 of a running world without sockets or signatures: a request says who sends it.
 */
import { Command } from "@kith/core"
import { MemoryStore } from "@kith/memory-adapter"
import { Effect, Result } from "effect"
import type { Caller } from "../../packages/sandbox/src/auth/Caller.ts"
import * as Router from "../../packages/sandbox/src/http/Router.ts"
import * as LiveWorld from "../../packages/sandbox/src/LiveWorld.ts"
import type { Authenticate } from "../../packages/sandbox/src/v1/Pipeline.ts"
import * as V1 from "../../packages/sandbox/src/v1/V1.ts"
import * as SandboxClock from "../../packages/sandbox/src/world/SandboxClock.ts"
import type { User, World } from "../../packages/sandbox/src/world/World.ts"
import { app, enemy, gone, happycamper, huge, user } from "./people.ts"

export { enemy, gone, happycamper, huge, user } from "./people.ts"

export const twitterDev = user("2244994945", "TwitterDev", {
  description: "news",
  url: "https://developer.x.com",
  verified: true,
  createdAt: "2013-12-14T04:35:55.000Z",
  pinnedPost: { id: "1854233450186903755", text: "hello, world" },
})
export const guarded = user("9007199254740993", "guarded", {
  protected: true,
  pinnedPost: { id: "9", text: "for friends" },
})

export const world = (rest: Partial<World> = {}): World => ({
  apps: [app],
  users: [happycamper, twitterDev, guarded, huge, gone, enemy],
  tokens: [],
  relationships: [],
  blocks: [{ source: "enemy", target: "happycamper" }],
  limits: "none",
  ...rest,
})

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  // What a test looks for in an answer is the test's own business.
  readonly json: ReturnType<typeof JSON.parse>
}

export interface Send {
  /** `app`, `reader:NAME` (a read-only app), `oauth2:NAME`, or the name of a user. */
  readonly as?: string
  readonly query?: string | Readonly<Record<string, string>>
  readonly form?: string | Readonly<Record<string, string>>
  readonly contentType?: string
}

const authenticate: Authenticate = (live, request) => {
  const said = request.headers["x-test-caller"]
  if (
    said === "Missing" ||
    said === "BadSignature" ||
    said === "BadTimestamp" ||
    said === "BadToken"
  ) {
    return Result.fail(said)
  }
  const [kind, name] = said?.includes(":") === true ? said.split(":") : ["oauth1", said]
  const found = live.users.byUsername(name ?? "")
  const caller: Caller | undefined =
    name === "app"
      ? { _tag: "AppOnly", app }
      : found === undefined
        ? undefined
        : kind === "oauth2"
          ? { _tag: "OAuth2", app, user: found, scopes: new Set(["follows.write"]) }
          : {
              _tag: "OAuth1",
              app: kind === "reader" ? { ...app, permissions: "read" } : app,
              user: found,
            }
  return caller === undefined ? Result.fail("Missing") : Result.succeed(caller)
}

const find = Router.make(V1.makeRoutes(authenticate))

const encoded = (parameters: Send["query"]): string =>
  parameters === undefined
    ? ""
    : typeof parameters === "string"
      ? parameters
      : new URLSearchParams(parameters).toString()

export const start = Effect.fnUntraced(function* (origin: World) {
  const live = yield* LiveWorld.make(origin, {
    clock: yield* SandboxClock.make,
    publicUrls: [],
    store: MemoryStore.layer,
  })
  const call = Effect.fnUntraced(function* (
    method: "GET" | "POST",
    path: string,
    { as = "happycamper", query, form, contentType = "application/x-www-form-urlencoded" }: Send,
  ) {
    const match = find(method, `/1.1/${path}.json`)
    if (match._tag !== "Found") return yield* Effect.die(`${method} ${path} is not served`)
    const reply = yield* match.route.answer(live, {
      request: {
        method,
        path: `/1.1/${path}.json`,
        search: encoded(query),
        headers: { "x-test-caller": as, "content-type": contentType },
        body: new TextEncoder().encode(encoded(form)),
        remoteAddress: "127.0.0.1",
      },
      params: match.params,
    })
    if (typeof reply.body !== "string") return yield* Effect.die("v1.1 sends no streams")
    const answer: Answer = {
      status: reply.status,
      headers: reply.headers ?? {},
      text: reply.body,
      json: JSON.parse(reply.body),
    }
    return answer
  })
  return {
    live,
    get: (path: string, send: Send = {}) => call("GET", path, send),
    post: (path: string, send: Send = {}) => call("POST", path, send),
    follow: (source: User, target: User) =>
      live.relationships.execute(Command.follow(source.id, target.id)),
    state: (source: User, target: User) =>
      Effect.map(
        live.relationships.relationship({ source: source.id, target: target.id }),
        (snapshot) => snapshot.relationship,
      ),
  }
})

/** `{"errors":[{"code":…}]}` and nothing else. */
export const refusal = (answer: Answer): readonly [status: number, code: unknown] => [
  answer.status,
  answer.json.errors?.[0]?.code,
]
