/**
 * Bearer tokens of apps on their own.
 *
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Authentication from "../auth/Authentication.ts"
import { equal } from "../auth/Signature.ts"
import { json, type Reply, type Request } from "../http/Message.ts"
import * as Router from "../http/Router.ts"
import type { LiveWorld } from "../LiveWorld.ts"
import { errors } from "../v1/Schemas.ts"
import type { App } from "../world/World.ts"
import * as Client from "./Client.ts"
import { text } from "./Declarations.ts"
import * as Errors from "./Errors.ts"
import * as Fields from "./Fields.ts"

const token = (world: LiveWorld, request: Request, fields: Fields.Fields): Reply => {
  const app = Client.byConsumerKey(world, request, fields)
  if (app === undefined) return Errors.credentialsRefused
  const grantType = fields.get("grant_type")
  if (!grantType) return Errors.parameterMissing("grant_type")
  if (grantType !== "client_credentials") return Errors.parameterInvalid("grant_type")
  return json(
    200,
    { token_type: "bearer", access_token: app.bearerToken },
    { "cache-control": "no-store" },
  )
}

/** The app of a request: X's reference has a user of it sign, X's guide has it prove itself. */
const requester = (
  world: LiveWorld,
  request: Request,
  fields: Fields.Fields,
): Result.Result<App, Reply> => {
  const app = Client.byConsumerKey(world, request, fields)
  if (app !== undefined) return Result.succeed(app)
  if (/^basic\b/i.test(request.headers["authorization"] ?? "")) {
    return Result.fail(Errors.credentialsRefused)
  }
  return Result.mapBoth(Authentication.authenticateSigner(world, request), {
    onSuccess: ({ caller }) => caller.app,
    onFailure: Errors.notAuthenticated,
  })
}

const invalidate = (world: LiveWorld, request: Request, fields: Fields.Fields): Reply => {
  const app = requester(world, request, fields)
  if (Result.isFailure(app)) return app.failure
  const accessToken = fields.get("access_token")
  if (!accessToken) return Errors.parameterMissing("access_token")
  const { bearerToken, name } = app.success
  // The token is escaped by itself, and X's pages send it without escaping it again.
  if (![bearerToken, Client.decoded(bearerToken)].some((one) => equal(one, accessToken))) {
    return Errors.invalidToken
  }
  world.credentials.renewBearer(name)
  return json(200, { access_token: bearerToken })
}

const TokenRequest = Schema.Struct({ grant_type: text })
const InvalidateRequest = Schema.Struct({ access_token: text })
const AccessToken = Schema.Struct({ access_token: Schema.String })

const endpoints = {
  token: HttpApiEndpoint.post("oauth2/token", "/oauth2/token", {
    query: TokenRequest.fields,
    payload: TokenRequest.pipe(HttpApiSchema.asFormUrlEncoded()),
    success: Schema.Struct({ token_type: Schema.Literal("bearer"), access_token: Schema.String }),
    error: errors,
  }).annotate(
    OpenApi.Description,
    "The app's bearer token, for its consumer key and secret (Basic); the same until it is invalidated.",
  ),
  invalidate: HttpApiEndpoint.post("oauth2/invalidate_token", "/oauth2/invalidate_token", {
    query: InvalidateRequest.fields,
    payload: InvalidateRequest.pipe(HttpApiSchema.asFormUrlEncoded()),
    success: AccessToken,
    error: errors,
  }).annotate(OpenApi.Description, "Revokes the app's bearer token."),
}

/** @category constants @since 0.1.0 */
export const group = HttpApiGroup.make("App-only").add(endpoints.token).add(endpoints.invalidate)

const route = (
  endpoint: Router.Route["endpoint"],
  answer: (world: LiveWorld, request: Request, fields: Fields.Fields) => Reply,
): Router.Route =>
  Router.route(endpoint, (world, request) =>
    Result.match(Fields.read(request), {
      onFailure: (refusal) => refusal,
      onSuccess: (fields) => answer(world, request, fields),
    }),
  )

/** @category constants @since 0.1.0 */
export const routes: ReadonlyArray<Router.Route> = [
  route(endpoints.token, token),
  route(endpoints.invalidate, invalidate),
]
