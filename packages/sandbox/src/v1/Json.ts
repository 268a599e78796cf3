/**
 * Writes JSON in which ids are exact numbers.
 *
 * v1.1 sends ids as JSON numbers of up to 64 bits, which a JavaScript number cannot hold. Here they
 * stay decimal text until they are written.
 *
 * @since 0.1.0
 */

/**
 * A JSON number of any size. `digits` is written as it is.
 *
 * @category models
 * @since 0.1.0
 */
export class Integer {
  readonly digits: string
  constructor(digits: string) {
    this.digits = digits
  }
}

/**
 * What can be written. A member that is `undefined` is left out.
 *
 * @category models
 * @since 0.1.0
 */
export type Json = null | boolean | number | string | Integer | ReadonlyArray<Json> | JsonObject

/** @category models @since 0.1.0 */
export interface JsonObject {
  readonly [name: string]: Json | undefined
}

/**
 * An id as a number; as text when it is not decimal, as an id in a world file may be.
 *
 * @category constructors
 * @since 0.1.0
 */
export const id = (digits: string): Integer | string =>
  /^(?:0|-?[1-9][0-9]*)$/.test(digits) ? new Integer(digits) : digits

const isList = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value)

/**
 * The JSON text of a value.
 *
 * @category operations
 * @since 0.1.0
 */
export const write = (value: Json): string => {
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  if (value instanceof Integer) return value.digits
  if (isList(value)) return `[${value.map(write).join(",")}]`
  const members: Array<string> = []
  for (const [name, member] of Object.entries(value)) {
    if (member !== undefined) members.push(`${JSON.stringify(name)}:${write(member)}`)
  }
  return `{${members.join(",")}}`
}
