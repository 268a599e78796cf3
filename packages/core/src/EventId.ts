/**
 * Event ids: UUIDs of version 7 (RFC 9562, section 5.7), which sort by time.
 *
 * @since 0.1.0
 */
import * as Brand from "effect/Brand"
import * as Schema from "effect/Schema"

/**
 * A UUID of version 7 in lower case.
 *
 * @category schemas
 * @since 0.1.0
 */
export const EventId = Schema.String.check(
  Schema.isPattern(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u, {
    message: "an event id is a UUID of version 7 in lower case",
  }),
).pipe(Schema.brand("EventId"))

/**
 * @category models
 * @since 0.1.0
 */
export type EventId = typeof EventId.Type

// What the generator builds has the form by construction; checking it would cost more than making it.
const unchecked = Brand.nominal<EventId>()

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0")

// Joined rather than added up: V8 keeps a sum of texts in pieces, and puts them together once somebody
// reads the characters, as stores do. That takes longer than all the rest here.
const flat = (...texts: ReadonlyArray<string>): string => texts.join("")

const lowBits = 12
const lowMask = (1 << lowBits) - 1
const lowHex = Array.from({ length: lowMask + 1 }, (_, value) => hex(value, 3))
const counterLimit = 2 ** 26

/**
 * Makes ids that are strictly increasing within one generator and, but for a coincidence of 48
 * random bits, unique among generators. It holds no clock and no randomness of its own.
 *
 * The 26 bits behind the version count the ids of one millisecond (RFC 9562, section 6.2, method 1);
 * when they run out, or when the clock goes back, the generator stays ahead of the clock.
 *
 * @param node 48 random bits that tell this generator from all others: an integer below 2^48
 * @returns a function from the time in milliseconds since 1970 to the next id
 * @category constructors
 * @since 0.1.0
 */
export const generator = (node: number): ((now: number) => EventId) => {
  const tail = flat("-", hex(node, 12))
  let time = -1
  let counter = 0
  /** What 4096 ids in a row begin with. */
  let head = ""
  return (now) => {
    if (now > time || counter === counterLimit) {
      time = Math.max(now, time + 1)
      counter = 0
    }
    const low = counter & lowMask
    if (low === 0) {
      const digits = hex(time, 12)
      const high = hex(counter >>> 14, 3)
      const variant = hex(8 + ((counter >>> lowBits) & 3), 1)
      head = flat(digits.slice(0, 8), "-", digits.slice(8), "-7", high, "-", variant)
    }
    counter++
    return unchecked(flat(head, lowHex[low] ?? "", tail))
  }
}
