/**
 * Chance that nobody can guess: nonces, verifiers, states.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"

/**
 * Gives so many random bytes, of a source that is fit for secrets.
 *
 * @category models
 * @since 0.1.0
 */
export type Source = (count: number) => Uint8Array

// A call into the platform's source takes as long as half a signature, whether it gives 16 bytes or
// some thousand.
const poolSize = 4096

const pooled = (): Source => {
  const pool = new Uint8Array(poolSize)
  let used = poolSize
  return (count) => {
    if (count > poolSize) return crypto.getRandomValues(new Uint8Array(count))
    if (used + count > poolSize) {
      crypto.getRandomValues(pool)
      used = 0
    }
    const bytes = pool.slice(used, used + count)
    // What was given out is nobody's any more.
    pool.fill(0, used, used + count)
    used += count
    return bytes
  }
}

/**
 * The platform's `crypto.getRandomValues`. Tests may put another source here.
 *
 * @category services
 * @since 0.1.0
 */
export const Entropy: Context.Reference<Source> = Context.Reference("@kith/http-adapter/Entropy", {
  defaultValue: pooled,
})

const pairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"))

/**
 * A nonce of OAuth 1.0a: 128 bits in 32 hex digits, which need no encoding.
 *
 * @category constructors
 * @since 0.1.0
 */
export const nonce = (source: Source): string => {
  let text = ""
  for (const byte of source(16)) text += pairs[byte]
  return text
}

/**
 * 256 bits in 43 characters of URL-safe Base64: a state or, as RFC 7636 recommends, a code verifier.
 *
 * @category constructors
 * @since 0.1.0
 */
export const token = (source: Source): string =>
  btoa(String.fromCharCode(...source(32)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "")
