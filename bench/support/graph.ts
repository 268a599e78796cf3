/**
 * A graph like those of social networks, the same each time: twenty follows a user on average, and a
 * few users whom very many follow.
 */
import { UserId } from "@kith/core"

export interface Graph {
  /** Users by number. */
  readonly ids: ReadonlyArray<UserId.UserId>
  /** The source and the target of each edge, as numbers of users. No edge is there twice. */
  readonly sources: Int32Array
  readonly targets: Int32Array
}

const perUser = 20

/** The n-th user: 19 digits, as those of today's accounts. */
export const user = (n: number): UserId.UserId =>
  UserId.make((1_500_000_000_000_000_000n + BigInt(n) * 9_973n).toString())

/** Random numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export const randomOf = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** @param users how many users; a twentieth of the edges, 50 at least, unless told */
export const make = (edges: number, users = Math.max(50, Math.floor(edges / perUser))): Graph => {
  const random = randomOf(edges)
  const sources = new Int32Array(edges)
  const targets = new Int32Array(edges)
  for (let edge = 0; edge < edges; edge++) {
    const source = edge % users
    for (;;) {
      // The cube makes the first users popular: a tenth of all users has half of the followers.
      const target = Math.floor(random() ** 3 * users)
      let fresh = target !== source
      for (let before = edge - users; before >= 0 && fresh; before -= users) {
        fresh = targets[before] !== target
      }
      if (!fresh) continue
      sources[edge] = source
      targets[edge] = target
      break
    }
  }
  return { ids: Array.from({ length: users }, (_, n) => user(n)), sources, targets }
}
