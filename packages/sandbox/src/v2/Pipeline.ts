/**
 * What every v2 request goes through before and after its handler.
 *
 * In this order: who calls, the limits (a request counts from here on, however it ends), whether such
 * a caller may, what is asked, the handler, the headers. The steps before the handler need no fiber.
 *
 * @since 0.1.0
 */
import type { CommandError, Page, StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { AuthenticationFailure, Caller } from "../auth/Caller.ts"
import type { Reply, Request } from "../http/Message.ts"
import type { Route } from "../http/Router.ts"
import type { LiveWorld } from "../LiveWorld.ts"
import type { User } from "../world/World.ts"
import type { Access, Operation } from "./Operation.ts"
import * as Problems from "./Problems.ts"

/**
 * Finds out who sent a request.
 *
 * @category models
 * @since 0.1.0
 */
export type Authenticate = (
  world: LiveWorld,
  request: Request,
) => Result.Result<Caller, AuthenticationFailure>

/**
 * A request that passed: what it says, decoded, and the world that it is about.
 *
 * @category models
 * @since 0.1.0
 */
export interface Call<Params, Query, Payload> {
  readonly world: LiveWorld
  readonly params: Params
  readonly query: Query
  readonly payload: Payload
}

/**
 * Why a handler has no reply of its own: the rules refuse, the page makes no sense, or the store
 * fails.
 *
 * @category models
 * @since 0.1.0
 */
export type Failure = CommandError.CommandError | StoreError.StoreError | Page.InvalidPage

/**
 * What a handler comes to.
 *
 * @category models
 * @since 0.1.0
 */
export type Answer = Effect.Effect<Reply, Failure>

/** @category models @since 0.1.0 */
export type Handler<Params, Query, Payload, Who> = (
  call: Call<Params, Query, Payload>,
  user: Who,
) => Answer

/**
 * Makes routes of operations and their handlers.
 *
 * @category models
 * @since 0.1.0
 */
export interface Pipeline {
  /** For operations that only users may call. */
  readonly asUser: <P, Q, B>(
    operation: Operation<Route["endpoint"], P, Q, B>,
    handler: Handler<P, Q, B, User>,
  ) => Route
  /** For operations that apps may call on their own; then there is no user. */
  readonly asAnyone: <P, Q, B>(
    operation: Operation<Route["endpoint"], P, Q, B>,
    handler: Handler<P, Q, B, User | undefined>,
  ) => Route
}

/** Why a caller may not, if so. */
const refusal = (access: Access, caller: Caller, user: User | undefined): Reply | undefined => {
  if (user === undefined) return access.appOnly ? undefined : Problems.unsupportedAuthentication
  if (user.suspended === true) return Problems.callerSuspended
  if (caller._tag === "OAuth2") {
    return access.scopes.every((scope) => caller.scopes.has(scope))
      ? undefined
      : Problems.missingScope
  }
  return access.writes && caller.app.permissions === "read" ? Problems.readOnlyApp : undefined
}

const recover = (failure: Failure): Reply => {
  switch (failure._tag) {
    case "CommandRejected":
      return Problems.refused(failure.reason)
    case "InvalidPage":
      return Problems.invalidRequest([{ parameters: {}, message: failure.message }])
    default:
      return Problems.unavailable
  }
}

// Transactions are numbered; X's are random, and only have to differ. Decimal digits are hexadecimal
// ones as well, and quicker made.
const transactions = () => {
  const process = Math.floor(Math.random() * 2 ** 24)
    .toString(16)
    .padStart(6, "0")
  let last = 10 ** 9
  return () => `${process}${++last}`
}

/** @category constructors @since 0.1.0 */
export const make = (authenticate: Authenticate): Pipeline => {
  const nextTransaction = transactions()

  const asAnyone = <P, Q, B>(
    operation: Operation<Route["endpoint"], P, Q, B>,
    handler: Handler<P, Q, B, User | undefined>,
  ): Route => {
    const { access, endpoint, readParams, readPayload, readQuery } = operation
    const own = access.own
    return {
      endpoint,
      answer: (world, { request, params }) => {
        const authenticated = authenticate(world, request)
        if (Result.isFailure(authenticated)) return Effect.succeed(Problems.unauthorized)
        const caller = authenticated.success
        const charged = world.meter.charge(endpoint.identifier, caller)

        const headers: Record<string, string> = {
          "api-version": "2.167",
          "x-transaction-id": nextTransaction(),
          ...charged.headers,
        }
        if (caller._tag === "OAuth1") headers["x-access-level"] = caller.app.permissions
        const send = ({ status, contentType, body, isAscii = false }: Reply): Reply => ({
          status,
          contentType,
          body,
          isAscii,
          headers,
        })
        const end = (reply: Reply) => Effect.succeed(send(reply))

        if (!charged.admitted) return end(Problems.tooManyRequests)
        // Tokens outlive changes of their user.
        const user =
          caller._tag === "AppOnly" ? undefined : (world.users.byId(caller.user.id) ?? caller.user)
        const refused = refusal(access, caller, user)
        if (refused !== undefined) return end(refused)

        const query = readQuery(request.search, caller._tag === "OAuth1")
        if (Result.isFailure(query)) return end(Problems.invalidRequest(query.failure))
        const path = readParams(params)
        if (Result.isFailure(path)) return end(Problems.invalidRequest(path.failure))
        if (own !== undefined && user !== undefined && params[own] !== user.id) {
          return end(Problems.notTheCaller(own, params[own] ?? "", user.id))
        }
        const payload = readPayload(request)
        if (Result.isFailure(payload)) return end(Problems.invalidRequest(payload.failure))

        const answer = handler(
          { world, params: path.success, query: query.success, payload: payload.success },
          user,
        )
        return Effect.match(answer, {
          onFailure: (failure) => send(recover(failure)),
          onSuccess: send,
        })
      },
    }
  }

  return {
    asAnyone,
    asUser: (operation, handler) =>
      asAnyone(operation, (call, user) =>
        user === undefined
          ? Effect.succeed(Problems.unsupportedAuthentication)
          : handler(call, user),
      ),
  }
}
