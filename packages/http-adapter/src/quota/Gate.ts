/**
 * Keeps requests inside X's limits: each is counted before it is sent, and what X announces is taken
 * over, so that no request is sent that X would refuse for its quota.
 *
 * Reading and writing do not share windows, since X counts each endpoint by itself.
 *
 * @since 0.1.0
 */
import { type Quota, type QuotaLedger, RemoteError, type StoreError } from "@kith/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type { Credential } from "../auth/Credential.ts"
import * as Limited from "../classify/Limited.ts"
import * as RateHeaders from "../classify/RateHeaders.ts"
import * as Signals from "../classify/Signals.ts"
import type { Name, Reply } from "../Endpoint.ts"
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

/** Of the cap on use, which X shows nowhere but in refusals. */
const cap = "cap"

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

/** The windows that X announces, or that only its refusals show, beside those of a preset. */
const shapes: Readonly<Record<string, { readonly seconds: number; readonly perUser: boolean }>> = {
  "15min": { seconds: 900, perUser: true },
  "24hour": { seconds: 86_400, perUser: true },
  "24hour-app": { seconds: 86_400, perUser: false },
  [cap]: { seconds: 900, perUser: false },
}

const shaped = (name: string, max: number, isApp: boolean): ReadonlyArray<Quota.Limit> => {
  const shape = shapes[name]
  if (shape === undefined) return []
  const per = shape.perUser && !isApp ? "userAndApp" : "app"
  return [{ name, max, seconds: shape.seconds, per }]
}

const isLimit = (status: number): boolean => status === 429 || status === 420

/** X counts requests once it knows whose they are; of a failure of its own nobody knows. */
const isCounted = (status: number): boolean => status < 500 && status !== 401 && !isLimit(status)

/**
 * @category constructors
 * @since 0.1.0
 */
export const make = (ledger: QuotaLedger.QuotaLedger["Service"], limits: Limits): Gate => {
  // Windows that answers have shown beside those of the preset; they are few, and the same for all.
  const shown = new Map<string, ReadonlyArray<Quota.Limit>>()

  const limitsOf = ({ credential, name }: Counted): ReadonlyArray<Quota.Limit> => {
    const { app = [], user = [] } = limits[name] ?? {}
    const isApp = credential._tag === "AppOnly"
    const preset = isApp ? app : user
    const more = shown.get(isApp ? `app ${name}` : name)
    return more === undefined ? preset : [...preset, ...more]
  }

  /** From now on these windows count as well. */
  const show = (counted: Counted, windows: ReadonlyArray<readonly [name: string, max: number]>) => {
    const { credential, name } = counted
    const known = limitsOf(counted)
    const isApp = credential._tag === "AppOnly"
    const added = windows.flatMap(([window, max]) =>
      known.some((limit) => limit.name === window) ? [] : shaped(window, max, isApp),
    )
    if (added.length === 0) return
    const key = isApp ? `app ${name}` : name
    shown.set(key, [...(shown.get(key) ?? []), ...added])
  }

  const toRequest = (counted: Counted): Quota.Request => ({
    kind: counted.name,
    app: counted.credential.app,
    user: counted.credential._tag === "AppOnly" ? undefined : counted.credential.user,
    limits: limitsOf(counted),
  })

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
    const { resetAt, windows } = Limited.limited(reply, Signals.of(Json.parse(reply.body)))
    const names: ReadonlyArray<string> = windows.length === 0 ? [cap] : windows
    show(
      counted,
      names.map((name) => [name, Number.MAX_SAFE_INTEGER] as const),
    )
    const request = toRequest(counted)
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

  const announced = Effect.fnUntraced(function* (counted: Counted, reply: Reply, offset: number) {
    const windows = RateHeaders.announced(reply)
    show(
      counted,
      windows.map(({ max, name }) => [name, max] as const),
    )
    const here = windows.map((it) => ({ ...it, resetAt: it.resetAt - offset }))
    yield* ledger.learn(toRequest(counted), here, reply.at)
  })

  return {
    reserve: (requests) => {
      const all = requests.map(toRequest)
      const [only] = all
      return (
        only !== undefined && all.length === 1 ? ledger.reserve(only) : ledger.reserveAll(all)
      ).pipe(
        Effect.catchTag("QuotaExhausted", (error) => refuse(requests, error)),
        Effect.andThen(
          Effect.forEach(requests, ({ name }) => Metric.update(Metrics.reserved(name), 1), {
            discard: true,
          }),
        ),
      )
    },

    learn: (counted, reply, offset) => {
      if (isLimit(reply.status)) {
        return Effect.catch(exhaust(counted, reply, offset), () => Effect.succeed(undefined))
      }
      return isCounted(reply.status)
        ? Effect.as(Effect.ignore(announced(counted, reply, offset)), undefined)
        : Effect.succeed(undefined)
    },
  }
}
