/**
 * Tells why X refused, from everything that it said: status, headers and body.
 *
 * It is total: every answer that is no success has exactly one reason, and what nobody recognises is
 * `Unclassified`, with the evidence. The status alone decides only where nothing else speaks, since
 * one 403 stands for a dozen things.
 *
 * @since 0.1.0
 */
import type { Name, Reply } from "../Endpoint.ts"
import * as Json from "../internal/json.ts"
import * as Codes from "./Codes.ts"
import * as Evidence from "./Evidence.ts"
import * as Limited from "./Limited.ts"
import * as Messages from "./Messages.ts"
import * as Problems from "./Problems.ts"
import * as RateHeaders from "./RateHeaders.ts"
import { explain, type Reason, type Refusal } from "./Refusal.ts"
import * as Signals from "./Signals.ts"

/**
 * What was asked: the endpoint, and whether it may have had an effect.
 *
 * @category models
 * @since 0.1.0
 */
export interface Asked {
  readonly endpoint: Name
  readonly writes: boolean
}

/** What a status says that stands on its own. */
const statuses: ReadonlyMap<number, Reason> = new Map<number, Reason>([
  [400, "Malformed"],
  [401, "Unauthenticated"],
  [402, "PlanRequired"],
  [404, "NotFound"],
  [405, "NotSupported"],
  [406, "Malformed"],
  [410, "NotSupported"],
  [411, "Malformed"],
  [413, "Malformed"],
  [414, "Malformed"],
  [415, "Malformed"],
  [421, "Malformed"],
  [422, "Malformed"],
  [431, "Malformed"],
  [451, "NotAuthorized"],
])

const isSuccess = (status: number): boolean => status >= 200 && status < 300
const isRedirect = (status: number): boolean => status >= 300 && status < 400
const isFailure = (status: number): boolean => status >= 400 && status < 500
/** 420 is X's older way to say 429. */
const isLimit = (status: number): boolean => status === 429 || status === 420

const ofSignal = ({ code, texts, type, word }: Signals.Signal): Reason | undefined =>
  (code === undefined ? undefined : Codes.confirmed.get(code)) ??
  Messages.recognise(texts) ??
  (code === undefined ? undefined : Codes.unconfirmed.get(code)) ??
  (word === undefined ? undefined : Problems.oauth.get(word)) ??
  (type === undefined ? undefined : Problems.types.get(type))

/** The first thing that is recognised; of several errors X names the one that counts first. */
const ofSignals = (signals: ReadonlyArray<Signals.Signal>): Reason | undefined => {
  for (const signal of signals) {
    const reason = ofSignal(signal)
    if (reason !== undefined) return reason
  }
  return undefined
}

/** X's bare 403, which it has for what the user's grant does not cover. */
const isPlainForbidden = (signals: ReadonlyArray<Signals.Signal>): boolean =>
  signals.some(
    ({ texts, type }) => type === "about:blank" && texts.every((text) => text === "forbidden"),
  )

const reasonOf = (
  status: number,
  signals: ReadonlyArray<Signals.Signal>,
  unreadable: boolean,
): Reason => {
  // A body is missing from many a 429, and one from a proxy is of HTML: the status is enough.
  if (isLimit(status)) return "WindowExhausted"
  if (status >= 500 && status < 600) return "Outage"
  // The server, or a proxy, gave up waiting.
  if (status === 408) return "Outage"
  if (isRedirect(status)) return "Malformed"
  if (!isSuccess(status) && !isFailure(status)) return "Unclassified"
  const named = ofSignals(signals)
  if (named !== undefined) return named
  if (isSuccess(status)) return signals.length === 0 ? "Malformed" : "Unclassified"
  if (unreadable && status !== 401) return "Malformed"
  if (status === 403 && isPlainForbidden(signals)) return "ScopeMissing"
  return statuses.get(status) ?? "Unclassified"
}

/**
 * Whether a request that would have had an effect certainly had none.
 *
 * A 4xx says so, unless its body broke off: then who knows what else did. Of redirects only 307 and
 * 308 do, which ask for the same request elsewhere; X never redirects, but a portal on the way may,
 * and the others also follow upon a request that was carried out. A success that names a reason has
 * refused in the body; one that names none may well have taken effect.
 */
const isCertain = (status: number, reason: Reason, unreadable: boolean): boolean => {
  if (isLimit(status) || status === 401) return true
  if (reason === "Outage") return false
  if (isFailure(status)) return !unreadable
  if (isSuccess(status)) return reason !== "Malformed" && reason !== "Unclassified"
  return status === 307 || status === 308
}

/** Reasons that go away by themselves. */
const passing: ReadonlySet<Reason> = new Set<Reason>([
  "WindowExhausted",
  "DayExhausted",
  "CapExhausted",
  "AccountLimit",
  "Automated",
  "Outage",
])

const quotas: ReadonlySet<Reason> = new Set<Reason>([
  "WindowExhausted",
  "DayExhausted",
  "CapExhausted",
])

const messageOf = (
  status: number,
  reason: Reason,
  unreadable: boolean,
  period: string | undefined,
): string => {
  if (isRedirect(status))
    return "it answered with a redirect, which is not followed; check the origin"
  if (reason === "CapExhausted" && (period === "daily" || period === "monthly")) {
    return `the ${period} cap on use is spent; wait for the next period, or raise the cap`
  }
  if (reason === "Malformed" && (unreadable || isSuccess(status))) {
    return unreadable
      ? "the answer cannot be read; try again later"
      : "the answer cannot be understood; see the evidence"
  }
  return explain(reason)
}

/**
 * Why an answer is none that the endpoint hoped for. Whoever calls it could make nothing of the
 * answer: a 2xx is an answer that cannot be understood, or refuses in its body.
 *
 * What could not be read may be readable the next time, and is retryable.
 *
 * @category operations
 * @since 0.1.0
 */
export const classify = (reply: Reply, { endpoint, writes }: Asked): Refusal => {
  const { body, status } = reply
  const parsed = Json.parse(body)
  const signals = Signals.of(parsed)
  // Pages of HTML and plain words are whole; what began as JSON and is none was cut off. Of a
  // success nothing but JSON can be read.
  const unreadable = parsed === undefined && (isSuccess(status) || Json.isBroken(body))
  const first = reasonOf(status, signals, unreadable)
  const limited = quotas.has(first) ? Limited.limited(reply, signals) : undefined
  const reason = limited?.reason ?? first
  const retryable =
    passing.has(reason) || (reason === "Malformed" && unreadable && !isRedirect(status))
  const resetAt = limited === undefined ? RateHeaders.retryAfter(reply) : limited.resetAt
  const isRefused = !writes || isCertain(status, reason, unreadable)
  const message = messageOf(status, reason, unreadable, limited?.period)
  return {
    endpoint,
    reason,
    outcome: isRefused ? "refused" : "unknown",
    // Of what may have taken effect, trying again is not the first thing to do.
    message: isRefused ? message : message.replace("; try again later", ""),
    retryable,
    ...(retryable && resetAt !== undefined ? { resetAt } : {}),
    evidence: Evidence.of(reply),
  }
}
