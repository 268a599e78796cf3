/** Roles of few rights on a PostgreSQL server. */
import { Effect, Redacted } from "effect"
import type { Client } from "pg"
import { freshSchema, serverUrl } from "./postgres.ts"
import { sql } from "./postgres-layer.ts"

/** A role that has no right but to come in, until the scope ends: its name, and the url to come in by. */
export const newRole = (owner: Client, database?: string) =>
  Effect.gen(function* () {
    const name = freshSchema()
    yield* sql(owner, `create role ${name} login password 'narrow'`)
    yield* Effect.addFinalizer(() =>
      sql(owner, `drop owned by ${name} cascade`).pipe(
        Effect.andThen(sql(owner, `drop role ${name}`)),
      ),
    )
    const url = new URL(database ?? (yield* Effect.promise(serverUrl)))
    url.username = name
    url.password = "narrow"
    return { name, url: Redacted.make(url.href) }
  })

/** Lets a role read and write all that is in a schema by now, and do no more there. */
export const letReadAndWrite = Effect.fnUntraced(function* (
  owner: Client,
  schema: string,
  role: string,
) {
  yield* sql(owner, `grant usage on schema ${schema} to ${role}`)
  yield* sql(
    owner,
    `grant select, insert, update, delete on all tables in schema ${schema} to ${role}`,
  )
  yield* sql(owner, `grant select, usage on all sequences in schema ${schema} to ${role}`)
})
