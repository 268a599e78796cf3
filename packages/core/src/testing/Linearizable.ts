/**
 * Whether what concurrent commands on one edge came to could have come of one after the other, and,
 * where it is known when each of them went on, of each at some moment of its time.
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
import type { Snapshot } from "../RelationshipStore.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import * as RealTime from "./RealTime.ts"

/**
 * A command, what it came to, and when it went on, if that is known.
 *
 * @category models
 * @since 0.1.0
 */
export interface Done {
  readonly command: Command
  readonly outcome: Result.Result<Receipt, CommandError>
  readonly during?: RealTime.Span | undefined
}

/**
 * What a reader found, and when it read.
 *
 * @category models
 * @since 0.1.0
 */
export interface Look {
  readonly snapshot: Snapshot
  readonly during: RealTime.Span
}

/**
 * Checks that there is an order in which the commands on one edge, one after the other, come to just
 * these outcomes and leave just this history; that no command comes behind one that was asked for only
 * after its answer was there; and that readers found what was so while they read.
 *
 * @category operations
 * @since 0.1.0
 */
export const linearizable = (
  history: ReadonlyArray<RecordedEvent>,
  done: ReadonlyArray<Done>,
  facts: Facts,
  looks: ReadonlyArray<Look> = [],
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
  const operations: Array<RealTime.Operation> = []
  /** The versions between two commands: nobody finds an edge within one. */
  const versions = [0]
  for (const { outcome } of done) {
    if (outcome._tag === "Success" && outcome.success._tag === "Changed") {
      versions.push(outcome.success.version)
    }
  }
  for (const { command, during, outcome } of done) {
    if (Result.isFailure(outcome)) {
      const { failure } = outcome
      const found = versions.filter((version) => {
        const decision = Decider.decide(states[version] ?? Decider.initial, command, facts)
        return (
          failure._tag === "CommandRejected" &&
          Result.isFailure(decision) &&
          decision.failure._tag === failure.reason._tag
        )
      })
      const name = `the failure of ${command._tag} (${failure._tag})`
      Check.holds(`${name} was due at some moment`, found.length > 0)
      if (during !== undefined) operations.push({ ...during, name, found })
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
    if (during === undefined) continue
    const name = `${command._tag} at version ${receipt.version}`
    const isChanged = receipt._tag === "Changed"
    Check.holds(`${name} lies between two commands`, versions.includes(receipt.version))
    operations.push(
      isChanged
        ? { ...during, name, made: receipt.version }
        : { ...during, name, found: [receipt.version] },
    )
  }
  Check.equal(
    "every event belongs to exactly one receipt",
    claimed.toSorted((left, right) => left.version - right.version),
    history.map(Fixtures.plain),
  )
  for (const { during, snapshot } of looks) {
    const { relationship, version } = snapshot
    const name = `a look at version ${version}`
    Check.holds(`${name} found the edge between two commands`, versions.includes(version))
    Check.equal(`${name} found its state`, relationship, states[version])
    operations.push({ ...during, name, found: [version] })
  }
  RealTime.inRealTime(operations)
}
