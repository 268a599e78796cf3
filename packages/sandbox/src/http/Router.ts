/**
 * Finds the route of a request. Routes come from the declared endpoints, so that what is served and
 * what the OpenAPI document says cannot differ.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FindMyWay from "effect/http/FindMyWay"
import type * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import type { LiveWorld } from "../LiveWorld.ts"
import type { Reply, Request } from "./Message.ts"
import * as Remembered from "./Remembered.ts"

/**
 * A request with the values of the path's parameters, percent-decoded.
 *
 * @category models
 * @since 0.1.0
 */
export interface Call {
  readonly request: Request
  readonly params: Readonly<Record<string, string | undefined>>
}

/**
 * A declared endpoint and what answers it. `answer` deals with everything from authentication to
 * errors; it never fails.
 *
 * @category models
 * @since 0.1.0
 */
export interface Route {
  readonly endpoint: Pick<HttpApiEndpoint.Top, "identifier" | "method" | "path">
  readonly answer: (world: LiveWorld, call: Call) => Effect.Effect<Reply>
}

/**
 * A route whose answer does not wait and needs nothing of the path.
 *
 * @category constructors
 * @since 0.1.0
 */
export const route = (
  endpoint: Route["endpoint"],
  handle: (world: LiveWorld, request: Request) => Reply,
): Route => ({
  endpoint,
  answer: (world, { request }) => Effect.sync(() => handle(world, request)),
})

/**
 * - `Found`, with the values of the path's parameters, percent-decoded.
 * - `WrongMethod`: the path is served under other methods, which `allow` names as the header does.
 * - `Unknown`: no such path.
 *
 * @category models
 * @since 0.1.0
 */
export type Match =
  | { readonly _tag: "Found"; readonly route: Route; readonly params: Call["params"] }
  | { readonly _tag: "WrongMethod"; readonly allow: string }
  | { readonly _tag: "Unknown" }

const pathInput = (path: string): FindMyWay.PathInput => `/${path.slice(1)}`

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]

/**
 * A radix tree over the paths of the routes.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (routes: ReadonlyArray<Route>): ((method: string, path: string) => Match) => {
  const tree = FindMyWay.make<Route>({
    maxParamLength: 500,
    caseSensitive: true,
    ignoreDuplicateSlashes: false,
    ignoreTrailingSlash: true,
  })
  for (const route of routes) tree.on(route.endpoint.method, pathInput(route.endpoint.path), route)
  const before = new Map(methods.map((method) => [method, Remembered.make<Match>()]))
  return (method, path) => {
    const remembered = before.get(method)
    const known = remembered?.get(path)
    if (known !== undefined) return known
    // The tree takes a target that is no path, such as `*`, for the root.
    if (!path.startsWith("/")) return { _tag: "Unknown" }
    // A HEAD is a GET whose body the server leaves out.
    const found = tree.find(method === "HEAD" ? "GET" : method, path)
    if (found !== undefined) {
      const match: Match = { _tag: "Found", route: found.handler, params: found.params }
      return remembered?.set(path, match) ?? match
    }
    const allowed = methods.filter((other) => tree.find(other, path) !== undefined)
    if (allowed.length === 0) return { _tag: "Unknown" }
    // RFC 9110, section 15.5.6.
    return { _tag: "WrongMethod", allow: allowed.join(", ").replace("GET", "GET, HEAD") }
  }
}
