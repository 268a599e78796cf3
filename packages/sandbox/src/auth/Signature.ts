/**
 * OAuth 1.0a's signature (RFC 5849, section 3.4) as pure functions: encoding, base string, HMAC-SHA1.
 *
 * What a request's parameters are, and who may sign it, is decided elsewhere.
 *
 * @since 0.1.0
 */
import type { Parameters } from "../http/Parameters.ts"
import { hmacSha1 } from "./HmacSha1.ts"

const unreserved = /^[A-Za-z0-9\-._~]*$/
const reserved = /[!'()*]/
const allReserved = /[!'()*]/g
const escape = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase()}`

/**
 * Percent-encodes as OAuth does: all but letters, digits and `-._~`, in UTF-8 with capital hex
 * digits. Half a surrogate pair, which has no UTF-8, becomes U+FFFD.
 *
 * @category operations
 * @since 0.1.0
 */
export const encode = (text: string): string => {
  if (unreserved.test(text)) return text
  const encoded = encodeURIComponent(text.toWellFormed())
  return reserved.test(encoded) ? encoded.replace(allReserved, escape) : encoded
}

/** What {@link encode} makes of what it made before. */
const encodeTwice = (text: string): string =>
  unreserved.test(text) ? text : encodeURIComponent(encode(text))

// Encoded text has no NUL, and nothing sorts before it: sorting the joined pairs sorts by name, then
// by value, as the standard asks, without comparing pairs. Encoding again changes no order.
const separator = "\0"

const sorted = (parameters: Parameters): string =>
  parameters
    .map(([name, value]) => encodeTwice(name) + separator + encodeTwice(value))
    .toSorted()
    .join("%26")
    .replaceAll(separator, "%3D")

/**
 * The parameters as they are in the text that is signed: each one encoded, all of them sorted, joined
 * with `=` and `&`, and encoded as a whole. They may come in any order, and repeated ones all count;
 * `oauth_signature` and `realm` have to be left out before.
 *
 * @category operations
 * @since 0.1.0
 */
export const parameterString = (parameters: Parameters): string => {
  let text = ""
  let before = ""
  for (const [name, value] of parameters) {
    const encoded = encodeTwice(name)
    // Most clients send each once and in order, which is found out faster than they are sorted.
    if (encoded <= before) return sorted(parameters)
    text += `${before === "" ? "" : "%26"}${encoded}%3D${encodeTwice(value)}`
    before = encoded
  }
  return text
}

/**
 * The text that is signed.
 *
 * @param url without query and fragment, scheme and host in lower case, without a default port
 * @param parameters what {@link parameterString} made of them
 * @category operations
 * @since 0.1.0
 */
export const baseString = (method: string, url: string, parameters: string): string =>
  `${method.toUpperCase()}&${encode(url)}&${parameters}`

/**
 * The key of a signature. There is no token secret before there is a token.
 *
 * @category operations
 * @since 0.1.0
 */
export const key = (consumerSecret: string, tokenSecret = ""): string =>
  `${encode(consumerSecret)}&${encode(tokenSecret)}`

/**
 * The signature, in Base64.
 *
 * @category operations
 * @since 0.1.0
 */
export const sign = (base: string, key: string): string => hmacSha1(key, base)

/**
 * Whether two texts are the same, in a time that does not tell where they begin to differ. It does
 * tell whether they are of one length.
 *
 * @category operations
 * @since 0.1.0
 */
export const equal = (one: string, other: string): boolean => {
  if (one.length !== other.length) return false
  let difference = 0
  for (let index = 0; index < one.length; index++) {
    difference |= one.charCodeAt(index) ^ other.charCodeAt(index)
  }
  return difference === 0
}
