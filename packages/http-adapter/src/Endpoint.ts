/**
 * An endpoint of X as a pure pair: what to ask, and what the answer says.
 *
 * Neither half knows of sockets, clocks, credentials or quota. So each endpoint is tested on its
 * own, against recorded bodies, and used over any transport.
 *
 * @since 0.1.0
 */
import type { RemoteError } from "@kith/core"
import type * as Result from "effect/Result"

/**
 * The endpoints that the adapter calls: v2 by its operation, v1.1 by its path. Rate limits are
 * counted for each of them.
 *
 * @category models
 * @since 0.1.0
 */
export type Name =
  | "followUser"
  | "unfollowUser"
  | "getUsersFollowing"
  | "getUsersFollowers"
  | "getUsersMe"
  | "getUsersByIds"
  | "getUsersByUsernames"
  | "friendships/create"
  | "friendships/destroy"
  | "friendships/update"
  | "friendships/show"
  | "friendships/lookup"
  | "friendships/incoming"
  | "friendships/outgoing"
  | "friendships/no_retweets/ids"
  | "followers/ids"
  | "followers/list"
  | "friends/ids"
  | "friends/list"
  | "users/lookup"
  | "account/verify_credentials"

/**
 * A request before it has an origin and an authorization.
 *
 * - `path`: begins with a slash; segments are encoded already.
 * - `query`, `form`: names and values as they are; whoever sends them encodes them. OAuth 1.0a signs
 *   both.
 * - `json`: a body that is not signed. A request has `form`, `json` or neither.
 *
 * @category models
 * @since 0.1.0
 */
export interface ApiRequest {
  readonly method: "GET" | "POST" | "DELETE"
  readonly path: string
  readonly query?: ReadonlyArray<readonly [name: string, value: string]> | undefined
  readonly form?: ReadonlyArray<readonly [name: string, value: string]> | undefined
  readonly json?: unknown
}

/**
 * An answer that has arrived whole.
 *
 * - `header`: the value of a header by its name in lower case; `undefined` when it is not there.
 * - `body`: the text, at most as long as the transport allows.
 * - `at`: when it arrived, in milliseconds since 1970.
 *
 * @category models
 * @since 0.1.0
 */
export interface Reply {
  readonly status: number
  readonly header: (name: string) => string | undefined
  readonly body: string
  readonly at: number
}

/**
 * - `writes`: whether it may have an effect, so that a lost answer leaves the outcome unknown.
 * - `encode`: total.
 * - `decode`: what a reply means; total over all statuses and bodies.
 *
 * @category models
 * @since 0.1.0
 */
export interface Endpoint<Input, Output> {
  readonly name: Name
  readonly writes: boolean
  readonly encode: (input: Input) => ApiRequest
  readonly decode: (reply: Reply, input: Input) => Result.Result<Output, RemoteError.RemoteError>
}
