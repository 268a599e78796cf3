/**
 * What the positions of one list are kept in, oldest first: leaves of up to 128 positions.
 *
 * A list that fits one leaf is just that, in a block no larger than it needs. A longer one has a
 * directory of its leaves. A leaf that becomes too empty is joined with its neighbour, so a list
 * takes no more room than what is in it deserves, and no walk comes by empty leaves.
 *
 * The last leaf, the only one most lists have, is known without the directory: positions are added
 * there, and the owner's row, which is at hand by then, tells all that this needs. In a large graph
 * each further place in memory to look at costs as much as everything else that is done for it.
 */
import { type Arena, smallestClass } from "./Arena.ts"

/** Class and length of a leaf. */
export const leafClass = 7
export const leafLength = 1 << leafClass

/** Two neighbours are joined when this leaves room for more: a quarter of a leaf. */
const joinedLength = leafLength - leafLength / 4

/**
 * Members of a list. `tail` is the last leaf's block, and `filled` how many positions that has.
 * `directory` is a block when there are several leaves. `shape` is the class of the directory, or
 * else of the only leaf, and, above five bits, how many leaves there are.
 */
export const count = 0
export const tail = 1
export const filled = 2
const directory = 3
export const shape = 4
export const members = 5
const classMask = 31
const leavesShift = 5

/**
 * Members of a leaf's entry in a directory: its block, how many positions it has, and the first
 * position that it ever had. Those after it in the list are larger, so the leaf of a position is found
 * in the directory alone, which lies together, where the leaves lie apart. How many the last leaf has
 * is not kept there.
 */
const entryBlock = 0
const entryCount = 1
const entryFirst = 2
const entrySize = 3

/** How many leaves a list of a shape has. */
export const leavesOf = (form: number): number => form >>> leavesShift
const shapeOf = (leaves: number, sizeClass: number): number => (leaves << leavesShift) | sizeClass

/** Every method takes the row that a list's members lie in and where they begin. */
export class Leaves {
  private readonly arena: Arena

  constructor(arena: Arena) {
    this.arena = arena
  }

  /** How many leaves a list has. */
  leaves(row: Int32Array, at: number): number {
    return leavesOf(row[at + shape] ?? 0)
  }

  /** The block of a leaf. */
  block(row: Int32Array, at: number, leaf: number): number {
    return this.isLast(row, at, leaf) ? (row[at + tail] ?? 0) : this.get(row, at, leaf, entryBlock)
  }

  /** How many positions a leaf has. */
  length(row: Int32Array, at: number, leaf: number): number {
    return this.isLast(row, at, leaf)
      ? (row[at + filled] ?? 0)
      : this.get(row, at, leaf, entryCount)
  }

  /** The last leaf that may hold a position or smaller ones, or the first leaf of all. */
  find(row: Int32Array, at: number, position: number): number {
    let low = 0
    let high = this.leaves(row, at) - 1
    if (high === 0) return 0
    const root = row[at + directory] ?? 0
    const entries = this.arena.chunk(root)
    const firsts = this.arena.offset(root) + entryFirst
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((entries[firsts + middle * entrySize] ?? 0) <= position) low = middle
      else high = middle - 1
    }
    return low
  }

  /** Whether the last leaf has no room for another position. */
  isFull(row: Int32Array, at: number): boolean {
    const leaves = this.leaves(row, at)
    const room = leaves > 1 ? leafLength : leaves << this.sizeClass(row, at)
    return row[at + filled] === room
  }

  /** Makes room behind the last position, where there is none, for a position that is larger. */
  extend(row: Int32Array, at: number, position: number): void {
    const leaves = this.leaves(row, at)
    const sizeClass = this.sizeClass(row, at)
    if (leaves === 0) {
      row[at + tail] = this.arena.take(smallestClass)
      row[at + shape] = shapeOf(1, smallestClass)
    } else if (leaves === 1 && sizeClass < leafClass) {
      this.resize(row, at, sizeClass + 1)
    } else {
      if (leaves === 1) this.branch(row, at)
      this.add(row, at, position)
    }
  }

  /** Notes that a leaf has fewer positions, and drops, joins or shrinks it when it is too empty. */
  shrink(row: Int32Array, at: number, leaf: number, length: number): void {
    this.setLength(row, at, leaf, length)
    const leaves = this.leaves(row, at)
    if (leaves === 1) {
      const sizeClass = this.sizeClass(row, at)
      if (length === 0) this.clear(row, at, sizeClass)
      else if (isSparse(length, sizeClass)) this.resize(row, at, sizeClass - 1)
    } else if (length === 0) {
      this.drop(row, at, leaf)
    } else if (leaf > 0 && length + this.length(row, at, leaf - 1) <= joinedLength) {
      this.join(row, at, leaf - 1)
    } else if (leaf < leaves - 1 && length + this.length(row, at, leaf + 1) <= joinedLength) {
      this.join(row, at, leaf)
    }
  }

  /** Gives the only leaf, which is empty, back. */
  private clear(row: Int32Array, at: number, sizeClass: number): void {
    this.arena.give(row[at + tail] ?? 0, sizeClass)
    row[at + tail] = 0
    row[at + shape] = 0
  }

  /** Moves the only leaf to a block of another class. */
  private resize(row: Int32Array, at: number, sizeClass: number): void {
    const length = row[at + filled] ?? 0
    row[at + tail] = this.arena.move(
      row[at + tail] ?? 0,
      this.sizeClass(row, at),
      sizeClass,
      length,
    )
    row[at + shape] = shapeOf(1, sizeClass)
  }

  /** Begins a directory with the only leaf. */
  private branch(row: Int32Array, at: number): void {
    const leaf = row[at + tail] ?? 0
    row[at + directory] = this.arena.take(smallestClass)
    row[at + shape] = shapeOf(1, smallestClass)
    this.set(row, at, 0, entryBlock, leaf)
    this.set(row, at, 0, entryFirst, this.arena.chunk(leaf)[this.arena.offset(leaf)] ?? 0)
  }

  /** Adds an empty leaf whose first position will be the one told. */
  private add(row: Int32Array, at: number, position: number): void {
    const leaves = this.leaves(row, at)
    let sizeClass = this.sizeClass(row, at)
    if ((leaves + 1) * entrySize > 1 << sizeClass) {
      this.moveDirectory(row, at, sizeClass + 1, leaves)
      sizeClass++
    }
    this.set(row, at, leaves - 1, entryCount, row[at + filled] ?? 0)
    const leaf = this.arena.take(leafClass)
    this.set(row, at, leaves, entryBlock, leaf)
    this.set(row, at, leaves, entryFirst, position)
    row[at + shape] = shapeOf(leaves + 1, sizeClass)
    row[at + tail] = leaf
    row[at + filled] = 0
  }

  /** Moves what the next leaf holds into this one. */
  private join(row: Int32Array, at: number, leaf: number): void {
    const length = this.length(row, at, leaf)
    const more = this.length(row, at, leaf + 1)
    this.arena.copy(this.block(row, at, leaf + 1), 0, this.block(row, at, leaf), length, more)
    this.setLength(row, at, leaf, length + more)
    this.drop(row, at, leaf + 1)
  }

  /** Gives one of several leaves back. */
  private drop(row: Int32Array, at: number, leaf: number): void {
    this.arena.give(this.block(row, at, leaf), leafClass)
    const leaves = this.leaves(row, at) - 1
    const sizeClass = this.sizeClass(row, at)
    const root = row[at + directory] ?? 0
    if (leaf === leaves) {
      row[at + tail] = this.get(row, at, leaf - 1, entryBlock)
      row[at + filled] = this.get(row, at, leaf - 1, entryCount)
    } else {
      const start = this.arena.offset(root)
      const gap = start + leaf * entrySize
      this.arena.chunk(root).copyWithin(gap, gap + entrySize, start + (leaves + 1) * entrySize)
    }
    row[at + shape] = shapeOf(leaves, sizeClass)
    if (leaves === 1) {
      this.arena.give(root, sizeClass)
      row[at + directory] = 0
      row[at + shape] = shapeOf(1, leafClass)
    } else if (isSparse(leaves * entrySize, sizeClass)) {
      this.moveDirectory(row, at, sizeClass - 1, leaves)
      row[at + shape] = shapeOf(leaves, sizeClass - 1)
    }
  }

  private moveDirectory(row: Int32Array, at: number, sizeClass: number, leaves: number): void {
    row[at + directory] = this.arena.move(
      row[at + directory] ?? 0,
      this.sizeClass(row, at),
      sizeClass,
      leaves * entrySize,
    )
  }

  private isLast(row: Int32Array, at: number, leaf: number): boolean {
    return leaf === this.leaves(row, at) - 1
  }

  private sizeClass(row: Int32Array, at: number): number {
    return (row[at + shape] ?? 0) & classMask
  }

  private setLength(row: Int32Array, at: number, leaf: number, length: number): void {
    if (this.isLast(row, at, leaf)) row[at + filled] = length
    else this.set(row, at, leaf, entryCount, length)
  }

  private get(row: Int32Array, at: number, leaf: number, member: number): number {
    const root = row[at + directory] ?? 0
    return this.arena.chunk(root)[this.arena.offset(root) + leaf * entrySize + member] ?? 0
  }

  private set(row: Int32Array, at: number, leaf: number, member: number, value: number): void {
    const root = row[at + directory] ?? 0
    this.arena.chunk(root)[this.arena.offset(root) + leaf * entrySize + member] = value
  }
}

/** Whether a block of a class that holds so many integers should be half as large. */
const isSparse = (length: number, sizeClass: number): boolean =>
  sizeClass > smallestClass && length <= 1 << (sizeClass - 2)
