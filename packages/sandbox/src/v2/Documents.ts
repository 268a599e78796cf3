/**
 * Replies that carry users: `data`, `includes`, `errors` and `meta`, of which the empty are left out.
 *
 * The users come as JSON already, so that a page is put together and not serialised again.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Reply } from "../http/Message.ts"
import type { LiveWorld } from "../LiveWorld.ts"
import type { User } from "../world/World.ts"
import type { Selection } from "./Fields.ts"
import type { Answer } from "./Pipeline.ts"
import * as Problems from "./Problems.ts"
import type { UserError } from "./Problems.ts"
import * as UserJson from "./UserJson.ts"

const contentType = "application/json; charset=utf-8"

/** @category constructors @since 0.1.0 */
export const text = (body: string): Reply => ({ status: 200, contentType, body })

/**
 * An answer about users of whom there are none to show.
 *
 * @category constructors
 * @since 0.1.0
 */
export const onlyErrors = (errors: ReadonlyArray<UserError>): Reply =>
  text(JSON.stringify({ errors }))

/**
 * Users, and those who are missing.
 *
 * - `single`: `data` is the user itself instead of a list.
 * - `meta`: what the list says of itself, besides how many users there are.
 *
 * @category models
 * @since 0.1.0
 */
export interface Contents {
  readonly users: ReadonlyArray<User>
  readonly errors: ReadonlyArray<UserError>
  readonly single?: boolean
  readonly meta?: Meta
}

/** @category models @since 0.1.0 */
export interface Meta {
  readonly next_token: string | undefined
  readonly previous_token: string | undefined
}

/** The tokens are letters and digits; there is nothing to escape. */
const metaOf = (count: number, { next_token, previous_token }: Meta): string => {
  const next = next_token === undefined ? "" : `,"next_token":"${next_token}"`
  const previous = previous_token === undefined ? "" : `,"previous_token":"${previous_token}"`
  return `"meta":{"result_count":${count}${next}${previous}}`
}

/** @category constructors @since 0.1.0 */
export const users = (
  world: LiveWorld,
  caller: User | undefined,
  selection: Selection,
  { users, errors, single, meta }: Contents,
): Answer =>
  Effect.map(UserJson.texts(world, caller, users, selection), (texts) => {
    const includes = UserJson.includes(users, selection)
    const members: Array<string> = []
    if (texts.length > 0) {
      members.push(single === true ? `"data":${texts[0]}` : `"data":[${texts.join(",")}]`)
    }
    if (includes !== undefined) members.push(`"includes":${includes}`)
    if (errors.length > 0) members.push(`"errors":${JSON.stringify(errors)}`)
    if (meta !== undefined) members.push(metaOf(texts.length, meta))
    return text(`{${members.join(",")}}`)
  })

/**
 * A row of a list: the id of a user.
 *
 * @category models
 * @since 0.1.0
 */
export interface Row {
  readonly user: string
}

/**
 * A page of users by their ids, of whom some may be missing.
 *
 * @category constructors
 * @since 0.1.0
 */
export const page = (
  world: LiveWorld,
  caller: User | undefined,
  selection: Selection,
  rows: ReadonlyArray<Row>,
  meta: Meta,
): Answer => {
  const list = rows.length === 0 ? undefined : UserJson.list(world, rows, selection)
  if (list === undefined) {
    const ids = rows.map(({ user }) => user)
    return users(world, caller, selection, { ...find(world, selection, "id", ids), meta })
  }
  const body = `{"data":[${list.json}],${metaOf(rows.length, meta)}}`
  return Effect.succeed({ status: 200, contentType, body, isAscii: list.isAscii })
}

/**
 * Looks users up. Those that are unknown or suspended become errors.
 *
 * @category operations
 * @since 0.1.0
 */
export const find = (
  world: LiveWorld,
  { names }: Selection,
  parameter: "id" | "ids" | "username" | "usernames",
  values: ReadonlyArray<string>,
): Pick<Contents, "users" | "errors"> => {
  const look = parameter.startsWith("id") ? world.users.byId : world.users.byUsername
  const users: Array<User> = []
  const errors: Array<UserError> = []
  for (const value of values) {
    const user = look(value)
    if (user === undefined) errors.push(Problems.userNotFound(names, parameter, value))
    else if (user.suspended === true) errors.push(Problems.userSuspended(names, parameter, value))
    else users.push(user)
  }
  return { users, errors }
}
