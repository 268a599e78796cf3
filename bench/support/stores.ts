/** The durable stores by where they are kept. */
import type { Journal, RelationshipStore, StoreError, Upkeep } from "@kith/core"
import { PostgresAdapter } from "@kith/postgres-adapter"
import { SqliteAdapter } from "@kith/sqlite-adapter"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

export type Store = Layer.Layer<
  RelationshipStore.RelationshipStore | Journal.Journal | Upkeep.Upkeep,
  StoreError.StoreError
>

/** @param place the url of a database, or a file */
export const layer = (place: string, connections?: number): Store =>
  place.startsWith("postgres")
    ? PostgresAdapter.layer({ url: Redacted.make(place), connections })
    : SqliteAdapter.layer({ file: place })
