/**
 * The windows of the limits, which are counted in memory and written behind: at most once a second,
 * and at the end.
 *
 * @since 0.1.0
 */
import type { Quota, StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Schema from "effect/Schema"
import type { Entries } from "./Entries.ts"
import { digest } from "./Fact.ts"
import * as State from "./State.ts"

/** A window by its key in the ledger. */
const Window = Schema.Struct({ key: Schema.String, resetAt: Schema.Finite, used: Schema.Int })

const decodeWindow = Schema.decodeUnknownEffect(Schema.fromJsonString(Window))

/**
 * The ledger of the texts by their keys.
 *
 * @category operations
 * @since 0.1.0
 */
export const decode = (
  texts: ReadonlyMap<string, string>,
): Effect.Effect<Quota.Ledger, StoreError.StoreError> =>
  Effect.map(
    Effect.forEach(texts, ([key, text]) =>
      Effect.mapError(decodeWindow(text), () => State.unreadable(key)),
    ),
    (windows) =>
      HashMap.fromIterable(
        windows.map(({ key, resetAt, used }): [string, Quota.Window] => [key, { resetAt, used }]),
      ),
  )

/**
 * What writes a ledger: the windows that changed since the last time, and the end of those that are
 * over. A failure leaves them for the next time.
 *
 * @param place what the keys begin with
 * @param known the ledger as it is written
 * @category constructors
 * @since 0.1.0
 */
export const writer = (
  entries: Pick<Entries, "writeMany">,
  place: string,
  known: Quota.Ledger,
): ((ledger: Quota.Ledger, now: number) => Effect.Effect<void, StoreError.StoreError>) => {
  let ledgerThen = known
  const written = new Map(HashMap.entries(known))
  const write = Effect.fnUntraced(function* (ledger: Quota.Ledger, now: number) {
    // A ledger and its windows are values: what is the same object is the same.
    if (ledger === ledgerThen) return
    const open = [...HashMap.entries(ledger)].filter(([, window]) => window.resetAt > now)
    const changed = open.filter(([key, window]) => written.get(key) !== window)
    const isOpen = new Set(open.map(([key]) => key))
    const over = [...written.keys()].filter((key) => !isOpen.has(key))
    yield* entries.writeMany([
      ...changed.map(
        ([key, { resetAt, used }]) =>
          [place + digest(key), JSON.stringify({ key, resetAt, used })] as const,
      ),
      ...over.map((key) => [place + digest(key), undefined] as const),
    ])
    for (const [key, window] of changed) written.set(key, window)
    for (const key of over) written.delete(key)
    ledgerThen = ledger
  })
  return write
}
