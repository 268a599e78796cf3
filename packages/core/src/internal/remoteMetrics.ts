/**
 * What the service over a remote counts, in Effect's own metrics.
 *
 * `kith_remote_commands` has the attribute `outcome`: the tag of the receipt or of the error. `kith_remote_observed_events` counts what had happened behind our back.
 */
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type { CommandError } from "../CommandError.ts"
import type { Receipt } from "../Receipt.ts"

type Outcome = Receipt["_tag"] | CommandError["_tag"]

const commands = Metric.counter("kith_remote_commands", {
  description: "Commands by what they came to",
  incremental: true,
})

const observed = Metric.counter("kith_remote_observed_events", {
  description: "Events that were found on the remote and were not known here",
  incremental: true,
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
