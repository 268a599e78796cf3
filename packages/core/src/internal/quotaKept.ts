/** What lies in the journal of all windows, whoever counts in them: listing it, and clearing it away. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { Entry, Journal } from "../Journal.ts"
import * as Options from "../Options.ts"
import type { StoreError } from "../StoreError.ts"
import * as entries from "./quotaEntries.ts"
import * as windows from "./quotaWindows.ts"

/**
 * A window that is open. Those of an app have no `user`, those of a user through any app no `app`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Row {
  readonly app: string | undefined
  readonly kind: string
  readonly user: string | undefined
  readonly name: string
  readonly max: number
  readonly remaining: number
  readonly resetAt: number
}

const pageSize = 256

const rowsOf = (entry: Entry, now: number): Result.Result<ReadonlyArray<Row>, StoreError> =>
  Result.map(Result.all([entries.ownerOf(entry), entries.windowsOf(entry)]), ([owner, all]) =>
    all.flatMap((known) => {
      const window = windows.windowOf(known, now)
      if (window === undefined) return []
      const { max, name } = known
      const remaining = Math.max(0, max - window.used)
      return [{ ...owner, name, max, remaining, resetAt: window.resetAt }]
    }),
  )

/** The windows that are open, of one app or of all. @internal */
export const list = (journal: Journal["Service"], app?: string): Stream.Stream<Row, StoreError> =>
  Stream.paginate(undefined as string | undefined, (after) =>
    Effect.gen(function* () {
      const page = yield* journal.scan(entries.prefixOf(app), pageSize, after)
      const now = yield* Clock.currentTimeMillis
      const rows = yield* Effect.fromResult(Result.all(page.map((entry) => rowsOf(entry, now))))
      return [rows.flat(), Option.fromNullishOr(page.at(-1)?.key)] as const
    }),
  )

const isOver = (entry: Entry, now: number): Result.Result<boolean, StoreError> =>
  Result.map(entries.windowsOf(entry), (all) => !all.some((known) => windows.isOpen(known, now)))

/**
 * Deletes what has ended among the first `limit` entries behind a cursor, and gives the cursor to go
 * on with.
 *
 * @internal
 */
export const prune = (
  journal: Journal["Service"],
  {
    cursor,
    limit = 1000,
  }: { readonly limit?: number | undefined; readonly cursor?: string | undefined } = {},
): Effect.Effect<string | undefined, StoreError> =>
  Effect.gen(function* () {
    yield* Options.check({ limit }, { limit: Options.whole(1) })
    const page = yield* journal.scan(entries.prefixOf(), limit, cursor)
    const now = yield* Clock.currentTimeMillis
    const over = yield* Effect.fromResult(Result.all(page.map((entry) => isOver(entry, now))))
    const writes = page.flatMap(({ key, version }, index) =>
      over[index] === true ? [{ key, value: undefined, expectedVersion: version }] : [],
    )
    const outcome = yield* journal.write(writes)
    // Somebody uses one of them again: the others go one by one.
    if (outcome._tag === "Conflict") {
      yield* Effect.forEach(writes, (each) => journal.write([each]), { discard: true })
    }
    return page.at(-1)?.key
  })
