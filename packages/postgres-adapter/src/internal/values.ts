/**
 * How values go to PostgreSQL and come back: as texts, whole columns at a time.
 */
import type { UserId } from "@kith/core"
import * as Brand from "effect/Brand"

/** What a driver takes for `null`, a number or an array; arrays as PostgreSQL writes them. */
export type Value = string | number | null

const largestSigned = "9223372036854775807"

/**
 * A user id has up to 64 bits, and PostgreSQL's integers have a sign: the ids of the upper half are
 * kept as negative numbers, as two's complement has it.
 *
 * @internal
 */
export const fromUserId = (id: string): string =>
  id.length < largestSigned.length || id <= largestSigned
    ? id
    : BigInt.asIntN(64, BigInt(id)).toString()

// What comes back was an id when it was written.
const unchecked = Brand.nominal<UserId.UserId>()

/** @internal */
export const toUserId = (text: string): UserId.UserId =>
  unchecked(text.startsWith("-") ? BigInt.asUintN(64, BigInt(text)).toString() : text)

/**
 * An array of values that need no quotes: numbers, ids, UUIDs.
 *
 * @internal
 */
export const plainArray = (values: ReadonlyArray<string | number>): string =>
  `{${values.join(",")}}`

const quoted = (text: string | undefined): string =>
  text === undefined ? "NULL" : `"${text.replace(/["\\]/g, "\\$&")}"`

/**
 * An array of any texts.
 *
 * @internal
 */
export const textArray = (values: ReadonlyArray<string | undefined>): string =>
  `{${values.map(quoted).join(",")}}`

/**
 * An array of texts of any characters as their bytes: PostgreSQL's own texts cannot have U+0000.
 *
 * @internal
 */
export const bytesArray = (values: ReadonlyArray<string | undefined>): string =>
  `{${values
    .map((value) =>
      value === undefined ? "NULL" : `"\\\\x${Buffer.from(value, "utf8").toString("hex")}"`,
    )
    .join(",")}}`

/** @internal */
export const fromBytes = (text: string): string =>
  Buffer.from(text.slice(2), "hex").toString("utf8")

/**
 * The numbers of an array as PostgreSQL writes it.
 *
 * @internal
 */
export const toNumbers = (text: string | null | undefined): ReadonlyArray<number> =>
  text === null || text === undefined || text === "{}"
    ? []
    : text.slice(1, -1).split(",").map(Number)

/**
 * The lines of a column that was put together; none where there was no row.
 *
 * @internal
 */
export const lines = (text: string | null | undefined): ReadonlyArray<string> =>
  text === null || text === undefined ? [] : text.split("\n")
