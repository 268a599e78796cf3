/**
 * Following and unfollowing.
 *
 * @since 0.1.0
 */
import { Command } from "@kith/core"
import * as Effect from "effect/Effect"
import type { Route } from "../http/Router.ts"
import * as Declarations from "./Declarations.ts"
import * as Documents from "./Documents.ts"
import { oldNames } from "./Fields.ts"
import type { Pipeline } from "./Pipeline.ts"
import * as Problems from "./Problems.ts"

const following = Documents.text('{"data":{"following":true,"pending_follow":false}}')
const pending = Documents.text('{"data":{"following":false,"pending_follow":true}}')
const notFollowing = Documents.text('{"data":{"following":false}}')

/** @category constructors @since 0.1.0 */
export const routes = ({ asUser }: Pipeline): ReadonlyArray<Route> => [
  asUser(Declarations.followUser, ({ world, payload }, user) => {
    const id = payload.target_user_id
    const target = world.users.byId(id)
    if (target === undefined) {
      return Effect.succeed(
        Documents.onlyErrors([Problems.userNotFound(oldNames, "target_user_id", id)]),
      )
    }
    const followed = world.relationships.execute(Command.follow(user.id, target.id))
    // The receipt says how it is, also when it was so before.
    return Effect.map(followed, ({ relationship }) =>
      relationship._tag === "Following" ? following : pending,
    )
  }),
  asUser(Declarations.unfollowUser, ({ world, params }, user) => {
    const target = world.users.byId(params.target_user_id)
    // Nobody follows whom there is not, nor themselves.
    if (target === undefined || target.id === user.id) return Effect.succeed(notFollowing)
    const unfollowed = world.relationships.execute(Command.unfollow(user.id, target.id))
    return Effect.as(unfollowed, notFollowing)
  }),
]
