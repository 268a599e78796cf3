/** Makes the promise face of a layer. */
import { open } from "./host.ts"
import { relationshipsOf } from "./relationships.ts"
import type { Relationships, RelationshipsLayer } from "./types.ts"

/**
 * Builds a layer and gives its service as promises. Close it when done.
 *
 * @example
 *   const relationships = await connect(MemoryAdapter.layer())
 *   await relationships.execute({ _tag: "Follow", source: "1", target: "2" })
 *   await relationships.close()
 * @since 0.1.0
 */
export const connect = (layer: RelationshipsLayer): Promise<Relationships> =>
  open(layer, relationshipsOf)
