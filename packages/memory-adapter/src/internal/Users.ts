/**
 * Numbers for users: 1, 2, 3 … in the order in which they are first heard of. Everything else in the
 * store speaks of users by number, four bytes instead of a string.
 *
 * An id of up to 19 digits is looked up by its value, as two integers: a `Map` of strings takes three
 * times the room, several looks at memory instead of two, and ends at 2 ** 24 keys.
 */
import type { UserId } from "@kith/core"
import * as Brand from "effect/Brand"
import { PairIndex } from "./PairIndex.ts"
import { Rows } from "./Rows.ts"

/** The first member of a user's row that is free for others; the id's value takes those before. */
export const firstFree = 2

const userId = Brand.nominal<UserId.UserId>()

export class Users {
  readonly rows: Rows
  private readonly index: PairIndex
  private readonly ids: Array<UserId.UserId> = []
  /** Users whose ids are no such numbers. The schema of ids rules them out; mixing them up would not. */
  private readonly others = new Map<string, number>()
  /** The value of the id that was parsed last. */
  private high = 0
  private low = 0

  /** @param more how many integers others keep in each user's row, see `firstFree` */
  constructor(more: number) {
    this.rows = new Rows(firstFree + more)
    this.index = new PairIndex(this.rows)
  }

  get size(): number {
    return this.ids.length
  }

  /** The number of a user, 0 when it was never heard of. */
  find(user: UserId.UserId): number {
    return this.parse(user) ? this.index.find(this.high, this.low) : (this.others.get(user) ?? 0)
  }

  /** Gives a user that was never heard of the next number. */
  add(user: UserId.UserId): number {
    const number = this.rows.add()
    // An id that was cut out of a longer text, such as a request, keeps all of that text alive for
    // as long as it lives, which is for ever here. The copy is its own text.
    const copy = userId(user.split("").join(""))
    this.ids.push(copy)
    if (this.parse(user)) {
      this.rows.set(number, 0, this.high)
      this.rows.set(number, 1, this.low)
      this.index.add(number)
    } else {
      this.others.set(copy, number)
    }
    return number
  }

  id(number: number): UserId.UserId | undefined {
    return this.ids[number - 1]
  }

  /** Finds the value of an id, unless it is not a number of 1 to 19 digits without a leading zero. */
  private parse(user: string): boolean {
    const { length } = user
    if (length > 19 || length === 0 || (user.charCodeAt(0) === zero && length > 1)) return false
    const border = length > 9 ? length - 9 : 0
    let high = 0
    let low = 0
    for (let at = 0; at < border; at++) {
      const digit = user.charCodeAt(at) - zero
      if (digit < 0 || digit > 9) return false
      high = high * 10 + digit
    }
    for (let at = border; at < length; at++) {
      const digit = user.charCodeAt(at) - zero
      if (digit < 0 || digit > 9) return false
      low = low * 10 + digit
    }
    // Ten digits may need two bits more than there are; the last nine leave room for them.
    this.high = high | 0
    this.low = (low + Math.floor(high / 2 ** 32) * 1_000_000_000) | 0
    return true
  }
}

const zero = 48
