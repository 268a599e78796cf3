/** Journals that break a promise, each in a way that a real one might. */
import type { Journal } from "@kith/core"
import { Effect } from "effect"

type AJournal = Journal.Journal["Service"]
type Entry = Journal.Entry
type Write = Journal.Write

const isThere = (value: Entry | undefined): value is Entry => value !== undefined

const versionOf = (entry: Entry | undefined): number => entry?.version ?? 0

/** The same writes, on whatever versions the entries have now. */
const force = (good: AJournal, writes: ReadonlyArray<Write>): ReturnType<AJournal["write"]> =>
  Effect.flatMap(good.read(writes.map(({ key }) => key)), (now) =>
    good.write(writes.map((it, index) => ({ ...it, expectedVersion: versionOf(now[index]) }))),
  )

const fits = (good: AJournal, writes: ReadonlyArray<Write>) =>
  Effect.map(good.read(writes.map(({ key }) => key)), (now) =>
    writes.map((it, index) => versionOf(now[index]) === it.expectedVersion),
  )

/** All entries whose keys begin with a prefix, in order. */
const everything = (good: AJournal, prefix: string) => good.scan(prefix, 1_000_000)

/** One that keeps other keys or values than it is given. */
const keeping = (
  good: AJournal,
  keyOf: (key: string) => string,
  valueOf: (value: string) => string | undefined,
): AJournal => ({
  read: (keys) =>
    Effect.map(good.read(keys.map(keyOf)), (entries) =>
      entries.map((it, index) => it && { ...it, key: keys[index] ?? it.key }),
    ),
  write: (writes) =>
    good.write(
      writes.map((it) => ({
        ...it,
        key: keyOf(it.key),
        value: it.value === undefined ? undefined : valueOf(it.value),
      })),
    ),
  scan: good.scan,
})

/** One that takes more than asked from a good journal, and makes its own choice of it. */
const scanning = (
  good: AJournal,
  choose: (
    entries: ReadonlyArray<Entry>,
    limit: number,
    after: string | undefined,
  ) => ReadonlyArray<Entry>,
): AJournal => ({
  ...good,
  scan: (prefix, limit, after) =>
    Effect.map(everything(good, prefix), (entries) => choose(entries, limit, after)),
})

const behind = (entries: ReadonlyArray<Entry>, after: string | undefined) =>
  entries.filter(({ key }) => after === undefined || key > after)

export const ignoresTheExpectedVersion = (good: AJournal): AJournal => ({
  ...good,
  write: (writes) => force(good, writes),
})

export const checksTheVersionAheadOfTheWrite = (good: AJournal): AJournal => ({
  ...good,
  write: (writes) =>
    Effect.gen(function* () {
      if ((yield* fits(good, writes)).includes(false)) return yield* good.write(writes)
      yield* Effect.yieldNow
      return yield* force(good, writes)
    }),
})

export const writesInPieces = (good: AJournal): AJournal => ({
  ...good,
  write: (writes) =>
    Effect.gen(function* () {
      if ((yield* fits(good, writes)).includes(false)) return yield* good.write(writes)
      const versions: Array<number> = []
      for (const each of writes) {
        const outcome = yield* good.write([each])
        if (outcome._tag === "Conflict") return yield* good.write(writes)
        versions.push(...outcome.versions)
        yield* Effect.yieldNow
      }
      return { _tag: "Written", versions }
    }),
})

export const writesWhatFitsOfAConflict = (good: AJournal): AJournal => ({
  ...good,
  write: (writes) =>
    Effect.gen(function* () {
      const fit = yield* fits(good, writes)
      const outcome = yield* good.write(writes)
      if (outcome._tag === "Conflict") yield* good.write(writes.filter((_, index) => fit[index]))
      return outcome
    }),
})

export const dropsAWrite = (good: AJournal): AJournal => ({
  ...good,
  write: (writes) =>
    writes.length < 3
      ? good.write(writes)
      : Effect.map(good.write(writes.slice(0, -1)), (outcome) =>
          outcome._tag === "Conflict"
            ? outcome
            : { ...outcome, versions: [...outcome.versions, Math.max(...outcome.versions) + 1] },
        ),
})

/** Counts the versions of an entry from 1, each time that it is there anew. */
export const reusesVersionsAfterDeletion = (good: AJournal): AJournal => {
  const born = new Map<string, number>()
  const shown = (entry: Entry | undefined): Entry | undefined =>
    entry && { ...entry, version: entry.version - (born.get(entry.key) ?? 0) }
  return {
    read: (keys) => Effect.map(good.read(keys), (entries) => entries.map(shown)),
    write: (writes) =>
      Effect.map(
        good.write(
          writes.map((it) => ({
            ...it,
            expectedVersion:
              it.expectedVersion === 0 ? 0 : it.expectedVersion + (born.get(it.key) ?? 0),
          })),
        ),
        (outcome) => {
          if (outcome._tag === "Conflict")
            return { ...outcome, current: outcome.current.map(shown) }
          return {
            ...outcome,
            versions: outcome.versions.map((version, index) => {
              const it = writes[index]
              if (it === undefined || it.value === undefined) return 0
              if (it.expectedVersion === 0) born.set(it.key, version - 1)
              return version - (born.get(it.key) ?? 0)
            }),
          }
        },
      ),
    scan: (prefix, limit, after) =>
      Effect.map(good.scan(prefix, limit, after), (entries) => entries.map(shown).filter(isThere)),
  }
}

export const keepsTheVersionOfAnEqualValue = (good: AJournal): AJournal => ({
  ...good,
  write: (writes) =>
    Effect.gen(function* () {
      const now = yield* good.read(writes.map(({ key }) => key))
      const isIdle = writes.every(
        (it, index) =>
          it.expectedVersion > 0 &&
          it.expectedVersion === now[index]?.version &&
          it.value === now[index]?.value,
      )
      return isIdle && writes.length > 0
        ? { _tag: "Written", versions: writes.map((it) => it.expectedVersion) }
        : yield* good.write(writes)
    }),
})

export const tellsVersionsInTheOrderOfKeys = (good: AJournal): AJournal => ({
  ...good,
  write: (writes) => good.write(writes.toSorted((left, right) => (left.key < right.key ? -1 : 1))),
})

export const tellsTheVersionThatWasDeleted = (good: AJournal): AJournal => ({
  ...good,
  write: (writes) =>
    Effect.map(good.write(writes), (outcome) =>
      outcome._tag === "Conflict"
        ? outcome
        : {
            ...outcome,
            versions: outcome.versions.map(
              (it, index) => it || (writes[index]?.expectedVersion ?? 0),
            ),
          },
    ),
})

export const tellsOnlyWhatIsInConflict = (good: AJournal): AJournal => ({
  ...good,
  write: (writes) =>
    Effect.map(good.write(writes), (outcome) =>
      outcome._tag === "Written"
        ? outcome
        : {
            ...outcome,
            current: outcome.current.map((it, index) =>
              versionOf(it) === writes[index]?.expectedVersion ? undefined : it,
            ),
          },
    ),
})

export const refusesToDeleteWhatIsNotThere = (good: AJournal): AJournal => ({
  ...good,
  write: (writes) =>
    Effect.flatMap(good.read(writes.map(({ key }) => key)), (current) =>
      writes.some((it, index) => it.value === undefined && current[index] === undefined)
        ? Effect.succeed({ _tag: "Conflict" as const, current })
        : good.write(writes),
    ),
})

export const failsOnNoKeys = (good: AJournal): AJournal => ({
  ...good,
  read: (keys) =>
    keys.length === 0 ? Effect.die(new Error("syntax error at IN ()")) : good.read(keys),
})

export const readsInTheOrderOfKeys = (good: AJournal): AJournal => ({
  ...good,
  read: (keys) => good.read(keys.toSorted()),
})

export const leavesOutWhatIsMissing = (good: AJournal): AJournal => ({
  ...good,
  read: (keys) => Effect.map(good.read(keys), (entries) => entries.filter(isThere)),
})

export const takesAnEmptyTextForNone = (good: AJournal): AJournal =>
  keeping(
    good,
    (key) => key,
    (value) => (value === "" ? undefined : value),
  )

export const endsTextsAtAZero = (good: AJournal): AJournal =>
  keeping(
    good,
    (key) => key,
    (value) => value.split("\u0000")[0] ?? "",
  )

export const cutsLongTexts = (good: AJournal): AJournal =>
  keeping(
    good,
    (key) => key,
    (value) => value.slice(0, 65_535),
  )

export const cutsLongKeys = (good: AJournal): AJournal =>
  keeping(
    good,
    (key) => key.slice(0, 255),
    (value) => value,
  )

export const ignoresTheCaseOfKeys = (good: AJournal): AJournal =>
  keeping(
    good,
    (key) => key.toLowerCase(),
    (value) => value,
  )

export const scansInTheOrderOfWriting = (good: AJournal): AJournal =>
  scanning(good, (entries, limit, after) =>
    behind(entries, after)
      .toSorted((left, right) => left.version - right.version)
      .slice(0, limit),
  )

export const scansInTheOrderOfWords = (good: AJournal): AJournal =>
  scanning(good, (entries, limit, after) =>
    behind(entries, after)
      .slice(0, limit)
      .toSorted((left, right) => left.key.localeCompare(right.key)),
  )

export const scansFromTheBoundOn = (good: AJournal): AJournal =>
  scanning(good, (entries, limit, after) =>
    entries.filter(({ key }) => after === undefined || key >= after).slice(0, limit),
  )

export const ignoresTheBound = (good: AJournal): AJournal =>
  scanning(good, (entries, limit) => entries.slice(0, limit))

export const takesTheBoundForAnEntry = (good: AJournal): AJournal =>
  scanning(good, (entries, limit, after) => {
    const place = entries.findIndex(({ key }) => key === after)
    return entries.slice(place + 1, place + 1 + limit)
  })

export const scansOneTooMany = (good: AJournal): AJournal =>
  scanning(good, (entries, limit, after) => behind(entries, after).slice(0, limit + 1))

export const takesAPrefixForAPattern = (good: AJournal): AJournal => ({
  ...good,
  scan: (prefix, limit, after) => {
    const source = prefix
      .replaceAll(/[$()*+./?[\\\]^{|}-]/g, String.raw`\$&`)
      .replaceAll("%", ".*")
      .replaceAll("_", ".")
    const pattern = new RegExp(`^${source}`)
    return Effect.map(everything(good, ""), (entries) =>
      behind(entries, after)
        .filter(({ key }) => pattern.test(key))
        .slice(0, limit),
    )
  },
})

export const scansUpToTheTilde = (good: AJournal): AJournal => ({
  ...good,
  scan: (prefix, limit, after) =>
    Effect.map(everything(good, prefix), (entries) =>
      behind(entries, after)
        .filter(({ key }) => key < `${prefix}~`)
        .slice(0, limit),
    ),
})

/** Takes a page of what ever was, and leaves out what is no more. */
export const countsWhatWasDeleted = (good: AJournal): AJournal => {
  const ever = new Set<string>()
  return {
    ...good,
    write: (writes) => {
      for (const { key } of writes) ever.add(key)
      return good.write(writes)
    },
    scan: (prefix, limit, after) => {
      const keys = Array.from(ever)
        .filter((key) => key.startsWith(prefix) && (after === undefined || key > after))
        .toSorted()
        .slice(0, limit)
      return Effect.map(good.read(keys), (entries) => entries.filter(isThere))
    },
  }
}
