/**
 * Tokens of pages in the form of X's: 16 characters, the base32hex of 64 bits with `Z` for padding.
 *
 * A token holds a place (a direction and a position) and a checksum over the place, the list and its
 * user. So a token that was never given out, or that belongs to another list or user, is recognised
 * without keeping the tokens that were.
 *
 * @since 0.1.0
 */
import type { Page } from "@kith/core"

/**
 * The lists that are read in pages.
 *
 * @category models
 * @since 0.1.0
 */
export type ListName = "followers" | "following" | "muting" | "blocking"

// 24 bits of checksum, one of direction, 39 of position: more events than a sandbox ever has. Thirteen
// digits hold 65 bits; RFC 4648 fills the last one up with a zero.
const headDigits = 5
const tailDigits = 8
const padding = "ZZZ"

const alphabet = Array.from("0123456789ABCDEFGHIJKLMNOPQRSTUV")
/** Two digits at once; `toString(32)` takes longer than the rest of a token. */
const pairs = alphabet.flatMap((first) => alphabet.map((second) => first + second))

/** FNV-1a, folded to 24 bits; against mistakes, not against forgers. */
const checksum = (list: ListName, user: string, { direction, than }: Page.Bound): number => {
  let hash = 0x811c9dc5
  for (const part of [list, "/", user, "/", direction, "/", String(than)]) {
    for (let index = 0; index < part.length; index++) {
      hash = Math.imul(hash ^ part.charCodeAt(index), 0x01000193)
    }
  }
  return ((hash >>> 24) ^ hash) & 0xffffff
}

/** The last four digits of a number. */
const four = (value: number): string =>
  `${pairs[(value >>> 10) & 1023] ?? ""}${pairs[value & 1023] ?? ""}`

/** @category operations @since 0.1.0 */
export const encode = (list: ListName, user: string, bound: Page.Bound): string => {
  const head = checksum(list, user, bound) * 2 + (bound.direction === "newer" ? 1 : 0)
  const tail = bound.than * 2
  const first = alphabet[head >>> 20] ?? ""
  return `${first}${four(head)}${four(Math.floor(tail / 2 ** 20))}${four(tail)}${padding}`
}

/**
 * The place that a token of this list of this user stands for; `undefined` for any other text.
 *
 * @category operations
 * @since 0.1.0
 */
export const decode = (list: ListName, user: string, token: string): Page.Bound | undefined => {
  if (!/^[0-9A-V]{13}ZZZ$/.test(token)) return undefined
  const bound: Page.Bound = {
    direction: parseInt(token.slice(0, headDigits), 32) % 2 === 0 ? "older" : "newer",
    than: Math.floor(parseInt(token.slice(headDigits, headDigits + tailDigits), 32) / 2),
  }
  return encode(list, user, bound) === token ? bound : undefined
}
