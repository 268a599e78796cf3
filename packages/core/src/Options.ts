/**
 * Options of layers and calls, looked at before anything begins.
 *
 * An option that cannot be meant is a mistake in the program, from which no caller recovers: it is a
 * defect, an `InvalidInput` that says what is wrong. The promise face rejects with that.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { InvalidInput } from "./CommandError.ts"

/**
 * What an option may be, and how to say so: a message goes on with `words` after "give".
 *
 * @category models
 * @since 0.1.0
 */
export interface Range {
  readonly words: string
  readonly includes: (value: unknown) => boolean
}

/**
 * The ranges of the options that have one, by name.
 *
 * @category models
 * @since 0.1.0
 */
export type Ranges<O> = { readonly [name in keyof O]?: Range }

const between =
  (least: number, most: number) =>
  (value: unknown): value is number =>
    typeof value === "number" && value >= least && value <= most

const wordsOf = (what: string, least: number, most: number, end: number): string => {
  if (most < end) return `${what} from ${least} to ${most}`
  return least === Number.NEGATIVE_INFINITY ? what : `${what}, ${least} or more`
}

/**
 * The whole numbers from one to another, both included; without an end, as far as they are exact.
 *
 * @category constructors
 * @since 0.1.0
 */
export const whole = (least: number, most: number = Number.MAX_SAFE_INTEGER): Range => {
  const isBetween = between(least, most)
  return {
    words: wordsOf("a whole number", least, most, Number.MAX_SAFE_INTEGER),
    includes: (value) => isBetween(value) && Number.isInteger(value),
  }
}

/**
 * All numbers from one to another, both included; without an end, `Infinity` too. Never `NaN`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const number = (least: number, most: number = Infinity): Range => ({
  words: wordsOf("a number", least, most, Infinity),
  includes: between(least, most),
})

/**
 * One of a few words.
 *
 * @category constructors
 * @since 0.1.0
 */
export const oneOf = (...words: ReadonlyArray<string>): Range => ({
  words: `one of ${words.join(", ")}`,
  includes: (value) => words.some((word) => word === value),
})

const show = (value: unknown): string =>
  typeof value === "string"
    ? JSON.stringify(value)
    : typeof value === "object" && value !== null
      ? "an object"
      : String(value)

/**
 * What is wrong with options; `undefined` when all are in their ranges. One that is left out is right.
 *
 * @param path what stands before the names, such as `limits.`
 * @category operations
 * @since 0.1.0
 */
export const mistake = <O extends object>(
  options: O | undefined,
  ranges: Ranges<O>,
  path = "",
): InvalidInput | undefined => {
  if (options === undefined) return undefined
  const all: ReadonlyArray<readonly [name: string, range: Range | undefined]> =
    Object.entries(ranges)
  for (const [name, range] of all) {
    const value: unknown = Reflect.get(options, name)
    if (value === undefined || range === undefined || range.includes(value)) continue
    return new InvalidInput({ message: `${path}${name} is ${show(value)}; give ${range.words}` })
  }
  return undefined
}

/**
 * Dies of a {@link mistake}.
 *
 * @category operations
 * @since 0.1.0
 */
export const check = <O extends object>(
  options: O | undefined,
  ranges: Ranges<O>,
  path?: string,
): Effect.Effect<void> => {
  const wrong = mistake(options, ranges, path)
  return wrong === undefined ? Effect.void : Effect.die(wrong)
}
