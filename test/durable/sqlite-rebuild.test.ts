/** What is derived from the log, made anew in many small bites, is what the commits made of it. */
import { type Command, Relationships, UserId } from "@kith/core"
import { Generators } from "@kith/core/testing"
import { MemoryDirectory } from "@kith/memory-adapter"
import { SqliteAdapter } from "@kith/sqlite-adapter"
import { Effect, Layer } from "effect"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { build } from "../../packages/sqlite-adapter/src/internal/building.ts"
import { Connection } from "../../packages/sqlite-adapter/src/internal/Connection.ts"
import { derived, derivedTables } from "../../packages/sqlite-adapter/src/internal/schema.ts"
import { fresh } from "./support/sqlite-files.ts"

const runs = process.env["KITH_FULL"] === "1" ? 500 : 40

const columns = {
  edges: ["source", "target", "place", "last", "version"],
  outgoing: ["source", "place", "target"],
  incoming: ["target", "place", "source"],
  users: ["id", "following", "followers", "sent", "received"],
} as const

/** Everything in the derived tables, as text, without users who have nothing to count. */
const dump = (connection: Connection, prefix: string) =>
  derivedTables.map((table) =>
    connection
      .prepare(
        `SELECT ${columns[table].map((column) => `${column} || ''`).join(", ")}
         FROM ${prefix}${table} ORDER BY ${columns[table].join(", ")}`,
      )
      .all()
      .filter((row) => table !== "users" || row.slice(1).some((count) => count !== "0")),
  )

/** Makes the tables anew up to a position, in bites of such a size, and gives them. */
const anew = (connection: Connection, last: number, biteSize: number) => {
  const prefix = "temp.made_"
  connection.database.exec(
    derivedTables.map((table) => `DROP TABLE IF EXISTS ${prefix}${table};`).join(""),
  )
  connection.database.exec(derived(prefix))
  for (const step of build({ connection, prefix, biteSize, within: (bite) => bite() }, last)) {
    if (typeof step === "function") step()
  }
  return dump(connection, prefix)
}

// Small numbers, those whose last digits JavaScript loses, and those beyond the signed integers.
const users = ["1", "2", "9007199254740993", "9007199254740995", "9999999999999999999"].map(
  UserId.make,
)

const over = (file: string) =>
  Relationships.layerStore().pipe(
    Layer.provide(SqliteAdapter.layer({ file })),
    Layer.provide(
      MemoryDirectory.layer({
        unknownUsers: "public",
        users: users.slice(0, 2).map((user) => [user, { protected: true }] as const),
      }),
    ),
  )

const groups = fc.array(
  fc.array(Generators.command(fc.constantFrom(...users)), {
    minLength: 1,
    maxLength: 40,
    size: "max",
  }),
  { minLength: 1, maxLength: 4, size: "max" },
)

/** Carries groups of commands out, and compares after each of them. */
const agrees = (commands: ReadonlyArray<ReadonlyArray<Command.Command>>, biteSize: number) => {
  const file = fresh()
  return Effect.provide(
    Effect.gen(function* () {
      const { executeAll } = yield* Relationships.Relationships
      const connection = yield* Effect.acquireRelease(
        Effect.sync(() => new Connection(file)),
        (opened) => Effect.sync(() => opened.close()),
      )
      for (const group of commands) {
        yield* executeAll(group.map((command) => [command] as const))
        const last = Number(connection.value("SELECT max(position) FROM events"))
        expect(anew(connection, last, biteSize)).toEqual(dump(connection, ""))
      }
    }).pipe(Effect.scoped),
    over(file),
  )
}

test(`what is made anew equals what is there after any commands (${runs} histories)`, async () => {
  await fc.assert(
    fc.asyncProperty(groups, fc.integer({ min: 1, max: 30 }), (commands, biteSize) =>
      Effect.runPromise(agrees(commands, biteSize)),
    ),
    { numRuns: runs },
  )
})
