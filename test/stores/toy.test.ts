import { Relationships } from "@kith/core"
import { relationshipsSuite, storeSuite, World } from "@kith/core/testing"
import { Layer } from "effect"
import * as ToyStore from "./toy-store.ts"

storeSuite("the toy store", ToyStore.layer)

relationshipsSuite(
  "Relationships over the toy store",
  Relationships.layerStore().pipe(
    Layer.provide(ToyStore.layer),
    Layer.provideMerge(World.layerDirectory),
  ),
)
