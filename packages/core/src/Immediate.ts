/**
 * Methods of a port that never wait.
 *
 * The methods of stores and directories are effects, since most of them wait for a disk or a network.
 * To run an effect takes longer than all that a store in memory does for a command. Such a store
 * makes its methods of plain functions here: they are effects like any other, and the service may
 * call the functions themselves.
 *
 * The function belongs to the method, not to the store: whoever replaces or wraps the method gets
 * what the new one does.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Result from "effect/Result"

const immediately: unique symbol = Symbol("@kith/core/Immediate")

/**
 * A method of a port: what is asked for, and an effect that answers.
 *
 * @category models
 * @since 0.1.0
 */
export type Method<A, B, E> = (input: A) => Effect.Effect<B, E>

/**
 * A method that is known to never wait.
 *
 * @category models
 * @since 0.1.0
 */
export interface Immediate<A, B, E> {
  (input: A): Effect.Effect<B, E>
  readonly [immediately]: (input: A) => Result.Result<B, E>
}

/**
 * A method of a plain function. The function is called when the effect is run, or in its place.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <A, B, E>(f: (input: A) => Result.Result<B, E>): Immediate<A, B, E> =>
  Object.assign((input: A) => Effect.suspend(() => Effect.fromResult(f(input))), {
    [immediately]: f,
  })

/**
 * The plain function of a method that was made of one.
 *
 * @category getters
 * @since 0.1.0
 */
export const get = <A, B, E>(
  method: Method<A, B, E>,
): ((input: A) => Result.Result<B, E>) | undefined =>
  isImmediate(method) ? method[immediately] : undefined

const isImmediate = <A, B, E>(method: Method<A, B, E>): method is Immediate<A, B, E> =>
  immediately in method
