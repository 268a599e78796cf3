/** Carrying out a task: several commands in flight, and a line for whatever begins and ends. */
import { type CommandError, type Receipt, Relationships, type StoreError, Upkeep } from "@kith/core"
import { Effect, Option, Result, Stream } from "effect"
import { type Line, now, type Task } from "./lines.ts"
import { orderAt } from "./load.ts"

type Say = (line: Line) => void

type Commands = Pick<Task, "load" | "numbers" | "from" | "until" | "inFlight" | "insists">

const answerOf = (
  number: number,
  outcome: Result.Result<Receipt.Receipt, CommandError.CommandError>,
): Line => {
  const order = { number, at: now() }
  if (Result.isSuccess(outcome)) return { _tag: "Answered", ...order, receipt: outcome.success }
  return outcome.failure._tag === "CommandRejected"
    ? { _tag: "Rejected", ...order, reason: outcome.failure.reason }
    : failed(number, outcome.failure)
}

const failed = (number: number, error: CommandError.CommandError): Line => ({
  _tag: "Failed",
  number,
  at: now(),
  tag: error._tag,
  reason: error._tag === "StoreError" ? error.reason : undefined,
  message: error.message,
})

const look = (task: Commands, number: number, say: Say) =>
  Effect.gen(function* () {
    const service = yield* Relationships.Relationships
    const outcome = yield* Effect.result(service.relationship(orderAt(task.load, number).edge))
    say(
      Result.isFailure(outcome)
        ? failed(number, outcome.failure)
        : { _tag: "Looked", number, at: now(), ...outcome.success },
    )
  })

const carryOut = (task: Commands, number: number, say: Say) =>
  Effect.gen(function* () {
    const service = yield* Relationships.Relationships
    const { command, options } = orderAt(task.load, number)
    say({ _tag: "Begun", number, at: now() })
    if (command === undefined) return yield* look(task, number, say)
    for (;;) {
      const answer = answerOf(number, yield* Effect.result(service.execute(command, options)))
      say(answer)
      const isUnknown = answer._tag === "Failed" && answer.tag === "StoreError"
      if (!(task.insists && isUnknown && options.commandId !== undefined)) return
      yield* Effect.sleep(20)
    }
  })

function* numbersOf({ from, numbers, until }: Commands): Generator<number, undefined> {
  yield* numbers
  for (let number = from; number < until; number++) yield number
}

/** Carries out the commands of a task. */
export const perform = (
  task: Commands,
  say: Say,
): Effect.Effect<void, never, Relationships.Relationships> => {
  const numbers = numbersOf(task)
  const worker = Effect.gen(function* () {
    for (let next = numbers.next(); !next.done; next = numbers.next()) {
      yield* carryOut(task, next.value, say)
      // A store that never waits would not let anybody else come in.
      yield* Effect.yieldNow
    }
  })
  return Effect.all(
    Array.from({ length: task.inFlight }, () => worker),
    { concurrency: "unbounded", discard: true },
  )
}

/** Rebuilds the store for ever; does nothing over one that cannot. */
export const rebuild: Effect.Effect<never, StoreError.StoreError> = Effect.gen(function* () {
  const upkeep = yield* Effect.serviceOption(Upkeep.Upkeep)
  if (Option.isNone(upkeep)) return yield* Effect.never
  return yield* Effect.forever(Stream.runDrain(upkeep.value.rebuild))
})

/** Follows the log from its beginning; goes on behind what it has seen when the store comes back. */
export const follow = (
  say: Say,
): Effect.Effect<void, StoreError.StoreError, Relationships.Relationships> =>
  Effect.gen(function* () {
    const service = yield* Relationships.Relationships
    let from = 0
    const reading = Effect.suspend(() =>
      Stream.runForEach(service.changes({ from }), (event) =>
        Effect.sync(() => {
          from = event.position
          say({ _tag: "Seen", event })
        }),
      ),
    )
    for (;;) {
      const outcome = yield* Effect.result(reading)
      if (Result.isSuccess(outcome)) return
      if (outcome.failure.reason !== "Unavailable") return yield* outcome.failure
      say({ ...failed(-1, outcome.failure) })
      yield* Effect.sleep(20)
    }
  })
