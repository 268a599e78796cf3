/** The adapter over the run's PostgreSQL server, and ways to look behind it. */
import { Journal, RelationshipStore, type StoreError, Upkeep } from "@kith/core"
import { PostgresAdapter } from "@kith/postgres-adapter"
import { Context, Effect, Layer, Redacted, type Scope } from "effect"
import { Client } from "pg"
import { freshSchema, serverUrl } from "./postgres.ts"

/** The layer in a schema of its own for each call, or in the one named. */
export const postgres = (options?: Partial<PostgresAdapter.Options>) => {
  const schema = freshSchema()
  return Layer.unwrap(
    Effect.map(Effect.promise(serverUrl), (url) =>
      PostgresAdapter.layer({ url: Redacted.make(url), schema, connections: 4, ...options }),
    ),
  )
}

/** A store that is open until the scope ends, with what belongs to it. */
export const open = (
  options: Partial<PostgresAdapter.Options>,
): Effect.Effect<
  {
    readonly store: RelationshipStore.RelationshipStore["Service"]
    readonly journal: Journal.Journal["Service"]
    readonly upkeep: Upkeep.Upkeep["Service"]
  },
  StoreError.StoreError,
  Scope.Scope
> =>
  Effect.map(Layer.build(Layer.fresh(postgres(options))), (context) => ({
    store: Context.get(context, RelationshipStore.RelationshipStore),
    journal: Context.get(context, Journal.Journal),
    upkeep: Context.get(context, Upkeep.Upkeep),
  }))

/** A connection behind the adapter's back, until the scope ends. */
export const connect = (url?: string): Effect.Effect<Client, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const client = new Client({ connectionString: url ?? (await serverUrl()) })
      client.on("error", () => undefined)
      await client.connect()
      return client
    }),
    (client) => Effect.promise(() => client.end().catch(() => undefined)),
  )

/** One statement on a connection. */
export const sql = (
  client: Client,
  text: string,
  values: ReadonlyArray<unknown> = [],
): Effect.Effect<ReadonlyArray<Readonly<Record<string, unknown>>>> =>
  Effect.promise(async () => (await client.query(text, [...values])).rows)

/** One statement behind the adapter's back. */
export const behind = (text: string, values?: ReadonlyArray<unknown>) =>
  Effect.scoped(Effect.flatMap(connect(), (client) => sql(client, text, values)))
