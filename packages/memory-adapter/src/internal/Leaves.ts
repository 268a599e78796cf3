/**
 * What the positions of one list are kept in, oldest first: leaves of up to 128 positions.
 *
 * A list that fits one leaf is just that, in a block no larger than it needs. A longer one has a
 * directory above its leaves. A leaf that becomes too empty is joined with its neighbour, so a list
 * takes no more room than what is in it deserves, and no walk comes by empty leaves.
 */
import { type Arena, smallestClass } from "./Arena.ts"

/** Class and length of a leaf. */
export const leafClass = 7
export const leafLength = 1 << leafClass

/** Two neighbours are joined when this leaves room for more: a quarter of a leaf. */
const joinedLength = leafLength - leafLength / 4

/**
 * Members of a list. `root` is the only leaf's block, or the directory's when there are several
 * leaves; `shape` is the class of that block and, above five bits, how many leaves there are.
 */
export const count = 0
export const root = 1
export const shape = 2
export const members = 3
const classMask = 31
const leavesShift = 5

/**
 * Members of a leaf's entry in a directory: its block, how many positions it has, and the first
 * position that it ever had. Those after it in the list are larger, so the leaf of a position is found
 * in the directory alone, which lies together, where the leaves lie apart.
 */
const entryBlock = 0
const entryCount = 1
const entryFirst = 2
const entrySize = 3

/** How many leaves a list of a shape has, and the class of its root. */
export const leavesOf = (form: number): number => form >>> leavesShift
export const classOf = (form: number): number => form & classMask
export const shapeOf = (leaves: number, sizeClass: number): number =>
  (leaves << leavesShift) | sizeClass

/** Every method takes the row that a list's members lie in and where they begin. */
export class Leaves {
  private readonly arena: Arena

  constructor(arena: Arena) {
    this.arena = arena
  }

  /** The block of a leaf. */
  block(row: Int32Array, at: number, leaf: number): number {
    return leavesOf(row[at + shape] ?? 0) === 1
      ? (row[at + root] ?? 0)
      : this.get(row, at, leaf, entryBlock)
  }

  /** How many positions a leaf has. */
  length(row: Int32Array, at: number, leaf: number): number {
    return leavesOf(row[at + shape] ?? 0) === 1
      ? (row[at + count] ?? 0)
      : this.get(row, at, leaf, entryCount)
  }

  /** The last of several leaves that may hold a position or smaller ones, or the first leaf of all. */
  find(row: Int32Array, at: number, position: number): number {
    const directory = row[at + root] ?? 0
    const entries = this.arena.chunk(directory)
    const firsts = this.arena.offset(directory) + entryFirst
    let low = 0
    let high = leavesOf(row[at + shape] ?? 0) - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if ((entries[firsts + middle * entrySize] ?? 0) <= position) low = middle
      else high = middle - 1
    }
    return low
  }

  /** Puts a directory above the only leaf, which is full, and adds a second one for a position. */
  branch(row: Int32Array, at: number, position: number): void {
    const leaf = row[at + root] ?? 0
    const first = this.arena.chunk(leaf)[this.arena.offset(leaf)] ?? 0
    row[at + root] = this.arena.take(smallestClass)
    row[at + shape] = shapeOf(1, smallestClass)
    this.set(row, at, 0, leaf, leafLength, first)
    this.add(row, at, position)
  }

  /** Adds a position to the last of several leaves. */
  append(row: Int32Array, at: number, position: number): void {
    const last = leavesOf(row[at + shape] ?? 0) - 1
    const length = this.get(row, at, last, entryCount)
    if (length === leafLength) return this.add(row, at, position)
    const block = this.get(row, at, last, entryBlock)
    this.arena.chunk(block)[this.arena.offset(block) + length] = position
    this.setCount(row, at, last, length + 1)
  }

  /** Notes that one of several leaves has fewer positions, and drops or joins it when it is too empty. */
  shrink(row: Int32Array, at: number, leaf: number, length: number): void {
    this.setCount(row, at, leaf, length)
    if (length === 0) return this.drop(row, at, leaf)
    const leaves = leavesOf(row[at + shape] ?? 0)
    if (leaf > 0 && length + this.length(row, at, leaf - 1) <= joinedLength) {
      this.join(row, at, leaf - 1)
    } else if (leaf < leaves - 1 && length + this.length(row, at, leaf + 1) <= joinedLength) {
      this.join(row, at, leaf)
    }
  }

  /** Adds a leaf that begins with a position. */
  private add(row: Int32Array, at: number, position: number): void {
    const form = row[at + shape] ?? 0
    const leaves = leavesOf(form)
    let sizeClass = classOf(form)
    if ((leaves + 1) * entrySize > 1 << sizeClass) {
      const directory = row[at + root] ?? 0
      row[at + root] = this.arena.move(directory, sizeClass, sizeClass + 1, leaves * entrySize)
      sizeClass++
    }
    row[at + shape] = shapeOf(leaves + 1, sizeClass)
    const leaf = this.arena.take(leafClass)
    this.arena.chunk(leaf)[this.arena.offset(leaf)] = position
    this.set(row, at, leaves, leaf, 1, position)
  }

  /** Moves what the next leaf holds into this one. */
  private join(row: Int32Array, at: number, leaf: number): void {
    const length = this.length(row, at, leaf)
    const more = this.length(row, at, leaf + 1)
    this.arena.copy(this.block(row, at, leaf + 1), 0, this.block(row, at, leaf), length, more)
    this.setCount(row, at, leaf, length + more)
    this.drop(row, at, leaf + 1)
  }

  private drop(row: Int32Array, at: number, leaf: number): void {
    const form = row[at + shape] ?? 0
    const leaves = leavesOf(form) - 1
    const sizeClass = classOf(form)
    const directory = row[at + root] ?? 0
    const entries = this.arena.chunk(directory)
    const start = this.arena.offset(directory)
    this.arena.give(this.get(row, at, leaf, entryBlock), leafClass)
    const gap = start + leaf * entrySize
    entries.copyWithin(gap, gap + entrySize, start + (leaves + 1) * entrySize)
    if (leaves === 1) {
      row[at + root] = entries[start + entryBlock] ?? 0
      row[at + shape] = shapeOf(1, leafClass)
      this.arena.give(directory, sizeClass)
    } else if (sizeClass > smallestClass && leaves * entrySize <= 1 << (sizeClass - 2)) {
      row[at + root] = this.arena.move(directory, sizeClass, sizeClass - 1, leaves * entrySize)
      row[at + shape] = shapeOf(leaves, sizeClass - 1)
    } else {
      row[at + shape] = shapeOf(leaves, sizeClass)
    }
  }

  private get(row: Int32Array, at: number, leaf: number, member: number): number {
    const directory = row[at + root] ?? 0
    const entries = this.arena.chunk(directory)
    return entries[this.arena.offset(directory) + leaf * entrySize + member] ?? 0
  }

  private setCount(row: Int32Array, at: number, leaf: number, length: number): void {
    const directory = row[at + root] ?? 0
    const entries = this.arena.chunk(directory)
    entries[this.arena.offset(directory) + leaf * entrySize + entryCount] = length
  }

  private set(
    row: Int32Array,
    at: number,
    leaf: number,
    block: number,
    length: number,
    first: number,
  ): void {
    const directory = row[at + root] ?? 0
    const entries = this.arena.chunk(directory)
    const entry = this.arena.offset(directory) + leaf * entrySize
    entries[entry + entryBlock] = block
    entries[entry + entryCount] = length
    entries[entry + entryFirst] = first
  }
}
