/**
 * The writing half of the service over a store: deciding, group commit, retry, idempotency.
 *
 * One group of commands is on its way at a time; those that arrive meanwhile form the next one. So a
 * store that takes long to commit gets few large commits instead of many small ones, and no two
 * groups of one service ever conflict with each other.
 *
 * A command that finds nobody on the way, over a store that never waits, is carried out on the spot:
 * the machinery of groups would take longer than the store.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import type { Command } from "../Command.ts"
import type { CommandError } from "../CommandError.ts"
import type { Directory } from "../Directory.ts"
import * as EventId from "../EventId.ts"
import type { Receipt } from "../Receipt.ts"
import type { ExecuteOptions } from "../Relationships.ts"
import type { RelationshipStore } from "../RelationshipStore.ts"
import { StoreError } from "../StoreError.ts"
import { makeDecide, onSelf } from "./decisions.ts"
import * as groups from "./groups.ts"
import { invalid, type Outcome, Task, toStoreError } from "./task.ts"

const nobody: ReadonlyArray<Task> = []

type Commands = ReadonlyArray<readonly [command: Command, options?: ExecuteOptions]>

/** After so many groups, or tasks on the spot, that made nobody wait, others get a turn. */
const groupsInTurn = 16
const tasksInTurn = 2048

const closedError = new StoreError({ reason: "Unavailable", message: "the service was closed" })

const unsettled: Outcome = Result.fail(
  new StoreError({ reason: "Unavailable", message: "the command was not carried out" }),
)

const toEffect = (outcome: Outcome): Effect.Effect<Receipt, CommandError> =>
  outcome._tag === "Success" ? Effect.succeed(outcome.success) : Effect.fail(outcome.failure)

/** @internal */
export const make = Effect.fnUntraced(function* (
  store: RelationshipStore["Service"],
  directory: Directory["Service"],
  maxAttempts: number,
  maxGroup: number,
) {
  const context = yield* Effect.context()
  const clock = yield* Clock.Clock
  const nextId = EventId.generator(Math.floor((yield* Random.next) * 2 ** 48))
  const runFork = Effect.runForkWith(context)

  const now = () => clock.currentTimeMillisUnsafe()
  const decide = makeDecide(nextId, maxAttempts)
  const process = groups.make(store, directory, decide, now)
  const processAtOnce = groups.makeImmediate(store, directory, decide, now)

  let queue: Array<Task> = []
  /** How many tasks of the queue were in a group already. */
  let taken = 0
  let group = nobody
  let draining = false
  let closed = false
  let idle: (() => void) | undefined

  // Only one group is on its way at a time, so this effect serves for all of them.
  const processGroup = Effect.suspend(() => process(group))
  const processGroupLater = Effect.andThen(Effect.yieldNow, processGroup)

  const finish = (exit: Exit.Exit<void, StoreError>): void => {
    if (exit._tag === "Success") return
    const failed = Result.fail(toStoreError(exit.cause))
    for (const task of group) task.end(failed)
  }

  const nextGroup = (): ReadonlyArray<Task> => {
    const tasks = queue.length > maxGroup ? queue.slice(taken, taken + maxGroup) : queue
    taken += tasks.length
    // Those who are gone are dropped once they are the half: each task is moved about once.
    if (2 * taken >= queue.length) {
      queue = queue.slice(taken)
      taken = 0
    }
    return tasks
  }

  /** Works the queue off, group by group, until it is empty or the store makes it wait. */
  const drain = (): void => {
    for (let turn = 1; queue.length > 0; turn++) {
      group = nextGroup()
      const fiber = runFork(turn % groupsInTurn === 0 ? processGroupLater : processGroup)
      const exit = fiber.pollUnsafe()
      if (exit === undefined) {
        fiber.addObserver((late) => {
          finish(late)
          drain()
        })
        return
      }
      finish(exit)
    }
    group = nobody
    draining = false
    idle?.()
  }

  /** Settles a task that needs no store, or whose service is gone. */
  const settle = (task: Task): void => {
    const { command, options } = task
    const mistake = options === undefined ? undefined : invalid(options)
    if (mistake !== undefined) task.end(Result.fail(mistake))
    else if (closed) task.end(Result.fail(closedError))
    // Nobody has a relationship with themselves, and so no store is to see such an edge.
    else if (command.source === command.target) task.end(onSelf(command))
  }

  const submit = (task: Task): void => {
    settle(task)
    if (task.outcome === undefined) queue.push(task)
  }

  const begin = (): void => {
    if (draining || queue.length === 0) return
    draining = true
    drain()
  }

  /** Carries out a task that finds nobody on the way. Those whom that wakes may bring new ones. */
  const atOnce = (task: Task, work: (task: Task) => void): Outcome => {
    settle(task)
    if (task.outcome !== undefined) return task.outcome
    draining = true
    try {
      work(task)
    } finally {
      drain()
    }
    return task.outcome ?? unsettled
  }

  const grouped = (commands: Commands): Effect.Effect<ReadonlyArray<Outcome>> =>
    Effect.callback((resume) => {
      const outcomes: Array<Outcome> = []
      let open = commands.length
      if (open === 0) return resume(Effect.succeed(outcomes))
      for (const [index, [command, options]] of commands.entries()) {
        const task = new Task(command, options)
        task.onEnd = (outcome) => {
          outcomes[index] = outcome
          if (--open === 0) resume(Effect.succeed(outcomes))
        }
        submit(task)
      }
      begin()
    })

  /** Carries commands out on the spot, so many in a turn. */
  const inTurns = (
    commands: Commands,
    work: (task: Task) => void,
    outcomes: Array<Outcome>,
  ): Effect.Effect<ReadonlyArray<Outcome>> => {
    const end = outcomes.length + tasksInTurn
    for (const [command, options] of commands.slice(outcomes.length, end)) {
      if (draining) {
        return Effect.map(grouped(commands.slice(outcomes.length)), (rest) => [
          ...outcomes,
          ...rest,
        ])
      }
      outcomes.push(atOnce(new Task(command, options), work))
    }
    return outcomes.length === commands.length
      ? Effect.succeed(outcomes)
      : Effect.flatMap(Effect.yieldNow, () => inTurns(commands, work, outcomes))
  }

  yield* Effect.addFinalizer(() =>
    Effect.callback<void>((resume) => {
      closed = true
      if (!draining) return resume(Effect.void)
      idle = () => resume(Effect.void)
    }),
  )

  return {
    execute: (command: Command, options?: ExecuteOptions): Effect.Effect<Receipt, CommandError> =>
      Effect.suspend(() => {
        const task = new Task(command, options)
        if (processAtOnce !== undefined && !draining) return toEffect(atOnce(task, processAtOnce))
        submit(task)
        begin()
        if (task.outcome !== undefined) return toEffect(task.outcome)
        return Effect.callback((resume) => {
          if (task.outcome !== undefined) return resume(toEffect(task.outcome))
          task.onEnd = (outcome) => resume(toEffect(outcome))
        })
      }),
    executeAll: (commands: Commands): Effect.Effect<ReadonlyArray<Outcome>> =>
      processAtOnce === undefined
        ? grouped(commands)
        : Effect.suspend(() => inTurns(commands, processAtOnce, [])),
  }
})
