/**
 * The edges: 24 bytes each, and the index that finds them. An edge has a row from its first event on
 * and keeps it.
 */
import { PairIndex } from "./PairIndex.ts"
import { Rows } from "./Rows.ts"

/** Members of an edge's row. The first two are the numbers of users, by which it is found. */
export const source = 0
export const target = 1
/** The place of its relationship in `Relationship.all`. */
export const state = 2
export const version = 3
/** The position that put the edge into the lists it is in, if it is in any. */
export const since = 4
/** The position of its newest event. */
export const last = 5
const members = 6

export class Edges {
  readonly rows = new Rows(members)
  private readonly index = new PairIndex(this.rows)

  get size(): number {
    return this.rows.length - 1
  }

  /** The row of an edge between two users by their numbers, 0 when nothing happened to it yet. */
  find(from: number, to: number): number {
    return this.index.find(from, to)
  }

  /** Adds an edge that nothing happened to yet. */
  add(from: number, to: number): number {
    const row = this.rows.add()
    this.rows.set(row, source, from)
    this.rows.set(row, target, to)
    this.index.add(row)
    return row
  }
}
