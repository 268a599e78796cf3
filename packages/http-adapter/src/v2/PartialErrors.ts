/**
 * The `errors` that stand beside data: users whom an answer names without showing them.
 *
 * @since 0.1.0
 */
import type { UserId } from "@kith/core"
import * as Ids from "../internal/ids.ts"
import * as Json from "../internal/json.ts"

const isOfUser = (item: Json.Members): boolean =>
  // Errors about a pinned post do not take the user away.
  (item["resource_type"] ?? "user") === "user"

/**
 * The users who are missing from an answer, each once, as far as they are named by id.
 *
 * @category getters
 * @since 0.1.0
 */
export const users = (errors: unknown): ReadonlyArray<UserId.UserId> => {
  if (!Json.isList(errors)) return []
  const found = new Set<UserId.UserId>()
  for (const item of errors) {
    if (!Json.isMembers(item) || !isOfUser(item)) continue
    const { resource_id, value } = item
    if (Ids.isId(resource_id)) found.add(resource_id)
    else if (Ids.isId(value)) found.add(value)
  }
  return [...found]
}

/**
 * Those who are not shown after all.
 *
 * @category combinators
 * @since 0.1.0
 */
export const without = (
  missing: ReadonlyArray<UserId.UserId>,
  shown: Iterable<UserId.UserId>,
): ReadonlyArray<UserId.UserId> => {
  const all = new Set(shown)
  return missing.filter((user) => !all.has(user))
}

/**
 * Whether an answer without data is one in which everybody is missing, and not one that refuses.
 *
 * @category guards
 * @since 0.1.0
 */
export const areAll = (errors: unknown): boolean =>
  Json.isList(errors) &&
  errors.length > 0 &&
  errors.every((item) => Json.isMembers(item) && item["resource_type"] === "user")
