/**
 * What the adapter counts, in Effect's own metrics: take them out with `Metric.snapshot`, or with an
 * exporter of Effect's.
 *
 * | metric | kind | attributes |
 * | --- | --- | --- |
 * | `kith_x_requests` | counter | `endpoint`; `status`, or the reason why there is none |
 * | `kith_x_request_milliseconds` | histogram | `endpoint` |
 * | `kith_x_refusals` | counter | `endpoint`, `reason`: X refused, or failed |
 * | `kith_x_resent` | counter | `endpoint`, `because` |
 * | `kith_x_quota_reserved` | counter | `endpoint` |
 * | `kith_x_quota_exhausted` | counter | `endpoint`: requests that were not sent, for want of quota |
 * | `kith_x_quota_wait_milliseconds` | histogram | `endpoint`: how long those would have to wait |
 *
 * There is no secret in them, and no user: their number is bounded by X's endpoints and statuses.
 *
 * @since 0.1.0
 */
import * as Metric from "effect/Metric"
import type { Name } from "./Endpoint.ts"

const counter = (id: string, description: string): Metric.Counter<number> =>
  Metric.counter(id, { description, incremental: true })

/** Milliseconds: from a fast answer nearby to the default time-out. */
const requestBoundaries = [10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 20_000]

/** Milliseconds: from a second over the ordinary window to the day. */
const waitBoundaries = [1_000, 10_000, 60_000, 300_000, 900_000, 3_600_000, 21_600_000, 86_400_000]

const bases = {
  requests: counter("kith_x_requests", "Requests sent to X"),
  refusals: counter("kith_x_refusals", "Requests that X refused or failed to answer"),
  resent: counter("kith_x_resent", "Requests sent anew with other credentials or another time"),
  reserved: counter("kith_x_quota_reserved", "Requests counted against the quota"),
  exhausted: counter("kith_x_quota_exhausted", "Requests not sent for want of quota"),
}

const milliseconds = Metric.histogram("kith_x_request_milliseconds", {
  description: "Time from sending a request to having its whole answer",
  boundaries: requestBoundaries,
})

const waits = Metric.histogram("kith_x_quota_wait_milliseconds", {
  description: "Time from a refusal for want of quota to the opening of its windows",
  boundaries: waitBoundaries,
})

/** A metric for each combination of attributes, made once: making one costs more than updating it. */
const keep = <Metric>(make: (key: string) => Metric): ((key: string) => Metric) => {
  const made = new Map<string, Metric>()
  return (key) => {
    const before = made.get(key)
    if (before !== undefined) return before
    const metric = make(key)
    made.set(key, metric)
    return metric
  }
}

const byEndpoint = <Input, State>(base: Metric.Metric<Input, State>) =>
  keep((endpoint) => Metric.withAttributes(base, { endpoint }))

const byTwo = <Input, State>(base: Metric.Metric<Input, State>, second: string) => {
  const of = keep((endpoint) =>
    keep((value) => Metric.withAttributes(base, { endpoint, [second]: value })),
  )
  return (endpoint: Name, value: string) => of(endpoint)(value)
}

/**
 * Requests by endpoint and status; the transport's reason where there was no answer.
 *
 * @category constructors
 * @since 0.1.0
 */
export const requests = byTwo(bases.requests, "status")

/**
 * Milliseconds from sending a request to having its whole answer, or knowing that there is none, by
 * endpoint.
 *
 * @category constructors
 * @since 0.1.0
 */
export const requestMilliseconds = byEndpoint(milliseconds)

/**
 * Refusals and failures by endpoint and the reason of the `RemoteError`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const refusals = byTwo(bases.refusals, "reason")

/**
 * Requests sent anew after X had certainly refused them: with a fresh token (`Unauthenticated`), or a
 * corrected time (`ClockSkewed`).
 *
 * @category constructors
 * @since 0.1.0
 */
export const resent = byTwo(bases.resent, "because")

/**
 * Requests counted against the quota, by endpoint. What is counted and then not sent stays counted.
 *
 * @category constructors
 * @since 0.1.0
 */
export const reserved = byEndpoint(bases.reserved)

/**
 * Requests that were not sent, for want of quota, by endpoint.
 *
 * @category constructors
 * @since 0.1.0
 */
export const exhausted = byEndpoint(bases.exhausted)

/**
 * Milliseconds for which those would have to wait, by endpoint.
 *
 * @category constructors
 * @since 0.1.0
 */
export const waitMilliseconds = byEndpoint(waits)
