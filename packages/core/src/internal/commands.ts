/**
 * The writing half of the service over a store: deciding, group commit, retry, idempotency.
 *
 * One group of commands is on its way at a time; those that arrive meanwhile form the next one. So a
 * store that takes long to commit gets few large commits instead of many small ones, and no two
 * groups of one service ever conflict with each other.
 *
 * A single command that finds nobody on the way, over a store that never waits, is carried out on the
 * spot: the machinery of groups would take longer than the store.
 */
import * as Cause from "effect/Cause"
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
import type { RelationshipStore } from "../RelationshipStore.ts"
import { StoreError } from "../StoreError.ts"
import { makeDecide, onSelf } from "./decisions.ts"
import * as groups from "./groups.ts"
import type { ExecuteOptions } from "./options.ts"
import { invalid, type Outcome, Task, toStoreError } from "./task.ts"

const nobody: ReadonlyArray<Task> = []

type Commands = ReadonlyArray<readonly [command: Command, options?: ExecuteOptions]>

/** After so many groups that made nobody wait, others get a turn. */
const groupsInTurn = 16

/**
 * How many of a list of commands make a group over a store that never waits. Such a store saves no
 * waiting with more, and what it reads for so many is still in the processor's cache when it is
 * written to.
 */
const groupAtOnce = 64

/** How many commands of one list are with a store that waits, in groups: enough to keep it busy. */
const groupsAhead = 16

const tooMany = Result.fail(
  new StoreError({
    reason: "Unavailable",
    message: "too many commands wait for the store already; try again when it has caught up",
  }),
)

const closedError = new StoreError({ reason: "Unavailable", message: "the service was closed" })

const unsettled: Outcome = Result.fail(
  new StoreError({ reason: "Unavailable", message: "the command was not carried out" }),
)

const isOpen = (task: Task): boolean => task.outcome === undefined

/** Waits until all tasks have ended. */
const ended = (tasks: ReadonlyArray<Task>): Effect.Effect<void> =>
  Effect.callback((resume) => {
    const open = tasks.filter(isOpen)
    let rest = open.length
    if (rest === 0) return resume(Effect.void)
    for (const task of open) {
      task.onEnd = () => {
        if (--rest === 0) resume(Effect.void)
      }
    }
  })

const collect = (tasks: ReadonlyArray<Task>, outcomes: Array<Outcome>): Array<Outcome> => {
  for (const task of tasks) outcomes.push(task.outcome ?? unsettled)
  return outcomes
}

const toEffect = (outcome: Outcome): Effect.Effect<Receipt, CommandError> =>
  outcome._tag === "Success" ? Effect.succeed(outcome.success) : Effect.fail(outcome.failure)

/** @internal */
export const make = Effect.fnUntraced(function* (
  store: RelationshipStore["Service"],
  directory: Directory["Service"],
  maxAttempts: number,
  maxGroup: number,
  maxWaiting: number,
) {
  const context = yield* Effect.context()
  const clock = yield* Clock.Clock
  const nextId = EventId.generator(Math.floor((yield* Random.next) * 2 ** 48))
  const runFork = Effect.runForkWith(context)

  const now = () => clock.currentTimeMillisUnsafe()
  const decide = makeDecide(nextId, maxAttempts)
  const process = groups.make(store, directory, decide, now)
  const processAtOnce = groups.makeImmediate(store, directory, decide, now)

  // A list is not refused for its own length.
  const partSize =
    processAtOnce === undefined
      ? Math.min(maxGroup * groupsAhead, maxWaiting)
      : Math.min(maxGroup, groupAtOnce)
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
    if (task.outcome !== undefined) return
    if (queue.length - taken < maxWaiting) queue.push(task)
    else task.end(tooMany)
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
    } catch (fault) {
      // As it would be told of one in a group.
      task.end(Result.fail(toStoreError(Cause.die(fault))))
    } finally {
      drain()
    }
    return task.outcome ?? unsettled
  }

  /**
   * Carries commands out so many at a time, and others get a turn now and then. Tasks are made when it
   * is their turn, so that what the last ones held is garbage before these need room.
   */
  const inParts = (
    commands: Commands,
    outcomes: Array<Outcome>,
  ): Effect.Effect<ReadonlyArray<Outcome>> => {
    for (let turn = 1; outcomes.length < commands.length; turn++) {
      const tasks = commands
        .slice(outcomes.length, outcomes.length + partSize)
        .map(([command, options]) => new Task(command, options))
      for (const task of tasks) submit(task)
      begin()
      if (tasks.some(isOpen)) {
        return Effect.flatMap(ended(tasks), () => inParts(commands, collect(tasks, outcomes)))
      }
      collect(tasks, outcomes)
      if (turn === groupsInTurn) {
        return Effect.flatMap(Effect.yieldNow, () => inParts(commands, outcomes))
      }
    }
    return Effect.succeed(outcomes)
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
      Effect.suspend(() => inParts(commands, [])),
  }
})
