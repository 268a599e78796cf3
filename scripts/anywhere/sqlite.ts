/** A backend that keeps them in a file, which it closes and opens again. */
import { Relationships } from "@kith/core"
import { connect } from "@kith/core/promise"
import { MemoryDirectory } from "@kith/memory-adapter"
import { SqliteAdapter } from "@kith/sqlite-adapter"
import { Layer } from "effect"
import { relate } from "./relate.ts"

const directory = MemoryDirectory.layer({ users: [["1"], ["2", { protected: true }]] })

export default async (file: string): Promise<unknown> => {
  const layer = Relationships.layerStore().pipe(
    Layer.provide([SqliteAdapter.layer({ file }), directory]),
  )
  const related = await relate(layer)
  const reopened = await connect(layer)
  const { followers } = await reopened.counts("2")
  await reopened.close()
  return [...related, followers]
}
