/**
 * The nonces of signed requests: each is good once.
 *
 * @since 0.1.0
 */
import { createHash } from "node:crypto"

/** @category models @since 0.1.0 */
export interface Nonces {
  /** Whether a nonce is new; from now on it is not. */
  readonly use: (nonce: string) => boolean
}

/** @category models @since 0.1.0 */
export interface Options {
  /** How long a nonce has to be remembered: afterwards its timestamp is refused anyway. */
  readonly seconds: number
  /** How many nonces are surely remembered, of those that are young enough. */
  readonly capacity: number
  /** Milliseconds; it never goes back. */
  readonly now: () => number
}

// What a client sends as a nonce may be long; a digest bounds what is kept of it.
const longest = 160
const bounded = (nonce: string): string =>
  nonce.length <= longest ? nonce : createHash("sha256").update(nonce).digest("base64")

/**
 * Remembers in two generations: when the young one is full or old enough, it becomes the old one, and
 * the old one is forgotten whole. So nothing is ever searched for what to forget, and memory stays
 * below twice the capacity.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = ({ seconds, capacity, now }: Options): Nonces => {
  let young = new Set<string>()
  let old = new Set<string>()
  let begun = now()
  return {
    use: (nonce) => {
      const aged = now() - begun
      if (aged >= seconds * 1000 || young.size >= capacity) {
        old = aged >= 2 * seconds * 1000 ? new Set() : young
        young = new Set()
        begun = now()
      }
      const key = bounded(nonce)
      if (young.has(key) || old.has(key)) return false
      young.add(key)
      return true
    },
  }
}
