/**
 * Writes the facts of a running world through to its entries, those of concurrent requests together.
 *
 * A fact is in force at once and is written right afterwards; whoever may have seen it waits for that
 * before it answers. So nothing that anybody was told is ever lost.
 *
 * @since 0.1.0
 */
import type { StoreError } from "@kith/core"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import type { Entries } from "./Entries.ts"
import { Fact, type Keeper, keyOf } from "./Fact.ts"
import * as State from "./State.ts"

/** Facts are numbered in the order in which they first came. */
const Numbered = Schema.Struct({ n: Schema.Int, fact: Fact })

const decodeNumbered = Schema.decodeUnknownEffect(Schema.fromJsonString(Numbered))

/** @category models @since 0.1.0 */
export interface Book extends Keeper {
  /** Keeps something else that belongs to the world, under a key of its own. */
  readonly put: (key: string, text: string) => void
  /** How often something was kept or forgotten so far. */
  readonly changes: () => number
  /** Whether something is on its way or failed to be written. */
  readonly isUnsaved: () => boolean
  /** Returns when all that was kept before is written; fails when it could not be. */
  readonly saved: Effect.Effect<void, StoreError.StoreError>
}

type Outcome = Deferred.Deferred<void, StoreError.StoreError>

/**
 * Decodes facts from the texts by their keys.
 *
 * @category operations
 * @since 0.1.0
 */
export const decode = (
  texts: ReadonlyMap<string, string>,
): Effect.Effect<ReadonlyArray<(typeof Numbered)["Type"]>, StoreError.StoreError> =>
  Effect.map(
    Effect.forEach(texts, ([key, text]) =>
      Effect.mapError(decodeNumbered(text), () => State.unreadable(key)),
    ),
    (facts) => facts.toSorted((one, other) => one.n - other.n),
  )

/**
 * @param entries where facts are written
 * @param place what the keys of facts begin with
 * @param known the facts that are there already
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* (
  entries: Entries,
  place: string,
  known: ReadonlyArray<(typeof Numbered)["Type"]>,
) {
  const runFork = Effect.runForkWith(yield* Effect.context())
  const numbers = new Map(known.map(({ n, fact }) => [keyOf(fact), n]))
  let last = known.at(-1)?.n ?? 0
  let changes = 0
  let pending = new Map<string, string | undefined>()
  let writing: Outcome | undefined
  let next: Outcome | undefined

  const note = (key: string, text: string | undefined): void => {
    pending.set(key, text)
    changes++
  }

  const drain = Effect.gen(function* () {
    while (next !== undefined) {
      const [taken, outcome] = [pending, next]
      pending = new Map()
      next = undefined
      writing = outcome
      const exit = yield* Effect.exit(entries.write([...taken]))
      // What could not be written is tried again with what comes; the newer of two wins.
      if (Exit.isFailure(exit)) pending = new Map([...taken, ...pending])
      writing = undefined
      yield* Deferred.done(outcome, exit)
    }
  })

  const book: Book = {
    keep: (fact) => {
      const key = keyOf(fact)
      const n = numbers.get(key) ?? ++last
      numbers.set(key, n)
      note(place + key, JSON.stringify({ n, fact }))
    },
    forget: (key) => {
      numbers.delete(key)
      note(place + key, undefined)
    },
    put: note,
    changes: () => changes,
    isUnsaved: () => pending.size > 0 || writing !== undefined,
    saved: Effect.suspend(() => {
      if (pending.size === 0) return writing === undefined ? Effect.void : Deferred.await(writing)
      if (next !== undefined) return Deferred.await(next)
      const outcome: Outcome = Deferred.makeUnsafe()
      next = outcome
      if (writing === undefined) runFork(drain)
      return Deferred.await(outcome)
    }),
  }
  return book
})
