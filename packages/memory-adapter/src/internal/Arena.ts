/**
 * Blocks of 32-bit integers in a few large arrays, so that a million small lists are not a million
 * objects for the garbage collector to visit.
 *
 * A block has a size class: class `k` holds `2 ** k` integers. A block that is given back waits in
 * its class's free list for the next of the same class; free blocks are linked through their own
 * first integer, so the free lists take no room. Blocks are never split or joined: the lists of a
 * network ask for the same few sizes all the time.
 *
 * A block is named by its place in units of the smallest block. 0 names none.
 */
export const smallestClass = 2
const largestClass = 30
const firstChunkClass = 10
const chunkClass = 18
const chunkUnitBits = chunkClass - smallestClass
const chunkUnitMask = (1 << chunkUnitBits) - 1

export class Arena {
  private readonly chunks: Array<Int32Array> = [new Int32Array(1 << firstChunkClass)]
  private readonly free = new Int32Array(largestClass + 1)
  /** The next unused unit of the chunk that is being filled, and the first unit behind it. */
  private next = 1
  private end = 1 << (firstChunkClass - smallestClass)

  /**
   * A block of a class, 2 or more. What it holds is left over from its last use. What `chunk` told
   * before may be out of date after it.
   */
  take(sizeClass: number): number {
    const waiting = this.free[sizeClass] ?? 0
    if (waiting !== 0) {
      this.free[sizeClass] = this.chunk(waiting)[this.offset(waiting)] ?? 0
      return waiting
    }
    if (sizeClass > chunkClass) return this.own(sizeClass)
    const units = 1 << (sizeClass - smallestClass)
    while (this.end - this.next < units) this.grow()
    const block = this.next
    this.next += units
    return block
  }

  /** Takes a block back. */
  give(block: number, sizeClass: number): void {
    this.chunk(block)[this.offset(block)] = this.free[sizeClass] ?? 0
    this.free[sizeClass] = block
  }

  /** A block twice, half or as large with the first `length` integers of this one, which is given back. */
  move(block: number, from: number, to: number, length: number): number {
    const moved = this.take(to)
    this.copy(block, 0, moved, 0, length)
    this.give(block, from)
    return moved
  }

  /** Copies integers from a place in one block to a place in another. */
  copy(block: number, at: number, into: number, where: number, length: number): void {
    // Most blocks are so short that making a view of one would take longer.
    const source = this.chunk(block)
    const target = this.chunk(into)
    const from = this.offset(block) + at
    const to = this.offset(into) + where
    for (let index = 0; index < length; index++) target[to + index] = source[from + index] ?? 0
  }

  /** The array that a block lies in. */
  chunk(block: number): Int32Array {
    return this.chunks[block >>> chunkUnitBits] ?? nowhere
  }

  /** Where in its array a block begins. */
  offset(block: number): number {
    return (block & chunkUnitMask) << smallestClass
  }

  /** Integers in all arrays together. */
  get size(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  }

  private grow(): void {
    const [first = nowhere] = this.chunks
    if (first.length < 1 << chunkClass) {
      // The first chunk begins small, so that a few lists take little, and is copied until it has
      // its size.
      const larger = new Int32Array(first.length * 2)
      larger.set(first)
      this.chunks[0] = larger
      this.end = larger.length >>> smallestClass
      return
    }
    this.salvage()
    this.next = this.chunks.length << chunkUnitBits
    this.end = this.next + (1 << chunkUnitBits)
    this.chunks.push(new Int32Array(1 << chunkClass))
  }

  /** Turns what is left of the chunk that is being filled into free blocks. */
  private salvage(): void {
    while (this.next < this.end) {
      // The largest class that the rest has room for: the place of its highest bit.
      const sizeClass = 31 - Math.clz32(this.end - this.next)
      this.give(this.next, sizeClass + smallestClass)
      this.next += 1 << sizeClass
    }
  }

  /** A block that is larger than a chunk has a chunk of its own, and of its own size. */
  private own(sizeClass: number): number {
    this.chunks.push(new Int32Array(1 << sizeClass))
    return (this.chunks.length - 1) << chunkUnitBits
  }
}

/** Stands in for the chunk of a block that does not exist. */
const nowhere = new Int32Array(0)
