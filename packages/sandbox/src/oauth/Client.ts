/**
 * Which app a request to a token endpoint comes from.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import { equal } from "../auth/Signature.ts"
import type { Reply, Request } from "../http/Message.ts"
import * as Parameters from "../http/Parameters.ts"
import type { LiveWorld } from "../LiveWorld.ts"
import type { App } from "../world/World.ts"
import * as Errors from "./Errors.ts"
import type * as Fields from "./Fields.ts"

interface Basic {
  readonly id: string
  readonly secret: string
}

/**
 * A text without its escapes; as it is when it has none that can be read.
 *
 * @category operations
 * @since 0.1.0
 */
export const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * The pair of an `Authorization: Basic` header, percent-decoded (RFC 6749, section 2.3.1);
 * `undefined` when there is none that can be read.
 *
 * @category getters
 * @since 0.1.0
 */
export const basic = (request: Request): Basic | undefined => {
  const match = /^basic +([A-Za-z0-9+/_-]+=*)$/i.exec(request.headers["authorization"] ?? "")
  const text = match?.[1] && Parameters.text(Buffer.from(match[1], "base64"))
  const colon = text?.indexOf(":") ?? -1
  if (!text || colon < 0) return undefined
  return { id: decoded(text.slice(0, colon)), secret: decoded(text.slice(colon + 1)) }
}

/** The pair among a request's parameters, which is all that some libraries know. */
const passed = (fields: Fields.Fields): Basic | undefined => {
  const [id, secret] = [fields.get("client_id"), fields.get("client_secret")]
  return id === undefined || secret === undefined ? undefined : { id, secret }
}

/**
 * The app whose consumer key and secret a request carries.
 *
 * @category operations
 * @since 0.1.0
 */
export const byConsumerKey = (
  world: LiveWorld,
  request: Request,
  fields: Fields.Fields,
): App | undefined => {
  const pair = request.headers["authorization"] === undefined ? passed(fields) : basic(request)
  const app = pair && world.credentials.appByConsumerKey(pair.id)
  return pair && app && equal(app.consumerSecret, pair.secret) ? app : undefined
}

/**
 * The OAuth 2.0 client of a request. One with a secret has to prove itself with Basic; another just
 * names itself.
 *
 * @param clientId the parameter `client_id`
 * @category operations
 * @since 0.1.0
 */
export const byClientId = (
  world: LiveWorld,
  request: Request,
  clientId: string | undefined,
): Result.Result<App, Reply> => {
  const pair = basic(request)
  if (pair === undefined && request.headers["authorization"] !== undefined) {
    return Result.fail(Errors.unauthorizedClient)
  }
  const id = pair?.id ?? clientId
  if (id === undefined || id === "") return Result.fail(Errors.missing("client_id"))
  const app = world.credentials.appByClientId(id)
  if (app === undefined || (clientId !== undefined && clientId !== id)) {
    return Result.fail(Errors.unknownClient)
  }
  const proven =
    app.clientSecret === undefined
      ? pair === undefined || pair.secret === ""
      : pair !== undefined && equal(app.clientSecret, pair.secret)
  return proven ? Result.succeed(app) : Result.fail(Errors.unauthorizedClient)
}
