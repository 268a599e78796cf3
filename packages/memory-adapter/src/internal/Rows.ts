/**
 * A table of rows of 32-bit integers that only ever grows.
 *
 * Rows lie in chunks, so that growing never copies what is there: adding the ten millionth row takes
 * as long as adding the first. Only the first chunk begins small and is copied until it has its
 * size, so that a store of a few rows takes little. Chunks are large, because each of them is one
 * more object between a row's number and the row.
 *
 * The members of a row lie side by side rather than in columns, because whoever wants one of them
 * wants most of them, and beyond the processor's cache each row then costs one look at memory instead
 * of one for each member.
 *
 * Row 0 belongs to nobody: wherever a row is named, 0 means that there is none.
 */
const chunkBits = 15
const chunkMask = (1 << chunkBits) - 1
const firstBits = 8

export class Rows {
  /** Rows in use, the one that belongs to nobody included: the number of the next row. */
  length = 1
  private readonly stride: number
  private readonly chunks: Array<Int32Array>
  /** How many rows there is room for. */
  private room = 1 << firstBits

  constructor(stride: number) {
    this.stride = stride
    this.chunks = [new Int32Array(stride << firstBits)]
  }

  /** Adds a row of zeros. What `chunk` told before may be out of date after it. */
  add(): number {
    if (this.length === this.room) this.grow()
    return this.length++
  }

  get(row: number, member: number): number {
    return this.chunk(row)[this.offset(row) + member] ?? 0
  }

  set(row: number, member: number, value: number): void {
    this.chunk(row)[this.offset(row) + member] = value
  }

  /** What a row lies in, for those who deal with several members at once. */
  chunk(row: number): Int32Array {
    return this.chunks[row >>> chunkBits] ?? nowhere
  }

  /** Where in its chunk a row begins. */
  offset(row: number): number {
    return (row & chunkMask) * this.stride
  }

  private grow(): void {
    if (this.room > chunkMask) {
      this.chunks.push(new Int32Array(this.stride << chunkBits))
      this.room += 1 << chunkBits
      return
    }
    this.room *= 2
    const first = new Int32Array(this.stride * this.room)
    first.set(this.chunk(0))
    this.chunks[0] = first
  }
}

/** Stands in for the chunk of a row that does not exist: it reads as zeros and keeps nothing. */
const nowhere = new Int32Array(0)
