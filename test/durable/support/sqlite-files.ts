/** Files of a store on SQLite, made and spoilt. */
import { RelationshipEvent, RelationshipStore, type StoreError } from "@kith/core"
import { Fixtures } from "@kith/core/testing"
import { SqliteAdapter } from "@kith/sqlite-adapter"
import { Effect } from "effect"
import { createHash } from "node:crypto"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll } from "vitest"

type Store = RelationshipStore.RelationshipStore["Service"]

const folder = mkdtempSync(join(tmpdir(), "kith-sqlite-"))
afterAll(() => rmSync(folder, { recursive: true }))

/** A name in a new folder of its own, where nothing is yet. */
export const fresh = (): string => join(mkdtempSync(join(folder, "file-")), "kith.db")

/** Opens a store, does something with it, and closes it. */
export const withStore = <A, E>(
  options: SqliteAdapter.Options,
  use: (store: Store) => Effect.Effect<A, E>,
): Effect.Effect<A, E | StoreError.StoreError> =>
  Effect.provide(
    Effect.flatMap(RelationshipStore.RelationshipStore, use),
    SqliteAdapter.layer(options),
  )

/** A change of an edge that nobody used before. */
export const someChange = Effect.flatMap(Fixtures.edge, (edge) =>
  Fixtures.change(edge, Fixtures.untouched, [RelationshipEvent.followed(true, false)]),
)

/** Commits so many changes, each of an edge of its own. */
export const fill = (store: Store, count: number): Effect.Effect<void, StoreError.StoreError> =>
  Effect.flatMap(Effect.replicateEffect(someChange, count), (changes) =>
    Effect.asVoid(store.commit(changes)),
  )

/** A file with a store of so many edges in it. */
export const made = (count: number): Effect.Effect<string, StoreError.StoreError> =>
  Effect.suspend(() => {
    const file = fresh()
    return Effect.as(
      withStore({ file }, (store) => fill(store, count)),
      file,
    )
  })

/** Everything in the folder of a file: names and contents. */
export const sight = (file: string): ReadonlyArray<string> =>
  readdirSync(dirname(file))
    .toSorted()
    .map((name) => {
      const content = readFileSync(join(dirname(file), name))
      return `${name} ${content.length} ${createHash("sha256").update(content).digest("hex")}`
    })

/** Why a file is refused. */
export const refusal = (options: SqliteAdapter.Options): Effect.Effect<StoreError.StoreError> =>
  Effect.flip(
    Effect.flatMap(
      withStore(options, () => Effect.void),
      () => Effect.die("the file was opened"),
    ),
  )
