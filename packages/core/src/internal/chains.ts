/** Tasks of one group that have to wait for each other: those on one edge, and those of one name. */
import type { UserId } from "../UserId.ts"
import type { Task } from "./task.ts"

/** The last task on each edge of one source: of the only edge there is, or else by target. */
interface Tails {
  only: Task
  more: Map<UserId, Task> | undefined
}

/**
 * Links tasks on the same edge, and tasks with the same command id, in their order. Picks the first
 * task on each edge.
 *
 * Edges are told apart by their two ids as they are. One text for both would be a text to build and
 * to hash for every command.
 *
 * @internal
 */
export const link = (tasks: ReadonlyArray<Task>): ReadonlyArray<Task> => {
  if (tasks.length < 2) return tasks
  const bySource = new Map<UserId, Tails>()
  const byName = new Map<string, Task>()
  const heads: Array<Task> = []
  for (const task of tasks) {
    if (task.commandId !== undefined) {
      task.namesake = byName.get(task.commandId)
      byName.set(task.commandId, task)
    }
    const { source, target } = task.edge
    const tails = bySource.get(source)
    if (tails === undefined) {
      bySource.set(source, { only: task, more: undefined })
      heads.push(task)
    } else if (tails.more === undefined && tails.only.edge.target === target) {
      tails.only.next = task
      tails.only = task
    } else {
      tails.more ??= new Map([[tails.only.edge.target, tails.only]])
      const tail = tails.more.get(target)
      if (tail === undefined) heads.push(task)
      else tail.next = task
      tails.more.set(target, task)
    }
  }
  return heads
}
