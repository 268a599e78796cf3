import { Relationships } from "@kith/core"
import { relationshipsSuite, storeSuite, World } from "@kith/core/testing"
import { Layer } from "effect"
import { postgres } from "../support/postgres-layer.ts"

const layer = postgres()

storeSuite("PostgresAdapter", layer, { durable: true, shared: true })

relationshipsSuite(
  "Relationships over PostgresAdapter",
  Relationships.layerStore().pipe(Layer.provide(layer), Layer.provideMerge(World.layerDirectory)),
)
