/**
 * Calls v2 of a running world without sockets or signatures: a request says who sends it. Every reply
 * is held against the schema that its endpoint declares.
 */
import { Command } from "@kith/core"
import { MemoryStore } from "@kith/memory-adapter"
import { Effect, Result, Schema } from "effect"
import type { Caller } from "../../packages/sandbox/src/auth/Caller.ts"
import * as Router from "../../packages/sandbox/src/http/Router.ts"
import * as LiveWorld from "../../packages/sandbox/src/LiveWorld.ts"
import * as Outputs from "../../packages/sandbox/src/v2/Outputs.ts"
import type { Authenticate } from "../../packages/sandbox/src/v2/Pipeline.ts"
import * as V2 from "../../packages/sandbox/src/v2/V2.ts"
import * as SandboxClock from "../../packages/sandbox/src/world/SandboxClock.ts"
import type { User, World } from "../../packages/sandbox/src/world/World.ts"
import { app, enemy, gone, happycamper, huge, user } from "./people.ts"

export { enemy, gone, happycamper, huge, user } from "./people.ts"

export const twitterDev = user("2244994945", "TwitterDev", {
  description: "The voice of the #TwitterDev team",
  url: "https://developer.x.com",
  location: "127.0.0.1",
  verified: true,
  createdAt: "2013-12-14T04:35:55Z",
  pinnedPost: { id: "1854233450186903755", text: "hello, world" },
})
export const guarded = user("9007199254740993", "guarded", { protected: true })

export const world = (rest: Partial<World> = {}): World => ({
  apps: [app],
  users: [happycamper, twitterDev, guarded, huge, gone, enemy],
  tokens: [],
  relationships: [],
  blocks: [],
  limits: "none",
  ...rest,
})

export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  // What a test looks for in an answer is the test's own business.
  readonly json: ReturnType<typeof JSON.parse>
}

export interface Send {
  /** `app`, `nobody`, `reader:NAME` (a read-only app), `oauth2:NAME:SCOPE …`, or a username. */
  readonly as?: string
  /** An object is sent as JSON. */
  readonly body?: object | string | Uint8Array
  readonly contentType?: string | undefined
}

const authenticate: Authenticate = (live, request) => {
  const parts = (request.headers["x-test-caller"] ?? "").split(":")
  if (parts[0] === "app") return Result.succeed({ _tag: "AppOnly", app })
  const [kind, name, scopes] = parts.length === 1 ? ["oauth1", ...parts] : parts
  const found = live.users.byUsername(name ?? "")
  if (found === undefined) return Result.fail("Missing")
  const caller: Caller =
    kind === "oauth2"
      ? { _tag: "OAuth2", app, user: found, scopes: new Set(scopes?.split(" ")) }
      : {
          _tag: "OAuth1",
          app: kind === "reader" ? { ...app, permissions: "read" } : app,
          user: found,
        }
  return Result.succeed(caller)
}

const find = Router.make(V2.makeRoutes(authenticate))

const outputs: Readonly<Record<string, Schema.ConstraintDecoder<unknown>>> = {
  followUser: Outputs.Followed,
  unfollowUser: Outputs.Unfollowed,
  getUsersFollowers: Outputs.UserPage,
  getUsersFollowing: Outputs.UserPage,
  getUsersMuting: Outputs.UserPage,
  getUsersBlocking: Outputs.UserPage,
  getUsersMe: Outputs.OneUser,
  getUsersById: Outputs.OneUser,
  getUsersByUsername: Outputs.OneUser,
  getUsersByIds: Outputs.ManyUsers,
  getUsersByUsernames: Outputs.ManyUsers,
  muteUser: Outputs.Muted,
  unmuteUser: Outputs.Muted,
  blockUsersDms: Outputs.Blocked,
  unblockUsersDms: Outputs.Blocked,
}

/** Fails when a reply is not what its endpoint declares. */
const hold = (endpoint: string, status: number, json: unknown): void => {
  const declared =
    status === 200 ? outputs[endpoint] : status === 400 ? Outputs.InvalidRequest : Outputs.Problem
  if (declared === undefined) throw new Error(`${endpoint} declares nothing for ${status}`)
  Schema.decodeUnknownSync(declared, { onExcessProperty: "error" })(json)
}

const encoded = (body: Send["body"]): Uint8Array =>
  body instanceof Uint8Array
    ? body
    : new TextEncoder().encode(
        body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body),
      )

export const start = Effect.fnUntraced(function* (
  origin: World,
  alter: (live: LiveWorld.LiveWorld) => LiveWorld.LiveWorld = (live) => live,
) {
  const made = yield* LiveWorld.make(origin, {
    clock: yield* SandboxClock.make,
    publicUrls: [],
    store: MemoryStore.layer,
  })
  const live = alter(made)
  const call = Effect.fnUntraced(function* (
    method: "GET" | "POST" | "DELETE",
    target: string,
    { as = "happycamper", body, ...rest }: Send,
  ) {
    const [path = "", search = ""] = target.split("?")
    const match = find(method, `/2/users${path}`)
    if (match._tag !== "Found") return yield* Effect.die(`${method} ${path} is not served`)
    const reply = yield* match.route.answer(live, {
      request: {
        method,
        path: `/2/users${path}`,
        search,
        headers: {
          "x-test-caller": as,
          "content-type": "contentType" in rest ? rest.contentType : "application/json",
        },
        body: encoded(body),
        remoteAddress: "127.0.0.1",
      },
      params: match.params,
    })
    if (typeof reply.body !== "string") return yield* Effect.die("v2 sends no streams")
    const answer: Answer = {
      status: reply.status,
      contentType: reply.contentType,
      headers: reply.headers ?? {},
      text: reply.body,
      json: JSON.parse(reply.body),
    }
    hold(match.route.endpoint.identifier, answer.status, answer.json)
    return answer
  })
  return {
    live,
    get: (target: string, send: Send = {}) => call("GET", target, send),
    post: (target: string, send: Send = {}) => call("POST", target, send),
    delete: (target: string, send: Send = {}) => call("DELETE", target, send),
    follow: (source: User, target: User) =>
      live.relationships.execute(Command.follow(source.id, target.id)),
    approve: (source: User, target: User) =>
      live.relationships.execute(Command.approveRequest(source.id, target.id)),
    state: (source: User, target: User) =>
      Effect.map(
        live.relationships.relationship({ source: source.id, target: target.id }),
        (snapshot) => snapshot.relationship._tag,
      ),
  }
})

/** The last segment of a problem's type, which is what clients compare. */
export const problem = (answer: Answer): readonly [status: number, type: string] => [
  answer.status,
  answer.json.type.split("/").at(-1),
]

/** The first of the mistakes that a 400 names. */
export const mistake = (answer: Answer): string => {
  if (answer.status !== 400) return `status ${answer.status}`
  return answer.json.errors[0].message
}
