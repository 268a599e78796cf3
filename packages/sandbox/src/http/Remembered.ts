/**
 * What was made of a text before: clients send much the same over and over.
 *
 * @since 0.1.0
 */

/**
 * - `set`: keeps what was made of a text, unless the text is long, and gives it back.
 *
 * @category models
 * @since 0.1.0
 */
export interface Remembered<A> {
  readonly get: (text: string) => A | undefined
  readonly set: (text: string, made: A) => A
}

const most = 200
const longest = 300

/** @category constructors @since 0.1.0 */
export const make = <A>(): Remembered<A> => {
  const kept = new Map<string, A>()
  return {
    get: (text) => kept.get(text),
    set: (text, made) => {
      if (text.length > longest) return made
      if (kept.size === most) kept.clear()
      kept.set(text, made)
      return made
    },
  }
}
