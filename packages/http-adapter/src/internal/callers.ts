/** Who asks X for what: in which windows their requests count, and what X last said of them. */
import { Quota } from "@kith/core"
import type { Credential } from "../auth/Credential.ts"
import type { Announced } from "../classify/RateHeaders.ts"
import type { Name } from "../Endpoint.ts"
import type { Limits } from "../quota/Presets.ts"

/** Of the cap on use, which X shows nowhere but in refusals. @internal */
export const cap = "cap"

/** The windows that X announces, or that only its refusals show. */
const shapes: Readonly<Record<string, { readonly seconds: number; readonly perUser: boolean }>> = {
  "15min": { seconds: 900, perUser: true },
  "24hour": { seconds: 86_400, perUser: true },
  "24hour-app": { seconds: 86_400, perUser: false },
  [cap]: { seconds: 900, perUser: false },
}

/** The limits of a preset, and those windows that it does not have: they count once X tells of them. */
const completed = (
  preset: ReadonlyArray<Quota.Limit>,
  isApp: boolean,
): ReadonlyArray<Quota.Limit> =>
  preset.concat(
    Object.entries(shapes).flatMap(([name, { perUser, seconds }]): ReadonlyArray<Quota.Limit> => {
      if (preset.some((limit) => limit.name === name)) return []
      const per = perUser && !isApp ? "userAndApp" : "app"
      return [{ name, max: Quota.unknownMax, seconds, per }]
    }),
  )

/** What an answer said of the windows, and when it came. */
interface Said {
  readonly windows: ReadonlyArray<Announced>
  readonly at: number
}

/**
 * Somebody who asks: the request to be counted, and how many were since X's word was taken over.
 *
 * @internal
 */
export interface Caller {
  readonly request: Quota.Request
  reserved: number
  last?: Said
}

/** How many callers are remembered. */
const capacity = 10_000

/** Milliseconds within which an answer that says nothing new need not be taken over. */
const fresh = 1_000

/**
 * Whether an answer says no more than is known: the same windows, in which nothing was counted but
 * what we have counted since. The ledger knows that already.
 *
 * @internal
 */
export const knows = (
  { last, reserved }: Caller,
  windows: ReadonlyArray<Announced>,
  at: number,
): boolean =>
  last !== undefined &&
  Math.abs(at - last.at) < fresh &&
  windows.length === last.windows.length &&
  windows.every(({ max, name, remaining, resetAt }, index) => {
    const before = last.windows[index]
    return (
      before?.name === name &&
      before.max === max &&
      before.resetAt === resetAt &&
      remaining >= before.remaining - reserved
    )
  })

/** Remembers what is being taken over. @internal */
export const note = (caller: Caller, windows: ReadonlyArray<Announced>, at: number): void => {
  caller.last = { windows, at }
  caller.reserved = 0
}

interface Counted {
  readonly name: Name
  readonly credential: Credential
}

/** @internal */
export const make = (limits: Limits) => {
  const callers = new Map<string, Caller>()
  const complete = new Map<string, ReadonlyArray<Quota.Limit>>()

  const limitsOf = ({ credential, name }: Counted): ReadonlyArray<Quota.Limit> => {
    const isApp = credential._tag === "AppOnly"
    const key = isApp ? `app ${name}` : name
    const known = complete.get(key)
    if (known !== undefined) return known
    const { app = [], user = [] } = limits[name] ?? {}
    const made = completed(isApp ? app : user, isApp)
    complete.set(key, made)
    return made
  }

  /** One object for one caller, so that what is derived of the request can be kept with it. */
  const of = ({ credential, name }: Counted): Caller => {
    const user = credential._tag === "AppOnly" ? undefined : credential.user
    const key = `${name} ${user ?? "*"} ${credential.app}`
    const known = callers.get(key)
    if (known !== undefined) return known
    const { app } = credential
    const limits = limitsOf({ name, credential })
    const made: Caller = { request: { kind: name, app, user, limits }, reserved: 0 }
    // Whoever is forgotten costs a look into the journal.
    if (callers.size === capacity) callers.clear()
    callers.set(key, made)
    return made
  }

  return { of }
}
