/**
 * Cases of what happens at the same time, or again: races, readers, interruption, opening anew.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Check from "./Check.ts"
import {
  type AJournal,
  type JournalCase,
  look,
  onJournal,
  place,
  plain,
  put,
  write,
} from "./JournalCase.ts"
import { inTime, pause } from "./Timing.ts"

/** Adds one to numbers, all in one write, trying again until nobody else was faster. */
const increment = (journal: AJournal, keys: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    let current = yield* journal.read(keys)
    for (let attempt = 1; ; attempt++) {
      Check.holds("trying again comes to an end", attempt <= 1000)
      // Between reading and writing others have their turn.
      yield* Effect.yieldNow
      const before = current
      const outcome = yield* journal.write(
        keys.map((key, index) => ({
          key,
          value: String(Number(before[index]?.value ?? 0) + 1),
          expectedVersion: before[index]?.version ?? 0,
        })),
      )
      if (outcome._tag === "Written") return
      current = outcome.current
    }
  })

/** Lets writers count in shared entries at the same time, and checks that every count arrived. */
const countTogether = (journals: ReadonlyArray<AJournal>, place: string, rounds: number) =>
  Effect.gen(function* () {
    const keys = ["a", "b", "c"].map((end) => place + end)
    const writers = journals.flatMap((journal, index) =>
      [keys, keys.toReversed(), keys.slice(0, 2), keys.slice(index, index + 1)].map((own) =>
        Effect.replicateEffect(increment(journal, own), rounds, { discard: true }),
      ),
    )
    yield* Effect.all(writers, { concurrency: "unbounded", discard: true })
    const [journal] = journals
    if (journal === undefined) return
    const counts = keys.map(
      (_key, of) =>
        rounds *
        journals.reduce((sum, _, index) => sum + 2 + (of < 2 ? 1 : 0) + (of === index ? 1 : 0), 0),
    )
    Check.equal(
      "no count is lost",
      (yield* look(journal, ...keys)).map((entry) => Number(entry?.value)),
      counts,
    )
  })

/**
 * What happens at the same time, or again.
 *
 * @category constructors
 * @since 0.1.0
 */
export const lifeCases: ReadonlyArray<JournalCase> = [
  onJournal(
    "lets at most one of concurrent writes on one version succeed",
    "Of two concurrent writes that expect the same version, at most one succeeds.",
    (journal, own) =>
      Effect.gen(function* () {
        const key = `${own}key`
        let entry = yield* put(journal, key, "first")
        for (let round = 0; round < 20; round++) {
          const expectedVersion = entry.version
          const values = ["a", "b", "c", "d"].map((name) => `${name} ${round}`)
          const outcomes = yield* Effect.forEach(
            values,
            (value) => journal.write([{ key, value, expectedVersion }]),
            { concurrency: "unbounded" },
          )
          const won = outcomes.filter((outcome) => outcome._tag === "Written")
          Check.holds("at most one of four wins", won.length <= 1)
          const [kept] = yield* look(journal, key)
          const winner = values[outcomes.findIndex((outcome) => outcome._tag === "Written")]
          Check.equal("the winner's value is there", kept?.value, winner ?? entry.value)
          entry = kept ?? entry
        }
      }),
  ),
  onJournal(
    "loses none of the counts that many write at the same time",
    "It is a map from keys to texts in which every entry has a version, so that two who write the same entry notice each other.",
    (journal, own) => countTogether([journal], own, 25),
  ),
  onJournal(
    "shows a reader nothing of a write without all of it",
    "Writes all entries or none.",
    (journal, own, bench) =>
      Effect.gen(function* () {
        const keys = [`${own}a`, `${own}b`]
        const rounds = 40
        const writing = yield* Effect.forkChild(
          Effect.replicateEffect(
            Effect.andThen(increment(journal, keys), () => Effect.yieldNow),
            rounds,
            { discard: true },
          ),
        )
        const reading = Effect.gen(function* () {
          let seen = 0
          while (seen < rounds) {
            // Whichever is read first, the other one, read later, is at least as new.
            const [first, second] = seen % 2 === 0 ? keys : keys.toReversed()
            const [earlier] = yield* look(journal, first ?? "")
            const [later] = yield* look(journal, second ?? "")
            const [one, other] = [Number(earlier?.value ?? 0), Number(later?.value ?? 0)]
            Check.holds("what was written together is seen together", other >= one)
            seen = other
            yield* Effect.yieldNow
          }
        })
        yield* inTime("the reader sees the last write", bench)(reading)
        yield* Fiber.join(writing)
      }),
  ),
  onJournal(
    "has written all or nothing when a write is interrupted",
    "An interrupted write has happened as a whole or not at all.",
    (journal, own, bench) =>
      Effect.gen(function* () {
        for (let turns = 0; turns < 25; turns++) {
          const old = yield* put(journal, `${own}${turns}/old`, "old")
          const gone = yield* put(journal, `${own}${turns}/gone`, "gone")
          const fresh = `${own}${turns}/fresh`
          const writes = [
            { key: fresh, value: "new", expectedVersion: 0 },
            { key: old.key, value: "new", expectedVersion: old.version },
            { key: gone.key, value: undefined, expectedVersion: gone.version },
          ]
          const writing = yield* Effect.forkChild(journal.write(writes), {
            startImmediately: turns % 2 === 0,
          })
          yield* pause(turns)
          yield* inTime("a write can be interrupted", bench)(Fiber.interrupt(writing))
          const values = yield* Effect.map(look(journal, fresh, old.key, gone.key), (entries) =>
            entries.map((entry) => entry?.value),
          )
          const whole = values[0] !== undefined
          Check.equal(
            "all entries are written or none",
            values,
            whole ? ["new", "new", undefined] : [undefined, "old", "gone"],
          )
          const again = yield* journal.write(writes)
          Check.equal("the same again finds out", again._tag, whole ? "Conflict" : "Written")
        }
      }),
  ),
  {
    title: "has what was written when it is opened again",
    promises: [
      "What was written is there after a restart, where the journal is durable at all.",
      "The port to small pieces of durable knowledge beside the log: intents on their way to a remote, quota windows, grants of access.",
    ],
    when: (supports) => supports.durable,
    run: (bench) =>
      Effect.gen(function* () {
        const own = yield* place
        const [kept, gone] = yield* Effect.scoped(
          Effect.gen(function* () {
            const journal = yield* bench.open
            const first = yield* put(journal, `${own}kept`, "first")
            const removed = yield* put(journal, `${own}gone`, "gone")
            yield* write(journal, [
              { key: removed.key, value: undefined, expectedVersion: removed.version },
            ])
            return [yield* put(journal, first.key, "second", first.version), removed]
          }),
        )
        if (kept === undefined || gone === undefined) return
        const journal = yield* bench.open
        Check.equal("the entries are there", yield* look(journal, kept.key, gone.key), [
          kept,
          undefined,
        ])
        Check.equal("the scan has them", (yield* journal.scan(own, 10)).length, 1)
        const again = yield* put(journal, gone.key, "again")
        Check.holds("no version comes twice", again.version !== gone.version)
        yield* put(journal, kept.key, "third", kept.version)
      }),
  },
  {
    title: "is empty when it is opened again",
    promises: ["What was written is there after a restart, where the journal is durable at all."],
    when: (supports) => !supports.durable,
    run: (bench) =>
      Effect.gen(function* () {
        const own = yield* place
        const entry = yield* Effect.scoped(
          Effect.flatMap(bench.open, (journal) => put(journal, `${own}key`, "value")),
        )
        const journal = yield* bench.open
        Check.equal("the entry is gone", yield* look(journal, entry.key), [undefined])
      }),
  },
  {
    title: "is one journal for all who have it open",
    promises: ["All processes that act together share one journal."],
    when: (supports) => supports.shared,
    run: (bench) =>
      Effect.gen(function* () {
        const own = yield* place
        const [one, two] = yield* Effect.all([bench.open, bench.open])
        const entry = yield* put(one, `${own}key`, "value")
        Check.equal("what one wrote, two reads", yield* look(two, entry.key), [entry])
        Check.equal("and scans", plain(yield* two.scan(own, 10)), [entry])
        const newer = yield* put(one, entry.key, "newer", entry.version)
        Check.equal("what one changed, two reads", yield* look(two, entry.key), [newer])
        Check.equal("and scans as well", plain(yield* two.scan(own, 10)), [newer])
        yield* countTogether([one, two], own, 15)
      }),
  },
  {
    title: "is refused, or a journal of its own, when it is opened twice",
    promises: ["All processes that act together share one journal."],
    when: (supports) => !supports.shared,
    run: (bench) =>
      Effect.gen(function* () {
        const own = yield* place
        const one = yield* bench.open
        const entry = yield* put(one, `${own}key`, "of one")
        const opened = yield* Effect.exit(bench.open)
        if (Exit.isFailure(opened)) return
        Check.equal("two knows nothing of one", yield* look(opened.value, entry.key), [undefined])
        yield* put(opened.value, entry.key, "of two")
        Check.equal("one knows nothing of two", yield* look(one, entry.key), [entry])
      }),
  },
]
