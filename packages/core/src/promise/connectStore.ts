/** Makes the promise face of a service over a store, with what the host knows about its users. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Directory } from "../Directory.ts"
import { layerStore } from "../Relationships.ts"
import { RelationshipStore } from "../RelationshipStore.ts"
import { ask, layerOf } from "./given.ts"
import { open } from "./host.ts"
import * as input from "./input.ts"
import { KithError } from "./KithError.ts"
import { relationshipsOf } from "./relationships.ts"
import type { Relationships, StoreOptions } from "./types.ts"

const directoryOf = (facts: StoreOptions["facts"]): Directory["Service"] => ({
  facts: (edges) => {
    // Commands are edges too, and more than the host is asked about.
    const plain = edges.map(({ source, target }) => ({ source, target }))
    return ask(
      "facts",
      () => facts(plain),
      (answer) =>
        Effect.filterOrFail(
          input.facts(answer),
          (known) => known.length === plain.length,
          (known) =>
            new KithError(
              "InvalidInput",
              `${known.length} for ${plain.length} edges; give one for each, in order`,
            ),
        ),
    )
  },
})

const serviceOf = ({ facts, store, ...options }: StoreOptions) =>
  layerStore(options).pipe(
    Layer.provide(Layer.succeed(Directory, directoryOf(facts))),
    Layer.provide(layerOf(RelationshipStore, store, "store", "SqliteAdapter.layer({ file })")),
  )

/**
 * Opens a store and gives the service over it as promises. Close it when done: that closes the store. It
 * rejects with a `KithError`: `Unavailable` when the store cannot be opened, `InvalidInput` when an
 * option cannot be meant.
 *
 * **Example** (A store, and the host's own users)
 *
 * ```ts
 * import { connectStore } from "@kith/core/promise"
 * import { MemoryStore } from "@kith/memory-adapter"
 *
 * const locked = new Set(["2"])
 * const relationships = await connectStore({
 *   store: MemoryStore.layer,
 *   facts: async (edges) =>
 *     edges.map(({ target }) => ({ target: locked.has(target) ? "protected" : "public" })),
 * })
 * const receipt = await relationships.execute({ _tag: "Follow", source: "1", target: "2" })
 * console.log(receipt.relationship._tag) // => Pending
 * await relationships.close()
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const connectStore = (options: StoreOptions): Promise<Relationships> =>
  open(
    Layer.unwrap(Effect.map(input.storeOptions(options), () => serviceOf(options))),
    relationshipsOf,
  )
