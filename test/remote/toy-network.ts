/**
 * A small network behind an API of its own, over a socket. It knows nothing of Kith; the suite sets
 * it up.
 */
import type { UserId } from "@kith/core"
import { Fixtures, World } from "@kith/core/testing"
import { Context, Effect, Layer } from "effect"
import { createServer, type Server } from "node:http"

/**
 * - `origin`: where it is.
 * - `next`: what becomes of the next request that changes something.
 */
export class Network extends Context.Service<
  Network,
  { readonly origin: string; next: "request lost" | "answer lost" | "too often" | undefined }
>()("test/Network") {}

interface Account {
  guarded: boolean
  suspended: boolean
}

interface Flags {
  readonly retweets?: boolean
  readonly notifications?: boolean
}

interface Follow {
  readonly source: string
  readonly target: string
  readonly state: "asked" | "follows"
  readonly since: number
  readonly retweets: boolean
  readonly notifications: boolean
}

type Reply = readonly [status: number, body: object]

const largestPage = 3

const people = () => {
  const accounts = new Map<string, Account>()
  const blocks = new Set<string>()
  const follows = new Map<string, Follow>()
  let count = 0

  const keyOf = (source: string, target: string): string => `${source}/${target}`
  const refusal = (status: number, error: string): Reply => [status, { error }]

  const show = (source: string, target: string): object => {
    const { notifications, retweets, state } = follows.get(keyOf(source, target)) ?? {}
    return state === undefined
      ? { id: target, state: "none" }
      : { id: target, state, retweets, notifications }
  }

  const tune = (before: Follow, flags: Flags): void => {
    follows.set(keyOf(before.source, before.target), { ...before, ...flags })
  }

  const follow = (source: string, target: string, flags: Flags): Reply => {
    const account = accounts.get(target)
    if (account === undefined) return refusal(404, "no such account")
    if (account.suspended) return refusal(410, "account suspended")
    if (blocks.has(keyOf(target, source))) return refusal(403, "blocked")
    if (blocks.has(keyOf(source, target))) return refusal(403, "blocking")
    const state = account.guarded ? "asked" : "follows"
    const before = follows.get(keyOf(source, target))
    const begin = { source, target, state, retweets: true, notifications: false } as const
    tune(before ?? { ...begin, since: ++count }, flags)
    return [200, show(source, target)]
  }

  const list = (kind: string, user: string, query: URLSearchParams): Reply => {
    const [mine, other] =
      kind === "followers" ? (["target", "source"] as const) : (["source", "target"] as const)
    const state = kind === "asked" ? "asked" : "follows"
    const limit = Math.min(Number(query.get("limit") ?? largestPage), largestPage)
    const before = Number(query.get("before") ?? Number.POSITIVE_INFINITY)
    const all = [...follows.values()]
      .filter((it) => it[mine] === user && it.state === state && it.since < before)
      .toSorted((left, right) => right.since - left.since)
    const page = all.slice(0, limit)
    const next = all.length > limit ? { next: String(page.at(-1)?.since) } : {}
    return [200, { ids: page.map((it) => it[other]), ...next }]
  }

  const handle = (
    as: string,
    method: string,
    { pathname, searchParams }: URL,
    flags: Flags,
  ): Reply => {
    const [, kind = "", user = ""] = pathname.split("/")
    const before = follows.get(keyOf(as, user))
    switch (`${method} ${kind}`) {
      case "PUT follows":
        return follow(as, user, flags)
      case "PATCH follows":
        if (before === undefined) return refusal(409, "not following")
        tune(before, flags)
        return [200, show(as, user)]
      case "DELETE follows":
        follows.delete(keyOf(as, user))
        return [200, show(as, user)]
      case "GET follows": {
        const ids = (searchParams.get("ids") ?? "").split(",")
        const visible = ids.filter((id) => accounts.get(id)?.suspended === false)
        return [200, visible.map((id) => show(as, id))]
      }
      case "GET following":
      case "GET followers":
      case "GET asked":
        return list(kind, user, searchParams)
      default:
        return refusal(404, "no such path")
    }
  }

  const change = (user: UserId.UserId, changed: Partial<Account>) =>
    Effect.sync(() => {
      const account = accounts.get(user)
      if (account !== undefined) accounts.set(user, { ...account, ...changed })
    })

  const world = World.World.of({
    add: Effect.tap(Fixtures.user, (user) =>
      Effect.sync(() => accounts.set(user, { guarded: false, suspended: false })),
    ),
    setProtected: (user, guarded) => change(user, { guarded }),
    setSuspended: (user, suspended) => change(user, { suspended }),
    remove: (user) => Effect.sync(() => accounts.delete(user)),
    setBlocked: (source, target, on) =>
      Effect.sync(() => {
        const key = keyOf(source, target)
        if (!on) return blocks.delete(key)
        // Nobody follows whom they block, or who blocks them.
        follows.delete(key)
        follows.delete(keyOf(target, source))
        return blocks.add(key)
      }),
  })
  return { handle, world }
}

const listen = (server: Server): Effect.Effect<string> =>
  Effect.callback((resume) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" ? address?.port : undefined
      resume(Effect.succeed(`http://127.0.0.1:${port}`))
    })
  })

const make = Effect.gen(function* () {
  const { handle, world } = people()
  const server = createServer((request, response) => {
    const fate = request.method === "GET" ? undefined : network.next
    if (request.method !== "GET") network.next = undefined
    let text = ""
    request.setEncoding("utf8")
    request.on("data", (chunk: string) => {
      text += chunk
    })
    request.on("end", () => {
      if (fate === "request lost") return request.socket.destroy()
      const as = String(request.headers["x-user"])
      const url = new URL(request.url ?? "", network.origin)
      const [status, body] =
        fate === "too often"
          ? ([429, { error: "too often", after: 60 }] as const)
          : handle(as, request.method ?? "", url, text === "" ? {} : JSON.parse(text))
      if (fate === "answer lost") return request.socket.destroy()
      return response.writeHead(status).end(JSON.stringify(body))
    })
  })
  const origin = yield* Effect.acquireRelease(listen(server), () =>
    Effect.sync(() => {
      server.close()
      server.closeAllConnections()
    }),
  )
  const network: Network["Service"] = { origin, next: undefined }
  return Context.make(Network, network).pipe(Context.add(World.World, world))
})

/** A network of its own for each time that it is built, and how the suite sets it up. */
export const layer: Layer.Layer<Network | World.World> = Layer.effectContext(make)
