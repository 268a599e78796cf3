/**
 * A journal in the memory of this process: for tests, and for backends that can do without what they
 * knew after a restart.
 *
 * Every operation is done within one turn of the event loop. Reading and writing take the same time
 * however many entries there are; a scan takes the time of what it gives, and puts the keys that came
 * since the last scan into their places.
 *
 * Nothing is written to disk: the journal ends with its process.
 *
 * @since 0.1.0
 */
import { Immediate, Journal } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { SortedKeys } from "./internal/SortedKeys.ts"

/**
 * An empty journal.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make: Effect.Effect<Journal.Journal["Service"]> = Effect.sync(() => {
  const entries = new Map<string, Journal.Entry>()
  const keys = new SortedKeys()
  // One count for all keys: a deleted entry leaves nothing behind, and its versions stay used up.
  let version = 0

  const put = ({ key, value }: Journal.Write): number => {
    const isThere = entries.has(key)
    if (value === undefined) {
      if (isThere) keys.remove(key)
      entries.delete(key)
      return 0
    }
    if (!isThere) keys.add(key)
    version += 1
    entries.set(key, { key, value, version })
    return version
  }

  const write = (writes: ReadonlyArray<Journal.Write>): Journal.WriteOutcome =>
    writes.every(({ expectedVersion, key }) => (entries.get(key)?.version ?? 0) === expectedVersion)
      ? { _tag: "Written", versions: writes.map(put) }
      : { _tag: "Conflict", current: writes.map(({ key }) => entries.get(key)) }

  return Journal.Journal.of({
    read: Immediate.make((asked) => Result.succeed(asked.map((key) => entries.get(key)))),
    write: Immediate.make((writes) => Result.succeed(write(writes))),
    scan: (prefix, limit, after) =>
      Effect.sync(() =>
        keys.range(prefix, limit, after).flatMap((key) => {
          const entry = entries.get(key)
          return entry === undefined ? [] : [entry]
        }),
      ),
  })
})

/**
 * An empty journal of its own for each time that the layer is built.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<Journal.Journal> = Layer.effect(Journal.Journal, make)
