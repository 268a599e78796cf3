/**
 * What every v1.1 request goes through before and after its handler.
 *
 * A request is authenticated, counted, checked for what its caller may do, and decoded, in this
 * order; so a request that fails is counted all the same, as long as it is known whose it is.
 *
 * @since 0.1.0
 */
import type { CommandError, Page, StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { AuthenticationFailure, Caller } from "../auth/Caller.ts"
import type { Reply, Request } from "../http/Message.ts"
import type { Call, Route } from "../http/Router.ts"
import type { LiveWorld } from "../LiveWorld.ts"
import type { User } from "../world/World.ts"
import * as Errors from "./Errors.ts"
import * as Json from "./Json.ts"
import * as Parameters from "./Parameters.ts"

/** @category models @since 0.1.0 */
export type Authenticate = (
  world: LiveWorld,
  request: Request,
) => Result.Result<Caller, AuthenticationFailure>

/**
 * What a handler is given. `viewer` is the user who asks; an endpoint that apps may call on their own
 * may have none.
 *
 * @category models
 * @since 0.1.0
 */
export interface Context<Parameters, Viewer extends User | undefined> {
  readonly world: LiveWorld
  readonly caller: Caller
  readonly viewer: Viewer
  readonly parameters: Parameters
  readonly path: string
}

/** @category models @since 0.1.0 */
export type HandlerError =
  | Errors.Failure
  | CommandError.CommandError
  | Page.InvalidPage
  | StoreError.StoreError

/** @category models @since 0.1.0 */
export type Handler<Parameters, Viewer extends User | undefined> = (
  context: Context<Parameters, Viewer>,
) => Effect.Effect<Json.Json, HandlerError>

interface Declared<S> {
  readonly endpoint: Route["endpoint"]
  /** The name that the limits know the endpoint by. */
  readonly limit: string
  readonly parameters: S
}

type ParametersSchema = Schema.ConstraintDecoder<unknown> & {
  readonly fields: Schema.Struct.Fields
}

/** Anything that a handler does not mean to say is the store's trouble, and worth another try. */
const toFailure = (error: HandlerError): Errors.Failure =>
  error._tag === "Failure" ? error : Errors.overCapacity

/**
 * The headers of every reply to a known caller. They say how the limits stand on writes as well,
 * where X's own replies are silent.
 */
const headersOf = (
  caller: Caller,
  standing: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> =>
  caller._tag === "OAuth1" ? { ...standing, "x-access-level": caller.app.permissions } : standing

const make = <S extends ParametersSchema, Viewer extends User | undefined>(
  authenticate: Authenticate,
  { endpoint, limit, parameters }: Declared<S>,
  admit: (caller: Caller) => Result.Result<Viewer, Errors.Failure>,
  handler: Handler<S["Type"], Viewer>,
): Route => {
  const decode = Parameters.decoder(parameters)
  const handle = (
    world: LiveWorld,
    request: Request,
    caller: Caller,
  ): Effect.Effect<Json.Json, HandlerError> => {
    if (caller._tag !== "AppOnly" && caller.user.suspended === true) {
      return Effect.fail(Errors.callerSuspended)
    }
    const viewer = admit(caller)
    if (Result.isFailure(viewer)) return Effect.fail(viewer.failure)
    const decoded = Result.flatMap(Parameters.read(request), decode)
    return Result.isFailure(decoded)
      ? Effect.fail(decoded.failure)
      : handler({
          world,
          caller,
          viewer: viewer.success,
          parameters: decoded.success,
          path: request.path,
        })
  }
  const answer = (world: LiveWorld, { request }: Call): Effect.Effect<Reply> =>
    Effect.suspend(() => {
      const authenticated = authenticate(world, request)
      if (Result.isFailure(authenticated)) {
        return Effect.succeed(Errors.reply(Errors.notAuthenticated(authenticated.failure)))
      }
      const caller = authenticated.success
      const charged = world.meter.charge(limit, caller)
      const headers = headersOf(caller, charged.headers)
      if (!charged.admitted) {
        return Effect.succeed(Errors.reply(Errors.rateLimitExceeded, headers))
      }
      return Effect.match(handle(world, request, caller), {
        onFailure: (error) => Errors.reply(toFailure(error), headers),
        onSuccess: (body) => ({
          status: 200,
          contentType: Errors.contentType,
          body: Json.write(body),
          headers,
        }),
      })
    })
  return { endpoint, answer }
}

/**
 * Makes the routes of endpoints for users alone. v1.1 takes their OAuth 1.0a signatures and no OAuth
 * 2.0 tokens.
 *
 * @category constructors
 * @since 0.1.0
 */
export const forUsers =
  (authenticate: Authenticate) =>
  <S extends ParametersSchema>(declared: Declared<S>, handler: Handler<S["Type"], User>): Route =>
    make(
      authenticate,
      declared,
      (caller) =>
        caller._tag === "OAuth1"
          ? Result.succeed(caller.user)
          : Result.fail(Errors.notAllowedByCredentials),
      handler,
    )

/**
 * The same for endpoints that change something, for which an app needs the permission.
 *
 * @category constructors
 * @since 0.1.0
 */
export const forWriters =
  (authenticate: Authenticate) =>
  <S extends ParametersSchema>(declared: Declared<S>, handler: Handler<S["Type"], User>): Route =>
    make(
      authenticate,
      declared,
      (caller) => {
        if (caller._tag !== "OAuth1") return Result.fail(Errors.notAllowedByCredentials)
        return caller.app.permissions === "read"
          ? Result.fail(Errors.readOnlyApp)
          : Result.succeed(caller.user)
      },
      handler,
    )

/**
 * The same for endpoints that an app may also call on its own.
 *
 * @category constructors
 * @since 0.1.0
 */
export const forAnybody =
  (authenticate: Authenticate) =>
  <S extends ParametersSchema>(
    declared: Declared<S>,
    handler: Handler<S["Type"], User | undefined>,
  ): Route =>
    make<S, User | undefined>(
      authenticate,
      declared,
      (caller) =>
        caller._tag === "OAuth2"
          ? Result.fail(Errors.notAllowedByCredentials)
          : Result.succeed(caller._tag === "OAuth1" ? caller.user : undefined),
      handler,
    )
