/**
 * Those who wait for the log to grow.
 *
 * What this process commits wakes them at once. What others commit is noticed by a look at the file's
 * counter of foreign changes, which takes a few microseconds; while nothing comes, the looks become
 * rarer, and nobody looks while nobody waits.
 */
import type { StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import type { Connection, Statement } from "./Connection.ts"
import { toStoreError } from "./errors.ts"
import type { Log } from "./Log.ts"
import { number } from "./values.ts"

interface Waiter {
  readonly after: number
  readonly wake: () => void
}

/** Milliseconds between two looks: from the first to the last value, doubled while nothing comes. */
const looks = { first: 4, last: 25 }

export class Waiting {
  private readonly file: string
  private readonly log: Log
  private readonly version: Statement
  private readonly waiters = new Set<Waiter>()
  private timer: NodeJS.Timeout | undefined
  private seen = 0
  private pause = looks.first

  constructor(connection: Connection, log: Log) {
    this.file = connection.file
    this.log = log
    this.version = connection.prepare("PRAGMA data_version")
  }

  /** Returns once there may be events behind a position. */
  await(after: number): Effect.Effect<void, StoreError.StoreError> {
    return Effect.callback((resume) => {
      try {
        // The counter first: what comes between the two is noticed by the next look.
        const seen = number(this.version.first()?.[0])
        if (this.log.last() > after) return resume(Effect.void)
        if (this.waiters.size === 0) this.seen = seen
      } catch (error) {
        return resume(Effect.fail(toStoreError(this.file, error)))
      }
      const waiter: Waiter = { after, wake: () => resume(Effect.void) }
      this.waiters.add(waiter)
      this.look()
      return Effect.sync(() => {
        this.waiters.delete(waiter)
        if (this.waiters.size === 0) this.close()
      })
    })
  }

  /** Wakes those behind whose position there is something now; all of them when nobody can tell. */
  wake(): void {
    if (this.waiters.size === 0) return
    const last = this.last()
    for (const waiter of this.waiters) {
      if (last <= waiter.after) continue
      this.waiters.delete(waiter)
      waiter.wake()
    }
    if (this.waiters.size === 0) this.close()
  }

  close(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }

  private look(): void {
    if (this.timer !== undefined) return
    this.timer = setTimeout(() => {
      this.timer = undefined
      const isNew = this.isNew()
      this.pause = isNew ? looks.first : Math.min(looks.last, this.pause * 2)
      if (isNew) this.wake()
      if (this.waiters.size > 0) this.look()
    }, this.pause)
  }

  /** Whether somebody else has written since the last look, or nobody can tell. */
  private isNew(): boolean {
    try {
      const before = this.seen
      this.seen = number(this.version.first()?.[0])
      return this.seen !== before
    } catch {
      return true
    }
  }

  private last(): number {
    try {
      return this.log.last()
    } catch {
      // Whoever is woken reads for themselves, and is told what is wrong.
      return Infinity
    }
  }
}
