/**
 * Muting, and blocking somebody's messages, which is blocking them altogether.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Reply } from "../http/Message.ts"
import type { Route } from "../http/Router.ts"
import * as Blocking from "../world/Blocking.ts"
import * as Declarations from "./Declarations.ts"
import * as Documents from "./Documents.ts"
import { oldNames } from "./Fields.ts"
import type { Pipeline } from "./Pipeline.ts"
import * as Problems from "./Problems.ts"

const muted = Documents.text('{"data":{"muting":true}}')
const unmuted = Documents.text('{"data":{"muting":false}}')
const blocked = Documents.text('{"data":{"blocked":true}}')
const unblocked = Documents.text('{"data":{"blocked":false}}')

const unknown = (parameter: string, id: string): Reply =>
  Documents.onlyErrors([Problems.userNotFound(oldNames, parameter, id)])

/** @category constructors @since 0.1.0 */
export const routes = ({ asUser }: Pipeline): ReadonlyArray<Route> => [
  asUser(Declarations.muteUser, ({ world, payload }, user) =>
    Effect.sync(() => {
      const target = world.users.byId(payload.target_user_id)
      if (target === undefined) return unknown("target_user_id", payload.target_user_id)
      if (target.id === user.id) return Problems.forbidden("You can't mute yourself.")
      world.users.mutes.add(user.id, target.id)
      return muted
    }),
  ),
  asUser(Declarations.unmuteUser, ({ world, params }, user) =>
    Effect.sync(() => {
      const target = world.users.byId(params.target_user_id)
      if (target !== undefined) world.users.mutes.remove(user.id, target.id)
      return unmuted
    }),
  ),
  // Here the path names the target, other than everywhere else.
  asUser(Declarations.blockUsersDms, ({ world, params }, user) => {
    const target = world.users.byId(params.id)
    if (target === undefined) return Effect.succeed(unknown("id", params.id))
    if (target.id === user.id)
      return Effect.succeed(Problems.forbidden("You can't block yourself."))
    return Effect.as(Blocking.block(world, user.id, target.id), blocked)
  }),
  asUser(Declarations.unblockUsersDms, ({ world, params }, user) =>
    Effect.sync(() => {
      const target = world.users.byId(params.id)
      if (target === undefined) return unknown("id", params.id)
      Blocking.unblock(world, user.id, target.id)
      return unblocked
    }),
  ),
]
