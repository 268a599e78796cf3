/**
 * The endpoints of v1.1 that the sandbox serves: what they take, what they answer, who may call.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Parameters from "./Parameters.ts"
import * as Schemas from "./Schemas.ts"

const { Count, Cursor, Flag, ScreenName, ScreenNames, UserId, UserIds } = Parameters

const flag = Schema.optionalKey(Flag)
const user = {
  user_id: Schema.optionalKey(UserId),
  screen_name: Schema.optionalKey(ScreenName),
}
const users = {
  user_id: Schema.optionalKey(UserIds),
  screen_name: Schema.optionalKey(ScreenNames),
}
// `extended` gives a post's text as `full_text`, on any call that answers with a post.
const form = { tweet_mode: Schema.optionalKey(Schema.String) }
const shape = { ...form, include_entities: flag, skip_status: flag }
const walk = { cursor: Schema.optionalKey(Cursor), stringify_ids: flag }

/**
 * The parameters of each endpoint. Those of a POST may come in the query, in a form, or in both.
 *
 * @category schemas
 * @since 0.1.0
 */
export const parameters = {
  create: Schema.Struct({ ...user, follow: flag, ...shape }),
  destroy: Schema.Struct({ ...user, ...shape }),
  update: Schema.Struct({ ...user, device: flag, retweets: flag }),
  show: Schema.Struct({
    source_id: Schema.optionalKey(UserId),
    source_screen_name: Schema.optionalKey(ScreenName),
    target_id: Schema.optionalKey(UserId),
    target_screen_name: Schema.optionalKey(ScreenName),
  }),
  lookup: Schema.Struct(users),
  requests: Schema.Struct(walk),
  noRetweets: Schema.Struct({ stringify_ids: flag }),
  ids: Schema.Struct({ ...user, ...walk, count: Schema.optionalKey(Count) }),
  list: Schema.Struct({
    ...user,
    ...form,
    cursor: Schema.optionalKey(Cursor),
    count: Schema.optionalKey(Count),
    skip_status: flag,
    include_user_entities: flag,
  }),
  usersShow: Schema.Struct({ ...user, ...shape }),
  usersLookup: Schema.Struct({ ...users, ...shape }),
  verifyCredentials: Schema.Struct(shape),
  rateLimitStatus: Schema.Struct({ resources: Schema.optionalKey(Schema.String) }),
}

/**
 * @category models
 * @since 0.1.0
 */
export type ParametersOf<Name extends keyof typeof parameters> = (typeof parameters)[Name]["Type"]

const errors = Schemas.errors

// Who may call, as the document says it.
type Access = typeof OpenApi.Override.Service
const byUsers: Access = { security: [{ UserToken: [] }] }
const byAnybody: Access = { security: [{ BearerToken: [] }, { UserToken: [] }] }

const get = <const Name extends string, Fields extends Schema.Struct.Fields, S extends Schema.Top>(
  name: Name,
  query: Schema.Struct<Fields>,
  success: S,
  summary: string,
  access = byAnybody,
) =>
  HttpApiEndpoint.get(name, `/1.1/${name}.json`, {
    query: query.fields,
    success,
    error: errors,
  })
    .annotate(OpenApi.Summary, summary)
    .annotate(OpenApi.Override, access)

const post = <const Name extends string, Fields extends Schema.Struct.Fields, S extends Schema.Top>(
  name: Name,
  fields: Schema.Struct<Fields>,
  success: S,
  summary: string,
  access = byUsers,
  path: string = name,
) =>
  HttpApiEndpoint.post(name, `/1.1/${path}.json`, {
    query: fields.fields,
    payload: fields.pipe(HttpApiSchema.asFormUrlEncoded()),
    success,
    error: errors,
  })
    .annotate(OpenApi.Summary, summary)
    .annotate(OpenApi.Override, access)

/** @category schemas @since 0.1.0 */
export const endpoints = {
  create: post(
    "friendships/create",
    parameters.create,
    Schemas.User,
    "Follows a user, or asks a protected one; `follow` sets notifications",
  ),
  destroy: post(
    "friendships/destroy",
    parameters.destroy,
    Schemas.User,
    "Ends a follow, or withdraws a request",
  ),
  update: post(
    "friendships/update",
    parameters.update,
    Schemas.Relationship,
    "Sets notifications (`device`) and retweets; one that is left out stays",
  ),
  show: get(
    "friendships/show",
    parameters.show,
    Schemas.Relationship,
    "What two users are to each other",
  ),
  lookup: get(
    "friendships/lookup",
    parameters.lookup,
    Schemas.Connections,
    "What the caller is to up to 100 users",
    byUsers,
  ),
  incoming: get(
    "friendships/incoming",
    parameters.requests,
    Schemas.IdPage,
    "Who waits for the caller's answer",
    byUsers,
  ),
  outgoing: get(
    "friendships/outgoing",
    parameters.requests,
    Schemas.IdPage,
    "Whose answer the caller waits for",
    byUsers,
  ),
  noRetweets: get(
    "friendships/no_retweets/ids",
    parameters.noRetweets,
    Schemas.Ids,
    "Whose retweets the caller does not want",
    byUsers,
  ),
  followersIds: get("followers/ids", parameters.ids, Schemas.IdPage, "Who follows a user, as ids"),
  followersList: get("followers/list", parameters.list, Schemas.UserPage, "Who follows a user"),
  friendsIds: get("friends/ids", parameters.ids, Schemas.IdPage, "Whom a user follows, as ids"),
  friendsList: get("friends/list", parameters.list, Schemas.UserPage, "Whom a user follows"),
  usersShow: get("users/show", parameters.usersShow, Schemas.User, "One user"),
  usersLookup: get(
    "users/lookup",
    parameters.usersLookup,
    Schema.Array(Schemas.User),
    "Up to 100 users",
  ),
  usersLookupPost: post(
    "users/lookup/post",
    parameters.usersLookup,
    Schema.Array(Schemas.User),
    "The same, with the parameters in a form",
    byAnybody,
    "users/lookup",
  ),
  verifyCredentials: get(
    "account/verify_credentials",
    parameters.verifyCredentials,
    Schemas.User,
    "The user whose credentials these are",
    byUsers,
  ),
  rateLimitStatus: get(
    "application/rate_limit_status",
    parameters.rateLimitStatus,
    Schemas.RateLimitStatus,
    "How the caller's 15-minute windows stand",
  ),
}

/** @category schemas @since 0.1.0 */
export const group = HttpApiGroup.make("v1.1")
  .add(
    endpoints.create,
    endpoints.destroy,
    endpoints.update,
    endpoints.show,
    endpoints.lookup,
    endpoints.incoming,
    endpoints.outgoing,
    endpoints.noRetweets,
    endpoints.followersIds,
    endpoints.followersList,
    endpoints.friendsIds,
    endpoints.friendsList,
    endpoints.usersShow,
    endpoints.usersLookup,
    endpoints.usersLookupPost,
    endpoints.verifyCredentials,
    endpoints.rateLimitStatus,
  )
  .annotate(
    OpenApi.Description,
    "X API v1.1. User endpoints take OAuth 1.0a; lists, users and `friendships/show` also an app's bearer token.",
  )

const declare = <
  Endpoint extends { readonly identifier: string },
  Name extends keyof typeof parameters,
>(
  endpoint: Endpoint,
  name: Name,
  limit: string = endpoint.identifier,
) => ({ endpoint, limit, parameters: parameters[name] })

/**
 * Each endpoint with what decodes its parameters and the name that the limits know it by.
 *
 * @category constructors
 * @since 0.1.0
 */
export const declared = {
  create: declare(endpoints.create, "create"),
  destroy: declare(endpoints.destroy, "destroy"),
  update: declare(endpoints.update, "update"),
  show: declare(endpoints.show, "show"),
  lookup: declare(endpoints.lookup, "lookup"),
  incoming: declare(endpoints.incoming, "requests"),
  outgoing: declare(endpoints.outgoing, "requests"),
  noRetweets: declare(endpoints.noRetweets, "noRetweets"),
  followersIds: declare(endpoints.followersIds, "ids"),
  followersList: declare(endpoints.followersList, "list"),
  friendsIds: declare(endpoints.friendsIds, "ids"),
  friendsList: declare(endpoints.friendsList, "list"),
  usersShow: declare(endpoints.usersShow, "usersShow"),
  usersLookup: declare(endpoints.usersLookup, "usersLookup"),
  // X counts both methods together.
  usersLookupPost: declare(endpoints.usersLookupPost, "usersLookup", "users/lookup"),
  verifyCredentials: declare(endpoints.verifyCredentials, "verifyCredentials"),
  rateLimitStatus: declare(endpoints.rateLimitStatus, "rateLimitStatus"),
}
