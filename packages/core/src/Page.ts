/**
 * Lists of a user's relationships, a page at a time, newest first.
 *
 * A page ends at an event, not at a count: edges that come and go between two pages move nobody else,
 * so nobody who stayed is skipped or shown twice.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Position } from "./RecordedEvent.ts"
import type { Following, Pending } from "./Relationship.ts"
import type { UserId } from "./UserId.ts"

/**
 * The four lists of a user: whom it follows, who follows it, whom it asked, who asked it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ListName = Schema.Literals([
  "following",
  "followers",
  "requestsSent",
  "requestsReceived",
])

/**
 * @category models
 * @since 0.1.0
 */
export type ListName = typeof ListName.Type

/**
 * One row of a list.
 *
 * - `user`: the other side of the edge.
 * - `since`: the position of the event that put the edge into this list, which orders the list: of
 *   `Followed` or `FollowRequestApproved` for the first two lists, of `FollowRequested` for the
 *   others. Changing preferences moves nobody.
 *
 * @category models
 * @since 0.1.0
 */
export interface Entry {
  readonly user: UserId
  readonly relationship: Pending | Following
  readonly since: typeof Position.Type
}

/**
 * Where a page begins: at the newest entry older than a position, or, going back, such that it ends
 * at the oldest entry newer than a position.
 *
 * @category models
 * @since 0.1.0
 */
export interface Bound {
  readonly direction: "older" | "newer"
  readonly than: typeof Position.Type
}

/**
 * A place in one list of one user, as text that can be kept anywhere and used in another process on
 * the same store. It does not expire.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Cursor = Schema.String.pipe(Schema.brand("Cursor"))

/**
 * @category models
 * @since 0.1.0
 */
export type Cursor = typeof Cursor.Type

/**
 * - `entries`: newest first, in every direction. It may be empty while `next` is there.
 * - `next`: older entries follow there; absent on the last page.
 * - `previous`: newer entries are there; absent on the first page.
 *
 * @category models
 * @since 0.1.0
 */
export interface Page {
  readonly entries: ReadonlyArray<Entry>
  readonly next?: Cursor
  readonly previous?: Cursor
}

/**
 * - `limit`: entries at most, 1 to 1,000; 100 unless told.
 * - `cursor`: `next` or `previous` of a page of the same list; the newest entries unless told.
 *
 * @category models
 * @since 0.1.0
 */
export interface PageRequest {
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/**
 * The request for a page makes no sense: nothing was read, and retrying does not help.
 *
 * @category errors
 * @since 0.1.0
 */
export class InvalidPage extends Schema.TaggedError<InvalidPage>()("InvalidPage", {
  message: Schema.String,
}) {
  readonly retryable = false
}

/**
 * The cursor that stands for a bound in a list of a user. It is readable, holds no secret, and is
 * good for that list alone.
 *
 * @category operations
 * @since 0.1.0
 */
export const encodeCursor = (list: ListName, user: UserId, bound: Bound): Cursor =>
  Cursor.make(`${list}/${user}${bound.direction === "older" ? "<" : ">"}${bound.than}`)

/**
 * Reads a cursor of this list of this user; one of another list or user is refused.
 *
 * @category operations
 * @since 0.1.0
 */
export const decodeCursor = (
  list: ListName,
  user: UserId,
  cursor: string,
): Result.Result<Bound, InvalidPage> => {
  const place = `${list}/${user}`
  const rest = cursor.startsWith(place) ? cursor.slice(place.length) : ""
  const match = /^([<>])(0|[1-9][0-9]{0,15})$/.exec(rest)
  const than = Number(match?.[2])
  return match === null || !Number.isSafeInteger(than)
    ? Result.fail(
        new InvalidPage({
          message: `the cursor is not one of ${list} of user ${user}; begin without a cursor`,
        }),
      )
    : Result.succeed({
        direction: match[1] === "<" ? "older" : "newer",
        than,
      })
}
