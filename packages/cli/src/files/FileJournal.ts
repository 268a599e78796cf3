/**
 * A journal in one file, shared by all processes that use it, for few entries: every write writes all
 * of them. A backend with many users wants a journal in a database.
 *
 * Reading takes no lock, since the file is only ever replaced as a whole. What was written is on the
 * disk. The file holds users' tokens: its mode is 0600, and one that others can read is refused.
 */
import { Journal, StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as FileLock from "./FileLock.ts"
import * as PrivateFile from "./PrivateFile.ts"

/**
 * - `lastVersion`: one count for all keys, so that the versions of deleted entries stay used up.
 * - `entries`: key, version and value, ordered by key.
 */
const Document = Schema.Struct({
  kithJournal: Schema.Literal(1),
  lastVersion: Schema.Int,
  entries: Schema.Array(Schema.Tuple([Schema.String, Schema.Int, Schema.String])),
})
type Document = typeof Document.Type

const decode = Schema.decodeUnknownResult(Schema.fromJsonString(Document))

const empty: Document = { kithJournal: 1, lastVersion: 0, entries: [] }

const isBefore = (one: string, other: string): -1 | 0 | 1 =>
  one < other ? -1 : one > other ? 1 : 0

type Entries = Map<string, Journal.Entry>

interface Content {
  readonly lastVersion: number
  readonly entries: Entries
}

const toStoreError = ({ kind, message }: PrivateFile.Problem): StoreError.StoreError =>
  new StoreError.StoreError({ reason: kind === "Exposed" ? "ReadOnly" : kind, message })

const corrupt = (file: string): StoreError.StoreError =>
  new StoreError.StoreError({
    reason: "Corrupt",
    message: `${file} is no journal that this version of kith can read; move it away to begin a new one, and sign in again`,
  })

const read = (file: string): Result.Result<Content, StoreError.StoreError> =>
  Result.flatMap(Result.mapError(PrivateFile.read(file), toStoreError), (text) => {
    // Without a cause: it would quote tokens.
    const decoded = text === undefined ? Result.succeed(empty) : decode(text)
    if (Result.isFailure(decoded)) return Result.fail(corrupt(file))
    const { entries, lastVersion } = decoded.success
    return Result.succeed({
      lastVersion,
      entries: new Map(
        entries.map(([key, version, value]) => [key, { key, version, value }] as const),
      ),
    })
  })

const textOf = ({ entries, lastVersion }: Content): string => {
  const rows = [...entries.values()]
    .map(({ key, value, version }) => [key, version, value] as const)
    .toSorted(([one], [other]) => isBefore(one, other))
  const document: Document = { kithJournal: 1, lastVersion, entries: rows }
  return `${JSON.stringify(document)}\n`
}

/** The content after the writes; nothing when one of them expects another version. */
const apply = (
  { entries, lastVersion }: Content,
  writes: ReadonlyArray<Journal.Write>,
): { readonly content: Content; readonly versions: ReadonlyArray<number> } | undefined => {
  const isAsExpected = ({ expectedVersion, key }: Journal.Write): boolean =>
    (entries.get(key)?.version ?? 0) === expectedVersion
  if (!writes.every(isAsExpected)) return undefined
  const next = new Map(entries)
  let last = lastVersion
  const versions = writes.map(({ key, value }) => {
    if (value === undefined) {
      next.delete(key)
      return 0
    }
    last += 1
    next.set(key, { key, value, version: last })
    return last
  })
  return { content: { lastVersion: last, entries: next }, versions }
}

/** What a write came to; `"again"` when the lock was lost to somebody else before it was done. */
const writeOnce = (
  file: string,
  writes: ReadonlyArray<Journal.Write>,
  isMine: FileLock.IsMine,
): Result.Result<Journal.WriteOutcome | "again", StoreError.StoreError> =>
  Result.flatMap(read(file), (content): ReturnType<typeof writeOnce> => {
    const applied = apply(content, writes)
    if (applied === undefined) {
      return Result.succeed({
        _tag: "Conflict",
        current: writes.map(({ key }) => content.entries.get(key)),
      })
    }
    const { versions } = applied
    return Result.map(
      Result.mapError(PrivateFile.replace(file, textOf(applied.content), isMine), toStoreError),
      (isDone) => (isDone ? { _tag: "Written", versions } : "again"),
    )
  })

/** The journal in a file, which need not be there yet. */
export const make = (path: string): Effect.Effect<Journal.Journal["Service"]> =>
  Effect.sync(() => {
    const write = (
      writes: ReadonlyArray<Journal.Write>,
    ): Effect.Effect<Journal.WriteOutcome, StoreError.StoreError> => {
      const file = PrivateFile.resolve(path)
      return FileLock.hold(file, (isMine) => Result.succeed(writeOnce(file, writes, isMine))).pipe(
        Effect.mapError(toStoreError),
        Effect.flatMap(Effect.fromResult),
        Effect.flatMap((outcome) =>
          outcome === "again" ? write(writes) : Effect.succeed(outcome),
        ),
      )
    }
    const content = Effect.suspend(() => Effect.fromResult(read(path)))
    return Journal.Journal.of({
      read: (keys) => Effect.map(content, ({ entries }) => keys.map((key) => entries.get(key))),
      write: (writes) =>
        writes.length === 0
          ? Effect.succeed({ _tag: "Written", versions: [] })
          : Effect.suspend(() => write(writes)),
      scan: (prefix, limit, after) =>
        Effect.map(content, ({ entries }) =>
          [...entries.values()]
            .filter(({ key }) => key.startsWith(prefix) && (after === undefined || key > after))
            .toSorted((one, other) => isBefore(one.key, other.key))
            .slice(0, limit),
        ),
    })
  })

export const layer = (path: string): Layer.Layer<Journal.Journal> =>
  Layer.effect(Journal.Journal, make(path))
