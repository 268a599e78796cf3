/** When each edge was last seen as it is on the remote. It forgets the oldest: that costs a request. */

/** @internal */
export interface Seen {
  /** Milliseconds since 1970; -Infinity when not remembered. */
  readonly at: (edge: string) => number
  readonly note: (edge: string, at: number) => void
  readonly forget: (edge: string) => void
}

/** @internal */
export const make = (capacity: number): Seen => {
  const times = new Map<string, number>()
  return {
    at: (edge) => times.get(edge) ?? Number.NEGATIVE_INFINITY,
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
