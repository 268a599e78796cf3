/**
 * The writing half of the service over a remote: a command that was written down is sent once, and is
 * settled by what the remote answered.
 *
 * One command is on its way on an edge at a time: within a process by a lock, between processes by
 * the intent in the journal and its lease.
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { Command } from "../Command.ts"
import type { CommandError } from "../CommandError.ts"
import type { Receipt } from "../Receipt.ts"
import { StoreError } from "../StoreError.ts"
import * as intents from "./intents.ts"
import type { Locks, Release } from "./locks.ts"
import type { ExecuteOptions } from "./options.ts"
import type { Departure, Preparing } from "./preparing.ts"
import type { Settling } from "./settling.ts"

const closedError = new StoreError({ reason: "Unavailable", message: "the service was closed" })

/** @internal */
export const make = ({
  locks,
  preparing,
  settling,
}: {
  readonly locks: Locks
  readonly preparing: Preparing
  readonly settling: Settling
}) => {
  const running = new Set<Fiber.Fiber<Receipt, CommandError>>()
  let closed = false

  /** From the sending to the record. Nobody interrupts it: the remote bounds its time. */
  const depart = (departure: Departure): Effect.Effect<Receipt, CommandError> =>
    Effect.matchEffect(departure.send, {
      onSuccess: (answer) => settling.answered(departure, answer),
      onFailure: (error) => settling.unanswered(departure, error),
    })

  const detached = (departure: Departure, release: Release) =>
    Effect.map(
      Effect.forkDetach(Effect.ensuring(depart(departure), Effect.sync(release)), {
        startImmediately: true,
      }),
      (fiber) => {
        running.add(fiber)
        fiber.addObserver(() => running.delete(fiber))
        return fiber
      },
    )

  return {
    /** Carries a command out. Interrupting it stops nothing that has left already. */
    execute: (
      command: Command,
      about: ExecuteOptions | undefined,
    ): Effect.Effect<Receipt, CommandError> =>
      Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          if (closed) return yield* closedError
          const names = [intents.keyOf(command)]
          // Under one id no two commands are on their way, whatever their edges.
          if (about?.commandId !== undefined) names.push(`command/${about.commandId}`)
          const release = yield* restore(locks.acquire(...names))
          const prepared = yield* Effect.onError(restore(preparing.prepare(command, about)), () =>
            Effect.sync(release),
          )
          if ("_tag" in prepared) {
            release()
            return prepared
          }
          // What its answer would be recorded in may be gone before it comes.
          if (closed) {
            const letGo = Effect.ignore(preparing.letGo(prepared))
            yield* Effect.ensuring(letGo, Effect.sync(release))
            return yield* closedError
          }
          return yield* restore(Fiber.join(yield* detached(prepared, release)))
        }),
      ),

    /** Lets no command leave any more, and waits until those that have left are answered. */
    close: Effect.suspend(() => {
      closed = true
      return Fiber.awaitAll([...running])
    }),
  }
}
