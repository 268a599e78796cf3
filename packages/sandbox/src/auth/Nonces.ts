/**
 * The nonces of signed requests: each is good once.
 *
 * They are remembered as numbers. A text that was put together of parts of a request keeps all of
 * that request alive, and to move those about takes the garbage collector longer than it takes to
 * check a signature.
 *
 * @since 0.1.0
 */
import { randomInt } from "node:crypto"

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

// Where the hashes begin. Unknown to clients, so that none can find a nonce that is taken for
// somebody else's.
const [high, low] = [randomInt(2 ** 32), randomInt(2 ** 32)]

/**
 * 53 bits of a text: two hashes in the manner of FNV-1a, with different primes. That a new nonce is taken for one of 200,000 others happens
 * once in forty thousand million times.
 */
const fingerprint = (text: string): number => {
  let one = high
  let other = low
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    one = Math.imul(one ^ code, 0x01000193)
    other = Math.imul(other ^ code, 0x9e3779b1)
  }
  return (one >>> 11) * 2 ** 32 + (other >>> 0)
}

/**
 * Remembers in two generations: when the young one is full or old enough, it becomes the old one, and
 * the old one is forgotten whole. So nothing is ever searched for what to forget, and memory stays
 * below twice the capacity.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = ({ seconds, capacity, now }: Options): Nonces => {
  let young = new Set<number>()
  let old = new Set<number>()
  let begun = now()
  return {
    use: (nonce) => {
      const aged = now() - begun
      if (aged >= seconds * 1000 || young.size >= capacity) {
        old = aged >= 2 * seconds * 1000 ? new Set() : young
        young = new Set()
        begun = now()
      }
      const { size } = young
      const key = fingerprint(nonce)
      young.add(key)
      // One look at a large table instead of two: it did not grow by what it had.
      return young.size > size && !old.has(key)
    },
  }
}
