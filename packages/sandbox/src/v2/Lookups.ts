/**
 * Looking users up: oneself, by id, by username, one or many.
 *
 * Users that are not found or suspended are items of `errors`, with status 200.
 *
 * @since 0.1.0
 */
import type { Route } from "../http/Router.ts"
import type { LiveWorld } from "../LiveWorld.ts"
import type { User } from "../world/World.ts"
import * as Declarations from "./Declarations.ts"
import * as Documents from "./Documents.ts"
import * as Fields from "./Fields.ts"
import type { Answer, Pipeline } from "./Pipeline.ts"

const answer = (
  world: LiveWorld,
  caller: User | undefined,
  query: Fields.FieldsQuery,
  parameter: Parameters<typeof Documents.find>[2],
  values: ReadonlyArray<string>,
): Answer => {
  const selection = Fields.selection(query)
  return Documents.users(world, caller, selection, {
    ...Documents.find(world, selection, parameter, values),
    single: !parameter.endsWith("s"),
  })
}

/** @category constructors @since 0.1.0 */
export const routes = ({ asAnyone, asUser }: Pipeline): ReadonlyArray<Route> => [
  asUser(Declarations.getUsersMe, ({ world, query }, user) =>
    answer(world, user, query, "id", [user.id]),
  ),
  asAnyone(Declarations.getUsersById, ({ world, params, query }, user) =>
    answer(world, user, query, "id", [params.id]),
  ),
  asAnyone(Declarations.getUsersByUsername, ({ world, params, query }, user) =>
    answer(world, user, query, "username", [params.username]),
  ),
  asAnyone(Declarations.getUsersByIds, ({ world, query }, user) =>
    answer(world, user, query, "ids", query.ids.split(",")),
  ),
  asAnyone(Declarations.getUsersByUsernames, ({ world, query }, user) =>
    answer(world, user, query, "usernames", query.usernames.split(",")),
  ),
]
