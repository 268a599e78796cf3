/**
 * The ordered lists of all users: which positions of the log each list holds.
 *
 * Lists grow at one end only, since every new position is larger than all before it; positions leave
 * from anywhere, and the gap is closed at once. So a list holds nothing but what is in it: a page
 * costs the same wherever it begins and whatever was removed before, and no operation ever waits
 * while a list of millions is tidied up.
 */
import { Arena } from "./Arena.ts"
import { count, filled, Leaves, members, tail } from "./Leaves.ts"
import type { Rows } from "./Rows.ts"

/** How many members of its owner's row a list takes. They begin as zeros: an empty list. */
export const membersPerList = members

/** Part of a list, newest first, and whether there is more on either side. */
export interface Range {
  readonly positions: ReadonlyArray<number>
  readonly older: boolean
  readonly newer: boolean
}

const empty: Range = { positions: [], older: false, newer: false }

export class Lists {
  private readonly owners: Rows
  private readonly first: number
  private readonly arena = new Arena()
  private readonly leaves = new Leaves(this.arena)
  /** Where `seek` found its place. */
  private leaf = 0
  private index = 0

  /**
   * @param owners a table with a row for each owner of lists
   * @param first the member at which an owner's lists begin
   */
  constructor(owners: Rows, first: number) {
    this.owners = owners
    this.first = first
  }

  /** How many positions a list holds. */
  count(owner: number, list: number): number {
    return this.owners.chunk(owner)[this.at(owner, list) + count] ?? 0
  }

  /** Adds a position that is larger than all in the list. */
  append(owner: number, list: number, position: number): void {
    const row = this.owners.chunk(owner)
    const at = this.at(owner, list)
    if (this.leaves.isFull(row, at)) this.leaves.extend(row, at, position)
    const leaf = row[at + tail] ?? 0
    const length = row[at + filled] ?? 0
    this.arena.chunk(leaf)[this.arena.offset(leaf) + length] = position
    row[at + filled] = length + 1
    row[at + count] = (row[at + count] ?? 0) + 1
  }

  /** Removes a position; does nothing when the list does not hold it. */
  remove(owner: number, list: number, position: number): void {
    const row = this.owners.chunk(owner)
    const at = this.at(owner, list)
    if (row[at + count] === 0) return
    this.seek(row, at, position)
    const { leaf, index } = this
    const block = this.leaves.block(row, at, leaf)
    const length = this.leaves.length(row, at, leaf)
    const chunk = this.arena.chunk(block)
    const start = this.arena.offset(block)
    if (index === length || chunk[start + index] !== position) return
    chunk.copyWithin(start + index, start + index + 1, start + length)
    row[at + count] = (row[at + count] ?? 0) - 1
    this.leaves.shrink(row, at, leaf, length - 1)
  }

  /** The newest positions below a bound, at most `limit`. */
  older(owner: number, list: number, limit: number, than: number): Range {
    const row = this.owners.chunk(owner)
    const at = this.at(owner, list)
    if (row[at + count] === 0) return empty
    this.seek(row, at, than)
    const newer = this.hasNewer(row, at)
    const positions = this.walkBack(row, at, limit)
    return { positions, older: this.hasOlder(), newer }
  }

  /** The oldest positions above a bound, at most `limit`; newest first like all of them. */
  newer(owner: number, list: number, limit: number, than: number): Range {
    const row = this.owners.chunk(owner)
    const at = this.at(owner, list)
    if (row[at + count] === 0) return empty
    this.seek(row, at, than + 1)
    const older = this.hasOlder()
    const length = this.skip(row, at, limit)
    const newer = this.hasNewer(row, at)
    return { positions: this.walkBack(row, at, length), older, newer }
  }

  /** Integers that all lists together occupy. */
  get size(): number {
    return this.arena.size
  }

  private at(owner: number, list: number): number {
    return this.owners.offset(owner) + this.first + list * members
  }

  /** Whether there are positions before, and from, the place that was sought. */
  private hasOlder(): boolean {
    return this.leaf > 0 || this.index > 0
  }

  private hasNewer(row: Int32Array, at: number): boolean {
    const last = this.leaves.leaves(row, at) - 1
    return this.leaf < last || this.index < this.leaves.length(row, at, this.leaf)
  }

  /** Reads up to `limit` positions before the place that was sought, newest first, and goes there. */
  private walkBack(row: Int32Array, at: number, limit: number): ReadonlyArray<number> {
    const positions: Array<number> = []
    let { leaf, index } = this
    while (positions.length < limit) {
      if (index === 0) {
        if (leaf === 0) break
        leaf--
        index = this.leaves.length(row, at, leaf)
      }
      const block = this.leaves.block(row, at, leaf)
      const chunk = this.arena.chunk(block)
      const start = this.arena.offset(block)
      const stop = Math.max(0, index - (limit - positions.length))
      while (index > stop) positions.push(chunk[start + --index] ?? 0)
    }
    this.leaf = leaf
    this.index = index
    return positions
  }

  /** Goes up to `limit` positions on from the place that was sought, and tells how many there were. */
  private skip(row: Int32Array, at: number, limit: number): number {
    const last = this.leaves.leaves(row, at) - 1
    let skipped = 0
    for (;;) {
      const rest = this.leaves.length(row, at, this.leaf) - this.index
      const step = Math.min(rest, limit - skipped)
      this.index += step
      skipped += step
      if (skipped === limit || this.leaf === last) return skipped
      this.leaf++
      this.index = 0
    }
  }

  /** Finds the first position of a list, which is not empty, that is not below `position`. */
  private seek(row: Int32Array, at: number, position: number): void {
    const leaf = this.leaves.find(row, at, position)
    this.leaf = leaf
    const block = this.leaves.block(row, at, leaf)
    const chunk = this.arena.chunk(block)
    const start = this.arena.offset(block)
    let low = 0
    let high = this.leaves.length(row, at, leaf)
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((chunk[start + middle] ?? 0) < position) low = middle + 1
      else high = middle
    }
    this.index = low
  }
}
