/**
 * A remote's list from one end to the other, without loss and in constant memory.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { patience } from "./internal/options.ts"
import * as Options from "./Options.ts"
import { ListName } from "./Page.ts"
import type { RelationshipRemote, RemotePage, RemotePageRequest } from "./RelationshipRemote.ts"
import { RemoteError } from "./RemoteError.ts"
import type { StoreError } from "./StoreError.ts"
import { UserId } from "./UserId.ts"
import * as Waiting from "./Waiting.ts"

/**
 * A walk ended before its list did. Everything up to the cursor was handed out; go on from there.
 *
 * - `cursor`: where to go on; absent when not even the first page came.
 * - `because`: what the remote said; its `retryable` and `resetAt` tell when going on may help.
 *
 * @category errors
 * @since 0.1.0
 */
export class WalkStopped extends Schema.TaggedError<WalkStopped>()("WalkStopped", {
  list: ListName,
  user: UserId,
  cursor: Schema.optional(Schema.String),
  because: RemoteError,
}) {
  get retryable(): boolean {
    return this.because.retryable
  }
  get resetAt(): number | undefined {
    return this.because.resetAt
  }
  override get message(): string {
    const where = this.cursor === undefined ? "before its first page" : `at cursor ${this.cursor}`
    return `the walk over ${this.list} of ${this.user} stopped ${where}: ${this.because.message}`
  }
}

/**
 * - `patience`: how long it may wait for a spent window, in milliseconds, for each page; 0 unless
 *   told: it stops instead.
 *
 * @category models
 * @since 0.1.0
 */
export interface WalkOptions extends RemotePageRequest {
  readonly patience?: number | undefined
}

const ranges: Options.Ranges<WalkOptions> = {
  limit: Options.whole(1),
  patience,
}

const stuck = new RemoteError({
  outcome: "refused",
  reason: "Malformed",
  message:
    "the remote names a page as the next one that came before; try again from this cursor later",
  retryable: true,
})

/**
 * Where a walk is: how many pages it has had, and a cursor that it has come by. The mark is moved up
 * whenever the pages have doubled since, so a walk in a circle, however long, comes by it again, and one
 * cursor is all that has to be remembered (Brent's way of finding cycles).
 */
interface Place {
  readonly cursor: string | undefined
  readonly mark: string | undefined
  readonly pages: number
}

const behind = ({ cursor, mark, pages }: Place, next: string): Place => ({
  cursor: next,
  mark: Number.isInteger(Math.log2(pages + 1)) ? cursor : mark,
  pages: pages + 1,
})

/**
 * The pages of a list, newest first. Each brings the cursor of the next (`next`); keep it, and the
 * walk goes on from there in any process. It goes through empty pages, ends only where the remote
 * says so, and fails with {@link WalkStopped} otherwise. Users whom the remote names without showing
 * them come in `missing`.
 *
 * Whoever joins or leaves the list during the walk may be missed, or seen though they left: that is
 * the remote's to say.
 *
 * @category constructors
 * @since 0.1.0
 */
export const walk = (
  remote: RelationshipRemote["Service"],
  list: ListName,
  user: UserId,
  options: WalkOptions = {},
): Stream.Stream<RemotePage, WalkStopped | StoreError> => {
  const mistake = Options.mistake(options, ranges)
  if (mistake !== undefined) return Stream.die(mistake)
  const { patience: longest = 0, ...request } = options
  const begin: Place = { cursor: request.cursor, mark: undefined, pages: 0 }
  return Stream.paginate(begin, (place) => {
    const { cursor } = place
    const stopped = (because: RemoteError) => new WalkStopped({ list, user, cursor, because })
    return remote.list(list, user, { ...request, cursor }).pipe(
      Waiting.upTo(longest),
      Effect.catchTag("RemoteError", (because) => Effect.fail(stopped(because))),
      Effect.flatMap((page) =>
        page.next !== undefined && (page.next === cursor || page.next === place.mark)
          ? Effect.fail(stopped(stuck))
          : Effect.succeed([
              [page],
              page.next === undefined ? Option.none() : Option.some(behind(place, page.next)),
            ] as const),
      ),
    )
  })
}
