/** What the promise face of a service over a remote has: what every service has, and looking at the remote. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Reconciler } from "../Reconciler.ts"
import type { Host } from "./host.ts"
import * as input from "./input.ts"
import { relationshipsOf } from "./relationships.ts"
import type { RemoteRelationships } from "./remoteTypes.ts"

/**
 * The services of a host whose layer is one over a remote, as promises. It throws a `KithError` with the
 * tag `InvalidInput` when the layer is none.
 *
 * @category constructors
 * @since 0.1.0
 */
export const remoteRelationshipsOf = (host: Host): RemoteRelationships => {
  const { call, service, stream } = host
  const reconciler = service(
    Reconciler,
    "the layer makes no Reconciler; it is no layer over a remote, and connect takes it",
  )
  return {
    ...relationshipsOf(host),
    reconcile: (edge, options) =>
      call(
        Effect.flatMap(Effect.all([input.edge(edge), input.abortable(options)]), ([decoded]) =>
          reconciler.reconcile(decoded),
        ),
        options,
      ),
    reconcileAll: (user, options) =>
      stream(
        Stream.unwrap(
          Effect.map(
            Effect.all([input.user(user), input.reconciliation(options)]),
            ([id, { cursor, patience }]) => reconciler.reconcileAll(id, { cursor, patience }),
          ),
        ),
        options,
      ),
    unresolved: (options) =>
      stream(Stream.unwrap(Effect.as(input.abortable(options), reconciler.unresolved)), options),
    resolve: (options) =>
      call(Effect.andThen(input.abortable(options), reconciler.resolve), options),
  }
}
