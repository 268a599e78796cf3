/**
 * X's API v2, as far as it is about following: the declared endpoints and the routes that serve them.
 *
 * @since 0.1.0
 */
import { authenticate } from "../auth/Authentication.ts"
import type { Route } from "../http/Router.ts"
import * as Follows from "./Follows.ts"
import * as Lists from "./Lists.ts"
import * as Lookups from "./Lookups.ts"
import * as MutesAndBlocks from "./MutesAndBlocks.ts"
import * as Pipeline from "./Pipeline.ts"

export { group } from "./Declarations.ts"

/**
 * The routes, with whatever finds out who sent a request.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeRoutes = (authenticate: Pipeline.Authenticate): ReadonlyArray<Route> => {
  const pipeline = Pipeline.make(authenticate)
  return [
    ...Follows.routes(pipeline),
    ...Lists.routes(pipeline),
    ...Lookups.routes(pipeline),
    ...MutesAndBlocks.routes(pipeline),
  ]
}

/**
 * The routes for callers who are who they say.
 *
 * @category constructors
 * @since 0.1.0
 */
export const routes: ReadonlyArray<Route> = makeRoutes(authenticate)
