/**
 * Copying a store that is in use.
 *
 * @since 0.1.0
 */
import type { StoreError, Upkeep } from "@kith/core"
import * as Context from "effect/Context"
import type * as Stream from "effect/Stream"

/**
 * Copies of the store that a `SqliteAdapter.layer` has open; it comes with that layer.
 *
 * @category services
 * @since 0.1.0
 */
export class SqliteBackup extends Context.Service<
  SqliteBackup,
  {
    /**
     * Copies the store into a new file: one moment of it, whatever is committed meanwhile. A file that
     * is there already is refused and left as it is. The copy is a store like any other, in one file,
     * and readable by nobody else. Until it is whole it has `.part` at the end of its name.
     */
    readonly to: (file: string) => Stream.Stream<Upkeep.Progress, StoreError.StoreError>
  }
>()("@kith/sqlite-adapter/SqliteBackup") {}
