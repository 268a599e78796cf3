/**
 * Turns at the file: reading at once, writing together with all who want to write at the same time.
 *
 * A write waits for the end of the turn of the event loop, so that others can join it, and then all of
 * them go into one transaction: to make it durable takes far longer than what it does. Each of them
 * decides within the transaction, before it writes, whether it writes at all.
 *
 * When another process has the file locked, writing is tried again in a moment. SQLite could wait
 * itself, but nobody in this process would get a turn meanwhile.
 */
import type { StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import type { Connection } from "./Connection.ts"
import { isBusy, toStoreError } from "./errors.ts"

interface Job {
  /** Does it, and says how to answer once it is durable. */
  readonly work: () => () => void
  readonly fail: (error: unknown) => void
  readonly deadline: number
}

/** Milliseconds between two attempts: from the first to the last value, doubled each time. */
const pauses = { first: 1, last: 8 }

const pauseOf = (attempt: number): number =>
  Math.min(pauses.last, pauses.first * 2 ** attempt) * (0.5 + Math.random() / 2)

export class Turns {
  private readonly connection: Connection
  private readonly patience: number
  private readonly onCommit: () => void
  private jobs: Array<Job> = []
  private attempt = 0
  private isPlanned = false

  /**
   * @param patience milliseconds that a lock of another process is waited for
   * @param onCommit called after each transaction that wrote
   */
  constructor(connection: Connection, patience: number, onCommit: () => void) {
    this.connection = connection
    this.patience = patience
    this.onCommit = onCommit
  }

  /** Reads, within this turn unless the file is locked. */
  read<A>(work: () => A): Effect.Effect<A, StoreError.StoreError> {
    const tryTo = (attempt: number, deadline: number): Effect.Effect<A, StoreError.StoreError> =>
      Effect.suspend(() => {
        try {
          return Effect.succeed(work())
        } catch (error) {
          return isBusy(error) && performance.now() < deadline
            ? Effect.andThen(pause(pauseOf(attempt)), tryTo(attempt + 1, deadline))
            : Effect.fail(toStoreError(this.connection.file, error))
        }
      })
    return Effect.suspend(() => tryTo(0, performance.now() + this.patience))
  }

  /** Writes, together with others. Whoever is interrupted before the transaction has written nothing. */
  write<A>(work: () => A): Effect.Effect<A, StoreError.StoreError> {
    return Effect.callback((resume) => {
      const job: Job = {
        work: () => {
          const result = work()
          return () => resume(Effect.succeed(result))
        },
        fail: (error) => resume(Effect.fail(toStoreError(this.connection.file, error))),
        deadline: performance.now() + this.patience,
      }
      this.jobs.push(job)
      this.plan()
      return Effect.sync(() => {
        this.jobs = this.jobs.filter((each) => each !== job)
      })
    })
  }

  /** Writes what waits, and lets nobody wait any longer. */
  close(): void {
    const jobs = this.jobs
    this.jobs = []
    this.together(jobs, (error) => {
      for (const job of jobs) job.fail(error)
    })
  }

  private plan(): void {
    if (this.isPlanned) return
    this.isPlanned = true
    if (this.attempt === 0) setImmediate(() => this.turn())
    else setTimeout(() => this.turn(), pauseOf(this.attempt))
  }

  private turn(): void {
    this.isPlanned = false
    const jobs = this.jobs
    this.jobs = []
    this.together(jobs, (error) => this.wait(jobs, error))
  }

  /** Does jobs in one transaction, or each in its own when they fail as a whole. */
  private together(jobs: ReadonlyArray<Job>, onBusy: (error: unknown) => void): void {
    if (jobs.length === 0) return
    let answers: ReadonlyArray<() => void>
    try {
      answers = this.connection.write(() => jobs.map((job) => job.work()))
    } catch (error) {
      if (isBusy(error)) return onBusy(error)
      const [first] = jobs
      if (jobs.length === 1) first?.fail(error)
      else for (const job of jobs) this.together([job], onBusy)
      return
    }
    this.attempt = 0
    this.onCommit()
    for (const answer of answers) answer()
  }

  /** Puts jobs back in front of those that came meanwhile, except those that waited long enough. */
  private wait(jobs: ReadonlyArray<Job>, error: unknown): void {
    const now = performance.now()
    const isPatient = (job: Job): boolean => job.deadline > now
    this.jobs = [...jobs.filter(isPatient), ...this.jobs]
    this.attempt += 1
    if (this.jobs.length > 0) this.plan()
    for (const job of jobs) if (!isPatient(job)) job.fail(error)
  }
}

/** Not a sleep of the runtime, whose clock may stand still in tests: what is waited for is real. */
const pause = (milliseconds: number): Effect.Effect<void> =>
  Effect.callback((resume) => {
    const timer = setTimeout(() => resume(Effect.void), milliseconds)
    return Effect.sync(() => clearTimeout(timer))
  })
