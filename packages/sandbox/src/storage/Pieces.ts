/**
 * Cuts texts into pieces that every journal keeps, of which one may have 64 KiB.
 *
 * The first piece is under the text's own key, the others under `key~1`, `key~2` …
 *
 * @since 0.1.0
 */

/** UTF-16 units; each takes three bytes of UTF-8 at most. */
const size = 21_000

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff

/**
 * The key of a piece, counted from 0.
 *
 * @category getters
 * @since 0.1.0
 */
export const keyOf = (key: string, index: number): string => (index === 0 ? key : `${key}~${index}`)

/**
 * The key of the whole text, and which piece of it is under a key.
 *
 * @category getters
 * @since 0.1.0
 */
export const placeOf = (key: string): readonly [key: string, index: number] => {
  const end = key.indexOf("~")
  return end < 0 ? [key, 0] : [key.slice(0, end), Number(key.slice(end + 1))]
}

/** @category operations @since 0.1.0 */
export const cut = (text: string): ReadonlyArray<string> => {
  if (text.length <= size) return [text]
  const pieces: Array<string> = []
  for (let from = 0; from < text.length;) {
    const end = from + size
    // A pair of surrogates is one character, and no half of it has a form in UTF-8.
    const to = isHighSurrogate(text.charCodeAt(end - 1)) ? end - 1 : end
    pieces.push(text.slice(from, to))
    from = to
  }
  return pieces
}
