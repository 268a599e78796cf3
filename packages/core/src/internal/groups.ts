/**
 * Carrying out a group of tasks: what is known is loaded for all of them, then they are decided and
 * committed in rounds.
 *
 * Of a follow nothing is loaded where the store would make it wait. Most follow somebody new, so it is
 * decided as if nothing were there, and the store is told so: if it is wrong, its conflict says what is
 * there. So a new edge takes one way to the store, and no edge takes more than with a look before.
 *
 * A round has one task for each edge. A second one waits for the round after, because its decision
 * depends on how the first ends; and so does a second one under one command id.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Decider from "../Decider.ts"
import type { Directory } from "../Directory.ts"
import * as Facts from "../Facts.ts"
import * as Immediate from "../Immediate.ts"
import type { Change, RelationshipStore } from "../RelationshipStore.ts"
import { StoreError } from "../StoreError.ts"
import { link } from "./chains.ts"
import { type Decide, learn } from "./decisions.ts"
import { type Task, toStoreError } from "./task.ts"

type Store = RelationshipStore["Service"]

const tooFewMessage = "the store answered less than it was asked"
const tooFew = Effect.die(tooFewMessage)

/** The next task on the edge of one that has ended, which goes on from there. */
const successor = (task: Task): Task | undefined => {
  // A guess that nobody corrected teaches nothing: the command was a repeated one.
  if (!task.isPresumed) task.next?.learn(task)
  return task.next
}

/**
 * Carries out a group over any store.
 *
 * @internal
 */
export const make = (
  store: Store,
  directory: Directory["Service"],
  decide: Decide,
  now: () => number,
) => {
  /** Decides and commits until every task is settled. `tasks` has one for each edge. */
  const rounds = (tasks: ReadonlyArray<Task>): Effect.Effect<void, StoreError> => {
    const time = now()
    const changes: Array<Change> = []
    const changing: Array<Task> = []
    const again: Array<Task> = []
    for (const head of tasks) {
      for (let task: Task | undefined = head; task !== undefined; task = successor(task)) {
        if (!task.learnName()) {
          again.push(task)
          break
        }
        const change = decide(task, time)
        if (change === undefined) continue
        changes.push(change)
        changing.push(task)
        break
      }
    }
    if (changes.length === 0) return again.length === 0 ? Effect.void : rounds(again)
    return Effect.flatMap(store.commit(changes), (outcomes) => {
      for (let index = 0; index < changing.length; index++) {
        const task = changing[index]
        const change = changes[index]
        const outcome = outcomes[index]
        if (task === undefined || change === undefined || outcome === undefined) return tooFew
        const next = learn(task, change, outcome) ? successor(task) : task
        if (next !== undefined) again.push(next)
      }
      return again.length === 0 ? Effect.void : rounds(again)
    })
  }

  const waits = Immediate.get(store.load) === undefined

  /** Whether a guess will do: a refusal has to know whether the command id is remembered. */
  const presume = (task: Task): boolean => {
    task.isPresumed =
      waits &&
      Decider.needsFacts(task.command) &&
      Decider.decide(Decider.initial, task.command, task.facts)._tag === "Success"
    return task.isPresumed
  }

  const look = (tasks: ReadonlyArray<Task>): Effect.Effect<void, StoreError> => {
    const unknown = tasks.filter((task) => !presume(task))
    if (unknown.length === 0) return rounds(link(tasks))
    return Effect.flatMap(store.load(unknown), (loaded) => {
      for (let index = 0; index < unknown.length; index++) {
        const task = unknown[index]
        const known = loaded[index]
        if (task === undefined || known === undefined) return tooFew
        task.learn(known)
        task.record = known.record
      }
      return rounds(link(tasks))
    })
  }

  return (tasks: ReadonlyArray<Task>): Effect.Effect<void, StoreError> => {
    const asking = tasks.filter((task) => Decider.needsFacts(task.command))
    if (asking.length === 0) return look(tasks)
    return Effect.matchCauseEffect(directory.facts(asking.map((task) => task.edge)), {
      onSuccess: (facts) => {
        for (let index = 0; index < asking.length; index++) {
          const task = asking[index]
          if (task !== undefined) task.facts = facts[index] ?? Facts.missing
        }
        return look(tasks)
      },
      // What depends on no facts does not suffer from a directory that is down.
      onFailure: (cause) => {
        const failed = Result.fail(toStoreError(cause))
        for (const task of asking) task.end(failed)
        return look(tasks.filter((task) => task.outcome === undefined))
      },
    })
  }
}

/**
 * Carries out one task at once, over a store and a directory that never wait; nothing for others.
 *
 * @internal
 */
export const makeImmediate = (
  store: Store,
  directory: Directory["Service"],
  decide: Decide,
  now: () => number,
): ((task: Task) => void) | undefined => {
  const load = Immediate.get(store.load)
  const commit = Immediate.get(store.commit)
  const readFacts = Immediate.get(directory.facts)
  if (load === undefined || commit === undefined || readFacts === undefined) return undefined
  return (task) => {
    const loaded = load([task])
    if (loaded._tag === "Failure") return task.end(Result.fail(loaded.failure))
    const known = loaded.success[0]
    if (known === undefined) return task.end(unexplained)
    task.learn(known)
    task.record = known.record
    if (Decider.needsFacts(task.command)) {
      const facts = readFacts([task.edge])
      if (facts._tag === "Failure") return task.end(Result.fail(facts.failure))
      task.facts = facts.success[0] ?? Facts.missing
    }
    for (;;) {
      const change = decide(task, now())
      if (change === undefined) return
      const committed = commit([change])
      if (committed._tag === "Failure") return task.end(Result.fail(committed.failure))
      const outcome = committed.success[0]
      if (outcome === undefined) return task.end(unexplained)
      if (learn(task, change, outcome)) return
    }
  }
}

const unexplained = Result.fail(new StoreError({ reason: "Unavailable", message: tooFewMessage }))
