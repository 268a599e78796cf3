/**
 * Reads events that were written in an older form.
 *
 * Every stored payload carries the version of its form. When a form changes, the new one gets the
 * next number and a step that makes it of the one before; what was written stays as it is.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/**
 * A payload as it was stored: the event's name, the version of its form, and its members.
 *
 * @category schemas
 * @since 0.1.0
 */
export const StoredPayload = Schema.Struct({
  type: Schema.String,
  v: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)),
  data: Schema.Record(Schema.String, Schema.Unknown),
})

/**
 * @category models
 * @since 0.1.0
 */
export type StoredPayload = typeof StoredPayload.Type

/**
 * Makes the members of version `from + 1` of those of version `from`. It must be total over what was
 * ever written in that version.
 *
 * @category models
 * @since 0.1.0
 */
export interface Step {
  readonly type: string
  readonly from: number
  readonly up: (data: StoredPayload["data"]) => StoredPayload["data"]
}

/**
 * A stored payload that this code cannot read: written by newer code, or by another program. It is
 * reported and never skipped, since a log with a hole tells a lie.
 *
 * @category errors
 * @since 0.1.0
 */
export interface Unreadable {
  readonly _tag: "Unreadable"
  readonly message: string
}

/**
 * Takes a stored payload of any version to the current one, or says why this code cannot read it.
 *
 * @category models
 * @since 0.1.0
 */
export type Upcaster = (stored: StoredPayload) => Result.Result<StoredPayload, Unreadable>

const unreadable = (message: string): Unreadable => ({ _tag: "Unreadable", message })

/**
 * Joins steps into one function that takes a stored payload to the current version of its form.
 *
 * Fails, naming the fault, when the steps do not form one chain from 1 to the current version for
 * each type: a missing step, a step given twice, or a step for a type that does not exist.
 *
 * @param current the current version of each type's form
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  current: Readonly<Record<string, number>>,
  steps: ReadonlyArray<Step>,
): Result.Result<Upcaster, string> => {
  const versions = new Map(Object.entries(current))
  const chain = new Map<string, Step["up"]>()
  for (const step of steps) {
    const name = `${step.type} from version ${step.from}`
    const newest = versions.get(step.type)
    if (newest === undefined) return Result.fail(`there is no event type ${step.type}`)
    if (step.from < 1 || step.from >= newest) return Result.fail(`${name}: the newest is ${newest}`)
    if (chain.has(name)) return Result.fail(`${name}: the step is given twice`)
    chain.set(name, step.up)
  }
  for (const [type, newest] of versions) {
    for (let from = 1; from < newest; from++) {
      if (!chain.has(`${type} from version ${from}`)) {
        return Result.fail(`${type} from version ${from}: the step is missing`)
      }
    }
  }
  return Result.succeed((stored) => {
    const newest = versions.get(stored.type)
    if (newest === undefined) {
      return Result.fail(unreadable(`unknown event type ${JSON.stringify(stored.type)}`))
    }
    if (stored.v > newest) {
      return Result.fail(
        unreadable(
          `${stored.type} of version ${stored.v} was written by newer code; this code reads up to version ${newest}`,
        ),
      )
    }
    let data = stored.data
    for (let from = stored.v; from < newest; from++) {
      data = chain.get(`${stored.type} from version ${from}`)?.(data) ?? data
    }
    return Result.succeed({ type: stored.type, v: newest, data })
  })
}
