/**
 * Keeps requests inside X's limits: each is counted before it is sent, and what X announces is taken
 * over, so that no request is sent that X would refuse for its quota.
 *
 * Reading and writing do not share windows, since X counts each endpoint by itself.
 *
 * @since 0.1.0
 */
import { type QuotaLedger, RemoteError, type StoreError } from "@kith/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type { Credential } from "../auth/Credential.ts"
import * as Limited from "../classify/Limited.ts"
import * as RateHeaders from "../classify/RateHeaders.ts"
import * as Signals from "../classify/Signals.ts"
import type { Name, Reply } from "../Endpoint.ts"
import * as Callers from "../internal/callers.ts"
import { cap } from "../internal/callers.ts"
import * as Json from "../internal/json.ts"
import * as Metrics from "../Metrics.ts"
import type { Limits } from "./Presets.ts"

/**
 * A request to be counted: what for, and with which credential.
 *
 * @category models
 * @since 0.1.0
 */
export interface Counted {
  readonly name: Name
  readonly credential: Credential
}

/**
 * The quota of X's requests: what is counted before, and what is learned afterwards.
 *
 * @category models
 * @since 0.1.0
 */
export interface Gate {
  /**
   * Counts requests, all of them or none. Fails with the reasons `WindowExhausted`, `DayExhausted`
   * or `CapExhausted`, and `resetAt`, when one of them has to wait.
   */
  readonly reserve: (
    requests: ReadonlyArray<Counted>,
  ) => Effect.Effect<void, RemoteError.RemoteError | StoreError.StoreError>

  /**
   * Takes over what an answer says of the windows, at best effort: what was learned too late or could
   * not be kept costs a refusal at most.
   *
   * Of an answer that refused the request for its quota, gives the moment at which another attempt
   * makes sense: what X said or, where it said nothing, a quarter of an hour at most.
   *
   * @param offset milliseconds by which X's clock is ahead of ours
   */
  readonly learn: (
    request: Counted,
    reply: Reply,
    offset: number,
  ) => Effect.Effect<number | undefined>
}

/** X does not say when the app's day ends. A request now and then finds out, and costs nothing. */
const probeAfter = 900_000

const isDaily = (name: string): boolean => name.startsWith("24hour")

/** Where nothing is left, as an error that says when there is. */
const spent = ({
  app,
  exhausted,
  kind,
  resetAt,
  user,
}: QuotaLedger.QuotaExhausted): RemoteError.RemoteError => {
  const isOfApp = user === undefined || exhausted.every((it) => it === "24hour-app" || it === cap)
  const whose = isOfApp ? `of the app ${app}` : `of user ${user}`
  return new RemoteError.RemoteError({
    outcome: "refused",
    reason: exhausted.includes(cap)
      ? "CapExhausted"
      : exhausted.some(isDaily)
        ? "DayExhausted"
        : "WindowExhausted",
    message: `${kind}: the quota ${whose} is spent (${exhausted.join(", ")}), and nothing was sent; wait until ${new Date(resetAt).toISOString()}`,
    retryable: true,
    resetAt,
  })
}

const isLimit = (status: number): boolean => status === 429 || status === 420

/** X counts requests once it knows whose they are; of a failure of its own nobody knows. */
const isCounted = (status: number): boolean => status < 500 && status !== 401 && !isLimit(status)

const nothing = Effect.succeed(undefined)

/** After how many requests that were counted windows that have ended are deleted. */
const tidyEvery = 1_000

/**
 * A gate over a ledger.
 *
 * @param limits what holds before X has said anything, by endpoint; see `Presets`
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (ledger: QuotaLedger.QuotaLedger["Service"], limits: Limits): Gate => {
  const callers = Callers.make(limits)

  // As many entries are looked at as requests were counted: what has ended goes as fast as it comes.
  let reservations = 0
  let cursor: string | undefined
  const tidy = Effect.suspend(() => ledger.prune({ limit: tidyEvery, cursor })).pipe(
    Effect.tap((next) =>
      Effect.sync(() => {
        cursor = next
      }),
    ),
    Effect.ignore,
  )

  /** Counts what could not be sent, and says when it can. */
  const refuse = (
    requests: ReadonlyArray<Counted>,
    error: QuotaLedger.QuotaExhausted,
  ): Effect.Effect<never, RemoteError.RemoteError> =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const name = requests.find((it) => it.name === error.kind)?.name ?? requests[0]?.name
      if (name !== undefined) {
        yield* Metric.update(Metrics.exhausted(name), 1)
        yield* Metric.update(Metrics.waitMilliseconds(name), Math.max(0, error.resetAt - now))
      }
      return yield* spent(error)
    })

  /** Takes a refusal for its quota over; when to try again. */
  const exhaust = Effect.fnUntraced(function* (counted: Counted, reply: Reply, offset: number) {
    // All moments in an answer are X's, and those that it counts from its own arrival are made so.
    const theirs = { ...reply, at: reply.at + offset }
    const { resetAt, windows } = Limited.limited(theirs, Signals.of(Json.parse(reply.body)))
    const names: ReadonlyArray<string> = windows.length === 0 ? [cap] : windows
    const { request } = callers.of(counted)
    if (resetAt !== undefined) {
      const until = resetAt - offset
      yield* ledger.exhaust(request, names, until)
      return until
    }
    const standings = yield* ledger.standings(request)
    const ends = standings.flatMap((it) => (names.includes(it.limit.name) ? [it.resetAt] : []))
    const until = Math.min(reply.at + probeAfter, ...ends)
    yield* ledger.exhaust(request, names, until)
    return until
  })

  /** Takes over what an answer announces; nothing when all of it is known. */
  const announced = (
    counted: Counted,
    reply: Reply,
    offset: number,
  ): Effect.Effect<void, StoreError.StoreError> | undefined => {
    const windows = RateHeaders.announced(reply)
    const caller = callers.of(counted)
    if (Callers.knows(caller, windows, reply.at)) return undefined
    Callers.note(caller, windows, reply.at)
    const here = windows.map((it) => ({ ...it, resetAt: it.resetAt - offset }))
    return ledger.learn(caller.request, here, reply.at)
  }

  return {
    reserve: (requests) => {
      const all = requests.map(callers.of)
      const [only] = all
      const reserved =
        only !== undefined && all.length === 1
          ? ledger.reserve(only.request)
          : ledger.reserveAll(all.map(({ request }) => request))
      return Effect.matchEffect(reserved, {
        onFailure: (error): Effect.Effect<never, RemoteError.RemoteError | StoreError.StoreError> =>
          error._tag === "QuotaExhausted" ? refuse(requests, error) : Effect.fail(error),
        onSuccess: () =>
          Effect.withFiber(({ context }) => {
            for (const each of all) each.reserved++
            for (const { name } of requests) Metrics.reserved(name).updateUnsafe(1, context)
            reservations += 1
            return reservations % tidyEvery === 0 ? Effect.forkDetach(tidy) : Effect.void
          }),
      })
    },

    learn: (counted, reply, offset) => {
      if (isLimit(reply.status)) {
        return Effect.catch(exhaust(counted, reply, offset), () => nothing)
      }
      const learning = isCounted(reply.status) ? announced(counted, reply, offset) : undefined
      return learning === undefined ? nothing : Effect.andThen(Effect.ignore(learning), nothing)
    },
  }
}
