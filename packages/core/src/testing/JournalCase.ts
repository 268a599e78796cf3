/**
 * A case of the journals' suite, as data: what is promised, and a run that fails when it is not kept.
 *
 * @since 0.1.0
 */
import type * as Scope from "effect/Scope"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type { Entry, Journal, Write } from "../Journal.ts"
import * as Check from "./Check.ts"

/**
 * A journal that is open.
 *
 * @category models
 * @since 0.1.0
 */
export type AJournal = Journal["Service"]

/**
 * What a journal can beyond the port. A capability that is absent switches the opposite case on.
 *
 * - `durable`: what was written is there when the layer is built again, after the first was closed.
 *   Absent: a layer that is built again is empty.
 * - `shared`: two layers that are open at the same time, such as in two processes, are one journal.
 *   Absent: the second one is refused, or knows nothing of the first.
 *
 * @category models
 * @since 0.1.0
 */
export interface JournalSupports {
  readonly durable: boolean
  readonly shared: boolean
}

/**
 * The port alone: what a journal can unless told.
 *
 * @category constructors
 * @since 0.1.0
 */
export const noExtras: JournalSupports = { durable: false, shared: false }

/**
 * How a case comes by journals.
 *
 * - `open`: builds the layer anew; it is closed with the scope.
 * - `patience`: milliseconds after which something that never comes counts as missing. Nothing waits
 *   that long unless the case fails.
 *
 * @category models
 * @since 0.1.0
 */
export interface JournalBench {
  readonly open: Effect.Effect<AJournal, unknown, Scope.Scope>
  readonly supports: JournalSupports
  readonly patience: number
}

/**
 * - `title`: what the case shows, in the third person.
 * - `promises`: the sentences of the port that it holds a journal to, word by word.
 * - `when`: the journals that it concerns; all unless told.
 *
 * @category models
 * @since 0.1.0
 */
export interface JournalCase {
  readonly title: string
  readonly promises: ReadonlyArray<string>
  readonly when?: (supports: JournalSupports) => boolean
  readonly run: (bench: JournalBench) => Effect.Effect<void, unknown, Scope.Scope>
}

/**
 * A case that needs one open journal, and a beginning of keys that nobody used before: cases never
 * clean up, so that a journal may be shared by many runs.
 *
 * @category constructors
 * @since 0.1.0
 */
export const onJournal = (
  title: string,
  promises: string | ReadonlyArray<string>,
  run: (
    journal: AJournal,
    place: string,
    bench: JournalBench,
  ) => Effect.Effect<void, unknown, Scope.Scope>,
): JournalCase => ({
  title,
  promises: typeof promises === "string" ? [promises] : promises,
  run: (bench) =>
    Effect.flatMap(Effect.all([bench.open, place]), ([journal, own]) => run(journal, own, bench)),
})

/**
 * A beginning of keys that nobody used before.
 *
 * @category constructors
 * @since 0.1.0
 */
export const place: Effect.Effect<string> = Effect.map(
  Effect.replicateEffect(Random.nextIntBetween(0, 9), 24),
  (digits) => `case-${digits.join("")}/`,
)

/**
 * Writes entries, which has to succeed, and gives their versions.
 *
 * @category operations
 * @since 0.1.0
 */
export const write = (
  journal: AJournal,
  writes: ReadonlyArray<Write>,
): Effect.Effect<ReadonlyArray<number>, unknown> =>
  Effect.map(journal.write(writes), (outcome) => {
    if (outcome._tag !== "Written") {
      throw new Check.Mismatch("the entries are written", "Written", outcome)
    }
    Check.equal("each entry has a version", outcome.versions.length, writes.length)
    return outcome.versions
  })

/**
 * Writes one entry, which has to succeed, and gives it as it has to be from now on.
 *
 * @category operations
 * @since 0.1.0
 */
export const put = (
  journal: AJournal,
  key: string,
  value: string,
  expectedVersion = 0,
): Effect.Effect<Entry, unknown> =>
  Effect.map(write(journal, [{ key, value, expectedVersion }]), ([version = 0]) => ({
    key,
    value,
    version,
  }))

/**
 * The members of what was read and nothing else, whatever objects a journal made of it.
 *
 * @category getters
 * @since 0.1.0
 */
export const plain = (
  entries: ReadonlyArray<Entry | undefined>,
): ReadonlyArray<Entry | undefined> =>
  entries.map((it) =>
    it === undefined ? undefined : { key: it.key, value: it.value, version: it.version },
  )

/**
 * The entries of keys as they are now.
 *
 * @category operations
 * @since 0.1.0
 */
export const look = (
  journal: AJournal,
  ...keys: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<Entry | undefined>, unknown> => Effect.map(journal.read(keys), plain)
