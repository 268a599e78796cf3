/**
 * Who follows a user and whom a user follows, mutes and blocks, a page at a time, newest first.
 *
 * @since 0.1.0
 */
import { Page, type UserId } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Route } from "../http/Router.ts"
import type { LiveWorld } from "../LiveWorld.ts"
import type { Pairs } from "../world/Users.ts"
import type { User } from "../world/World.ts"
import * as Declarations from "./Declarations.ts"
import * as Documents from "./Documents.ts"
import * as Fields from "./Fields.ts"
import * as PageToken from "./PageToken.ts"
import type { Answer, Call, Pipeline } from "./Pipeline.ts"
import * as Problems from "./Problems.ts"

interface ListQuery extends Fields.FieldsQuery {
  readonly max_results?: string
  readonly pagination_token?: string
}

type ListCall = Call<{ readonly id: string }, ListQuery, undefined>

/** A page as it is found, with the places where the ones beside it begin. */
interface Found {
  readonly rows: ReadonlyArray<Documents.Row>
  readonly next?: Page.Bound | undefined
  readonly previous?: Page.Bound | undefined
}

/** Finds a page and shows it. */
type Find = (limit: number, bound: Page.Bound | undefined, show: (found: Found) => Answer) => Answer

const defaultLimit = 100

/** Answers with a page of a list of an owner who may be seen. */
const page = (
  { world, query }: ListCall,
  caller: User | undefined,
  list: PageToken.ListName,
  owner: User,
  find: Find,
): Answer => {
  const token = query.pagination_token
  const bound = token === undefined ? undefined : PageToken.decode(list, owner.id, token)
  if (token !== undefined && bound === undefined) {
    return Effect.succeed(
      Problems.invalidRequest([
        {
          parameters: { pagination_token: [token] },
          message: `The \`pagination_token\` query parameter value [${token}] is not valid`,
        },
      ]),
    )
  }
  const selection = Fields.selection(query)
  const limit = query.max_results === undefined ? defaultLimit : Number(query.max_results)
  return find(limit, bound, ({ rows, next, previous }) =>
    Documents.page(world, caller, selection, rows, {
      next_token: next && PageToken.encode(list, owner.id, next),
      previous_token: previous && PageToken.encode(list, owner.id, previous),
    }),
  )
}

/** The place that a cursor stands for, which is at a row of the page unless the page is empty. */
const toBound = (
  list: Page.ListName,
  owner: UserId.UserId,
  cursor: string | undefined,
  direction: Page.Bound["direction"],
  row: Page.Entry | undefined,
): Page.Bound | undefined => {
  if (cursor === undefined) return undefined
  if (row !== undefined) return { direction, than: row.since }
  return Result.getOrElse(Page.decodeCursor(list, owner, cursor), () => undefined)
}

const findFollows =
  (world: LiveWorld, list: "followers" | "following", owner: UserId.UserId): Find =>
  (limit, bound, show) => {
    const cursor = bound === undefined ? undefined : Page.encodeCursor(list, owner, bound)
    return Effect.flatMap(
      Effect.flatMapEager(world.reads, (reads) => reads[list](owner, { limit, cursor })),
      ({ entries, next, previous }) =>
        show({
          rows: entries,
          next: toBound(list, owner, next, "older", entries[entries.length - 1]),
          previous: toBound(list, owner, previous, "newer", entries[0]),
        }),
    )
  }

const follows =
  (list: "followers" | "following") =>
  (call: ListCall, caller: User | undefined): Answer => {
    const { params, query, world } = call
    const fail = (error: typeof Problems.userNotFound): Answer =>
      Effect.succeed(Documents.onlyErrors([error(Fields.selection(query).names, "id", params.id)]))
    const owner = world.users.byId(params.id)
    if (owner === undefined) return fail(Problems.userNotFound)
    if (owner.suspended === true) return fail(Problems.userSuspended)
    const show = () => page(call, caller, list, owner, findFollows(world, list, owner.id))
    if (owner.protected !== true || owner.id === caller?.id) return show()

    if (caller === undefined) return fail(Problems.userNotVisible)
    const edge = { source: caller.id, target: owner.id }
    return Effect.flatMap(
      Effect.flatMap(world.reads, (reads) => reads.relationship(edge)),
      ({ relationship }) =>
        relationship._tag === "Following" ? show() : fail(Problems.userNotVisible),
    )
  }

const findPairs =
  (pairs: Pairs, owner: User): Find =>
  (limit, bound, show) =>
    Effect.suspend(() => {
      const all = pairs.numbered(owner.id)
      const than = bound?.than ?? 0
      const newer = all.filter(([, since]) => since > than).length
      // The page among all, newest first: the rows from `from` up to `end`.
      const backwards = bound?.direction === "newer"
      const skipped = all[newer]?.[1] === than ? newer + 1 : newer
      const from = backwards ? Math.max(0, newer - limit) : bound === undefined ? 0 : skipped
      const end = backwards ? newer : Math.min(all.length, from + limit)
      return show({
        rows: all.slice(from, end).map(([user]) => ({ user })),
        // An empty page lies right beside its bound.
        next:
          end < all.length
            ? { direction: "older", than: all[end - 1]?.[1] ?? than + 1 }
            : undefined,
        previous: from > 0 ? { direction: "newer", than: all[from]?.[1] ?? than - 1 } : undefined,
      })
    })

const own =
  (list: "muting" | "blocking") =>
  (call: ListCall, user: User): Answer => {
    const pairs = list === "muting" ? call.world.users.mutes : call.world.users.blocks
    return page(call, user, list, user, findPairs(pairs, user))
  }

/** @category constructors @since 0.1.0 */
export const routes = ({ asAnyone, asUser }: Pipeline): ReadonlyArray<Route> => [
  asAnyone(Declarations.getUsersFollowers, follows("followers")),
  asAnyone(Declarations.getUsersFollowing, follows("following")),
  asUser(Declarations.getUsersMuting, own("muting")),
  asUser(Declarations.getUsersBlocking, own("blocking")),
]
