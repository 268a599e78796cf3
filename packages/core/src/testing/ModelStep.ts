/**
 * A step that is taken by the naive {@link Model} and by a real service alike.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as fc from "fast-check"
import type { UserId } from "../UserId.ts"
import * as Generators from "./Generators.ts"
import type * as Model from "./Model.ts"
import type { RelationshipsBench } from "./RelationshipsCase.ts"

/**
 * The real service, and the command ids that this run may use.
 *
 * @category models
 * @since 0.1.0
 */
export interface Real extends RelationshipsBench {
  readonly ids: ReadonlyArray<string>
}

/**
 * A step as fast-check's model runner takes it. It fails where the two do not agree.
 *
 * @category models
 * @since 0.1.0
 */
export type Step = fc.AsyncCommand<Model.Model, Real>

/**
 * A step that may be taken at any time, under the name by which a failure shows it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const step = (
  name: string,
  run: (model: Model.Model, real: Real) => Effect.Effect<void, unknown>,
): Step => ({
  check: () => true,
  run: (model, real) => Effect.runPromise(run(model, real)),
  toString: () => name,
})

/**
 * The user of the run for whom one of the generators' pool stands.
 *
 * @category getters
 * @since 0.1.0
 */
export const userOf = (model: Model.Model, user: UserId): UserId =>
  model.users[Generators.pool.indexOf(user)] ?? user
