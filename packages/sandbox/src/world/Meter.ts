/**
 * Counts requests against the world's limits with the core's quota ledger, and says how they stand
 * in the headers that X sends.
 *
 * @since 0.1.0
 */
import { Quota } from "@kith/core"
import type { Caller } from "../auth/Caller.ts"
import type { Limits } from "./Limits.ts"
import type { SandboxClock } from "./SandboxClock.ts"

/** @category models @since 0.1.0 */
export type Headers = Readonly<Record<string, string>>

/** @category models @since 0.1.0 */
export interface Meter {
  /**
   * Counts a request to an endpoint, or refuses it, which counts nowhere. The headers go with the
   * answer either way.
   */
  readonly charge: (
    endpoint: string,
    caller: Caller,
  ) => { readonly admitted: boolean; readonly headers: Headers }
  /** How the 15-minute windows of every limited endpoint stand for a caller, without counting. */
  readonly standings: (
    caller: Caller,
  ) => ReadonlyArray<{ readonly endpoint: string; readonly standing: Quota.Standing }>
  /** What was counted; another value whenever something was. */
  readonly ledger: () => Quota.Ledger
  /** Forgets what was counted. */
  readonly reset: () => void
}

// X's names for the windows, by the name of the limit.
const prefixes: Readonly<Record<string, string>> = {
  "15min": "x-rate-limit-",
  "24hour": "x-user-limit-24hour-",
  "24hour-app": "x-app-limit-24hour-",
}

const toHeaders = (standings: ReadonlyArray<Quota.Standing>): Headers => {
  const headers: Record<string, string> = {}
  for (const { limit, remaining, resetAt } of standings) {
    const prefix = prefixes[limit.name]
    if (prefix === undefined) continue
    headers[`${prefix}limit`] = String(limit.max)
    headers[`${prefix}remaining`] = String(remaining)
    headers[`${prefix}reset`] = String(Math.ceil(resetAt / 1000))
  }
  return headers
}

const pruneEvery = 10_000

const unlimited = { admitted: true, headers: {} }

/**
 * @param counted what was counted before
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  limits: Readonly<Record<string, Limits>>,
  clock: SandboxClock,
  counted: Quota.Ledger = Quota.empty,
): Meter => {
  let ledger = counted
  let sincePrune = 0
  const request = (endpoint: string, caller: Caller): Quota.Request => ({
    kind: endpoint,
    app: caller.app.name,
    user: caller._tag === "AppOnly" ? undefined : caller.user.id,
    limits: (caller._tag === "AppOnly" ? limits[endpoint]?.app : limits[endpoint]?.user) ?? [],
  })
  return {
    charge: (endpoint, caller) => {
      if (limits[endpoint] === undefined) return unlimited
      const admission = Quota.admit(ledger, request(endpoint, caller), clock.now())
      if (admission._tag === "Admitted") {
        ledger = admission.ledger
        sincePrune++
        if (sincePrune === pruneEvery) {
          ledger = Quota.prune(ledger, clock.now())
          sincePrune = 0
        }
      }
      return { admitted: admission._tag === "Admitted", headers: toHeaders(admission.standings) }
    },
    standings: (caller) =>
      Object.keys(limits).flatMap((endpoint) =>
        Quota.standings(ledger, request(endpoint, caller), clock.now())
          .filter((standing) => standing.limit.name === "15min")
          .map((standing) => ({ endpoint, standing })),
      ),
    ledger: () => ledger,
    reset: () => {
      ledger = Quota.empty
    },
  }
}
