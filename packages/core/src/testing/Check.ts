/**
 * Comparisons for cases that any test runner can run.
 *
 * A comparison that fails throws a {@link Mismatch}, which says what was expected and what came, and
 * carries both for the runners that print a difference (vitest, jest and `node:test` do).
 *
 * @since 0.1.0
 */
import * as Formatter from "effect/Formatter"

/**
 * What does not hold: the message says it whole, `expected` and `actual` are for runners.
 *
 * @category errors
 * @since 0.1.0
 */
export class Mismatch extends Error {
  override readonly name = "Mismatch"
  readonly expected: unknown
  readonly actual: unknown
  constructor(what: string, expected: unknown, actual: unknown) {
    super(
      `${what}\nexpected: ${Formatter.format(expected, { space: 2 })}\nactual:   ${Formatter.format(actual, { space: 2 })}`,
    )
    this.expected = expected
    this.actual = actual
  }
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null

/** Members that hold something: an absent member and an undefined one say the same. */
const membersOf = (value: object): ReadonlyMap<string, unknown> =>
  new Map(Object.entries(value).filter(([, member]) => member !== undefined))

/**
 * Whether two plain values are the same: same members, arrays in the same order. An absent member
 * and an undefined one count as the same.
 *
 * @category predicates
 * @since 0.1.0
 */
export const same = (left: unknown, right: unknown): boolean => {
  if (Object.is(left, right)) return true
  if (!isObject(left) || !isObject(right)) return false
  if (Array.isArray(left) || Array.isArray(right)) {
    return (
      Array.isArray(left) &&
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((value, index) => same(value, right[index]))
    )
  }
  const [ours, theirs] = [membersOf(left), membersOf(right)]
  return (
    ours.size === theirs.size &&
    Array.from(ours).every(([name, value]) => same(value, theirs.get(name)))
  )
}

/**
 * Demands that two values are the {@link same}.
 *
 * @param what the sentence that does not hold when the two differ
 * @category operations
 * @since 0.1.0
 */
export const equal = (what: string, actual: unknown, expected: unknown): void => {
  if (!same(actual, expected)) throw new Mismatch(what, expected, actual)
}

/**
 * Demands a condition.
 *
 * @param what the sentence that does not hold when the condition does not
 * @category operations
 * @since 0.1.0
 */
export const holds = (what: string, condition: boolean): void => {
  if (!condition) throw new Mismatch(what, true, false)
}
