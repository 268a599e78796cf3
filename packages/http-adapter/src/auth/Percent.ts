/**
 * Percent-encoding as OAuth and X's URLs have it (RFC 3986).
 *
 * @since 0.1.0
 */

const unreserved = /^[A-Za-z0-9\-._~]*$/
const leftAlone = /[!'()*]/g
const escape = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase()}`

/**
 * Encodes all but letters, digits and `-._~`, in UTF-8 with capital hex digits; a space is `%20`.
 * Half a surrogate pair, which has no UTF-8, becomes U+FFFD, as it does wherever text is sent.
 *
 * @category operations
 * @since 0.1.0
 */
export const encode = (text: string): string =>
  unreserved.test(text) ? text : encodeURIComponent(text.toWellFormed()).replace(leftAlone, escape)

/**
 * A query or a form: names and values as they are, encoded, joined by `=` and `&`.
 *
 * What is signed is what is sent when a request is written with this: other encoders differ in a
 * space, an asterisk, or a parenthesis.
 *
 * @category operations
 * @since 0.1.0
 */
export const encodePairs = (
  pairs: ReadonlyArray<readonly [name: string, value: string]>,
): string => {
  let text = ""
  for (const [name, value] of pairs) {
    text += `${text === "" ? "" : "&"}${encode(name)}=${encode(value)}`
  }
  return text
}
