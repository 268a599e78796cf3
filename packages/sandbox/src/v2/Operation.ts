/**
 * What an operation of v2 is: an endpoint, who may call it, and how its requests are read.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type { Route } from "../http/Router.ts"
import * as Decoding from "./Decoding.ts"

/**
 * - `scopes`: what an OAuth 2.0 token must have been granted.
 * - `appOnly`: whether an app may call on its own.
 * - `writes`: whether an OAuth 1.0a app needs the permission to write.
 * - `own`: the path parameter that must name the caller.
 *
 * @category models
 * @since 0.1.0
 */
export interface Access {
  readonly scopes: ReadonlyArray<string>
  readonly appOnly: boolean
  readonly writes: boolean
  readonly own?: string
}

/**
 * An endpoint, and how its requests are read.
 *
 * @category models
 * @since 0.1.0
 */
export interface Operation<Endpoint extends Route["endpoint"], Params, Query, Payload> {
  readonly endpoint: Endpoint
  readonly access: Access
  readonly readParams: Decoding.Params<Params>
  readonly readQuery: Decoding.Query<Query>
  readonly readPayload: Decoding.Payload<Payload>
}

const read = ["tweet.read", "users.read"]

/** Users and apps on their own. @category constants @since 0.1.0 */
export const anyone: Access = { scopes: read, appOnly: true, writes: false }

/** Users who granted a scope, and apps on their own. @category constructors @since 0.1.0 */
export const reader = (scope: string): Access => ({ ...anyone, scopes: [...read, scope] })

/** Users alone. @category constants @since 0.1.0 */
export const self: Access = { scopes: read, appOnly: false, writes: false }

/** The user of the path, who granted a scope. @category constructors @since 0.1.0 */
export const owner = (scope: string): Access => ({ ...self, scopes: [...read, scope], own: "id" })

/**
 * Users who granted a scope, through an app that may write.
 *
 * @param own the path parameter that must name the caller, if one must
 * @category constructors
 * @since 0.1.0
 */
export const writer = (scope: string, own?: string): Access => ({
  scopes: [...read, scope],
  appOnly: false,
  writes: true,
  ...(own === undefined ? {} : { own }),
})

/**
 * An operation whose requests have no body.
 *
 * @category constructors
 * @since 0.1.0
 */
export const operation = <E extends Route["endpoint"], Params, Query>(
  endpoint: E,
  access: Access,
  shape: {
    readonly params: Decoding.Fields<Params>
    readonly query: Decoding.Fields<Query>
  },
): Operation<E, Params, Query, undefined> => ({
  endpoint,
  access,
  readParams: Decoding.params(shape.params),
  readQuery: Decoding.query(shape.query),
  readPayload: Decoding.nothing,
})

/** @category constructors @since 0.1.0 */
export const operationWithPayload = <E extends Route["endpoint"], Params, Query, Payload>(
  endpoint: E,
  access: Access,
  shape: {
    readonly params: Decoding.Fields<Params>
    readonly query: Decoding.Fields<Query>
    readonly payload: Schema.ConstraintDecoder<Payload>
  },
): Operation<E, Params, Query, Payload> => ({
  ...operation(endpoint, access, shape),
  readPayload: Decoding.payload(shape.payload),
})
