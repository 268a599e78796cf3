/**
 * All of v1.1: the declared group and the routes that serve it.
 *
 * @since 0.1.0
 */
import { authenticate } from "../auth/Authentication.ts"
import type { Route } from "../http/Router.ts"
import * as Friendships from "./Friendships.ts"
import * as Lists from "./Lists.ts"
import type { Authenticate } from "./Pipeline.ts"
import * as RateLimitStatus from "./RateLimitStatus.ts"
import * as Users from "./Users.ts"

export { group } from "./Declarations.ts"

/**
 * @category constructors
 * @since 0.1.0
 */
export const makeRoutes = (authenticate: Authenticate): ReadonlyArray<Route> => [
  ...Friendships.routes(authenticate),
  ...Lists.routes(authenticate),
  ...Users.routes(authenticate),
  ...RateLimitStatus.routes(authenticate),
]

/**
 * The routes for callers who are who they say.
 *
 * @category constructors
 * @since 0.1.0
 */
export const routes: ReadonlyArray<Route> = makeRoutes(authenticate)
