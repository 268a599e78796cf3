/**
 * Cases of scanning: order, prefixes, bounds, pages.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Entry } from "../Journal.ts"
import * as Check from "./Check.ts"
import { type AJournal, type JournalCase, onJournal, plain, write } from "./JournalCase.ts"

const sentence =
  "Up to `limit` (1 or more) entries whose keys begin with `prefix` and come after the key `after`, ordered by key, character by character."

/** Writes an entry for each key, in an order that is not theirs, and gives them in their order. */
const fill = (journal: AJournal, place: string, ends: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const keys = ends.map((end) => place + end)
    const shuffled = [...keys.filter((_, index) => index % 2 === 1), ...keys].filter(
      (key, index, all) => all.indexOf(key) === index,
    )
    for (let from = 0; from < shuffled.length; from += 3) {
      yield* write(
        journal,
        shuffled.slice(from, from + 3).map((key) => ({ key, value: key, expectedVersion: 0 })),
      )
    }
    const entries = plain(yield* journal.read(keys)).filter((it) => it !== undefined)
    Check.equal("all are there", entries.length, keys.length)
    return entries
  })

/** Keys that orders of words, and patterns, get wrong; here they are in the order of characters. */
const awkward = [
  "!",
  "%",
  "*",
  "-a",
  "/",
  "0",
  "10",
  "9",
  "A",
  "Z",
  "[a]",
  "\\",
  "_",
  "a",
  "a!",
  "a/b",
  "aA",
  "aZ",
  "aa",
  "ab",
  "b",
  "z",
  "~",
  "~~",
]

/**
 * Scans.
 *
 * @category constructors
 * @since 0.1.0
 */
export const scanCases: ReadonlyArray<JournalCase> = [
  onJournal("scans entries in the order of their characters", sentence, (journal, place) =>
    Effect.gen(function* () {
      const entries = yield* fill(journal, place, awkward)
      Check.equal(
        "the order is that of characters",
        plain(yield* journal.scan(place, 100)),
        entries,
      )
    }),
  ),
  onJournal("scans what begins with the prefix, and nothing else", sentence, (journal, place) =>
    Effect.gen(function* () {
      const entries = yield* fill(journal, place, awkward)
      for (const prefix of [...awkward, "c", "ab~", "~~~"].map((end) => place + end)) {
        Check.equal(
          `what begins with ${prefix.slice(place.length)}`,
          plain(yield* journal.scan(prefix, 100)),
          entries.filter(({ key }) => key.startsWith(prefix)),
        )
      }
      const everything = yield* journal.scan("", 1_000_000)
      Check.equal(
        "what begins with nothing is everything",
        plain(everything.filter(({ key }) => key.startsWith(place))),
        entries,
      )
    }),
  ),
  onJournal(
    "scans what comes after a key, whether it is there or not",
    sentence,
    (journal, place) =>
      Effect.gen(function* () {
        const ends = ["a", "b", "d"]
        const entries = yield* fill(journal, place, ends)
        for (const end of ["A", "a", "aa", "b", "c", "d", "e"]) {
          Check.equal(
            `what comes after ${end}`,
            plain(yield* journal.scan(place, 10, place + end)),
            entries.filter(({ key }) => key > place + end),
          )
        }
        const prefix = `${place}b`
        const [, b] = entries
        Check.equal(
          "a key before the prefix leaves all of it",
          plain(yield* journal.scan(prefix, 10, `${place}a`)),
          [b],
        )
        Check.equal(
          "a key behind the prefix leaves nothing of it",
          yield* journal.scan(prefix, 10, `${place}c`),
          [],
        )
        Check.equal(
          "a key that is the prefix is left out",
          yield* journal.scan(prefix, 10, prefix),
          [],
        )
      }),
  ),
  onJournal(
    "scans through everything in pages of any size",
    [sentence, "Empty only when there are none."],
    (journal, place) =>
      Effect.gen(function* () {
        const entries = yield* fill(
          journal,
          place,
          Array.from({ length: 60 }, (_, index) => String(index).padStart(3, "0")),
        )
        // Holes among them, such as a page that only had deleted entries would be.
        const holes = entries.slice(10, 40)
        yield* write(
          journal,
          holes.map(({ key, version }) => ({ key, value: undefined, expectedVersion: version })),
        )
        const rest = entries.filter((entry) => !holes.includes(entry))
        for (const limit of [1, 2, 7, 30, 31, 1000]) {
          const found: Array<Entry | undefined> = []
          let after: string | undefined
          for (;;) {
            const page = yield* journal.scan(place, limit, after)
            Check.holds(`a page has up to ${limit} entries`, page.length <= limit)
            const last = page.at(-1)
            if (last === undefined) break
            Check.holds("a page comes after its bound", after === undefined || last.key > after)
            found.push(...plain(page))
            after = last.key
          }
          Check.equal(`in pages of ${limit}`, found, rest)
        }
        const nobody = `${place}nobody`
        Check.equal("there are none of a prefix unheard of", yield* journal.scan(nobody, 5), [])
      }),
  ),
]
