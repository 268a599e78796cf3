/**
 * Everything the sandbox serves, as one declared API: the routes are made of it, and so is the
 * OpenAPI document.
 *
 * @since 0.1.0
 */
import * as HttpApi from "effect/http-api/HttpApi"
import * as OpenApi from "effect/http-api/OpenApi"
import type { Access } from "./control/Access.ts"
import * as Control from "./control/Control.ts"
import type { ControlPlane } from "./control/ControlPlane.ts"
import type { Route } from "./http/Router.ts"
import * as OAuth from "./oauth/OAuth.ts"
import * as Pages from "./pages/Pages.ts"
import * as V1 from "./v1/V1.ts"
import * as Description from "./v2/Description.ts"
import * as V2 from "./v2/V2.ts"

/** @category constructors @since 0.1.0 */
export const api = HttpApi.make("kith-sandbox")
  .add(V2.group, V1.group, ...OAuth.groups, Control.group, Pages.group)
  .annotate(OpenApi.Title, "Kith sandbox")
  .annotate(OpenApi.Version, "0.1.0")
  .annotate(
    OpenApi.Description,
    "A local X: API v2 and v1.1 with OAuth, and a control API for tests.",
  )

/**
 * The OpenAPI document of everything that is served.
 *
 * @category getters
 * @since 0.1.0
 */
export const document = (): OpenApi.OpenAPISpec => Description.complete(OpenApi.fromApi(api))

/** @category constructors @since 0.1.0 */
export const makeRoutes = (control: ControlPlane, access: Access): ReadonlyArray<Route> => [
  ...V2.routes,
  ...V1.routes,
  ...OAuth.routes,
  ...Control.routes(control, access),
  ...Pages.routes({ control, access, spec: document }),
]
