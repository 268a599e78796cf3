/** When each edge was last seen as it is on the remote. It forgets the oldest: that costs a request. */

/** @internal */
export interface Seen {
  /** Milliseconds since 1970; -Infinity when not remembered, or when the clock went back since. */
  readonly at: (edge: string) => number
  readonly note: (edge: string, at: number) => void
  readonly forget: (edge: string) => void
}

/** @internal */
export const make = (capacity: number, now: () => number): Seen => {
  const times = new Map<string, number>()
  return {
    at: (edge) => {
      const at = times.get(edge)
      return at === undefined || at > now() ? Number.NEGATIVE_INFINITY : at
    },
    note: (edge, at) => {
      // Deleted first, so that the map's order is the order of the last sightings.
      times.delete(edge)
      times.set(edge, at)
      if (times.size > capacity) {
        const oldest = times.keys().next()
        if (oldest.done !== true) times.delete(oldest.value)
      }
    },
    forget: (edge) => {
      times.delete(edge)
    },
  }
}
