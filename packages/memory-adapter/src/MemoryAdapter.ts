/**
 * The whole service in memory, in one line.
 *
 * @since 0.1.0
 */
import { type Directory, Relationships, type RelationshipStore } from "@kith/core"
import * as Layer from "effect/Layer"
import * as MemoryDirectory from "./MemoryDirectory.ts"
import * as MemoryStore from "./MemoryStore.ts"

/**
 * - `store`: how much is remembered; see `MemoryStore.Options`.
 * - `directory`: who there is; see `MemoryDirectory.Options`. Without it there is nobody, and every
 *   follow is refused with `TargetNotFound`.
 * - `service`: see `Relationships.StoreOptions`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly store?: MemoryStore.Options | undefined
  readonly directory?: MemoryDirectory.Options | undefined
  readonly service?: Relationships.StoreOptions | undefined
}

/**
 * The service over an empty store and a directory, with both of them at hand.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options?: Options,
): Layer.Layer<
  | Relationships.Relationships
  | RelationshipStore.RelationshipStore
  | Directory.Directory
  | MemoryDirectory.MemoryDirectory
> =>
  Relationships.layerStore(options?.service).pipe(
    Layer.provideMerge(
      Layer.merge(
        MemoryStore.layerWith(options?.store ?? {}),
        MemoryDirectory.layer(options?.directory),
      ),
    ),
  )
