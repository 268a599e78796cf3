/**
 * `application/rate_limit_status`: how the caller's 15-minute windows stand, by family.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Route } from "../http/Router.ts"
import type { User } from "../world/World.ts"
import { declared, type ParametersOf } from "./Declarations.ts"
import type * as Json from "./Json.ts"
import * as Pipeline from "./Pipeline.ts"

// X lists this one with a parameter that its path does not have.
const names: Readonly<Record<string, string>> = { "users/show": "/users/show/:id" }

const served: ReadonlySet<string> = new Set(Object.values(declared).map(({ limit }) => limit))

const rateLimitStatus: Pipeline.Handler<ParametersOf<"rateLimitStatus">, User | undefined> = ({
  world,
  caller,
  parameters,
}) => {
  const wanted = parameters.resources?.split(",").map((name) => name.trim())
  const families = new Map<string, Record<string, Json.Json>>()
  for (const { endpoint, standing } of world.meter.standings(caller)) {
    // The meter also counts v2, which X leaves out here.
    if (!served.has(endpoint)) continue
    const family = endpoint.slice(0, endpoint.indexOf("/"))
    if (wanted !== undefined && !wanted.includes(family)) continue
    const members = families.get(family) ?? {}
    families.set(family, members)
    members[names[endpoint] ?? `/${endpoint}`] = {
      limit: standing.limit.max,
      remaining: standing.remaining,
      reset: Math.ceil(standing.resetAt / 1000),
    }
  }
  return Effect.succeed({
    rate_limit_context: { application: caller.app.consumerKey },
    resources: Object.fromEntries(families),
  })
}

/** @category constructors @since 0.1.0 */
export const routes = (authenticate: Pipeline.Authenticate): ReadonlyArray<Route> => [
  Pipeline.forAnybody(authenticate)(declared.rateLimitStatus, rateLimitStatus),
]
