/**
 * The journal: a table of keys, versions and bytes.
 */
import type { Journal, StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import type { Database, Row } from "./Database.ts"
import { isFaster } from "./errors.ts"
import type { Names } from "./names.ts"
import { bytesArray, fromBytes, plainArray, textArray, toNumbers } from "./values.ts"

const decode = ([key, version, value]: Row): Journal.Entry => ({
  key: key ?? "",
  value: fromBytes(value ?? ""),
  version: Number(version),
})

/** Right behind all keys that begin with a prefix: no key has a character as great as this one. */
const behind = (prefix: string): string => `${prefix}\u007f`

/** @internal */
export const make = (database: Database, { schema }: Names): Journal.Journal["Service"] => {
  const read = {
    name: "entries_read",
    text: `select key, version, value from ${schema}.entries where key = any($1::text[])`,
  }
  const write = {
    name: "entries_write",
    text: `select ${schema}.write_entries($1::text[], $2::bytea[], $3::bigint[])`,
  }
  const scan = {
    name: "entries_scan",
    text:
      `select key, version, value from ${schema}.entries ` +
      `where key >= $1::text collate "C" and key < $2::text collate "C" and key > $3::text collate "C" ` +
      `order by key limit $4::bigint`,
  }

  const current = (
    keys: ReadonlyArray<string>,
  ): Effect.Effect<ReadonlyArray<Journal.Entry | undefined>, StoreError.StoreError> =>
    Effect.map(database.read(read, [textArray(keys)]), (rows) => {
      const found = new Map(rows.map((row) => [row[0], decode(row)]))
      return keys.map((key) => found.get(key))
    })

  const conflict = (writes: ReadonlyArray<Journal.Write>) =>
    Effect.map(current(writes.map(({ key }) => key)), (entries): Journal.WriteOutcome => ({
      _tag: "Conflict",
      current: entries,
    }))

  return {
    read: (keys) => (keys.length === 0 ? Effect.succeed([]) : current(keys)),
    write: (writes) => {
      if (writes.length === 0) return Effect.succeed({ _tag: "Written", versions: [] })
      const values = [
        textArray(writes.map(({ key }) => key)),
        bytesArray(writes.map(({ value }) => value)),
        plainArray(writes.map(({ expectedVersion }) => expectedVersion)),
      ]
      return Effect.uninterruptible(
        database.write(write, values).pipe(
          Effect.flatMap(([row]): Effect.Effect<Journal.WriteOutcome, StoreError.StoreError> => {
            const versions = row?.[0] ?? null
            return versions === null
              ? conflict(writes)
              : Effect.succeed({ _tag: "Written", versions: toNumbers(versions) })
          }),
          Effect.catchIf(
            (error) => isFaster(error.cause),
            () => conflict(writes),
          ),
        ),
      )
    },
    scan: (prefix, limit, after) =>
      Effect.map(database.read(scan, [prefix, behind(prefix), after ?? "", limit]), (rows) =>
        rows.map(decode),
      ),
  }
}
