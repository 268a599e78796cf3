/**
 * The pages for people, and the OpenAPI document that one of them is made of.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import * as Access from "../control/Access.ts"
import { guarded } from "../control/Control.ts"
import type { ControlPlane } from "../control/ControlPlane.ts"
import * as Handling from "../control/Handling.ts"
import type { Request } from "../http/Message.ts"
import type { Route } from "../http/Router.ts"
import { apiDocs } from "./ApiDocs.ts"
import { home } from "./Home.ts"
import * as Html from "./Html.ts"

const Page = Schema.String.pipe(HttpApiSchema.asText({ contentType: "text/html" }))

const endpoints = {
  home: HttpApiEndpoint.get("home", "/", { success: Page }).annotate(
    OpenApi.Summary,
    "What is here and how to begin",
  ),
  docs: HttpApiEndpoint.get("docs", "/sandbox/docs", { success: Page }).annotate(
    OpenApi.Summary,
    "Every endpoint, to browse",
  ),
  openapi: HttpApiEndpoint.get("openapi", "/sandbox/openapi.json", {
    success: Schema.Json,
  }).annotate(OpenApi.Summary, "Every endpoint, for programs: the OpenAPI document"),
}

/** @category schemas @since 0.1.0 */
export const group = HttpApiGroup.make("pages")
  .add(endpoints.home, endpoints.docs, endpoints.openapi)
  .annotate(OpenApi.Title, "Pages")

/**
 * - `spec`: the document of everything that is served. It is asked for when it is first wanted.
 * - `access`: who may use the control API, and so sees credentials.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly control: ControlPlane
  readonly access: Access.Access
  readonly spec: () => OpenApi.OpenAPISpec
}

/** Where the reader reaches the sandbox; a name that might be more than a name is not repeated. */
const urlOf = (request: Request): string => {
  const host = request.headers["host"] ?? ""
  return `http://${/^[\w.-]+(?::\d+)?$|^\[[\da-fA-F:.]+\](?::\d+)?$/.test(host) ? host : "127.0.0.1"}`
}

/** @category constructors @since 0.1.0 */
export const routes = ({ control, access, spec }: Options): ReadonlyArray<Route> => [
  Handling.route(endpoints.home, (world, { request }) =>
    Effect.map(
      home(world, {
        url: urlOf(request),
        trusted: Access.refusal(access, request) === undefined,
        faults: control.faults().length,
      }),
      (content) => Html.reply(200, content),
    ),
  ),
  ...[
    Handling.route(endpoints.docs, () => Effect.sync(() => Html.reply(200, apiDocs(spec())))),
    Handling.route(endpoints.openapi, () => Effect.sync(() => Handling.ok(spec()))),
  ].map(guarded(access)),
]
