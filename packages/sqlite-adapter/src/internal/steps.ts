/**
 * Long work in bites: a generator says what it has done so far, and what to do at the file next. Each
 * bite has a turn of the event loop of its own, and is tried again while another process has the file
 * locked.
 */
import type { StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Connection } from "./Connection.ts"
import { toStoreError } from "./errors.ts"
import type { Turns } from "./Turns.ts"

/** What is to be done at the file in one go. It changes nothing when it throws. */
export type Bite = () => void

export type Work<A extends object> = Generator<A | Bite, void, void>

const turn: Effect.Effect<void> = Effect.callback((resume) => {
  const immediate = setImmediate(() => resume(Effect.void))
  return Effect.sync(() => clearImmediate(immediate))
})

class Failed {
  readonly cause: unknown
  constructor(cause: unknown) {
    this.cause = cause
  }
}

/** What comes next. Between bites little is done at the file, and so little can go wrong. */
const advance = <A extends object>(work: Work<A>): IteratorResult<A | Bite, void> | Failed => {
  try {
    return work.next()
  } catch (cause) {
    return new Failed(cause)
  }
}

/** What work tells, one by one. It is begun anew each time that the stream is run. */
export const tell = <A extends object>(
  turns: Turns,
  file: string,
  begin: () => Work<A>,
): Stream.Stream<A, StoreError.StoreError> =>
  Stream.suspend(() => {
    const work = begin()
    const next: Effect.Effect<readonly [A, undefined] | undefined, StoreError.StoreError> =
      Effect.suspend(() => {
        const step = advance(work)
        if (step instanceof Failed) return Effect.fail(toStoreError(file, step.cause))
        if (step.done === true) return Effect.succeed(undefined)
        const { value } = step
        return typeof value === "function"
          ? Effect.andThen(turn, () => Effect.andThen(turns.read(value), () => next))
          : Effect.succeed([value, undefined])
      })
    return Stream.unfold(undefined, () => next)
  })

/** The same with a connection of its own, which is closed in the end, however that comes. */
export const tellBeside = <A extends object>(
  turns: Turns,
  open: () => Connection,
  begin: (connection: Connection) => Work<A>,
): Stream.Stream<A, StoreError.StoreError> =>
  Stream.unwrap(
    Effect.map(
      Effect.acquireRelease(turns.read(open), (connection) =>
        Effect.sync(() => connection.close()),
      ),
      (connection) => tell(turns, connection.file, () => begin(connection)),
    ),
  )
