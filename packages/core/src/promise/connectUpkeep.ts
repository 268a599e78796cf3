/** Makes the promise face of a store's upkeep. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Upkeep as Service, type Progress } from "../Upkeep.ts"
import { type Host, open } from "./host.ts"
import * as input from "./input.ts"
import type { StoreOptions } from "./types.ts"
import type { Upkeep, UpkeepOptions } from "./upkeepTypes.ts"

const moment = input.decoder(Schema.Finite)

const tell =
  ({ onProgress }: UpkeepOptions = {}) =>
  ({ done, total }: Progress): Effect.Effect<void> =>
    Effect.sync(() => onProgress?.({ done, total }))

const upkeepOf = ({ call, close, service, stream }: Host): Upkeep => {
  const upkeep = service(
    Service,
    "the layer makes no Upkeep; give one that does, such as SqliteAdapter.layer({ file })",
  )
  return {
    check: (options) =>
      stream(
        Stream.unwrap(
          Effect.as(
            input.upkeep(options),
            Stream.flatMap(upkeep.check, (step) =>
              step._tag === "Fault"
                ? Stream.succeed({ where: step.where, message: step.message })
                : Stream.fromEffectDrain(tell(options)(step)),
            ),
          ),
        ),
        options,
      ),
    rebuild: (options) =>
      call(
        Effect.andThen(input.upkeep(options), Stream.runForEach(upkeep.rebuild, tell(options))),
        options,
      ),
    erase: (user, options) =>
      call(
        Effect.flatMap(Effect.all([input.user(user), input.upkeep(options)]), ([id]) =>
          Stream.runForEach(upkeep.erase(id), tell(options)),
        ),
        options,
      ),
    forget: (before, options) =>
      call(
        Effect.flatMap(Effect.all([moment(before), input.abortable(options)]), ([time]) =>
          upkeep.forget(time),
        ),
        options,
      ),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/**
 * Opens a store for its upkeep: holding it against its log, making anew what is derived from that, and
 * forgetting. Others may work with the store meanwhile, in this process too. It rejects with a
 * `KithError`: `Unavailable` when the store cannot be opened, `InvalidInput` when it has no upkeep, as one
 * in memory.
 *
 * @param store a layer that makes an `Upkeep`, such as `SqliteAdapter.layer({ file })`
 * @category constructors
 * @since 0.1.0
 */
export const connectUpkeep = (store: StoreOptions["store"]): Promise<Upkeep> =>
  open(store, upkeepOf)
