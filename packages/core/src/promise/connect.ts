/** Makes the promise face of a layer. */
import { open } from "./host.ts"
import { relationshipsOf } from "./relationships.ts"
import type { Relationships, RelationshipsLayer } from "./types.ts"

/**
 * Builds a layer and gives its service as promises. Close it when done. It rejects with a `KithError`:
 * `Unavailable` when the layer cannot be built, `InvalidInput` when it makes no `Relationships`.
 *
 * **Example** (A follow, without Effect)
 *
 * ```ts
 * import { connect } from "@kith/core/promise"
 * import { MemoryAdapter } from "@kith/memory-adapter"
 *
 * const users = [["1"], ["2"]] as const
 * const relationships = await connect(MemoryAdapter.layer({ directory: { users } }))
 * const receipt = await relationships.execute({ _tag: "Follow", source: "1", target: "2" })
 * console.log(receipt._tag) // => Changed
 * await relationships.close()
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const connect = (layer: RelationshipsLayer): Promise<Relationships> =>
  open(layer, relationshipsOf)
