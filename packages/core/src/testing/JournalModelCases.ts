/**
 * Cases of generated writes: any journal against a plain map, and races in every order that
 * fast-check's scheduler finds.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import type { Entry, Write, WriteOutcome } from "../Journal.ts"
import * as Check from "./Check.ts"
import { type AJournal, type JournalCase, look, onJournal, place, plain } from "./JournalCase.ts"

const names = ["a", "B", "a/b", "_", "~"] as const

/** A write before it is known what it meets: which entry, what value, and how wrong its version is. */
interface Plan {
  readonly name: (typeof names)[number]
  readonly value: string | undefined
  readonly version: "right" | "none" | "stale" | "ahead"
}

const plan: fc.Arbitrary<Plan> = fc.record({
  name: fc.constantFrom(...names),
  value: fc.option(fc.string({ unit: "binary", maxLength: 8 }), { nil: undefined, freq: 3 }),
  version: fc.oneof(
    { weight: 9, arbitrary: fc.constant("right" as const) },
    { weight: 1, arbitrary: fc.constantFrom("none", "stale", "ahead") },
  ),
})

/** Writes of several entries at once, each followed by a scan with a limit and, perhaps, a bound. */
const script = fc.array(
  fc.record({
    plans: fc.uniqueArray(plan, { maxLength: 4, selector: ({ name }) => name }),
    limit: fc.integer({ min: 1, max: 6 }),
    prefix: fc.constantFrom("", "a", "a/"),
    after: fc.option(fc.constantFrom(...names, "a0"), { nil: undefined }),
  }),
  { maxLength: 20, size: "max" },
)

type Script = typeof script extends fc.Arbitrary<infer A> ? A : never

/** A journal said naively: what every key holds, and all versions that it ever had. */
class NaiveJournal {
  readonly entries = new Map<string, Entry>()
  readonly used = new Map<string, Array<number>>()

  write(planned: Plan, key: string): Write {
    const { value, version } = planned
    const now = this.entries.get(key)?.version ?? 0
    const used = this.used.get(key) ?? []
    const wrong = { none: 0, stale: used.at(-2) ?? 1_000_003, ahead: (used.at(-1) ?? 0) + 1 }
    return { key, value, expectedVersion: version === "right" ? now : wrong[version] }
  }

  expect(writes: ReadonlyArray<Write>): WriteOutcome["_tag"] {
    const fits = writes.every(
      ({ expectedVersion, key }) => (this.entries.get(key)?.version ?? 0) === expectedVersion,
    )
    return fits ? "Written" : "Conflict"
  }

  keep({ key, value }: Write, version: number): void {
    if (value === undefined) {
      Check.equal("a deleted entry is told as 0", version, 0)
      this.entries.delete(key)
      return
    }
    const used = this.used.get(key) ?? []
    Check.holds("a version is 1 or more", version >= 1)
    Check.holds("no version comes twice", !used.includes(version))
    this.used.set(key, [...used, version])
    this.entries.set(key, { key, value, version })
  }

  scan(prefix: string, limit: number, after = ""): ReadonlyArray<Entry> {
    const keys = Array.from(this.entries.keys()).filter(
      (key) => key.startsWith(prefix) && key > after,
    )
    // Without a comparison the order is that of the characters.
    return keys
      .toSorted()
      .slice(0, limit)
      .flatMap((key) => this.entries.get(key) ?? [])
  }
}

const play = (journal: AJournal, steps: Script) =>
  Effect.gen(function* () {
    const own = yield* place
    const keys = names.map((name) => own + name)
    const naive = new NaiveJournal()
    for (const { after, limit, plans, prefix } of steps) {
      const writes = plans.map((planned) => naive.write(planned, own + planned.name))
      const outcome = yield* journal.write(writes)
      Check.equal("a write ends as it must", outcome._tag, naive.expect(writes))
      if (outcome._tag === "Conflict") {
        Check.equal(
          "a conflict tells how the entries are",
          plain(outcome.current),
          writes.map(({ key }) => naive.entries.get(key)),
        )
      } else {
        for (const [index, each] of writes.entries()) {
          naive.keep(each, outcome.versions[index] ?? -1)
        }
      }
      Check.equal(
        "the entries agree",
        yield* look(journal, ...keys),
        keys.map((key) => naive.entries.get(key)),
      )
      const bound = after === undefined ? undefined : own + after
      Check.equal(
        "a scan agrees",
        plain(yield* journal.scan(own + prefix, limit, bound)),
        naive.scan(own + prefix, limit, bound),
      )
    }
  })

/** A writer's next act: the entries that it reads, and then writes on the versions that it read. */
const acts = fc.array(
  fc.array(fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 2 }), {
    minLength: 1,
    maxLength: 3,
  }),
  { minLength: 2, maxLength: 3 },
)

/**
 * Writers that read, wait for their turn, and write what they read with one more name at its end: in
 * whatever order, each name that a writer was told to be written is in the text, once.
 */
const racing = (journal: AJournal) =>
  fc.asyncProperty(fc.scheduler(), acts, async (scheduler, writers) => {
    const own = await Effect.runPromise(place)
    const turn = (label: string) =>
      Effect.promise(() => scheduler.schedule(Promise.resolve(), label))
    const written = new Map<string, Array<string>>()
    const act = (name: string, ends: ReadonlyArray<string>) =>
      Effect.gen(function* () {
        const keys = ends.map((end) => own + end)
        yield* turn(`${name} reads`)
        const before = yield* journal.read(keys)
        yield* turn(`${name} writes`)
        const outcome = yield* journal.write(
          keys.map((key, index) => ({
            key,
            value: `${before[index]?.value ?? ""}${name} `,
            expectedVersion: before[index]?.version ?? 0,
          })),
        )
        if (outcome._tag === "Conflict") return
        for (const key of keys) written.set(key, [...(written.get(key) ?? []), name])
      })
    const all = writers.map((mine, writer) =>
      Effect.forEach(mine, (ends, index) => act(`${writer}-${index}`, ends), { discard: true }),
    )
    await scheduler.waitFor(
      Effect.runPromise(Effect.all(all, { concurrency: "unbounded", discard: true })),
    )
    for (const key of ["a", "b", "c"].map((end) => own + end)) {
      const [entry] = await Effect.runPromise(look(journal, key))
      const kept = (entry?.value ?? "").split(" ").filter((name) => name !== "")
      Check.equal(
        "what was written is there, once",
        kept.toSorted(),
        (written.get(key) ?? []).toSorted(),
      )
    }
  })

/**
 * Generated writes, held against a map, and races for entries.
 *
 * @category constructors
 * @since 0.1.0
 */
export const modelCases: ReadonlyArray<JournalCase> = [
  onJournal(
    "agrees with a plain map over any writes and scans",
    [
      "One entry to be written: its new value, or `undefined` to delete it, on the condition that its version is still the one expected; 0 expects that there is no entry.",
      "Up to `limit` (1 or more) entries whose keys begin with `prefix` and come after the key `after`, ordered by key, character by character.",
    ],
    (journal) =>
      Effect.promise(() =>
        fc.assert(
          fc.asyncProperty(script, (steps) => Effect.runPromise(play(journal, steps))),
          { numRuns: 60 },
        ),
      ),
  ),
  onJournal(
    "lets writers that read and write in any order overwrite nothing of each other's",
    "Of two concurrent writes that expect the same version, at most one succeeds.",
    (journal, _, { patience }) =>
      Effect.promise(() =>
        fc.assert(racing(journal), {
          numRuns: 50,
          timeout: patience,
          interruptAfterTimeLimit: 2 * patience,
          markInterruptAsFailure: true,
        }),
      ),
  ),
]
