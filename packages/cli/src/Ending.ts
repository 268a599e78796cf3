/** What the exit code is when a signal ends a command. */
import * as Effect from "effect/Effect"

let isMeantTo = false

/** Marks a command that goes on until somebody ends it: a signal is its proper end. */
export const untilInterrupted = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    isMeantTo = true
    return effect
  })

const numbers = { SIGINT: 2, SIGTERM: 15 } as const

export type Signal = keyof typeof numbers

/** 0 for a command that is ended in no other way, and what a shell expects for all others. */
export const exitCode = (signal: Signal | undefined): number =>
  isMeantTo || signal === undefined ? 0 : 128 + numbers[signal]
