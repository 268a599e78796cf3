/**
 * Cases of reading and writing entries: values, versions, conflicts, deletion.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { WriteOutcome } from "../Journal.ts"
import * as Check from "./Check.ts"
import { type JournalCase, look, onJournal, plain, put, write } from "./JournalCase.ts"

const plainOutcome = (outcome: WriteOutcome): WriteOutcome =>
  outcome._tag === "Written" ? outcome : { ...outcome, current: plain(outcome.current) }

/** Texts that something between here and a disk likes to change. */
const texts: ReadonlyArray<string> = [
  "",
  " ",
  "two lines\r\nand a tab\t, and a space at the end ",
  `'single' "double" \`back\` \\slash %per _under ; -- $1 ?`,
  '{"json":[1,2,{"deep":null}],"number":9007199254740993}',
  "null",
  "\u0000 in front and \u0000 between",
  "\u00e9 and e\u0301 are two texts",
  "\u{1f600} \u05d0 \uffff \u{10ffff}",
]

/** Every printable character that a key may have. */
const printable: ReadonlyArray<string> = Array.from({ length: 94 }, (_, index) =>
  String.fromCodePoint(33 + index),
)

/**
 * Entries and conflicts.
 *
 * @category constructors
 * @since 0.1.0
 */
export const writeCases: ReadonlyArray<JournalCase> = [
  onJournal(
    "reads entries in the order asked, and nothing where there is none",
    "The entries of the keys in the order asked; `undefined` for one that is not there.",
    (journal, place) =>
      Effect.gen(function* () {
        const a = yield* put(journal, `${place}a`, "first")
        const b = yield* put(journal, `${place}b`, "second")
        const missing = `${place}missing`
        Check.equal(
          "the entries come in the order asked",
          yield* look(journal, b.key, missing, a.key, b.key),
          [b, undefined, a, b],
        )
        Check.equal("no key, no entry", yield* journal.read([]), [])
        Check.equal("no write, no version", yield* write(journal, []), [])
      }),
  ),
  onJournal(
    "keeps any text as it is, up to 64 KiB of it",
    "`value`: any text; up to 64 KiB of it in UTF-8 is kept by every journal.",
    (journal, place) =>
      Effect.gen(function* () {
        const long = ["x".repeat(65_536), "\u{1f600}".repeat(16_384), "\u0000".repeat(65_536)]
        for (const [index, value] of [...texts, ...long].entries()) {
          const entry = yield* put(journal, `${place}${index}`, value)
          const [kept] = yield* look(journal, entry.key)
          Check.holds(`text ${index} comes back as it was`, kept?.value === value)
        }
      }),
  ),
  onJournal(
    "tells keys apart by every one of their characters",
    "`key`: 1 to 512 printable ASCII characters without spaces.",
    (journal, place) =>
      Effect.gen(function* () {
        const keys = [
          ...printable.map((character) => place + character),
          ...["a", "b"].map((last) => place.padEnd(511, "k") + last),
        ]
        yield* write(
          journal,
          keys.map((key) => ({ key, value: `value of ${key}`, expectedVersion: 0 })),
        )
        Check.equal(
          "each key has its own value",
          (yield* look(journal, ...keys)).map((entry) => entry?.value),
          keys.map((key) => `value of ${key}`),
        )
        // A key of one character may be in use: that it can be read is enough.
        Check.equal("one character is a key", (yield* journal.read(["!"])).length, 1)
      }),
  ),
  onJournal(
    "gives an entry a version of its own with every write",
    [
      "`version`: 1 or more.",
      "No version comes twice for one key, also when the entry was deleted and written anew in between.",
    ],
    (journal, place) =>
      Effect.gen(function* () {
        const key = `${place}key`
        const seen = new Set<number>()
        let expectedVersion = 0
        for (let round = 0; round < 30; round++) {
          const value = round % 3 === 2 ? undefined : "the same text each time"
          const [version = -1] = yield* write(journal, [{ key, value, expectedVersion }])
          if (value === undefined) Check.equal("a deleted entry is told as 0", version, 0)
          else {
            Check.holds("a version is 1 or more", Number.isSafeInteger(version) && version >= 1)
            Check.holds("no version comes twice", !seen.has(version))
            seen.add(version)
          }
          expectedVersion = version
        }
      }),
  ),
  onJournal(
    "writes an entry only on the version that is expected",
    [
      "One entry to be written: its new value, or `undefined` to delete it, on the condition that its version is still the one expected; 0 expects that there is no entry.",
      "It is a map from keys to texts in which every entry has a version, so that two who write the same entry notice each other.",
    ],
    (journal, place) =>
      Effect.gen(function* () {
        const key = `${place}key`
        const refused = (what: string, value: string | undefined, expectedVersion: number) =>
          Effect.gen(function* () {
            const before = yield* look(journal, key)
            const outcome = yield* journal.write([{ key, value, expectedVersion }])
            Check.equal(what, plainOutcome(outcome), { _tag: "Conflict", current: before })
            Check.equal("the entry stays as it was", yield* look(journal, key), before)
          })
        yield* refused("an entry that is not there has no version", "new", 1)
        yield* refused("an entry that is not there has no version to delete", undefined, 1)
        const first = yield* put(journal, key, "first")
        yield* refused("0 expects that there is no entry", "new", 0)
        yield* refused("0 expects that there is no entry to delete", undefined, 0)
        yield* refused("a version yet to come is not the entry's", "new", first.version + 1)
        const second = yield* put(journal, key, "second", first.version)
        Check.equal("the entry has its new value", yield* look(journal, key), [second])
        yield* refused("a version of the past is not the entry's", "new", first.version)
        yield* refused("a version of the past deletes nothing", undefined, first.version)
      }),
  ),
  onJournal(
    "deletes an entry, which can be written anew",
    "One entry to be written: its new value, or `undefined` to delete it, on the condition that its version is still the one expected; 0 expects that there is no entry.",
    (journal, place) =>
      Effect.gen(function* () {
        const first = yield* put(journal, `${place}key`, "first")
        const { key } = first
        const remove = { key, value: undefined }
        const gone = yield* write(journal, [{ ...remove, expectedVersion: first.version }])
        Check.equal("a deleted entry is told as 0", gone, [0])
        Check.equal("it is gone", yield* look(journal, key), [undefined])
        Check.equal("it is in no scan", yield* journal.scan(place, 10), [])
        const again = yield* journal.write([{ ...remove, expectedVersion: first.version }])
        Check.equal("it has no version any more", again, { _tag: "Conflict", current: [undefined] })
        const still = yield* write(journal, [{ ...remove, expectedVersion: 0 }])
        Check.equal("to delete what is not there changes nothing", still, [0])
        const second = yield* put(journal, key, "second")
        Check.equal("it is there again", yield* look(journal, key), [second])
      }),
  ),
  onJournal(
    "writes many entries at once, and tells their versions in the order of the writes",
    [
      "`Written`: all of it, with the new version of each entry in the order of the writes; 0 for one that was deleted.",
      "Writes all entries or none.",
    ],
    (journal, place) =>
      Effect.gen(function* () {
        // Several writes ahead, so that the versions of the keys differ.
        const a = yield* put(journal, `${place}a`, "1")
        const a2 = yield* put(journal, a.key, "2", a.version)
        const a3 = yield* put(journal, a.key, "3", a2.version)
        const b = yield* put(journal, `${place}b`, "1")
        const c = `${place}c`
        const versions = yield* write(journal, [
          { key: c, value: "new", expectedVersion: 0 },
          { key: b.key, value: undefined, expectedVersion: b.version },
          { key: a.key, value: "4", expectedVersion: a3.version },
        ])
        Check.equal("a deleted entry is told as 0", versions[1], 0)
        Check.equal("each entry has the version told", yield* look(journal, c, b.key, a.key), [
          { key: c, value: "new", version: versions[0] ?? -1 },
          undefined,
          { key: a.key, value: "4", version: versions[2] ?? -1 },
        ])
      }),
  ),
  onJournal(
    "writes nothing of what is in conflict, and tells how all of its entries are",
    "`Conflict`: none of it, because an entry has another version than expected; `current` has the entries as they are, in the order of the writes, so that trying again needs no second read.",
    (journal, place) =>
      Effect.gen(function* () {
        const a = yield* put(journal, `${place}a`, "a")
        const b = yield* put(journal, `${place}b`, "b")
        const c = `${place}c`
        const writes = [
          { key: c, value: "new", expectedVersion: 0 },
          { key: b.key, value: undefined, expectedVersion: b.version },
          { key: a.key, value: "newer", expectedVersion: a.version },
        ]
        // The entry in conflict may be any of them.
        for (const wrong of writes) {
          const outcome = yield* journal.write(
            writes.map((it) => (it === wrong ? { ...it, expectedVersion: 1_000_000_007 } : it)),
          )
          Check.equal("a conflict tells how the entries are", plainOutcome(outcome), {
            _tag: "Conflict",
            current: [undefined, b, a],
          })
          Check.equal("nothing is written", yield* look(journal, c, b.key, a.key), [
            undefined,
            b,
            a,
          ])
        }
        yield* write(journal, writes)
      }),
  ),
]
