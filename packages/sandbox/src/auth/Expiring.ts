/**
 * A bounded map whose entries expire: what the sandbox keeps of tokens and codes that it gave out.
 *
 * @since 0.1.0
 */

/** @category models @since 0.1.0 */
export interface Expiring<A> {
  /** The value of a key, unless it has expired. */
  readonly get: (key: string) => A | undefined
  readonly set: (key: string, value: A) => void
  readonly remove: (key: string) => void
  /** Takes an entry that is known already, behind those that are there. */
  readonly restore: (key: string, value: A, expiresAt: number) => void
  /** What has not expired, oldest first. */
  readonly entries: () => ReadonlyArray<readonly [key: string, value: A]>
}

/** @category models @since 0.1.0 */
export interface Options {
  /** How long an entry is kept; `Infinity` keeps it until it is removed or pushed out. */
  readonly seconds: number
  /** The oldest entry makes room when there are more. */
  readonly capacity: number
  /** Milliseconds. */
  readonly now: () => number
  /** Is told of each entry that expired or was pushed out. */
  readonly dropped?: ((key: string) => void) | undefined
}

/**
 * All entries live equally long, so the oldest is always the first to expire.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <A>({ seconds, capacity, now, dropped }: Options): Expiring<A> => {
  const kept = new Map<string, { readonly value: A; readonly expiresAt: number }>()
  const makeRoom = () => {
    for (const [key, { expiresAt }] of kept) {
      if (expiresAt > now() && kept.size < capacity) return
      kept.delete(key)
      dropped?.(key)
    }
  }
  return {
    get: (key) => {
      const entry = kept.get(key)
      return entry !== undefined && entry.expiresAt > now() ? entry.value : undefined
    },
    set: (key, value) => {
      kept.delete(key)
      makeRoom()
      kept.set(key, { value, expiresAt: now() + seconds * 1000 })
    },
    remove: (key) => {
      kept.delete(key)
    },
    restore: (key, value, expiresAt) => {
      kept.set(key, { value, expiresAt })
    },
    entries: () =>
      [...kept].flatMap(([key, { value, expiresAt }]) =>
        expiresAt > now() ? [[key, value] as const] : [],
      ),
  }
}
