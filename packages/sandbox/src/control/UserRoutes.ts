/**
 * The routes that deal with users: adding and changing them, their lists, who blocks whom.
 *
 * @since 0.1.0
 */
import type { Page, Relationships, StoreError, UserId } from "@kith/core"
import * as Effect from "effect/Effect"
import { json } from "../http/Message.ts"
import type { Route } from "../http/Router.ts"
import type { LiveWorld } from "../LiveWorld.ts"
import * as Blocking from "../world/Blocking.ts"
import { User } from "../world/World.ts"
import { endpoints } from "./Declarations.ts"
import * as Errors from "./Errors.ts"
import * as Handling from "./Handling.ts"
import * as Schemas from "./Schemas.ts"

const decodeUser = Handling.body(User)
const decodePatch = Handling.body(Schemas.UserPatch)
const decodePage = Handling.query(Schemas.PageQuery)

const taken = (username: string) =>
  Errors.refuse("conflict", `the username ${JSON.stringify(username)} belongs to somebody else`)

const toListPage = (world: LiveWorld, page: Page.Page) => ({
  entries: page.entries.flatMap(({ user, relationship, since }) => {
    const known = world.users.byId(user)
    return known === undefined
      ? []
      : [{ user: Handling.nameOf(known), ...Handling.stateOf(relationship), since }]
  }),
  next: page.next,
  previous: page.previous,
})

type Lists = Pick<
  Relationships.Relationships["Service"],
  "following" | "followers" | "requestsSent" | "requestsReceived"
>

const list = (name: keyof Lists): Route =>
  Handling.route(endpoints[name], (world, call) =>
    Effect.gen(function* () {
      const user = yield* Handling.user(world, call, "user")
      const { limit, cursor } = yield* decodePage(call)
      const read: (
        id: UserId.UserId,
        page: Page.PageRequest,
      ) => Effect.Effect<Page.Page, StoreError.StoreError | Page.InvalidPage> =
        world.relationships[name]
      const page = yield* read(user.id, {
        limit: limit === undefined ? undefined : Number(limit),
        cursor,
      })
      return Handling.ok(toListPage(world, page))
    }),
  )

/** @category constructors @since 0.1.0 */
export const routes: ReadonlyArray<Route> = [
  Handling.route(endpoints.addUser, (world, call) =>
    Effect.map(decodeUser(call), (user) => {
      if (world.users.byId(user.id) !== undefined) {
        return Errors.refuse("conflict", `the id ${user.id} belongs to somebody else`)
      }
      return world.users.set(user) ? json(201, user) : taken(user.username)
    }),
  ),

  Handling.route(endpoints.getUser, (world, call) =>
    Effect.map(Handling.user(world, call, "user"), Handling.ok),
  ),

  Handling.route(endpoints.changeUser, (world, call) =>
    Effect.gen(function* () {
      const before = yield* Handling.user(world, call, "user")
      const user = { ...before, ...(yield* decodePatch(call)) }
      return world.users.set(user) ? Handling.ok(user) : taken(user.username)
    }),
  ),

  list("following"),
  list("followers"),
  list("requestsSent"),
  list("requestsReceived"),

  Handling.route(endpoints.block, (world, call) =>
    Effect.gen(function* () {
      const { source, target } = yield* Handling.edge(world, call)
      yield* Blocking.block(world, source.id, target.id)
      return Handling.ok({ blocking: true })
    }),
  ),

  Handling.route(endpoints.unblock, (world, call) =>
    Effect.map(Handling.edge(world, call), ({ source, target }) => {
      Blocking.unblock(world, source.id, target.id)
      return Handling.ok({ blocking: false })
    }),
  ),
]
