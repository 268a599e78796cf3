/** A store and a journal in one file of SQLite, for as long as it is open. */
import { Journal, RelationshipStore } from "@kith/core"
import { SqliteAdapter } from "@kith/sqlite-adapter"
import { Context, Effect, Exit, Layer, Scope } from "effect"

export const open = async (file: string) => {
  const scope = Scope.makeUnsafe()
  const context = await Effect.runPromise(
    Scope.provide(Layer.build(SqliteAdapter.layer({ file })), scope),
  )
  return {
    store: Context.get(context, RelationshipStore.RelationshipStore),
    journal: Context.get(context, Journal.Journal),
    [Symbol.asyncDispose]: () => Effect.runPromise(Scope.close(scope, Exit.void)),
  }
}
