/** What a host gives beside plain values: layers that are opaque to it, and functions of its own. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { StoreError } from "../StoreError.ts"
import { messageOf } from "./errors.ts"
import type { Decode } from "./input.ts"
import { KithError } from "./KithError.ts"

type RunnableLayer = Layer.Layer<never, unknown>

/**
 * Whether somebody gave a layer. That it needs nothing is known once it has been built.
 *
 * @internal
 */
export const isRunnable = (layer: unknown): layer is RunnableLayer => Layer.isLayer(layer)

/** A key is a path, with the service's own name at its end. */
const nameOf = ({ key }: { readonly key: string }): string => key.slice(key.lastIndexOf("/") + 1)

const invalid = (message: string) => Effect.fail(new KithError("InvalidInput", message))

/**
 * A service of a layer that the host gave, whose type says nothing to it. When it is no layer, or makes no
 * such service, building it fails with a `KithError` that has the tag `InvalidInput`.
 *
 * @param name the option that it was given as
 * @param example what to give, for the message
 * @category constructors
 * @since 0.1.0
 */
export const layerOf = <I, S>(
  service: Context.Key<I, S>,
  layer: unknown,
  name: string,
  example: string,
): Layer.Layer<I, unknown> =>
  isRunnable(layer)
    ? Layer.flatMap(layer, (made: Context.Context<never>) =>
        Layer.effect(
          service,
          Option.match(Context.getOption(made, service), {
            onSome: Effect.succeed,
            onNone: () =>
              invalid(
                `the layer of ${name} makes no ${nameOf(service)}; give one that does, such as ${example}`,
              ),
          }),
        ),
      )
    : Layer.effect(service, invalid(`${name} takes a layer, such as ${example}`))

/**
 * Asks a function of the host, whether it answers with a promise or at once. When it throws or rejects,
 * that is a `StoreError` with the reason `Unavailable`; an answer that makes no sense is `Corrupt`, since
 * asking again gives it again.
 *
 * @param name the option that it was given as
 * @category operations
 * @since 0.1.0
 */
export const ask = <A>(
  name: string,
  question: () => unknown,
  decode: Decode<A>,
): Effect.Effect<A, StoreError> =>
  Effect.tryPromise({
    try: async () => question(),
    catch: (cause) =>
      new StoreError({
        reason: "Unavailable",
        message: `${name} failed: ${messageOf(cause)}`,
        cause,
      }),
  }).pipe(
    Effect.flatMap((answer) =>
      Effect.mapError(
        decode(answer),
        ({ message }) =>
          new StoreError({ reason: "Corrupt", message: `${name} gave a wrong answer: ${message}` }),
      ),
    ),
  )
