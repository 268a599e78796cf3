/** The promise face of a service over a remote: what every service has, and looking at the remote. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Reconciler } from "../Reconciler.ts"
import { open } from "./host.ts"
import * as input from "./input.ts"
import { relationshipsOf } from "./relationships.ts"
import type { RemoteRelationships } from "./remoteTypes.ts"
import type { RelationshipsLayer } from "./types.ts"

/**
 * Builds a layer over a remote and gives its services as promises. Close it when done: it waits for
 * the commands that have left. It rejects with a `KithError`: `Unavailable` when the layer cannot be
 * built, `InvalidInput` when it is none over a remote.
 *
 * @category constructors
 * @since 0.1.0
 */
export const connectRemote = (layer: RelationshipsLayer): Promise<RemoteRelationships> =>
  open(layer, (host) => {
    const { call, service, stream } = host
    const reconciler = service(
      Reconciler,
      "the layer makes no Reconciler; it is no layer over a remote, and connect takes it",
    )
    return {
      ...relationshipsOf(host),
      reconcile: (edge, options) =>
        call(Effect.flatMap(input.edge(edge), reconciler.reconcile), options),
      reconcileAll: (user, options) =>
        stream(
          Stream.unwrap(
            Effect.map(input.user(user), (id) =>
              reconciler.reconcileAll(id, {
                cursor: options?.cursor,
                patience: options?.patience,
              }),
            ),
          ),
          options,
        ),
      unresolved: (options) => stream(reconciler.unresolved, options),
      resolve: (options) => call(reconciler.resolve, options),
    }
  })
