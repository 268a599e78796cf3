/**
 * What the service over a remote counts, in Effect's own metrics.
 *
 * | metric | kind | attributes |
 * | --- | --- | --- |
 * | `kith_remote_commands` | counter | `outcome`: the tag of the receipt or of the error |
 * | `kith_remote_observed_events` | counter | |
 * | `kith_remote_waits` | counter | `reason`: of the error that is waited for to pass |
 * | `kith_remote_wait_milliseconds` | histogram | `reason` |
 *
 * A wait counts when it begins, and its time when it ends, however it ends: their difference is what is
 * being waited for.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type { CommandError } from "../CommandError.ts"
import type { Receipt } from "../Receipt.ts"
import type { Reason } from "../RemoteError.ts"

type Outcome = Receipt["_tag"] | CommandError["_tag"]

const commands = Metric.counter("kith_remote_commands", {
  description: "Commands by what they came to",
  incremental: true,
})

const observed = Metric.counter("kith_remote_observed_events", {
  description: "Events that were found on the remote and were not known here",
  incremental: true,
})

const waits = Metric.counter("kith_remote_waits", {
  description: "Waits for the moment that an error of the remote names",
  incremental: true,
})

const waitMilliseconds = Metric.histogram("kith_remote_wait_milliseconds", {
  description: "Time that was waited for the moment that an error of the remote names",
  // From a second over the ordinary window to the day.
  boundaries: [1_000, 10_000, 60_000, 300_000, 900_000, 3_600_000, 21_600_000, 86_400_000],
})

/** A counter for each outcome, made once: making one costs more than counting. */
const counters = new Map<Outcome, Metric.Metric<number, Metric.CounterState<number>>>()

const counterOf = (outcome: Outcome) => {
  const made = counters.get(outcome)
  if (made !== undefined) return made
  const counter = Metric.withAttributes(commands, { outcome })
  counters.set(outcome, counter)
  return counter
}

/** @internal */
export const countCommand = (
  command: Effect.Effect<Receipt, CommandError>,
): Effect.Effect<Receipt, CommandError> =>
  command.pipe(
    Effect.tap(({ _tag }) => Metric.update(counterOf(_tag), 1)),
    Effect.tapError(({ _tag }) => Metric.update(counterOf(_tag), 1)),
  )

/** @internal */
export const countObserved = (events: number): Effect.Effect<void> =>
  events === 0 ? Effect.void : Metric.update(observed, events)

/** Waits, and counts it, also where it is interrupted. @internal */
export const wait = (milliseconds: number, reason: Reason): Effect.Effect<void> =>
  Effect.flatMap(Clock.currentTimeMillis, (begin) =>
    Metric.update(Metric.withAttributes(waits, { reason }), 1).pipe(
      Effect.andThen(Effect.sleep(milliseconds)),
      Effect.ensuring(
        Effect.flatMap(Clock.currentTimeMillis, (end) =>
          Metric.update(Metric.withAttributes(waitMilliseconds, { reason }), end - begin),
        ),
      ),
    ),
  )
