/**
 * Lets requests in side by side, and now and then something that has to be alone.
 *
 * @since 0.1.0
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"

/** @category models @since 0.1.0 */
export interface Gate {
  /** Does something beside others, once nobody is alone any more. */
  readonly beside: <A, E>(work: Effect.Effect<A, E>) => Effect.Effect<A, E>
  /** Does something when all the others have left; those who come meanwhile wait. */
  readonly alone: <A, E>(work: Effect.Effect<A, E>) => Effect.Effect<A, E>
}

/** @category constructors @since 0.1.0 */
export const make = (): Gate => {
  const oneAlone = Semaphore.makeUnsafe(1)
  let inside = 0
  let opened: Deferred.Deferred<void> | undefined
  let empty: Deferred.Deferred<void> | undefined

  const enter: Effect.Effect<void> = Effect.suspend(() => {
    if (opened !== undefined) return Effect.andThen(Deferred.await(opened), enter)
    inside++
    return Effect.void
  })
  const leave = Effect.sync(() => {
    inside--
    if (inside === 0 && empty !== undefined) Deferred.doneUnsafe(empty, Effect.void)
  })
  const close = Effect.suspend(() => {
    opened = Deferred.makeUnsafe()
    if (inside === 0) return Effect.void
    empty = Deferred.makeUnsafe()
    return Deferred.await(empty)
  })
  const open = Effect.sync(() => {
    if (opened !== undefined) Deferred.doneUnsafe(opened, Effect.void)
    opened = undefined
    empty = undefined
  })

  return {
    // Who waits at the gate may go away; who is inside is counted until the work ended.
    beside: (work) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.andThen(restore(enter), Effect.ensuring(restore(work), leave)),
      ),
    alone: (work) => oneAlone.withPermit(Effect.ensuring(Effect.andThen(close, work), open)),
  }
}
