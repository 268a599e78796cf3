/**
 * How ids become the values of columns and come back.
 *
 * A user id has up to 19 digits and does not always fit the signed 64-bit integers of SQLite: those
 * from 2^63 on are kept as what has the same 64 bits, a negative number. On the way back SQL prints
 * ids as text, since a JavaScript number would lose their last digits and a `bigint` takes long to
 * make.
 */
import type { EventId, UserId } from "@kith/core"
import * as Brand from "effect/Brand"
import type { SQLOutputValue } from "node:sqlite"

/** A row as it comes from SQLite, column by column. */
export type Row = ReadonlyArray<SQLOutputValue>

/** An id as the value of an integer column. */
export type Value = number | bigint

/** Numbers of so many digits are exact in JavaScript, and quicker to bind than a `bigint`. */
const exactDigits = 15

const unchecked = { user: Brand.nominal<UserId.UserId>(), event: Brand.nominal<EventId.EventId>() }

/** A user id as the value of an integer column. */
export const fromUser = (user: string): Value =>
  user.length <= exactDigits ? Number(user) : BigInt.asIntN(64, BigInt(user))

const minus = 45

/** A user id of what SQL printed of its column. */
export const toUser = (printed: string): UserId.UserId =>
  unchecked.user(
    printed.charCodeAt(0) === minus ? String(BigInt.asUintN(64, BigInt(printed))) : printed,
  )

/** An event id of what SQL printed of its column with `hex`. */
export const toEventId = (hex: string): EventId.EventId => {
  const low = hex.toLowerCase()
  return unchecked.event(
    [low.slice(0, 8), low.slice(8, 12), low.slice(12, 16), low.slice(16, 20), low.slice(20)].join(
      "-",
    ),
  )
}

/** The time that an event id begins with, in milliseconds since 1970. */
export const timeOf = (id: string): number =>
  Number.parseInt(id.slice(0, 8), 16) * 0x1_0000 + Number.parseInt(id.slice(9, 13), 16)

export const number = (value: SQLOutputValue | undefined): number =>
  typeof value === "number" ? value : Number(value ?? 0)

export const text = (value: SQLOutputValue | undefined): string =>
  typeof value === "string" ? value : String(value ?? "")
