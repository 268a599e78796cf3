/**
 * Locks by name: those who want the same one get it one after the other, in the order they came.
 *
 * Whoever wants several joins all of their queues at once. Of any two people the same one is then
 * ahead in every queue that they share, and nobody waits in a circle.
 */
import * as Effect from "effect/Effect"

/** Gives the locks back; calling it twice does nothing more. @internal */
export type Release = () => void

/** @internal */
export interface Locks {
  /** Waits for all of the locks. Whoever is interrupted while waiting gets none of them. */
  readonly acquire: (...names: ReadonlyArray<string>) => Effect.Effect<Release>
}

/** @internal */
export const make = (): Locks => {
  /** Who waits for a lock that is held; the lock is free when its name is not here. */
  const held = new Map<string, Array<(release: Release) => void>>()

  const releaseOf = (name: string): Release => {
    let given = false
    return () => {
      if (given) return
      given = true
      const next = held.get(name)?.shift()
      if (next === undefined) held.delete(name)
      else next(releaseOf(name))
    }
  }

  /** Gets the lock at once, or when those ahead have given it back. */
  const join = (name: string, take: (release: Release) => void): void => {
    const waiting = held.get(name)
    if (waiting !== undefined) {
      waiting.push(take)
      return
    }
    held.set(name, [])
    take(releaseOf(name))
  }

  const leave = (name: string, take: (release: Release) => void): void => {
    const waiting = held.get(name) ?? []
    const index = waiting.indexOf(take)
    if (index >= 0) waiting.splice(index, 1)
  }

  return {
    acquire: (...names) =>
      Effect.callback<Release>((resume) => {
        const wanted = new Set(names)
        const mine: Array<Release> = []
        const release = (): void => mine.forEach((it) => it())
        const isComplete = (): boolean => mine.length === wanted.size
        let waits = false
        const take = (one: Release): void => {
          mine.push(one)
          // Whoever gives a lock back does not run the work of those who wait: they get a turn of
          // their own. One who is interrupted before it comes passes the locks on.
          if (waits && isComplete()) resume(Effect.as(Effect.yieldNow, release))
        }
        for (const name of wanted) join(name, take)
        if (isComplete()) resume(Effect.succeed(release))
        else waits = true
        return Effect.sync(() => {
          for (const name of wanted) leave(name, take)
          release()
        })
      }),
  }
}
