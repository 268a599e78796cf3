/**
 * Whether what concurrent commands on one edge came to could have come of one after the other.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import type { Command } from "../Command.ts"
import type { CommandError } from "../CommandError.ts"
import * as Decider from "../Decider.ts"
import type { Facts } from "../Facts.ts"
import type { Receipt } from "../Receipt.ts"
import type { RecordedEvent } from "../RecordedEvent.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"

/**
 * A command and what it came to.
 *
 * @category models
 * @since 0.1.0
 */
export interface Done {
  readonly command: Command
  readonly outcome: Result.Result<Receipt, CommandError>
}

/**
 * Checks that there is an order in which the commands on one edge, one after the other, come to just
 * these outcomes and leave just this history.
 *
 * @category operations
 * @since 0.1.0
 */
export const linearizable = (
  history: ReadonlyArray<RecordedEvent>,
  done: ReadonlyArray<Done>,
  facts: Facts,
): void => {
  Check.equal(
    "versions are 1, 2, 3 … without gap or repeat",
    history.map((event) => event.version),
    history.map((_, index) => index + 1),
  )
  const events = history.map((recorded) => recorded.event)
  const states = [Decider.initial]
  for (const event of events) states.push(Decider.evolve(states.at(-1) ?? Decider.initial, event))
  const claimed: Array<RecordedEvent> = []
  for (const { command, outcome } of done) {
    if (Result.isFailure(outcome)) {
      const { failure } = outcome
      const isDue = states.some((state) => {
        const decision = Decider.decide(state, command, facts)
        return (
          failure._tag === "CommandRejected" &&
          Result.isFailure(decision) &&
          decision.failure._tag === failure.reason._tag
        )
      })
      Check.holds(`the failure of ${command._tag} (${failure._tag}) was due at some moment`, isDue)
      continue
    }
    const receipt = outcome.success
    const before = states[receipt.version - receipt.events.length] ?? Decider.initial
    Check.equal(
      `${command._tag} caused what it had to on what it found`,
      Result.getOrElse(Decider.decide(before, command, facts), () => "rejected"),
      receipt.events.map((recorded) => recorded.event),
    )
    Check.equal(
      "a receipt has the state of its version",
      receipt.relationship,
      states[receipt.version],
    )
    claimed.push(...receipt.events.map(Fixtures.plain))
  }
  Check.equal(
    "every event belongs to exactly one receipt",
    claimed.toSorted((left, right) => left.version - right.version),
    history.map(Fixtures.plain),
  )
}
