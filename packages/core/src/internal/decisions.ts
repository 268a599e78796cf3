/** What a task comes to: deciding it, and taking in what became of its change. */
import * as Result from "effect/Result"
import { actor, type Command, fingerprint } from "../Command.ts"
import { CommandRejected, TooManyConflicts } from "../CommandError.ts"
import * as Decider from "../Decider.ts"
import type { EventId } from "../EventId.ts"
import * as Facts from "../Facts.ts"
import type { RelationshipEvent } from "../RelationshipEvent.ts"
import type { Change, CommitOutcome } from "../RelationshipStore.ts"
import { receiptOf } from "./receipts.ts"
import { type Outcome, repeated, type Task } from "./task.ts"

/**
 * Decides a task on what is known of its edge: its change, or nothing when that settles it.
 *
 * @internal
 */
export type Decide = (task: Task, now: number) => Change | undefined

/** @internal */
export const makeDecide = (nextId: (now: number) => EventId, maxAttempts: number): Decide => {
  const newEvents = (events: ReadonlyArray<RelationshipEvent>, now: number) => {
    const [event] = events
    return events.length === 1 && event !== undefined
      ? [{ id: nextId(now), event }]
      : events.map((each) => ({ id: nextId(now), event: each }))
  }
  return (task, now) => {
    if (task.record !== undefined) {
      task.end(repeated(task, task.record))
      return undefined
    }
    if (task.attempts === maxAttempts) {
      task.end(Result.fail(new TooManyConflicts({ command: task.command, attempts: maxAttempts })))
      return undefined
    }
    task.attempts++
    const decision = Decider.decide(task.relationship, task.command, task.facts)
    if (decision._tag === "Failure") {
      task.end(
        Result.fail(new CommandRejected({ reason: decision.failure, command: task.command })),
      )
      return undefined
    }
    const { commandId, options } = task
    if (decision.success.length === 0 && commandId === undefined) {
      task.end(
        Result.succeed({
          _tag: "Unchanged",
          relationship: task.relationship,
          version: task.version,
          events: [],
          attempts: task.attempts,
        }),
      )
      return undefined
    }
    return {
      edge: task.edge,
      expectedVersion: task.version,
      relationship: Decider.fold(task.relationship, decision.success),
      events: newEvents(decision.success, now),
      time: now,
      commandId,
      correlationId: options?.correlationId,
      causationId: options?.causationId,
      actor: options?.actor ?? actor(task.command),
      provenance: "decided",
      fingerprint: commandId === undefined ? "" : fingerprint(task.command),
      attempts: task.attempts,
    }
  }
}

/**
 * Takes in how the change of a task ended; `false` when it has to be decided again.
 *
 * @internal
 */
export const learn = (task: Task, change: Change, outcome: CommitOutcome): boolean => {
  switch (outcome._tag) {
    case "Committed":
      task.learn({
        relationship: change.relationship,
        version: change.expectedVersion + change.events.length,
      })
      task.end(Result.succeed(receiptOf(change, outcome.position)))
      return true
    case "Repeated":
      task.record = outcome.record
      task.end(repeated(task, outcome.record))
      return true
    case "Conflict":
      // Nobody was faster than a guess: it stood for a look, and is no attempt.
      if (task.isPresumed) task.attempts = 0
      task.learn(outcome.current)
      return false
  }
}

/**
 * What a command comes to that somebody asks of a relationship with themselves: nothing, ever.
 *
 * @internal
 */
export const onSelf = (command: Command): Outcome => {
  const decision = Decider.decide(Decider.initial, command, Facts.open)
  return decision._tag === "Failure"
    ? Result.fail(new CommandRejected({ reason: decision.failure, command }))
    : Result.succeed({
        _tag: "Unchanged",
        relationship: Decider.initial,
        version: 0,
        events: [],
        attempts: 1,
      })
}
