/**
 * The windows of requests, read from the journal and changed in it: all that a request counts in at
 * once, and only on what they are at that moment.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import * as Semaphore from "effect/Semaphore"
import type { Entry, Journal, Write } from "../Journal.ts"
import * as Quota from "../Quota.ts"
import { StoreError } from "../StoreError.ts"
import { type Place, type Places, placesOf, textOf, windowsOf } from "./quotaEntries.ts"
import { isOpen, type Known, limitOf, same, windowOf } from "./quotaWindows.ts"

/** How often a change is tried when others are faster each time. */
const maxAttempts = 128

/** How many entries are remembered as they were last seen. */
const capacity = 10_000

/** An entry as it was last seen. Its version tells the journal whether it still is like this. */
interface Seen {
  readonly version: number
  readonly windows: ReadonlyArray<Known>
}

const absent: Seen = { version: 0, windows: [] }

/**
 * What becomes of the windows of requests, in the order of their places; `undefined` for one that
 * nothing is known of.
 *
 * @internal
 */
export type Step<E> = (
  places: ReadonlyArray<Place>,
  known: ReadonlyArray<Known | undefined>,
  now: number,
) => Result.Result<ReadonlyArray<Known | undefined>, E>

const knownOf = (
  places: ReadonlyArray<Place>,
  entries: ReadonlyArray<Seen>,
): ReadonlyArray<Known | undefined> =>
  places.map(({ entry, limit }) =>
    entries[entry]?.windows.find((window) => window.name === limit.name),
  )

/** The windows as a ledger, and the requests with their limits as the remote has them. @internal */
export const asKnown = (
  requests: ReadonlyArray<Quota.Request>,
  places: ReadonlyArray<Place>,
  known: ReadonlyArray<Known | undefined>,
  now: number,
): readonly [Quota.Ledger, ReadonlyArray<Quota.Request>] => {
  let ledger = Quota.empty
  const learned = new Map<string, Quota.Limit>()
  for (const [index, { limit, window: key }] of places.entries()) {
    const window = windowOf(known[index], now)
    if (window !== undefined) ledger = HashMap.set(ledger, key, window)
    const theirs = limitOf(limit, known[index], now)
    if (theirs !== limit) learned.set(key, theirs)
  }
  if (learned.size === 0) return [ledger, requests]
  const asLearned = (request: Quota.Request) => (limit: Quota.Limit) =>
    learned.get(Quota.windowKey(request, limit) ?? "") ?? limit
  return [ledger, requests.map((it) => ({ ...it, limits: it.limits.map(asLearned(it)) }))]
}

const seenOf = (
  entry: Entry | undefined,
  last: Seen | undefined,
): Result.Result<Seen, StoreError> => {
  if (entry === undefined) return Result.succeed(absent)
  return last?.version === entry.version
    ? Result.succeed(last)
    : Result.map(windowsOf(entry), (windows) => ({ version: entry.version, windows }))
}

/** Others have their turn, more of them the longer it takes, and not everybody's the same. */
const pause = (attempt: number) =>
  Effect.flatMap(Random.nextIntBetween(0, Math.min(attempt, 16)), (turns) =>
    Effect.replicateEffect(Effect.yieldNow, turns, { discard: true }),
  )

/** @internal */
export const make = (journal: Journal["Service"]) => {
  const lately = new Map<string, Seen>()
  // Those who change windows in one process queue up: only other processes can be faster.
  const turn = Semaphore.makeUnsafe(1)

  const remember = (key: string, seen: Seen): void => {
    lately.set(key, seen)
    if (lately.size <= capacity) return
    const oldest = lately.keys().next()
    if (oldest.done !== true) lately.delete(oldest.value)
  }

  const take = (
    keys: ReadonlyArray<string>,
    entries: ReadonlyArray<Entry | undefined>,
  ): Effect.Effect<ReadonlyArray<Seen>, StoreError> =>
    Effect.fromResult(
      Result.map(Result.all(entries.map((it) => seenOf(it, lately.get(it?.key ?? "")))), (seen) => {
        for (const [index, key] of keys.entries()) remember(key, seen[index] ?? absent)
        return seen
      }),
    )

  const read = (keys: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<Seen>, StoreError> =>
    Effect.flatMap(journal.read(keys), (entries) => take(keys, entries))

  const writesOf = (
    { keys, places }: Places,
    entries: ReadonlyArray<Seen>,
    before: ReadonlyArray<Known | undefined>,
    after: ReadonlyArray<Known | undefined>,
    now: number,
  ) =>
    keys.flatMap((key, entry) => {
      const changed: Array<Known> = []
      for (const [index, place] of places.entries()) {
        const window = after[index]
        if (place.entry !== entry || window === undefined) continue
        if (!same(before[index], window)) changed.push(window)
      }
      if (changed.length === 0) return []
      const { version, windows } = entries[entry] ?? absent
      const kept = windows.filter(
        (window) => isOpen(window, now) && changed.every((it) => it.name !== window.name),
      )
      return [{ key, version, windows: [...kept, ...changed] }]
    })

  const attempt = <E>(
    all: Places,
    entries: ReadonlyArray<Seen>,
    step: Step<E>,
    at: number | undefined,
    isFresh: boolean,
    count: number,
  ): Effect.Effect<void, E | StoreError> =>
    Effect.flatMap(at === undefined ? Clock.currentTimeMillis : Effect.succeed(at), (now) => {
      const before = knownOf(all.places, entries)
      const after = step(all.places, before, now)
      if (Result.isFailure(after)) {
        // What was seen before may be over: nobody is refused because of it.
        return isFresh
          ? Effect.fail(after.failure)
          : Effect.flatMap(read(all.keys), (fresh) => attempt(all, fresh, step, at, true, count))
      }
      const changes = writesOf(all, entries, before, after.success, now)
      // The journal checks what is written. Nobody is admitted because of what else was seen before.
      if (!isFresh && changes.length < all.keys.length) {
        return Effect.flatMap(read(all.keys), (fresh) => attempt(all, fresh, step, at, true, count))
      }
      if (changes.length === 0) return Effect.void
      const writes: ReadonlyArray<Write> = changes.map(({ key, version, windows }) => ({
        key,
        value: textOf(windows),
        expectedVersion: version,
      }))
      return Effect.flatMap(journal.write(writes), (outcome) => {
        if (outcome._tag === "Written") {
          for (const [index, { key, windows }] of changes.entries()) {
            remember(key, { version: outcome.versions[index] ?? 0, windows })
          }
          return Effect.void
        }
        if (count === maxAttempts) return Effect.fail(overtaken)
        const keys = writes.map(({ key }) => key)
        return Effect.flatMap(take(keys, outcome.current), (current) => {
          const isAll = keys.length === all.keys.length
          const next = all.keys.map((key, index) => {
            const place = keys.indexOf(key)
            return (place < 0 ? entries[index] : current[place]) ?? absent
          })
          return Effect.andThen(pause(count), () =>
            attempt(all, next, step, at, isFresh || isAll, count + 1),
          )
        })
      })
    })

  return {
    /**
     * Changes the windows of requests, all of them at once. A step may be taken again, on what others
     * have made of the windows; it fails only on windows that were just read.
     *
     * @param at the moment that counts; the clock's, at each attempt, unless told
     */
    change: <E>(
      requests: ReadonlyArray<Quota.Request>,
      step: Step<E>,
      at?: number,
    ): Effect.Effect<void, E | StoreError> => {
      const all = placesOf(requests)
      if (all.places.length === 0) return Effect.void
      return turn.withPermits(1)(
        Effect.suspend(() => {
          const entries = all.keys.map((key) => lately.get(key))
          const seen = entries.filter((it) => it !== undefined)
          // What has been is taken over as well on what was seen before.
          return seen.length === entries.length
            ? attempt(all, seen, step, at, at !== undefined, 1)
            : Effect.flatMap(read(all.keys), (fresh) => attempt(all, fresh, step, at, true, 1))
        }),
      )
    },

    /** The windows of requests as they are now. */
    look: (
      requests: ReadonlyArray<Quota.Request>,
    ): Effect.Effect<
      readonly [ReadonlyArray<Place>, ReadonlyArray<Known | undefined>],
      StoreError
    > => {
      const { keys, places } = placesOf(requests)
      return Effect.map(read(keys), (entries) => [places, knownOf(places, entries)])
    },
  }
}

const overtaken = new StoreError({
  reason: "Unavailable",
  message: `others changed the quota windows at each of ${maxAttempts} attempts; try again`,
})
