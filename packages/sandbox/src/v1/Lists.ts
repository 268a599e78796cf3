/**
 * The lists: followers and friends, as ids or users, requests in both directions, and whose retweets
 * are off.
 *
 * @since 0.1.0
 */
import type { Page, Relationships } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Route } from "../http/Router.ts"
import type { LiveWorld } from "../LiveWorld.ts"
import type { User } from "../world/World.ts"
import * as Cursor from "./Cursor.ts"
import { declared, type ParametersOf } from "./Declarations.ts"
import * as Errors from "./Errors.ts"
import * as Json from "./Json.ts"
import * as Pipeline from "./Pipeline.ts"
import * as Subject from "./Subject.ts"
import * as UserJson from "./UserJson.ts"

type Service = Relationships.Relationships["Service"]

const maxIds = 5_000
const usersUnlessTold = 20
const maxUsers = 200
/** The service's largest page. */
const chunk = 1_000

interface Slice extends Cursor.Ends {
  readonly entries: ReadonlyArray<Page.Entry>
}

const join = (newer: Slice, older: Slice): Slice => ({
  entries: [...newer.entries, ...older.entries],
  next: older.next,
  previous: newer.previous,
})

/**
 * Up to `limit` entries from a place in a list. X's pages of ids are larger than the service's, so
 * several of those are joined, in the direction of the walk.
 */
const slice = Effect.fnUntraced(function* (
  service: Service,
  list: Page.ListName,
  user: User,
  place: Cursor.Place,
  limit: number,
) {
  let all: Slice = { entries: [] }
  if (place._tag === "End") return all
  const back = place._tag === "At" && place.direction === "newer"
  let cursor = place._tag === "At" ? place.cursor : undefined
  let isFirst = true
  do {
    const left = limit - all.entries.length
    const more: Slice = yield* service[list](user.id, { limit: Math.min(chunk, left), cursor })
    all = isFirst ? more : back ? join(more, all) : join(all, more)
    isFirst = false
    cursor = back ? more.previous : more.next
  } while (cursor !== undefined && all.entries.length < limit)
  return all
})

const placeOf = (
  list: Page.ListName,
  user: User,
  cursor: string | undefined,
): Effect.Effect<Cursor.Place, Errors.Failure> => {
  const place = Cursor.decode(list, user.id, cursor)
  return place === undefined
    ? Effect.fail(Errors.invalidParameter("cursor"))
    : Effect.succeed(place)
}

const idsOf = (
  entries: ReadonlyArray<Page.Entry>,
  asText: boolean | undefined,
): ReadonlyArray<Json.Json> =>
  entries.map((entry) => (asText === true ? entry.user : Json.id(entry.user)))

/** Whose list is asked for: the caller's own unless told. */
const owner = (
  world: LiveWorld,
  viewer: User | undefined,
  named: Subject.Named,
): Effect.Effect<User, Errors.Failure> => {
  const subject = Subject.find(world, named)
  if (subject._tag === "Unknown") return Effect.fail(Errors.pageNotFound)
  const user = subject._tag === "Found" ? subject.user : viewer
  if (user === undefined) return Effect.fail(Errors.parametersMissing)
  return user.suspended === true ? Effect.fail(Errors.userSuspended) : Effect.succeed(user)
}

/** A protected account shows its lists to itself and to those it lets follow. */
const mayRead = (service: Service, viewer: User | undefined, user: User) => {
  if (user.protected !== true || viewer?.id === user.id) return Effect.succeed(true)
  if (viewer === undefined) return Effect.succeed(false)
  return Effect.map(
    service.relationship({ source: viewer.id, target: user.id }),
    ({ relationship }) => relationship._tag === "Following",
  )
}

/** What the lists of ids and of users have in common: whose, whether, and which part. */
const ownedSlice = Effect.fnUntraced(function* (
  {
    world,
    viewer,
    parameters,
    path,
  }: Pipeline.Context<
    Pick<ParametersOf<"ids">, "user_id" | "screen_name" | "cursor">,
    User | undefined
  >,
  list: Page.ListName,
  limit: number,
) {
  const user = yield* owner(world, viewer, parameters)
  const service = yield* world.reads
  if (!(yield* mayRead(service, viewer, user))) {
    return yield* Effect.fail(Errors.notAuthorized(path))
  }
  const place = yield* placeOf(list, user, parameters.cursor)
  const found = yield* slice(service, list, user, place, limit)
  return { user, service, found }
})

const ids =
  (list: Page.ListName): Pipeline.Handler<ParametersOf<"ids">, User | undefined> =>
  (context) => {
    const { count, stringify_ids } = context.parameters
    const limit = Math.min(count ?? maxIds, maxIds)
    return Effect.map(ownedSlice(context, list, limit), ({ user, found }) => ({
      ids: idsOf(found.entries, stringify_ids),
      ...Cursor.members(list, user.id, found),
    }))
  }

const users =
  (list: Page.ListName): Pipeline.Handler<ParametersOf<"list">, User | undefined> =>
  (context) =>
    Effect.gen(function* () {
      const { world, viewer, parameters } = context
      const limit = Math.min(parameters.count ?? usersUnlessTold, maxUsers)
      const { user, service, found } = yield* ownedSlice(context, list, limit)
      const listed = found.entries.flatMap((entry) => world.users.byId(entry.user) ?? [])
      return {
        users: yield* UserJson.describe(world, service, viewer, listed, parameters),
        ...Cursor.members(list, user.id, found),
      }
    })

const requests =
  (list: Page.ListName): Pipeline.Handler<ParametersOf<"requests">, User> =>
  ({ world, viewer, parameters }) =>
    Effect.gen(function* () {
      const place = yield* placeOf(list, viewer, parameters.cursor)
      const found = yield* slice(yield* world.reads, list, viewer, place, maxIds)
      return {
        ids: idsOf(found.entries, parameters.stringify_ids),
        ...Cursor.members(list, viewer.id, found),
      }
    })

/**
 * Whom the caller follows without retweets. Nothing indexes them: a call reads the whole list of those
 * the caller follows, page by page, and keeps only the ids that it answers with.
 */
const noRetweets: Pipeline.Handler<ParametersOf<"noRetweets">, User> = ({
  world,
  viewer,
  parameters,
}) =>
  Effect.flatMap(world.reads, (service) =>
    Stream.runFold(
      service.walk("following", viewer.id, { limit: chunk }),
      (): Array<Json.Json> => [],
      (all, page) => {
        const without = page.entries.filter((entry) => !entry.relationship.retweets)
        all.push(...idsOf(without, parameters.stringify_ids))
        return all
      },
    ),
  )

/** @category constructors @since 0.1.0 */
export const routes = (authenticate: Pipeline.Authenticate): ReadonlyArray<Route> => {
  const forUsers = Pipeline.forUsers(authenticate)
  const forAnybody = Pipeline.forAnybody(authenticate)
  return [
    forUsers(declared.incoming, requests("requestsReceived")),
    forUsers(declared.outgoing, requests("requestsSent")),
    forUsers(declared.noRetweets, noRetweets),
    forAnybody(declared.followersIds, ids("followers")),
    forAnybody(declared.followersList, users("followers")),
    forAnybody(declared.friendsIds, ids("following")),
    forAnybody(declared.friendsList, users("following")),
  ]
}
