/**
 * The control plane over a world that is kept.
 *
 * @since 0.1.0
 */
import { StoreError } from "@kith/core"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import type { ControlPlane, Guard } from "../control/ControlPlane.ts"
import * as LiveWorld from "../LiveWorld.ts"
import * as Planes from "../Planes.ts"
import * as Blocking from "../world/Blocking.ts"
import * as SandboxClock from "../world/SandboxClock.ts"
import type { World } from "../world/World.ts"
import * as Gate from "./Gate.ts"
import * as Storage from "./Storage.ts"
import type { StorageRefused } from "./StorageRefused.ts"

/** How often what was counted against limits is written, at most. */
const countedEvery = "1 second"

const unavailable = (message: string): StoreError.StoreError =>
  new StoreError.StoreError({ reason: "Unavailable", message })

const takenOver = unavailable("another sandbox has taken over the store")
const between = unavailable("the world could not be replaced; replace or reset it again")

/** @category models @since 0.1.0 */
export interface Options {
  readonly storage: Storage.Layers
  readonly world?: World | undefined
  readonly replace?: boolean | undefined
  readonly publicUrls: ReadonlyArray<string>
}

/** @category constructors @since 0.1.0 */
export const make: (
  options: Options,
) => Effect.Effect<Planes.Begun, StoreError.StoreError | StorageRefused, Scope.Scope> =
  Effect.fnUntraced(function* (options) {
    const { publicUrls } = options
    const clock = yield* SandboxClock.make
    const storage = yield* Storage.open({
      storage: options.storage,
      world: options.world,
      replace: options.replace ?? false,
      clock,
    })
    const outer = yield* Effect.scope
    const gate = Gate.make()

    const live = Effect.fnUntraced(function* (chapter: Storage.Chapter) {
      const { book, origin, writeCounted, ...kept } = chapter
      const world = yield* LiveWorld.restore(
        origin,
        { clock, publicUrls },
        { ...kept, keeper: book, saved: book.saved },
      )
      const write = Effect.suspend(() => writeCounted(world.meter.ledger(), clock.now()))
      yield* Effect.addFinalizer(() => Effect.ignore(Effect.andThen(book.saved, write)))
      yield* Effect.ignore(write).pipe(
        Effect.delay(countedEvery),
        Effect.forever,
        Effect.forkScoped,
      )
      return world
    })

    let book = storage.first.book
    let running = yield* Planes.run(outer, live(storage.first))
    // Where the store fails, blocking again ends what is left, as it does while the sandbox runs.
    yield* Effect.ignore(Blocking.complete(running.live))
    /** Whether there is no world that could run. */
    let isBetween = false
    /** Whether nobody can tell which world a crash would leave. */
    let isInDoubt = false
    const shown = Planes.showing(() => running)

    /** The log of the old world and that of the new one are one: who follows it is told before. */
    const end = Effect.suspend(() =>
      Effect.andThen(
        Deferred.succeed(running.replaced, undefined),
        Scope.close(running.scope, Exit.void),
      ),
    )

    const replace = (world: () => World, resetClock: boolean) =>
      gate.alone(
        Effect.gen(function* () {
          const lag = resetClock ? 0 : shown.lagSeconds()
          yield* book.saved
          isInDoubt = true
          yield* storage.stage(world(), { resetClock })
          isInDoubt = false
          isBetween = true
          yield* end
          const chapter = yield* storage.finish
          running = yield* Planes.run(outer, live(chapter))
          book = chapter.book
          isBetween = false
          yield* shown.setLag(lag)
        }),
      )

    const guard: Guard = (answer, refuse) => {
      const guarded = Effect.gen(function* () {
        if (storage.isLost()) return refuse(takenOver)
        if (isBetween) return refuse(between)
        if (isInDoubt) {
          const settled = yield* Effect.result(book.saved)
          if (Result.isFailure(settled)) return refuse(settled.failure)
          isInDoubt = false
        }
        const before = book.changes()
        const reply = yield* answer
        if (book.changes() !== before) {
          return yield* Effect.match(book.saved, { onFailure: refuse, onSuccess: () => reply })
        }
        // Others' changes may be in the answer too; whether they are kept is told to those others.
        if (book.isUnsaved()) yield* Effect.ignore(book.saved)
        return reply
      })
      return gate.beside(guarded)
    }

    const control: ControlPlane = {
      ...shown,
      replace: (world) => Effect.uninterruptible(replace(() => world, false)),
      reset: Effect.uninterruptible(
        Effect.suspend(() => {
          shown.setFaults([])
          return replace(storage.origin, true)
        }),
      ),
      guard,
    }
    return { control, resumed: storage.resumed }
  })
