/** Makes the promise face of a layer over a remote. */
import { open } from "./host.ts"
import { remoteRelationshipsOf } from "./remoteRelationships.ts"
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
  open(layer, remoteRelationshipsOf)
