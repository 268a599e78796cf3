/**
 * Whom a request is about: users by `user_id` or `screen_name`.
 *
 * When both are given, the id counts: a screen name may have passed to somebody else.
 *
 * @since 0.1.0
 */
import type { LiveWorld } from "../LiveWorld.ts"
import type { User } from "../world/World.ts"

/** @category models @since 0.1.0 */
export interface Named {
  readonly user_id?: string | undefined
  readonly screen_name?: string | undefined
}

/** @category models @since 0.1.0 */
export interface ManyNamed {
  readonly user_id?: ReadonlyArray<string> | undefined
  readonly screen_name?: ReadonlyArray<string> | undefined
}

/**
 * `Unnamed`: the request says neither; `Unknown`: there is no such user.
 *
 * @category models
 * @since 0.1.0
 */
export type Subject =
  | { readonly _tag: "Found"; readonly user: User }
  | { readonly _tag: "Unknown" }
  | { readonly _tag: "Unnamed" }

const byScreenName = (world: LiveWorld, name: string): User | undefined =>
  // Lower case beyond ASCII could turn a name that nobody can have into somebody's.
  /^[A-Za-z0-9_]+$/.test(name) ? world.users.byUsername(name) : undefined

/** @category operations @since 0.1.0 */
export const find = (world: LiveWorld, { user_id, screen_name }: Named): Subject => {
  if (user_id === undefined && screen_name === undefined) return { _tag: "Unnamed" }
  const user =
    user_id === undefined ? byScreenName(world, screen_name ?? "") : world.users.byId(user_id)
  return user === undefined ? { _tag: "Unknown" } : { _tag: "Found", user }
}

/**
 * As many users as one request may name.
 *
 * @category constants
 * @since 0.1.0
 */
export const max = 100

/**
 * How many users a request names.
 *
 * @category operations
 * @since 0.1.0
 */
export const count = ({ user_id, screen_name }: ManyNamed): number =>
  (user_id?.length ?? 0) + (screen_name?.length ?? 0)

/**
 * The users named that exist and are not suspended, each once, ids first.
 *
 * @category operations
 * @since 0.1.0
 */
export const findAll = (world: LiveWorld, named: ManyNamed): ReadonlyArray<User> => {
  const found = new Set<User>()
  for (const user of [
    ...(named.user_id ?? []).map((id) => world.users.byId(id)),
    ...(named.screen_name ?? []).map((name) => byScreenName(world, name)),
  ]) {
    if (user !== undefined && user.suspended !== true) found.add(user)
  }
  return [...found]
}
