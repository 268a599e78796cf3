/**
 * The control API: what the declarations promise, served.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Route } from "../http/Router.ts"
import * as Access from "./Access.ts"
import type { ControlPlane } from "./ControlPlane.ts"
import * as Errors from "./Errors.ts"
import * as EventRoutes from "./EventRoutes.ts"
import * as RelationshipRoutes from "./RelationshipRoutes.ts"
import * as UserRoutes from "./UserRoutes.ts"
import * as WorldRoutes from "./WorldRoutes.ts"

export { group } from "./Declarations.ts"

/**
 * The same route for those alone who may use the control API. The guard stands here and not before
 * the router, because one route has many spellings: `/sandbox/world` is `/%73andbox/world`.
 *
 * @category combinators
 * @since 0.1.0
 */
export const guarded =
  (access: Access.Access) =>
  (route: Route): Route => ({
    endpoint: route.endpoint,
    answer: (world, call) => {
      const refusal = Access.refusal(access, call.request)
      return refusal === undefined
        ? route.answer(world, call)
        : Effect.succeed(Errors.forbidden(refusal))
    },
  })

/** @category constructors @since 0.1.0 */
export const routes = (plane: ControlPlane, access: Access.Access): ReadonlyArray<Route> =>
  [
    ...WorldRoutes.routes(plane),
    ...UserRoutes.routes,
    ...RelationshipRoutes.routes,
    ...EventRoutes.routes(plane),
  ].map(guarded(access))
