/**
 * The port to small pieces of durable knowledge beside the log: intents on their way to a remote,
 * quota windows, grants of access. All processes that act together share one journal.
 *
 * It is a map from keys to texts in which every entry has a version, so that two who write the same
 * entry notice each other. Each sentence here is a promise, and each promise has a case in
 * `journalSuite` of `@kith/core/testing`.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StoreError } from "./StoreError.ts"

/**
 * - `key`: 1 to 512 printable ASCII characters without spaces.
 * - `value`: any text; up to 64 KiB of it in UTF-8 is kept by every journal.
 * - `version`: 1 or more. No version comes twice for one key, also when the entry was deleted and
 *   written anew in between.
 *
 * @category models
 * @since 0.1.0
 */
export interface Entry {
  readonly key: string
  readonly value: string
  readonly version: number
}

/**
 * One entry to be written: its new value, or `undefined` to delete it, on the condition that its
 * version is still the one expected; 0 expects that there is no entry.
 *
 * @category models
 * @since 0.1.0
 */
export interface Write {
  readonly key: string
  readonly value: string | undefined
  readonly expectedVersion: number
}

/**
 * - `Written`: all of it, with the new version of each entry in the order of the writes; 0 for one
 *   that was deleted.
 * - `Conflict`: none of it, because an entry has another version than expected; `current` has the
 *   entries as they are, in the order of the writes, so that trying again needs no second read.
 *
 * @category models
 * @since 0.1.0
 */
export type WriteOutcome =
  | { readonly _tag: "Written"; readonly versions: ReadonlyArray<number> }
  | { readonly _tag: "Conflict"; readonly current: ReadonlyArray<Entry | undefined> }

/**
 * A journal. Those who share one keep to keys with a beginning of their own, such as `quota/`.
 *
 * @category services
 * @since 0.1.0
 */
export class Journal extends Context.Service<
  Journal,
  {
    /** The entries of the keys in the order asked; `undefined` for one that is not there. */
    readonly read: (
      keys: ReadonlyArray<string>,
    ) => Effect.Effect<ReadonlyArray<Entry | undefined>, StoreError>

    /**
     * Writes all entries or none. The same key twice is a mistake of the caller, and which of the two
     * counts is not promised. Of two concurrent writes that expect the same version, at most one
     * succeeds. What was written is there after a restart, where the journal is durable at all. An
     * interrupted write has happened as a whole or not at all.
     */
    readonly write: (writes: ReadonlyArray<Write>) => Effect.Effect<WriteOutcome, StoreError>

    /**
     * Up to `limit` (1 or more) entries whose keys begin with `prefix` and come after the key
     * `after`, ordered by key, character by character. Empty only when there are none.
     */
    readonly scan: (
      prefix: string,
      limit: number,
      after?: string,
    ) => Effect.Effect<ReadonlyArray<Entry>, StoreError>
  }
>()("@kith/core/Journal") {}
