/**
 * The entries that a sandbox has in a journal, as texts of any length under keys of its own.
 *
 * One sandbox alone writes them, so it knows their versions. Each write renews the lease in the same
 * step: whoever lost it writes nothing.
 *
 * @since 0.1.0
 */
import { type Journal, StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import * as Lease from "./Lease.ts"
import * as Pieces from "./Pieces.ts"
import type { StorageRefused } from "./StorageRefused.ts"

/** What all keys begin with. @category constants @since 0.1.0 */
export const prefix = "sandbox/"

/**
 * New texts by their keys; `undefined` removes one.
 *
 * @category models
 * @since 0.1.0
 */
export type Changes = ReadonlyArray<readonly [key: string, text: string | undefined]>

/** @category models @since 0.1.0 */
export interface Entries {
  /** All texts. From here on their versions are known. */
  readonly load: Effect.Effect<ReadonlyMap<string, string>, StoreError.StoreError>
  /** Writes all changes or none, and renews the lease. No key may come twice. */
  readonly write: (changes: Changes) => Effect.Effect<void, StoreError.StoreError>
  /** The same in several steps, each of them all or nothing, for more than a journal takes at once. */
  readonly writeMany: (changes: Changes) => Effect.Effect<void, StoreError.StoreError>
  /** The keys of all texts, as far as they are known. */
  readonly keys: () => ReadonlyArray<string>
  /** Takes the lease, unless somebody else has it. */
  readonly acquire: Effect.Effect<void, StoreError.StoreError | StorageRefused>
  /** Gives the lease back. */
  readonly release: Effect.Effect<void, StoreError.StoreError>
  /** Whether another sandbox has taken the lease. */
  readonly isLost: () => boolean
}

const leaseKey = "lease"
const page = 256
/** Entries that are written at once where it need not be all of them. */
const step = 256
const maxAttempts = 3

const takenOver = new StoreError.StoreError({
  reason: "Unavailable",
  message: "another sandbox has taken over the store; end one of the two and start again",
})

const contended = new StoreError.StoreError({
  reason: "Unavailable",
  message: "somebody else writes to the entries of the sandbox; give it a store of its own",
})

/**
 * @param now the machine's time, in milliseconds since 1970
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  journal: Journal.Journal["Service"],
  holder: string,
  now: () => number,
): Entries => {
  const oneAtATime = Semaphore.makeUnsafe(1)
  /** By the whole key of each piece, without the prefix. */
  const versions = new Map<string, number>()
  let lost = false

  const learn = (key: string, version: number): void => {
    if (version === 0) versions.delete(key)
    else versions.set(key, version)
  }

  const toWrite = (key: string, value: string | undefined): Journal.Write => ({
    key: prefix + key,
    value,
    expectedVersion: versions.get(key) ?? 0,
  })

  /** A text that became shorter leaves pieces behind, which go with the same write. */
  const toWrites = ([key, text]: Changes[number]): ReadonlyArray<Journal.Write> => {
    const pieces = text === undefined ? [] : Pieces.cut(text)
    const writes = pieces.map((piece, index) => toWrite(Pieces.keyOf(key, index), piece))
    for (let index = pieces.length; versions.has(Pieces.keyOf(key, index)); index++) {
      writes.push(toWrite(Pieces.keyOf(key, index), undefined))
    }
    return writes
  }

  const renewed = () => toWrite(leaseKey, Lease.text(holder, now()))

  /** Versions may be other than known when nobody could tell whether an earlier write came through. */
  const attempt = Effect.fnUntraced(function* (make: () => ReadonlyArray<Journal.Write>) {
    for (let attempts = 0; attempts < maxAttempts; attempts++) {
      if (lost) return yield* Effect.fail(takenOver)
      const writes = [renewed(), ...make()]
      const outcome = yield* journal.write(writes)
      const written = outcome._tag === "Written"
      writes.forEach(({ key }, index) => {
        const version = written ? outcome.versions[index] : outcome.current[index]?.version
        learn(key.slice(prefix.length), version ?? 0)
      })
      if (written) return
      lost = Lease.decode(outcome.current[0]?.value)?.holder !== holder
    }
    return yield* Effect.fail(lost ? takenOver : contended)
  })

  /** What was written and what is known of it go together. */
  const commit = (make: () => ReadonlyArray<Journal.Write>) => Effect.uninterruptible(attempt(make))

  const scan = Effect.gen(function* () {
    const pieces = new Map<string, Array<string>>()
    versions.clear()
    for (let after: string | undefined; ;) {
      const found = yield* journal.scan(prefix, page, after)
      for (const entry of found) {
        const whole = entry.key.slice(prefix.length)
        versions.set(whole, entry.version)
        const [key, index] = Pieces.placeOf(whole)
        const known = pieces.get(key) ?? []
        known[index] = entry.value
        pieces.set(key, known)
      }
      if (found.length < page) break
      after = found.at(-1)?.key
    }
    return pieces
  })

  return {
    load: oneAtATime.withPermit(
      Effect.map(
        scan,
        (pieces) =>
          new Map(
            Array.from(pieces, ([key, texts]): [string, string] => [key, texts.join("")]).filter(
              ([key]) => key !== leaseKey,
            ),
          ),
      ),
    ),
    write: (changes) => oneAtATime.withPermit(commit(() => changes.flatMap(toWrites))),
    writeMany: (changes) =>
      oneAtATime.withPermit(
        Effect.gen(function* () {
          const all = changes.flatMap(toWrites)
          for (let from = 0; from < all.length; from += step) {
            const some = all.slice(from, from + step)
            yield* commit(() =>
              some.map(({ key, value }) => toWrite(key.slice(prefix.length), value)),
            )
          }
        }),
      ),
    keys: () => [...new Set(Array.from(versions.keys(), (key) => Pieces.placeOf(key)[0]))],
    acquire: Effect.gen(function* () {
      const [found] = yield* journal.read([prefix + leaseKey])
      const refusal = Lease.refusal(Lease.decode(found?.value), now())
      if (refusal !== undefined) return yield* Effect.fail(refusal)
      learn(leaseKey, found?.version ?? 0)
      const outcome = yield* journal.write([renewed()])
      if (outcome._tag === "Conflict") {
        return yield* Effect.fail(Lease.inUse(Lease.decode(outcome.current[0]?.value)))
      }
      learn(leaseKey, outcome.versions[0] ?? 0)
      Lease.begin(holder)
    }),
    release: Effect.suspend(() => {
      Lease.end(holder)
      return lost
        ? Effect.void
        : oneAtATime.withPermit(
            Effect.asVoid(Effect.suspend(() => journal.write([toWrite(leaseKey, undefined)]))),
          )
    }),
    isLost: () => lost,
  }
}
