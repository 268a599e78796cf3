/**
 * Finds a row by the two integers that it begins with: a hash table with open addressing. Edges are
 * found so by their users, and users by their ids.
 *
 * A slot is one integer: the row, and beside it four bits of the hash, which spare fifteen of sixteen
 * looks at a row that lies in the way. The pair itself is read from the row. Rows are never removed.
 *
 * The table is split by the hash into parts that grow one by one. Growing doubles a part and places
 * its rows anew; with a whole table of millions that would be a pause of a second, with a part of it
 * it is some milliseconds.
 */
import type { Rows } from "./Rows.ts"

const partBits = 6
const partShift = 32 - partBits
const tagBits = 4
const tagShift = partShift - tagBits
const tagMask = (1 << tagBits) - 1
const firstSize = 16

/** How many rows an index can tell apart. */
export const maxRows = 2 ** (32 - tagBits) - 1

/** Numbers that were given one after the other differ in few bits, so every bit has to be stirred. */
const hashOf = (first: number, second: number): number => {
  let hash = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d)
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b)
  return hash ^ (hash >>> 16)
}

export class PairIndex {
  private readonly rows: Rows
  private readonly parts: Array<Int32Array>
  /** How many slots of each part are in use. */
  private readonly used = new Int32Array(1 << partBits)

  constructor(rows: Rows) {
    this.rows = rows
    this.parts = Array.from({ length: 1 << partBits }, () => none)
  }

  /** The row that begins with a pair, 0 when there is none. */
  find(first: number, second: number): number {
    const hash = hashOf(first, second)
    const slots = this.parts[hash >>> partShift] ?? none
    const mask = slots.length - 1
    const tag = (hash >>> tagShift) & tagMask
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = slots[at] ?? 0
      if (slot === 0) return 0
      if ((slot & tagMask) !== tag) continue
      const row = slot >>> tagBits
      const chunk = this.rows.chunk(row)
      const offset = this.rows.offset(row)
      if (chunk[offset] === first && chunk[offset + 1] === second) return row
    }
  }

  /** Adds a row whose pair is set and not there yet. */
  add(row: number): void {
    const hash = this.hash(row)
    const part = hash >>> partShift
    let slots = this.parts[part] ?? none
    const used = this.used[part] ?? 0
    // Beyond three quarters, looking for a pair that is not there walks too far. Each part has a limit
    // of its own between that and the half: the hash fills them alike, and so they would grow all at
    // once.
    if ((used + 1) * 256 > slots.length * (128 + part)) {
      slots = this.grown(slots)
      this.parts[part] = slots
    }
    place(slots, hash, row)
    this.used[part] = used + 1
  }

  private hash(row: number): number {
    const chunk = this.rows.chunk(row)
    const offset = this.rows.offset(row)
    return hashOf(chunk[offset] ?? 0, chunk[offset + 1] ?? 0)
  }

  private grown(slots: Int32Array): Int32Array {
    const larger = new Int32Array(slots.length > 1 ? slots.length * 2 : firstSize)
    for (const slot of slots) {
      if (slot !== 0) place(larger, this.hash(slot >>> tagBits), slot >>> tagBits)
    }
    return larger
  }
}

const place = (slots: Int32Array, hash: number, row: number): void => {
  const mask = slots.length - 1
  let at = hash & mask
  while (slots[at] !== 0) at = (at + 1) & mask
  slots[at] = (row << tagBits) | ((hash >>> tagShift) & tagMask)
}

/** The slots of a part before its first row: one, which is free for ever, so that looking there ends. */
const none = new Int32Array(1)
