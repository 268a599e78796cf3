/**
 * The endpoints of v2 as data: paths, schemas, and who may call them.
 *
 * Identifiers are X's operation ids. The routes decode with these schemas, and the OpenAPI document
 * is made of them, so that what is served is what is documented.
 *
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Inputs from "./Inputs.ts"
import {
  anyone,
  operation,
  operationWithPayload,
  owner,
  reader,
  self,
  writer,
} from "./Operation.ts"
import * as Outputs from "./Outputs.ts"

const target = { params: Inputs.ById, query: Inputs.Nothing, payload: Inputs.Target }
const pair = { params: Inputs.ByPair, query: Inputs.Nothing }
const bare = { params: Inputs.ById, query: Inputs.Nothing }
const page = { params: Inputs.ById, query: Inputs.ListQuery }
const me = { params: Inputs.Nothing, query: Inputs.FieldsQuery }
const byId = { params: Inputs.ById, query: Inputs.FieldsQuery }
const byUsername = { params: Inputs.ByUsername, query: Inputs.FieldsQuery }
const byIds = { params: Inputs.Nothing, query: Inputs.IdsQuery }
const byUsernames = { params: Inputs.Nothing, query: Inputs.UsernamesQuery }

const wire = { error: Outputs.problems }

/** @category constructors @since 0.1.0 */
export const followUser = operationWithPayload(
  HttpApiEndpoint.post("followUser", "/2/users/:id/following", {
    ...wire,
    ...target,
    success: Outputs.Followed,
  }),
  writer("follows.write", "id"),
  target,
)

/** @category constructors @since 0.1.0 */
export const unfollowUser = operation(
  HttpApiEndpoint.delete("unfollowUser", "/2/users/:source_user_id/following/:target_user_id", {
    ...wire,
    ...pair,
    success: Outputs.Unfollowed,
  }),
  writer("follows.write", "source_user_id"),
  pair,
)

/** @category constructors @since 0.1.0 */
export const getUsersFollowers = operation(
  HttpApiEndpoint.get("getUsersFollowers", "/2/users/:id/followers", {
    ...wire,
    ...page,
    success: Outputs.UserPage,
  }),
  reader("follows.read"),
  page,
)

/** @category constructors @since 0.1.0 */
export const getUsersFollowing = operation(
  HttpApiEndpoint.get("getUsersFollowing", "/2/users/:id/following", {
    ...wire,
    ...page,
    success: Outputs.UserPage,
  }),
  reader("follows.read"),
  page,
)

/** @category constructors @since 0.1.0 */
export const getUsersMe = operation(
  HttpApiEndpoint.get("getUsersMe", "/2/users/me", { ...wire, ...me, success: Outputs.OneUser }),
  self,
  me,
)

/** @category constructors @since 0.1.0 */
export const getUsersById = operation(
  HttpApiEndpoint.get("getUsersById", "/2/users/:id", {
    ...wire,
    ...byId,
    success: Outputs.OneUser,
  }),
  anyone,
  byId,
)

/** @category constructors @since 0.1.0 */
export const getUsersByUsername = operation(
  HttpApiEndpoint.get("getUsersByUsername", "/2/users/by/username/:username", {
    ...wire,
    ...byUsername,
    success: Outputs.OneUser,
  }),
  anyone,
  byUsername,
)

/** @category constructors @since 0.1.0 */
export const getUsersByIds = operation(
  HttpApiEndpoint.get("getUsersByIds", "/2/users", {
    ...wire,
    ...byIds,
    success: Outputs.ManyUsers,
  }),
  anyone,
  byIds,
)

/** @category constructors @since 0.1.0 */
export const getUsersByUsernames = operation(
  HttpApiEndpoint.get("getUsersByUsernames", "/2/users/by", {
    ...wire,
    ...byUsernames,
    success: Outputs.ManyUsers,
  }),
  anyone,
  byUsernames,
)

/** @category constructors @since 0.1.0 */
export const getUsersMuting = operation(
  HttpApiEndpoint.get("getUsersMuting", "/2/users/:id/muting", {
    ...wire,
    ...page,
    success: Outputs.UserPage,
  }),
  owner("mute.read"),
  page,
)

/** @category constructors @since 0.1.0 */
export const getUsersBlocking = operation(
  HttpApiEndpoint.get("getUsersBlocking", "/2/users/:id/blocking", {
    ...wire,
    ...page,
    success: Outputs.UserPage,
  }),
  owner("block.read"),
  page,
)

/** @category constructors @since 0.1.0 */
export const muteUser = operationWithPayload(
  HttpApiEndpoint.post("muteUser", "/2/users/:id/muting", {
    ...wire,
    ...target,
    success: Outputs.Muted,
  }),
  writer("mute.write", "id"),
  target,
)

/** @category constructors @since 0.1.0 */
export const unmuteUser = operation(
  HttpApiEndpoint.delete("unmuteUser", "/2/users/:source_user_id/muting/:target_user_id", {
    ...wire,
    ...pair,
    success: Outputs.Muted,
  }),
  writer("mute.write", "source_user_id"),
  pair,
)

/** @category constructors @since 0.1.0 */
export const blockUsersDms = operation(
  HttpApiEndpoint.post("blockUsersDms", "/2/users/:id/dm/block", {
    ...wire,
    ...bare,
    success: Outputs.Blocked,
  }),
  writer("dm.write"),
  bare,
)

/** @category constructors @since 0.1.0 */
export const unblockUsersDms = operation(
  HttpApiEndpoint.post("unblockUsersDms", "/2/users/:id/dm/unblock", {
    ...wire,
    ...bare,
    success: Outputs.Blocked,
  }),
  writer("dm.write"),
  bare,
)

/**
 * Every operation, in the order of the document.
 *
 * @category constructors
 * @since 0.1.0
 */
export const all = [
  followUser,
  unfollowUser,
  getUsersFollowers,
  getUsersFollowing,
  getUsersMe,
  getUsersById,
  getUsersByUsername,
  getUsersByIds,
  getUsersByUsernames,
  getUsersMuting,
  getUsersBlocking,
  muteUser,
  unmuteUser,
  blockUsersDms,
  unblockUsersDms,
] as const

/** @category constructors @since 0.1.0 */
export const group = HttpApiGroup.make("v2", { topLevel: true }).add(
  followUser.endpoint,
  unfollowUser.endpoint,
  getUsersFollowers.endpoint,
  getUsersFollowing.endpoint,
  getUsersMe.endpoint,
  getUsersById.endpoint,
  getUsersByUsername.endpoint,
  getUsersByIds.endpoint,
  getUsersByUsernames.endpoint,
  getUsersMuting.endpoint,
  getUsersBlocking.endpoint,
  muteUser.endpoint,
  unmuteUser.endpoint,
  blockUsersDms.endpoint,
  unblockUsersDms.endpoint,
)
