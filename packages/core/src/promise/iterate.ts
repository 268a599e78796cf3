/** Hands a stream to `for await`, and ends it whenever and however the loop is left. */
import * as Cause from "effect/Cause"
import * as Stream from "effect/Stream"
import { type Failure, fromCause } from "./errors.ts"
import type { Signal } from "./types.ts"

/** Ends an iteration from outside, with what the loop is to fail with, and waits for its end. */
export type Stop = (reason: unknown) => Promise<void>

const done = { done: true, value: undefined } as const

/**
 * Each iteration runs the stream anew. It is an object of its own rather than an async generator,
 * because a generator that waits cannot be told to return: it would first wait for the next element.
 *
 * @param running where an iteration can be found until all that it took is given back
 * @internal
 */
export const iterate = <A>(
  stream: Stream.Stream<A, Failure>,
  running: Set<Stop>,
  signal: Signal | undefined,
): AsyncIterable<A> => {
  const source = Stream.toAsyncIterable(
    Stream.catchCause(stream, (cause) => Stream.fail(fromCause(cause))),
  )
  return {
    [Symbol.asyncIterator]: (): AsyncIterator<A, undefined> => {
      const iterator = source[Symbol.asyncIterator]()
      let begun = false
      let open = true
      // What the loop has yet to be told.
      let stopped: { readonly reason: unknown } | undefined
      let last: Promise<unknown> = Promise.resolve()

      const end = async (): Promise<void> => {
        open = false
        signal?.removeEventListener("abort", abort)
        try {
          await iterator.return?.()
        } catch (error) {
          throw fromCause(Cause.die(error))
        } finally {
          running.delete(stop)
        }
      }
      const stop: Stop = (reason) => {
        // Nobody gets another element, and whoever waits for one learns why.
        if (open) stopped = { reason }
        return end().catch(() => undefined)
      }
      const abort = (): void => {
        void stop(signal?.reason)
      }
      const begin = (): void => {
        begun = true
        if (signal?.aborted === true) return abort()
        running.add(stop)
        signal?.addEventListener("abort", abort, { once: true })
      }

      const step = async (): Promise<IteratorResult<A, undefined>> => {
        if (!begun) begin()
        let next: IteratorResult<A, undefined> = done
        try {
          if (open) next = await iterator.next()
        } catch (error) {
          await end().catch(() => undefined)
          stopped ??= { reason: error }
        }
        if (stopped !== undefined) {
          const { reason } = stopped
          stopped = undefined
          throw reason
        }
        if (next.done === true && open) await end()
        return next
      }

      return {
        // One at a time, also for those who ask for several at once.
        next: () => {
          const next = last.then(step)
          last = next.catch(() => undefined)
          return next
        },
        return: async () => {
          begun = true
          stopped = undefined
          await end()
          return done
        },
      }
    },
  }
}
