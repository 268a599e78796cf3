/**
 * Finds the store that was named. The adapters are loaded here and not above, so that nobody waits
 * for one that is not used, and nobody misses one that is not installed.
 */
import type { Journal, RelationshipStore, StoreError, Upkeep } from "@kith/core"
import type { SqliteBackup } from "@kith/sqlite-adapter"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { stat } from "node:fs/promises"
import { failed, type Failure, misused } from "../Failure.ts"
import * as Screen from "../Screen.ts"
import * as SystemError from "../SystemError.ts"
import * as Explanation from "./Explanation.ts"
import * as StoreUrl from "./StoreUrl.ts"

export type Services = RelationshipStore.RelationshipStore | Journal.Journal | Upkeep.Upkeep

export type Durable = Exclude<StoreUrl.StoreUrl, { readonly _tag: "Memory" }>

/** Whether the store has to be there, or is made where there is none. */
export type Need = "existing" | "any"

export const parse = (text: string): Effect.Effect<StoreUrl.StoreUrl, Failure> =>
  Effect.mapError(Effect.fromResult(StoreUrl.parse(text)), (mistake) =>
    misused(`the store: ${mistake}`),
  )

/** Loads a module that may not be installed. */
export const load = <A>(name: string, module: () => Promise<A>): Effect.Effect<A, Failure> =>
  Effect.tryPromise({
    try: module,
    catch: (error) =>
      failed(
        `cannot load ${name}, which this store takes: ${Screen.oneLine(error instanceof Error ? error.message : String(error))}`,
        { tag: "StoreError" },
      ),
  })

/** Looks for a file that has to be there, since opening it would make it. */
const expectFile = (file: string): Effect.Effect<void, Failure> =>
  Effect.tryPromise({
    try: () => stat(file),
    catch: (error) =>
      SystemError.codeOf(error) === "ENOENT"
        ? failed(
            `there is no store ${Screen.plain(file)}; name another with --store, or make one with kith serve or kith import`,
            { tag: "StoreError" },
          )
        : Explanation.fromSystem("open", file, error),
  })

const loadSqlite = load("@kith/sqlite-adapter", () => import("@kith/sqlite-adapter"))
const loadPostgres = load("@kith/postgres-adapter", () => import("@kith/postgres-adapter"))

type LayerOf<A> = Layer.Layer<A, StoreError.StoreError>

interface Sqlite {
  readonly layer: LayerOf<Services | SqliteBackup.SqliteBackup>
  readonly SqliteBackup: typeof SqliteBackup
}

/** A store in a file, with what only files have. */
export const sqlite = (file: string, need: Need): Effect.Effect<Sqlite, Failure> =>
  Effect.gen(function* () {
    if (need === "existing") yield* expectFile(file)
    const { SqliteAdapter, SqliteBackup } = yield* loadSqlite
    return { layer: SqliteAdapter.layer({ file }), SqliteBackup }
  })

/** The layer of a store; one that has to be there is not made. */
export const layer = (url: Durable, need: Need): Effect.Effect<LayerOf<Services>, Failure> =>
  url._tag === "Sqlite"
    ? Effect.map(sqlite(url.file, need), (found) => found.layer)
    : Effect.map(loadPostgres, ({ PostgresAdapter }) =>
        PostgresAdapter.layer({
          url: url.url,
          create: need === "any",
          ...(url.schema === undefined ? {} : { schema: url.schema }),
        }),
      )
