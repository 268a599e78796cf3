/**
 * The port to what is known about users: whether a target exists, approves its followers, blocks.
 *
 * A backend that is a social network implements it over its own users and blocks; the sandbox over
 * its world.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Edge } from "./Edge.ts"
import type { Facts } from "./Facts.ts"
import type { StoreError } from "./StoreError.ts"

/**
 * What is known about users. A service over a store asks it before it decides; one over a remote
 * needs none, since the remote's answer tells.
 *
 * @category services
 * @since 0.1.0
 */
export class Directory extends Context.Service<
  Directory,
  {
    /**
     * The facts of each edge, in the order asked. A user that is not known makes its edges' target
     * `missing`; that is an answer, not an error.
     *
     * It is called once for a whole group of commands, and only for those whose decision depends on
     * facts. What it returns is not locked: a target that turns protected in the same moment may
     * still be followed.
     */
    readonly facts: (edges: ReadonlyArray<Edge>) => Effect.Effect<ReadonlyArray<Facts>, StoreError>
  }
>()("@kith/core/Directory") {}
