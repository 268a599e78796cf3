/** Where a store lives, as a value that can be told to another process. */
import type { RelationshipStore, StoreError } from "@kith/core"
import { type Layer, Redacted, Schema } from "effect"
import { Flaw } from "./line-store.ts"

export const Place = Schema.TaggedUnion({
  Lines: { file: Schema.String, flaw: Schema.optional(Flaw) },
  Sqlite: { file: Schema.String },
  Postgres: { url: Schema.String, schema: Schema.String },
})

export type Place = typeof Place.Type

type StoreLayer = Layer.Layer<RelationshipStore.RelationshipStore, StoreError.StoreError>

/** The store of a place. Only its own adapter is loaded, since a process is begun for each crash. */
export const layerOf = async (place: Place): Promise<StoreLayer> => {
  switch (place._tag) {
    case "Lines": {
      const LineStore = await import("./line-store.ts")
      return LineStore.layer(place.file, place.flaw)
    }
    case "Sqlite": {
      const { SqliteAdapter } = await import("@kith/sqlite-adapter")
      return SqliteAdapter.layer({ file: place.file })
    }
    case "Postgres": {
      const { PostgresAdapter } = await import("@kith/postgres-adapter")
      const { schema, url } = place
      // Few connections, since there are many processes.
      return PostgresAdapter.layer({ url: Redacted.make(url), schema, connections: 4 })
    }
  }
}

/** A kind of store, and how to come by an empty one. */
export interface Kind {
  readonly name: string
  readonly open: () => Promise<Place>
}
