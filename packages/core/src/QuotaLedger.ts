/**
 * Quota that is kept in the journal: shared by all processes that act together, and there again after
 * a restart.
 *
 * Requests are counted before they are sent, in every window that concerns them, by the rules of
 * {@link Quota}. What the remote says of its windows is taken over. The rest is inference, on the safe
 * side: a request that was counted stays counted, and a window whose end nobody announced ends as late
 * as the remote's may.
 *
 * Nobody can tell on which side of a window's end the remote counts a request that is on its way when
 * the window ends; where the remote counts it in the next one, its answer says so.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import * as book from "./internal/quotaBook.ts"
import * as counting from "./internal/quotaCounting.ts"
import * as kept from "./internal/quotaKept.ts"
import * as windows from "./internal/quotaWindows.ts"
import { Journal } from "./Journal.ts"
import * as Options from "./Options.ts"
import * as Quota from "./Quota.ts"
import type { StoreError } from "./StoreError.ts"

export type { Row } from "./internal/quotaKept.ts"

/**
 * A request would not fit into a window; it was not counted anywhere.
 *
 * - `exhausted`: the names of the limits that stand in the way.
 * - `resetAt`: the earliest moment at which all of them have opened again, in milliseconds since 1970.
 *
 * @category errors
 * @since 0.1.0
 */
export class QuotaExhausted extends Schema.TaggedError<QuotaExhausted>()("QuotaExhausted", {
  kind: Schema.String,
  app: Schema.String,
  user: Schema.optional(Schema.String),
  exhausted: Schema.Array(Schema.String),
  resetAt: Schema.Int,
}) {
  readonly retryable = true
  override get message(): string {
    const whose = this.user === undefined ? "" : ` of user ${this.user}`
    const until = new Date(this.resetAt).toISOString()
    return `the quota of ${this.kind}${whose} through the app ${this.app} is spent (${this.exhausted.join(", ")}); wait until ${until}`
  }
}

/**
 * What a remote says of the window of a limit, by the limit's name.
 *
 * - `max`, `remaining`: the window's size, and what it still admits after the request that was
 *   answered.
 * - `resetAt`: when it ends, in milliseconds since 1970.
 *
 * @category models
 * @since 0.1.0
 */
export interface Announced {
  readonly name: string
  readonly max: number
  readonly remaining: number
  readonly resetAt: number
}

/**
 * Counts requests before they are sent. It fails with a {@link StoreError} when the journal does, or
 * has an entry that cannot be read: then do not send. What it was about to count may be counted all
 * the same, and is a place lost at worst.
 *
 * @category services
 * @since 0.1.0
 */
export class QuotaLedger extends Context.Service<
  QuotaLedger,
  {
    /**
     * Counts a request in every window that concerns it. No window ever admits more than its limit,
     * however many processes count at once. A request that was counted and then not sent is a place
     * lost, until the window ends. For limits whose number is not known, see `Quota.unknownMax`.
     */
    readonly reserve: (request: Quota.Request) => Effect.Effect<void, QuotaExhausted | StoreError>

    /** Counts several requests like `reserve`: all of them, or none when one of them does not fit. */
    readonly reserveAll: (
      requests: ReadonlyArray<Quota.Request>,
    ) => Effect.Effect<void, QuotaExhausted | StoreError>

    /**
     * Takes over what the answer to a request says, which arrived `at`, in milliseconds since 1970.
     * Call it for every answer of the remote to a request that it counted, also when it announces
     * nothing: that the answer came tells when the windows opened at the latest.
     *
     * What is announced by the name of a limit that the request does not have is left out.
     */
    readonly learn: (
      request: Quota.Request,
      announced: ReadonlyArray<Announced>,
      at: number,
    ) => Effect.Effect<void, StoreError>

    /**
     * Notes that the remote refuses such requests by the limits of these names until then, in
     * milliseconds since 1970, whatever was counted: for refusals that its numbers do not explain.
     */
    readonly exhaust: (
      request: Quota.Request,
      names: ReadonlyArray<string>,
      until: number,
    ) => Effect.Effect<void, StoreError>

    /**
     * How the limits on a request stand, with their sizes as the remote has them, where it has said so.
     */
    readonly standings: (
      request: Quota.Request,
    ) => Effect.Effect<ReadonlyArray<Quota.Standing>, StoreError>

    /**
     * When each of `count` such requests can be sent at the earliest, from now on, if nobody else
     * sends any; see `Quota.plan`.
     */
    readonly plan: (
      request: Quota.Request,
      count: number,
    ) => Effect.Effect<ReturnType<typeof Quota.plan>, StoreError>

    /** The windows that are open, of one app or of all. */
    readonly list: (app?: string) => Stream.Stream<kept.Row, StoreError>

    /**
     * Deletes what has ended among the first `limit` entries behind a cursor, 1,000 unless told, and
     * gives the cursor to go on with; `undefined` at the end. Nothing else ever needs it, but without
     * it the journal grows with everybody who ever came.
     */
    readonly prune: (options?: {
      readonly limit?: number | undefined
      readonly cursor?: string | undefined
    }) => Effect.Effect<string | undefined, StoreError>
  }
>()("@kith/core/QuotaLedger") {}

/** Why a request is not counted. */
const refuse: counting.Refuse<QuotaExhausted> = ({ app, kind, user }, exhausted, resetAt) =>
  new QuotaExhausted({ kind, app, user, exhausted, resetAt })

/**
 * A ledger over the journal. Any number of them over one journal, in one process or many, count as
 * one. It takes time from Effect's `Clock`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<QuotaLedger["Service"], never, Journal> = Effect.map(
  Journal,
  (journal) => {
    const { change, look } = book.make(journal)

    /** Asks the pure ledger, with the limits' sizes as the remote has them. */
    const known = <A>(
      request: Quota.Request,
      ask: (ledger: Quota.Ledger, asked: Quota.Request, now: number) => ReadonlyArray<A>,
    ): Effect.Effect<ReadonlyArray<A>, StoreError> =>
      Effect.flatMap(look([request]), ([places, found]) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          const [ledger, asked] = book.asKnown([request], places, found, now)
          return asked.flatMap((it) => ask(ledger, it, now))
        }),
      )

    return QuotaLedger.of({
      reserve: (request) => change([request], counting.one(request, refuse)),

      reserveAll: (requests) => change(requests, counting.all(requests, refuse)),

      learn: (request, announced, at) =>
        change(
          [request],
          (places, known) =>
            Result.succeed(
              places.map(({ limit }, index) => {
                const word = announced.find((it) => it.name === limit.name)
                return word === undefined
                  ? windows.answered(limit, known[index], at)
                  : windows.announced(limit, known[index], word, at)
              }),
            ),
          at,
        ),

      exhaust: (request, names, until) =>
        change([request], (places, known, now) =>
          Result.succeed(
            places.map(({ limit }, index) =>
              names.includes(limit.name)
                ? windows.spent(limit, known[index], until, now)
                : known[index],
            ),
          ),
        ),

      standings: (request) =>
        known(request, (ledger, asked, now) => Quota.standings(ledger, asked, now)),

      plan: (request, count) =>
        Effect.andThen(
          Options.check({ count }, { count: Options.whole(0) }),
          known(request, (ledger, asked, now) => Quota.plan(ledger, asked, count, now)),
        ),

      list: (app) => kept.list(journal, app),

      prune: (options) => kept.prune(journal, options),
    })
  },
)

/**
 * The ledger of the journal at hand.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<QuotaLedger, never, Journal> = Layer.effect(QuotaLedger, make)
