/**
 * What a schema's objects are called in SQL, and the numbers of its advisory locks.
 *
 * Advisory locks are shared by a whole database, so their numbers are made of the schema's name. Two
 * schemas whose numbers happen to agree wait for each other now and then, and that is all.
 */

/** @internal */
export interface Names {
  /** The schema's name as a person knows it. */
  readonly plain: string
  /** The schema, quoted for SQL. */
  readonly schema: string
  /** A text literal for `regclass` of the sequence that positions come from. */
  readonly sequence: string
  /** The same for the versions of journal entries. */
  readonly entrySequence: string
  /** The channel on which nodes wake each other, quoted. */
  readonly channel: string
  /** What the 64-bit locks of writers on their way have in their upper bits. */
  readonly writers: string
  /** The first half of the two-part locks: part 1 is for tallies, part 2 for migrations. */
  readonly locks: number
}

/** @internal */
export const tallyLock = 1
/** @internal */
export const schemaLock = 2
/** @internal */
export const upkeepLock = 3

/** Positions have fewer bits; what is above them tells the schema. */
const writerBits = 53n

// FNV-1a: any even spread will do.
const hash = (text: string): number => {
  let value = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) {
    value = Math.imul(value ^ byte, 0x01000193)
  }
  return value | 0
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** @internal */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** @internal */
export const make = (name: string): Names => {
  const schema = quote(name)
  const locks = hash(`kith ${name}`)
  return {
    plain: name,
    schema,
    sequence: literal(`${schema}.positions`),
    entrySequence: literal(`${schema}.entry_versions`),
    channel: quote(`kith_${(locks >>> 0).toString(16)}`),
    // 1 to 1023: small numbers that other programs like to lock are never taken for ours.
    writers: String(BigInt(((locks >>> 0) % 1023) + 1) << writerBits),
    locks,
  }
}
